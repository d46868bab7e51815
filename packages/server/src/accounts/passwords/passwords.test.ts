import assert from 'node:assert/strict'
import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'
import { after, test } from 'node:test'
import { GOLDENS, LONG_GOLDENS, LONG_PASSWORD, PASSWORD, SCRAM_GOLDENS } from './goldens.ts'
import { Passwords } from './passwords.ts'
import { parseStored } from './stored.ts'

const passwords = new Passwords({ most: 2 })
after(() => passwords.close())
const hasLibcrypt = passwords.hasLibcrypt()

const needsLibcrypt = (hash: string): boolean => {
  const stored = parseStored(hash)
  return stored.kind === 'hash' && stored.hash.kind === 'libcrypt'
}

for (const [command, hash] of GOLDENS) {
  test(`a hash by ${command} fits its password and no other`, async t => {
    if (needsLibcrypt(hash) && !(await hasLibcrypt)) {
      assert.equal(await passwords.verify(hash, PASSWORD), 'unsupported')
      return t.skip('libcrypt or koffi is missing here')
    }
    assert.equal(await passwords.verify(hash, PASSWORD), 'right')
    assert.equal(await passwords.verify(hash, 'Passwort 1'), 'wrong')
    assert.equal(await passwords.verify(hash, `${PASSWORD}\0`), 'wrong')
  })
}

for (const [command, hash] of LONG_GOLDENS) {
  test(`a hash by ${command} of a long password fits`, async () => {
    assert.equal(await passwords.verify(hash, LONG_PASSWORD), 'right')
    assert.equal(await passwords.verify(hash, LONG_PASSWORD.slice(0, -1)), 'wrong')
  })
}

for (const [command, line] of SCRAM_GOLDENS) {
  test(`a line by ${command} is taken as the verifier it is`, async () => {
    const stored = parseStored(line)
    assert(stored.kind === 'verifier')
    assert.equal(await passwords.fits(stored.verifier, PASSWORD), 'right')
    assert.equal(await passwords.fits(stored.verifier, 'Passwort 1'), 'wrong')
    // That StoredKey comes before ServerKey (RFC 5802 §3), computed apart from our own code.
    const { mechanism, salt, iterations, storedKey, serverKey } = stored.verifier
    const hash = mechanism === 'SCRAM-SHA-1' ? 'sha1' : 'sha256'
    const salted = pbkdf2Sync(PASSWORD, Buffer.from(salt, 'base64'), iterations, hash === 'sha1' ? 20 : 32, hash)
    const clientKey = createHmac(hash, salted).update('Client Key').digest()
    assert.equal(storedKey, createHash(hash).update(clientKey).digest('base64'))
    assert.equal(serverKey, createHmac(hash, salted).update('Server Key').digest('base64'))
  })
}

test('a password typed with composed letters fits where it was stored decomposed', async () => {
  const [, hash = ''] = GOLDENS.find(([command]) => command === 'mkpasswd -m sha512crypt') ?? []
  assert.equal(await passwords.verify(hash, PASSWORD.normalize('NFD')), 'right')
})

test('verifiers are made for every SCRAM, with salts of their own', async () => {
  const verifiers = (await passwords.derive('pencil')) ?? []
  assert.deepEqual(
    verifiers.map(({ mechanism }) => mechanism),
    ['SCRAM-SHA-1', 'SCRAM-SHA-256', 'SCRAM-SHA-512'],
  )
  assert.equal(new Set(verifiers.map(({ salt }) => salt)).size, 3)
  for (const verifier of verifiers) {
    assert.equal(verifier.iterations, 10_000)
    assert.equal(await passwords.fits(verifier, 'pencil'), 'right')
    assert.equal(await passwords.fits(verifier, 'pen'), 'wrong')
  }
})

test('a password that SASLprep prohibits gets no verifiers', async () => {
  assert.deepEqual(await passwords.derive('a\u0007b'), [])
})
