/** The messages of SCRAM that a server reads, to the letter of the grammar of RFC 5802 §7. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { SaslError } from './errors.ts'
import { parseClientFinal, parseClientFirst } from './scram.ts'

const isMalformed = (error: unknown): boolean => error instanceof SaslError && error.condition === 'malformed-request'

test('a first message is taken apart to the letter', () => {
  assert.deepEqual(parseClientFirst('n,a=ro=3Dmeo=2C@example.com,n=ju=2Cl=3Diet,r=a+/=!,x=1'), {
    username: 'ju,l=iet',
    authzid: 'ro=meo,@example.com',
    nonce: 'a+/=!',
    binding: { kind: 'none' },
    gs2Header: 'n,a=ro=3Dmeo=2C@example.com,',
    bare: 'n=ju=2Cl=3Diet,r=a+/=!,x=1',
  })
  assert.equal(parseClientFirst('y,,n=\uff55\u00adser,r=a').username, 'user')
})

test('a first message that is none is refused', () => {
  const none = [
    '',
    ',',
    'n,,',
    'n,,n=user',
    'n,,n=user,',
    'n,,n=,r=abc',
    'n,,n=\u00ad,r=abc',
    'n,,n=user,r=',
    'n,,n=user,r=a b',
    'n,,n=user,r=\u00e4',
    'n,,r=abc,n=user',
    'n,,n=us=er,r=abc',
    'n,,n=us=2cer,r=abc',
    'n,,n=us\0er,r=abc',
    'n,,n=us\u0007er,r=abc',
    'n,,m=x,n=user,r=abc',
    'n,,n=user,r=abc,m=x',
    'n,,n=user,r=abc,x',
    'n,,n=user,r=abc,x=',
    'n,,n=user,r=abc,',
    'n,a=,n=user,r=abc',
    'n,b=x,n=user,r=abc',
    'n,n=user,r=abc',
    'x,,n=user,r=abc',
    'N,,n=user,r=abc',
    'p=,,n=user,r=abc',
    'p=tls_x,,n=user,r=abc',
    ' n,,n=user,r=abc',
    `n,,n=${'a'.repeat(1024)},r=abc`,
    `n,,n=user,r=${'a'.repeat(257)}`,
    `n,,n=user,r=abc${',x=1'.repeat(3000)}`,
  ]
  for (const text of none) assert.throws(() => parseClientFirst(text), isMalformed, text.slice(0, 60))
})

test('a last message that is none is refused', () => {
  const none = [
    '',
    'c=biws,r=abc',
    'r=abc,c=biws,p=AAAA',
    'c=biws,p=AAAA',
    'c=biws,r=abc,p=',
    'c=biws,r=abc,p=AAAA,x=1',
    'c=bi ws,r=abc,p=AAAA',
    'c=biws,r=abc,p=A',
    'c=biws,r=abc,m=x,p=AAAA',
    'm=x,c=biws,r=abc,p=AAAA',
    'c=biws,r=abc,x,p=AAAA',
    `c=biws,r=${'a'.repeat(600)},p=AAAA`,
  ]
  for (const text of none) assert.throws(() => parseClientFinal(text), isMalformed, text.slice(0, 60))
})

test('whatever the bytes, a parser refuses or understands, and never breaks', () => {
  const pieces = fc.array(fc.constantFrom('n', 'y', ',', 'a=', 'n=', 'r=', 'c=', 'p=', 'm=', '=2C', '=', 'biws', 'x', '\0', '\u00e4'), {
    maxLength: 16,
  })
  fc.assert(
    fc.property(
      fc.oneof(
        pieces.map(list => list.join('')),
        fc.string({ unit: 'binary' }),
      ),
      text => {
        for (const parse of [parseClientFirst, parseClientFinal]) {
          try {
            parse(text)
          } catch (error) {
            assert(error instanceof SaslError)
          }
        }
      },
    ),
  )
})
