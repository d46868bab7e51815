import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { endPointOf } from './tls.ts'

const raw = Buffer.from('a certificate')

for (const [signatureAlgorithm, hash] of [
  ['ecdsa-with-SHA256', 'sha256'],
  ['ecdsa-with-SHA384', 'sha384'],
  ['sha512WithRSAEncryption', 'sha512'],
  ['ecdsa-with-SHA1', 'sha256'],
  ['md5WithRSAEncryption', 'sha256'],
  ['ED25519', undefined],
  ['rsassaPss', undefined],
] as const) {
  test(`RFC 5929 §4.1: a certificate signed by ${signatureAlgorithm} is bound by ${hash ?? 'nothing'}`, () => {
    assert.deepEqual(endPointOf({ signatureAlgorithm, raw }), hash && createHash(hash).update(raw).digest())
  })
}
