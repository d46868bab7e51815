/** Whole exchanges of SCRAM: those printed in the RFCs, both sides with one another, and with those who cheat. */
import assert from 'node:assert/strict'
import { createHash, createHmac, pbkdf2Sync, webcrypto } from 'node:crypto'
import { test } from 'node:test'
import { decodeBase64 } from './base64.ts'
import { nodeCrypto } from './crypto.testing.ts'
import { SaslError } from './errors.ts'
import { SCRAM_MECHANISMS, type ScramMechanism } from './mechanisms.ts'
import { type ClientBinding, type ScramClientCrypto, checkServerFinal, clientFinal, clientFirst } from './scram-client.ts'
import { type ScramOffer, type ScramOutcome, beginScram, challengeScram, finishScram } from './scram-server.ts'
import { type ScramVerifier, deriveVerifier, fakeVerifier, passwordBytes } from './verifiers.ts'

const NO_PLUS: ScramOffer = { isPlus: false, bindings: [] }
const WITHOUT_PLUS: ScramOffer = { isPlus: false, bindings: ['tls-exporter'] }
const PLUS: ScramOffer = { isPlus: true, bindings: ['tls-exporter', 'tls-server-end-point'] }
const DATA = Uint8Array.from({ length: 32 }, (_, i) => i * 7)

function verifierOf(
  mechanism: ScramMechanism,
  password: string,
  salt: Uint8Array = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]),
  iterations = 4096,
): ScramVerifier {
  const crypto = nodeCrypto(mechanism)
  const bytes = passwordBytes(password)
  assert(bytes)
  return deriveVerifier(crypto, mechanism, crypto.pbkdf2(bytes, salt, iterations), { salt, iterations })
}

const base64 = (text: string): Uint8Array => decodeBase64(text) ?? assert.fail(text)
const refused = (condition: SaslError['condition']) => (error: unknown) => error instanceof SaslError && error.condition === condition

interface Printed {
  readonly mechanism: ScramMechanism
  readonly salt: string
  readonly clientNonce: string
  readonly serverNonce: string
  readonly proof: string
  readonly signature: string
}

const PRINTED: Readonly<Record<string, Printed>> = {
  'RFC 5802 §5': {
    mechanism: 'SCRAM-SHA-1',
    salt: 'QSXCR+Q6sek8bf92',
    clientNonce: 'fyko+d2lbbFgONRv9qkxdawL',
    serverNonce: '3rfcNHYJY1ZVvWVs7j',
    proof: 'v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=',
    signature: 'rmF9pqV8S7suAoZWja4dJRkFsKQ=',
  },
  'RFC 7677 §3': {
    mechanism: 'SCRAM-SHA-256',
    salt: 'W22ZaJ0SNY7soEsUEjb6gQ==',
    clientNonce: 'rOprNGfwEbeRWgbNEkqO',
    serverNonce: '%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0',
    proof: 'dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
    signature: '6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
  },
}

for (const [source, { mechanism, salt, clientNonce, serverNonce, proof, signature }] of Object.entries(PRINTED)) {
  test(`the exchange of ${source} comes out to the letter on both sides`, async () => {
    const crypto = nodeCrypto(mechanism)
    const hello = clientFirst({ username: 'user', nonce: clientNonce, binding: 'none' })
    assert.equal(hello.text, `n,,n=user,r=${clientNonce}`)
    const first = beginScram(hello.text, NO_PLUS)
    const challenge = challengeScram(first, verifierOf(mechanism, 'pencil', base64(salt)), serverNonce)
    assert.equal(challenge.text, `r=${clientNonce}${serverNonce},s=${salt},i=4096`)
    const answer = await clientFinal(crypto, hello, challenge.text, 'pencil')
    assert.equal(answer.text, `c=biws,r=${clientNonce}${serverNonce},p=${proof}`)
    assert.deepEqual(finishScram(crypto, challenge, answer.text, undefined), { kind: 'right', text: `v=${signature}`, at: 0 })
    checkServerFinal(`v=${signature}`, answer)
  })
}

test('several passwords may open one account: the server finds out which it was, and proves that it knows that one', async () => {
  for (const mechanism of SCRAM_MECHANISMS) {
    const crypto = nodeCrypto(mechanism)
    const [own, ...others] = ['pencil', 'phone', 'laptop'].map(password => verifierOf(mechanism, password))
    assert(own)
    for (const [at, typed] of ['pencil', 'phone', 'laptop', 'guess'].entries()) {
      const hello = clientFirst({ username: 'user', nonce: 'abc', binding: 'none' })
      const challenge = challengeScram(beginScram(hello.text, NO_PLUS), own, 'def', undefined, others)
      const answer = await clientFinal(crypto, hello, challenge.text, typed)
      const outcome = finishScram(crypto, challenge, answer.text, undefined)
      assert.equal(outcome.kind === 'right' ? outcome.at : outcome.kind, typed === 'guess' ? 'wrong' : at)
      if (outcome.kind === 'right') checkServerFinal(outcome.text, answer)
    }
  }
})

test('SHA-512 comes out as when the sums of RFC 5802 §3 are written down one by one', () => {
  const salt = Buffer.from('a salt of some length')
  const hmac = (key: Buffer, data: string): Buffer => createHmac('sha512', key).update(data).digest()
  const salted = pbkdf2Sync('pencil', salt, 4096, 64, 'sha512')
  const clientKey = hmac(salted, 'Client Key')
  const storedKey = createHash('sha512').update(clientKey).digest()
  const verifier = verifierOf('SCRAM-SHA-512', 'pencil', salt)
  assert.equal(verifier.storedKey, storedKey.toString('base64'))
  const challenge = challengeScram(beginScram('n,,n=user,r=abc', NO_PLUS), verifier, 'def')
  const answer = (withoutProof: string): { readonly text: string; readonly authMessage: string } => {
    const authMessage = `n=user,r=abc,r=abcdef,s=${salt.toString('base64')},i=4096,${withoutProof}`
    const signature = hmac(storedKey, authMessage)
    const proof = Buffer.from(clientKey.map((byte, i) => byte ^ (signature[i] ?? 0))).toString('base64')
    return { text: `${withoutProof},p=${proof}`, authMessage }
  }
  const crypto = nodeCrypto('SCRAM-SHA-512')
  const right = answer('c=biws,r=abcdef')
  const wanted = hmac(hmac(salted, 'Server Key'), right.authMessage).toString('base64')
  assert.deepEqual(finishScram(crypto, challenge, right.text, undefined), { kind: 'right', text: `v=${wanted}`, at: 0 })
  // A good proof of what was never asked: another nonce, another header.
  assert.equal(finishScram(crypto, challenge, answer('c=biws,r=abcxyz').text, undefined).kind, 'wrong')
  assert.equal(finishScram(crypto, challenge, answer('c=eSws,r=abcdef').text, undefined).kind, 'unbound')
})

interface Meeting {
  readonly mechanism?: ScramMechanism
  readonly crypto?: ScramClientCrypto
  readonly binding?: ClientBinding
  readonly offer?: ScramOffer
  readonly serverSees?: Uint8Array
  readonly typed?: string
  readonly change?: (text: string) => string
}

/** A whole exchange for `juliet`, whose password is `pä55`. */
async function meet({
  mechanism = 'SCRAM-SHA-256',
  binding = 'none',
  offer = WITHOUT_PLUS,
  typed = 'p\u00e455',
  ...rest
}: Meeting): Promise<ScramOutcome> {
  const hello = clientFirst({ username: 'juliet', nonce: 'abc', binding })
  const first = beginScram(hello.text, offer)
  const challenge = challengeScram(first, verifierOf(mechanism, 'p\u00e455'), 'def')
  const answer = await clientFinal(rest.crypto ?? nodeCrypto(mechanism), hello, challenge.text, typed)
  const outcome = finishScram(nodeCrypto(mechanism), challenge, rest.change?.(answer.text) ?? answer.text, rest.serverSees)
  if (outcome.kind === 'right') checkServerFinal(outcome.text, answer)
  return outcome
}

test('client and server agree on the right password, and on nothing else', async () => {
  for (const mechanism of SCRAM_MECHANISMS) {
    assert.equal((await meet({ mechanism })).kind, 'right')
    assert.equal((await meet({ mechanism, typed: 'pa\u0308\u00ad55' })).kind, 'right')
    assert.equal((await meet({ mechanism, typed: 'P\u00e455' })).kind, 'wrong')
    assert.equal((await meet({ mechanism, typed: 'pa55' })).kind, 'wrong')
  }
})

test('a browser, whose crypto answers later, is understood', async () => {
  const { subtle } = webcrypto
  const own = (data: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(data)
  const keyOf = (key: Uint8Array, algorithm: string): ReturnType<typeof subtle.importKey> =>
    algorithm === 'PBKDF2'
      ? subtle.importKey('raw', own(key), 'PBKDF2', false, ['deriveBits'])
      : subtle.importKey('raw', own(key), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const crypto: ScramClientCrypto = {
    hash: async data => new Uint8Array(await subtle.digest('SHA-256', own(data))),
    hmac: async (key, data) => new Uint8Array(await subtle.sign('HMAC', await keyOf(key, 'HMAC'), own(data))),
    pbkdf2: async (password, salt, iterations) =>
      new Uint8Array(
        await subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt: own(salt), iterations }, await keyOf(password, 'PBKDF2'), 256),
      ),
  }
  assert.equal((await meet({ crypto })).kind, 'right')
})

test('what is bound to another channel is refused though the password is right', async () => {
  const binding = { type: 'tls-exporter', data: DATA } as const
  assert.equal((await meet({ binding, offer: PLUS, serverSees: DATA })).kind, 'right')
  assert.equal((await meet({ binding, offer: PLUS, serverSees: DATA.toReversed() })).kind, 'unbound')
  assert.equal((await meet({ binding, offer: PLUS })).kind, 'unbound')
  assert.equal((await meet({ binding: { ...binding, data: new Uint8Array(0) }, offer: PLUS })).kind, 'unbound')
  assert.equal((await meet({ binding, offer: PLUS, serverSees: DATA, typed: 'guess' })).kind, 'wrong')
})

test('a list of mechanisms that was cut on its way is noticed (RFC 5802 §6)', async () => {
  await assert.rejects(meet({ binding: 'unoffered', offer: WITHOUT_PLUS }), refused('not-authorized'))
  assert.equal((await meet({ binding: 'unoffered', offer: NO_PLUS })).kind, 'right')
})

test('binding is spoken of in -PLUS mechanisms, and only in them, and only of a kind on offer', () => {
  assert.throws(() => beginScram('n,,n=user,r=abc', PLUS), refused('malformed-request'))
  assert.throws(() => beginScram('p=tls-exporter,,n=user,r=abc', WITHOUT_PLUS), refused('malformed-request'))
  assert.throws(() => beginScram('p=tls-unique,,n=user,r=abc', PLUS), refused('malformed-request'))
  assert.equal(beginScram('p=tls-server-end-point,,n=user,r=abc', PLUS).bindTo, 'tls-server-end-point')
})

test('an answer changed on its way is wrong, whatever was changed', async () => {
  const changes: readonly ((text: string) => string)[] = [
    text => text.replace('r=abcdef', 'r=abcdeg'),
    text => text.replace('r=abcdef', 'r=abc'),
    text => text.replace('c=biws', 'c=eSws'),
    text => text.replace(',p=', ',x=1,p='),
    text => text.replace(/p=.*/, 'p=AAAA'),
    text => text.replace(/p=(.)/, (_, first: string) => `p=${first === 'A' ? 'B' : 'A'}`),
  ]
  for (const change of changes) assert.equal((await meet({ change })).kind, 'wrong', String(change))
})

test('a server that knows no keys, asks for too little or too much work, or answers another is not believed', async () => {
  const crypto = nodeCrypto('SCRAM-SHA-1')
  const hello = clientFirst({ username: 'us,er=', nonce: 'abc', binding: 'none' })
  assert.equal(hello.bare, 'n=us=2Cer=3D,r=abc')
  const answer = await clientFinal(crypto, hello, 'r=abcdef,s=QSXCR+Q6sek8bf92,i=4096', 'pencil')
  for (const text of ['', 'v=', 'v=AAAA', 'e=other-error']) assert.throws(() => checkServerFinal(text, answer), refused('not-authorized'))
  const challenges = {
    'r=abcdef,s=QSXCR+Q6sek8bf92,i=1000': 'mechanism-too-weak',
    'r=abcdef,s=QSXCR+Q6sek8bf92,i=100000000': 'malformed-request',
    'r=abcdef,s=QSXCR+Q6sek8bf92,i=04096': 'malformed-request',
    'r=abcdef,s=,i=4096': 'malformed-request',
    'm=x,r=abcdef,s=QSXCR+Q6sek8bf92,i=4096': 'malformed-request',
    'r=abc,s=QSXCR+Q6sek8bf92,i=4096': 'not-authorized',
    'r=xyzdef,s=QSXCR+Q6sek8bf92,i=4096': 'not-authorized',
  } as const
  for (const [text, condition] of Object.entries(challenges))
    await assert.rejects(clientFinal(crypto, hello, text, 'x'), refused(condition), text)
})

test('somebody who does not exist has always the same salt, another for each name, and no password', async () => {
  const crypto = nodeCrypto('SCRAM-SHA-256')
  const secret = Buffer.from('of this server')
  const shape = { mechanism: 'SCRAM-SHA-256', iterations: 4096 } as const
  const nobody = fakeVerifier(crypto, secret, 'nobody', shape)
  assert.deepEqual(fakeVerifier(crypto, secret, 'nobody', shape), nobody)
  const others = [fakeVerifier(crypto, secret, 'noone', shape), fakeVerifier(crypto, Buffer.from('of that one'), 'nobody', shape)]
  for (const other of others) assert.notEqual(other.salt, nobody.salt)
  const real = verifierOf('SCRAM-SHA-256', 'x', Buffer.alloc(16))
  for (const key of ['salt', 'storedKey', 'serverKey'] as const) assert.equal(nobody[key].length, real[key].length)
  const hello = clientFirst({ username: 'nobody', nonce: 'abc', binding: 'none' })
  const challenge = challengeScram(beginScram(hello.text, NO_PLUS), nobody, 'def')
  const answer = await clientFinal(crypto, hello, challenge.text, 'guess')
  assert.equal(finishScram(crypto, challenge, answer.text, undefined).kind, 'wrong')
})

test('a password that SCRAM cannot carry gives no bytes', () => {
  for (const password of ['', '\u00ad', 'a\tb', 'a\ufffd']) assert.equal(passwordBytes(password), undefined)
})
