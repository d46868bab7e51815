import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseStored } from './stored.ts'

const A = (length: number): string => 'a'.repeat(length)

const REFUSED: readonly (readonly [string, string, RegExp])[] = [
  ['a password in clear', '{PLAIN}secret', /in clear/],
  ['a shadowed password', 'x', /shadow/],
  ['a word', 'secret', /no password hash/],
  ['a cut hash', `$6$salt$${A(85)}`, /begins like \$6\$/],
  ['a scheme nobody knows', '{ROT13}frperg', /\{ROT13\}/],
  ['a digest of the wrong length', '{SHA}c2hvcnQ=', /\{SHA\}/],
  ['a salted digest without salt', '{SSHA}jw80bVgk15TzTNGtIPVjKnealbg=', /\{SSHA\}/],
  [
    'a verifier of too few iterations',
    '{SCRAM-SHA-1}1000,ZECME9z+iuO7T8k3Y4GoEg==,K8dtQ0uMDFS+DkjY+Qhagcxk2wY=,o67u0Y6jHx0YA499P2e4mizKjQ8=',
    /4096/,
  ],
  ['a verifier with a key missing', '{SCRAM-SHA-1}4096,ZECME9z+iuO7T8k3Y4GoEg==,K8dtQ0uMDFS+DkjY+Qhagcxk2wY=', /not a verifier/],
  [
    'a key of another hash',
    '{SCRAM-SHA-256}4096,ZECME9z+iuO7T8k3Y4GoEg==,K8dtQ0uMDFS+DkjY+Qhagcxk2wY=,o67u0Y6jHx0YA499P2e4mizKjQ8=',
    /not a verifier/,
  ],
  ['SHA-crypt that would take minutes', `$6$rounds=99999999$salt$${A(86)}`, /work factor/],
  ['bcrypt that would take days', `$2y$31$${A(53)}`, /work factor/],
  ['PBKDF2 that would take minutes', `{PBKDF2}$1$salt$900000000$${A(40)}`, /work factor/],
  ['Argon2 that would take all memory', `$argon2id$v=19$m=99999999,t=3,p=1$${A(22)}$${A(43)}`, /work factor/],
  ['yescrypt that would take all memory', `$y$jzT$${A(22)}$${A(43)}`, /work factor/],
  ['a hash that never ends', `$6$salt$${A(9999)}`, /too long/],
]

for (const [what, text, why] of REFUSED) {
  test(`${what} is refused, and the refusal does not repeat it`, () => {
    const stored = parseStored(text)
    assert(stored.kind === 'refused')
    assert.match(stored.why, why)
    assert(!stored.why.includes(A(10)) && !stored.why.includes('secret') && !stored.why.includes('frperg'))
  })
}
