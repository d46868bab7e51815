import assert from 'node:assert/strict'
import { type KeyObject, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { readKeys } from './keys.ts'

const DEMO_DER =
  'MIGJAoGBALhFi9tIZvjYQQRfOzP3cy5ujR91ZntQnQehldByHlchHRmXwA1ot/e1WlHPgIjYkFRWlSNcSDM5r7BkFu69zM66IHcF80NIopBp+3FYqi5uglEDlpzFrd+vYllzw7lBzUnpCrwTxyO5JBaWnFMZrQkSdspXv89VQUO4V4QjXV7/AgMBAAE='
const DEMO = createPublicKey({ key: Buffer.from(DEMO_DER, 'base64'), format: 'der', type: 'pkcs1' })
/** As Raven gives it. */
const DEMO_PEM = `-----BEGIN RSA PUBLIC KEY-----\n${DEMO_DER}\n-----END RSA PUBLIC KEY-----\n`
const rsa = (modulusLength = 1024) => generateKeyPairSync('rsa', { modulusLength })
const pem = (key: KeyObject, type: 'pkcs1' | 'spki' = 'pkcs1'): string => key.export({ type, format: 'pem' }).toString()

function names(files: Record<string, string>, isDemo = false): readonly string[] | string {
  const set = readKeys(
    Object.entries(files).map(([name, text]) => ({ name, text })),
    { isDemo },
  )
  return set.kind === 'keys' ? [...set.keys.keys()] : set.why
}

test('keys are named by their files, in either form of PEM', () => {
  assert.deepEqual(names({ pubkey2: pem(rsa().publicKey), 'pubkey3.pem': pem(rsa().publicKey, 'spki') }), ['2', '3'])
})

test('the demonstration server’s key is taken by itself, for the demonstration', () => {
  assert.deepEqual(names({ pubkey901: DEMO_PEM }, true), ['901'])
})

test('it is refused anywhere else, under any name and in any form', () => {
  const good = pem(rsa().publicKey)
  for (const files of [{ pubkey901: DEMO_PEM }, { pubkey2: good, 'pubkey9.pem': pem(DEMO, 'spki') }, { pubkey901: good }]) {
    assert.match(String(names(files)), /demonstration server, where anybody can sign in as anybody/)
  }
  assert.match(String(names({ pubkey901: DEMO_PEM, pubkey2: good }, true)), /must not stand beside it/)
})

test('what is no such key is refused, in words', () => {
  const { publicKey, privateKey } = rsa()
  assert.match(String(names({})), /no key/)
  assert.match(String(names({ '../pubkey2': pem(publicKey) })), /is not named for a key/)
  assert.match(String(names({ pubkey0: pem(publicKey) })), /is not named for a key/)
  assert.match(String(names({ pubkey2: pem(publicKey), 'pubkey2.pem': pem(publicKey) })), /two keys 2/)
  for (const text of ['', 'x', pem(rsa(512).publicKey), pem(privateKey), pem(generateKeyPairSync('ed25519').publicKey, 'spki')])
    assert.match(String(names({ pubkey2: text })), /holds no RSA public key/)
})
