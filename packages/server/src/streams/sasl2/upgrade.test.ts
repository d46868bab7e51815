/** XEP-0480: verifiers that clients make; XEP-0474: what clients are told of the offer. */
import assert from 'node:assert/strict'
import { createHash, pbkdf2Sync } from 'node:crypto'
import { test } from 'node:test'
import { downgradeText } from '@plodge/xmpp/sasl/downgrade.ts'
import { memoryStore } from '@plodge/testkit/store/memory-store.ts'
import type { AccountRecord, Verifier } from '../../storage/repositories.ts'
import { saltFor } from '../../accounts/app-passwords/salts.ts'
import { here } from '../server.testing.ts'
import { OUTCOME, authenticate, conditionIn, login } from './login.testing.ts'
import { nextUpgrade, saltOf, upgrade } from './upgrade.ts'
import { Element } from '@plodge/xmpp/xml/element.ts'
import { SaslError } from '@plodge/xmpp/sasl/errors.ts'

const NS = 'urn:xmpp:scram-upgrade:0'
const account: AccountRecord = {
  localpart: 'romeo',
  source: 'feed',
  name: undefined,
  createdAt: 1,
  lockedAt: undefined,
  hash: undefined,
  verifiers: [{ mechanism: 'SCRAM-SHA-1', iterations: 4096, salt: 'QSXCR+Q6sek8bf92', storedKey: 'x', serverKey: 'x' }],
}

function verifiers() {
  const store = memoryStore(Date.now)
  const added: Verifier[] = []
  const find = async (localpart: string): Promise<AccountRecord | undefined> => (await store.accounts.find(localpart)) ?? account
  const addVerifiers = async (_: AccountRecord, fresh: readonly Verifier[]): Promise<void> => void added.push(...fresh)
  return { added, keeper: { find, saltFor, addVerifiers } }
}
const hash = (text: string): Element => new Element('urn:xmpp:sasl:2', 'task-data', {}, [new Element(NS, 'hash', {}, [text])])

test('a client makes the verifier that is missing, and only that', async () => {
  const { keeper, added } = verifiers()
  assert.equal(await nextUpgrade(['UPGR-SCRAM-SHA-1', 'UPGR-BLOOP2', 'PLAIN'], 'romeo', keeper), undefined)
  const task = await nextUpgrade(['UPGR-SCRAM-SHA-1', 'UPGR-SCRAM-SHA-256'], 'romeo', keeper)
  assert.equal(task?.name, 'UPGR-SCRAM-SHA-256')
  assert.equal(saltOf(task).attributes['iterations'], '10000')
  const salt = Buffer.from(saltOf(task).text, 'base64')
  for (const wrong of ['', '!', 'AAAA']) await assert.rejects(upgrade(task, hash(wrong), keeper), SaslError)
  assert.equal(added.length, 0)
  await upgrade(task, hash(pbkdf2Sync('pencil', salt, 10_000, 32, 'sha256').toString('base64')), keeper)
  assert.deepEqual(
    added.map(({ mechanism, iterations }) => [mechanism, iterations]),
    [['SCRAM-SHA-256', 10_000]],
  )
})

test('whoever has all verifiers is given no task', async () => {
  await using town = await here()
  const client = await town.client()
  assert.match(await login(client, { inline: `<upgrade xmlns='urn:xmpp:sasl:upgrade:0'>UPGR-SCRAM-SHA-256</upgrade>` }), /<success/)
  await client.vanishes()
})

test('XEP-0474 §5.3: the hash of the example', () => {
  const text = downgradeText(['SCRAM-SHA-1-PLUS', 'SCRAM-SHA-1'], ['tls-server-end-point', 'tls-exporter'])
  assert.equal(createHash('sha1').update(text).digest('base64'), 'G6k/rBLDqgOhRRaCuuatSDFkJ08=')
  assert.equal(downgradeText(['PLAIN'], []), 'PLAIN')
})

test('XEP-0474 §5.1: the server tells what it offered, under the protection of the password', async () => {
  await using town = await here()
  const client = await town.client()
  const message = Buffer.from('n,,n=romeo,r=abc').toString('base64')
  const challenge = await client.asks(authenticate({ mechanism: 'SCRAM-SHA-256', message }), OUTCOME)
  const text = Buffer.from(/>([^<]*)</.exec(challenge)?.[1] ?? '', 'base64').toString()
  const scrams = ['SCRAM-SHA-1', 'SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap(name => [name, `${name}-PLUS`])
  const offer = downgradeText(['PLAIN', ...scrams], ['tls-exporter', 'tls-server-end-point'])
  assert.equal(/,h=(.*)$/.exec(text)?.[1], createHash('sha256').update(offer).digest('base64'))
  assert.equal(conditionIn(await client.asks(`<abort xmlns='urn:xmpp:sasl:2'/>`, OUTCOME)), 'aborted')
  await client.vanishes()
})
