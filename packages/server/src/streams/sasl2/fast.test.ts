/** Coming back by a token (XEP-0484): from the first to the next, bound to the channel or not, and all that makes one worthless. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ChannelBinding } from '@plodge/xmpp/sasl/mechanisms.ts'
import type { RawClient } from '../raw-client.testing.ts'
import { bindingData } from '../scram.testing.ts'
import { type Here, PASSWORD, here } from '../server.testing.ts'
import {
  type Login,
  TABLET,
  addressIn,
  bind,
  conditionIn,
  fast,
  firstToken,
  login,
  requestToken,
  tokenIn,
  tokenProof,
} from './login.testing.ts'

let town: Here
before(async () => {
  town = await here({ people: ['romeo', 'juliet', 'mercutio', 'tybalt'] })
})
after(() => town[Symbol.asyncDispose]())

const NONE = 'HT-SHA-256-NONE'
const byToken = (
  token: string,
  { attributes = '', inline = '', person = 'romeo', ...more }: Login & { attributes?: string } = {},
): Login => ({
  mechanism: NONE,
  message: tokenProof(token, undefined, { person }),
  inline: fast(attributes) + inline,
  ...more,
})

/** On a connection of its own. */
async function tries(how: Login, options: Parameters<Here['client']>[0] = {}): Promise<string> {
  const client = await town.client(options)
  const answer = await login(client, how)
  await client.vanishes()
  return answer
}
const token = async (how: Login = {}, mechanism?: string): Promise<string> => {
  const client = await town.client()
  const found = await firstToken(client, how, mechanism)
  await client.vanishes()
  return found
}

test('a token lets its client in and bind at once, proves the server, and goes on being good', async () => {
  const secret = await token()
  for (const _ of [1, 2]) {
    const success = await tries(byToken(secret, { inline: bind() }))
    assert.match(addressIn(success), /^romeo@chat\.cam\.ac\.uk\/Test\//)
    assert.match(success, /<additional-data>[A-Za-z0-9+/]{43}=<\/additional-data>/)
    assert.equal(tokenIn(success), undefined)
  }
})

const BOUND: readonly (readonly [string, ChannelBinding, string, 'TLSv1.2' | 'TLSv1.3'])[] = [
  ['HT-SHA-256-EXPR', 'tls-exporter', 'SHA-256', 'TLSv1.3'],
  ['HT-SHA-512-EXPR', 'tls-exporter', 'SHA-512', 'TLSv1.3'],
  ['HT-SHA-256-ENDP', 'tls-server-end-point', 'SHA-256', 'TLSv1.3'],
  ['HT-SHA-512-UNIQ', 'tls-unique', 'SHA-512', 'TLSv1.2'],
]
for (const [mechanism, type, hash, version] of BOUND) {
  test(`${mechanism}: only on the connection that the proof was made for`, async () => {
    const options = { minVersion: version, maxVersion: version } as const
    const first = await town.client(options)
    const secret = await firstToken(first, {}, mechanism)
    await first.vanishes()
    const client = await town.client(options)
    const proof = (data: Uint8Array): Login => ({ mechanism, message: tokenProof(secret, data, { hash }), inline: fast() })
    assert.equal(conditionIn(await login(client, proof(Buffer.alloc(32)))), 'not-authorized')
    assert.match(await login(client, proof(bindingData(client.tls, type))), /<success/)
    await client.vanishes()
    // XEP-0484 §3.4: a token is of its mechanism, and not for a weaker one.
    assert.equal(conditionIn(await tries(byToken(secret))), 'not-authorized')
  })
}

test('the next token is good as soon as it is used, and until then the one before is', async () => {
  const one = await token()
  await tries(byToken(one))
  const two = tokenIn(await tries(byToken(one, { inline: requestToken() }))) ?? ''
  assert.notEqual(two, '')
  assert.match(await tries(byToken(one)), /<success/)
  assert.match(await tries(byToken(two)), /<success/)
  assert.equal(conditionIn(await tries(byToken(one))), 'not-authorized')
  assert.match(await tries(byToken(two)), /<success/)
})

test('who asks for a token again has the one before that was never used taken away', async () => {
  const unused = await token()
  const used = await token()
  assert.equal(conditionIn(await tries(byToken(unused))), 'not-authorized')
  assert.match(await tries(byToken(used)), /<success/)
})

test('a client that logs out takes its token with it, and is given no other unless it asks', async () => {
  const secret = await token()
  const success = await tries(byToken(secret, { attributes: `invalidate='true'` }))
  assert.match(success, /<success/)
  assert.equal(tokenIn(success), undefined)
  assert.equal(conditionIn(await tries(byToken(secret))), 'not-authorized')
  const next = tokenIn(await tries(byToken(await token(), { attributes: `invalidate='1'`, inline: requestToken() })))
  assert.match(await tries(byToken(next ?? '')), /<success/)
})

test('what was said before and counted cannot be said again', async () => {
  const secret = await token()
  const counted = (count: number): Promise<string> => tries(byToken(secret, { attributes: `count='${count}'` }))
  assert.match(await counted(5), /<success/)
  for (const count of [5, 4, 0]) assert.equal(conditionIn(await counted(count)), 'not-authorized', `${count}`)
  const both = await Promise.all([counted(6), counted(6)])
  assert.equal(both.filter(answer => answer.includes('<success')).length, 1)
})

test('a token is of one client of one person', async () => {
  const secret = await token()
  assert.equal(conditionIn(await tries(byToken(secret, { client: TABLET }))), 'not-authorized')
  assert.equal(conditionIn(await tries(byToken(secret, { person: 'juliet' }))), 'not-authorized')
  assert.equal(conditionIn(await tries(byToken(secret, { person: 'nobody' }))), 'not-authorized')
})

const WRONG: readonly (readonly [why: string, how: Login, condition: string])[] = [
  ['no <fast/>', { mechanism: NONE, message: tokenProof('x') }, 'invalid-mechanism'],
  ['<fast/> with a password', { inline: fast() }, 'invalid-mechanism'],
  ['a made-up token', byToken('x'), 'not-authorized'],
  ['a proof without a name', { ...byToken('x'), message: Buffer.from('\0abc').toString('base64') }, 'malformed-request'],
  ['a name without a proof', { ...byToken('x'), message: Buffer.from('romeo\0').toString('base64') }, 'malformed-request'],
  ['a name that is not UTF-8', { ...byToken('x'), message: Buffer.from([0xff, 0, 1]).toString('base64') }, 'malformed-request'],
  ['a count that is none', byToken('x', { attributes: `count='many'` }), 'malformed-request'],
  ['tls-unique on TLS 1.3', { ...byToken('x'), mechanism: 'HT-SHA-256-UNIQ' }, 'invalid-mechanism'],
]
for (const [why, how, condition] of WRONG) {
  test(`${why}: ${condition}`, async () => {
    assert.equal(conditionIn(await tries(how)), condition)
  })
}

test('a token is asked for by a client that says which it is, for a mechanism on offer; else it gets none, and is let in', async () => {
  assert.equal(tokenIn(await tries({ inline: requestToken('HT-SHA-256-UNIQ') })), undefined)
  const client = await town.client()
  const anonymous = `<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'><initial-response>${Buffer.from(`\0romeo\0${PASSWORD}`).toString('base64')}</initial-response>${requestToken()}</authenticate>`
  assert.equal(tokenIn(await client.asks(anonymous, '</success>')), undefined)
  await client.vanishes()
})

test('a wrong password gives no token', async () => {
  assert.doesNotMatch(await tries({ password: 'wrong', inline: requestToken() }), /<token/)
})

const ends = async (change: () => Promise<void>, condition: string, person: string): Promise<RawClient> => {
  const secret = await token({ person })
  const client = await town.client()
  await login(client, byToken(secret, { person, inline: bind() }))
  await change()
  assert.equal(conditionIn(await tries(byToken(secret, { person }))), condition)
  return client
}

test('whose account is locked is refused at once, with the right token too', async () => {
  const client = await ends(() => town.administer('lockUser', { localpart: 'mercutio' }), 'account-disabled', 'mercutio')
  assert.match(await client.goes(), /not-authorized/)
})

test('with a new password the tokens that the old one got are gone', async () => {
  const change = (): Promise<void> => town.administer('setPassword', { localpart: 'juliet', password: 'another one' })
  const client = await ends(change, 'not-authorized', 'juliet')
  await client.vanishes()
})

test('guesses are slowed like those at passwords', async () => {
  await using strict = await here({ people: ['tybalt'], limits: { rates: true, failedLoginsPerMinute: 2, connectionsPerAddress: 100 } })
  const conditions: (string | undefined)[] = []
  for (let i = 0; i < 6 && !conditions.includes('temporary-auth-failure'); i++) {
    const client = await strict.client()
    conditions.push(conditionIn(await login(client, byToken(`guess${i}`, { person: 'tybalt' }))))
    await client.vanishes()
  }
  assert.equal(conditions.at(-1), 'temporary-auth-failure')
})
