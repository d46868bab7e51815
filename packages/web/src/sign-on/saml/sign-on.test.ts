import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, mock, test } from 'node:test'
import type { SamlSettings } from '../../settings.ts'
import { Replays } from '../replays.ts'
import type { SignOnOutcome } from '../sign-on.ts'
import { EPPN, type Wish, answerOf, makeKeys, questionIn, ANSWER, HOME, SITE, ownOf, settingsIn } from './provider.testing.ts'
import { isRequestOf, newRequestId } from './request-ids.ts'
import { samlSignOn } from './sign-on.ts'

const [mine, theirs] = [ownOf('mine'), ownOf('theirs')]

describe('signing in with SAML', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plodge-saml-'))
  const [keys, next, evil] = [makeKeys(), makeKeys(), makeKeys()]
  writeFileSync(join(folder, 'idp.pem'), `The old:\n${keys.cert}\nand the new:\n${next.cert}`)
  after(() => rmSync(folder, { recursive: true }))
  function some(changed: Partial<SamlSettings> = {}) {
    const signOn = samlSignOn({ ...settingsIn(folder), ...changed }, HOME, ANSWER, new Replays())
    const asked = async (own = mine): Promise<string> => questionIn(await signOn.begin(own)).id
    const answer = async (xml: string, own = mine): Promise<SignOnOutcome> =>
      signOn.answer(new URLSearchParams({ SAMLResponse: Buffer.from(xml).toString('base64') }), own)
    const says = async (wish: Partial<Wish> = {}, signer = keys): Promise<string> =>
      answerOf(signer, { id: await asked(), site: SITE, recipient: ANSWER, ...wish })
    return { signOn, asked, answer, says, signsIn: async (wish: Partial<Wish> = {}) => answer(await says(wish)) }
  }
  const believes = (outcome: SignOnOutcome): void =>
    assert.deepEqual([outcome.kind, 'principal' in outcome && outcome.principal], ['person', 'spqr2'])
  const refuses = (outcome: SignOnOutcome, why: RegExp): void => {
    assert.equal(outcome.kind, 'refused')
    assert.match('why' in outcome ? outcome.why : '', why)
  }

  test('a person is sent with a question, each of another id', async () => {
    const { signOn } = some({ asksAnew: true })
    const url = await signOn.begin(mine)
    const { id, xml } = questionIn(url)
    assert.match(url, /^https:\/\/idp\.test\/sso\?/)
    assert.match(xml, /ForceAuthn="true"/)
    assert.match(xml, /AssertionConsumerServiceURL="https:\/\/chat\.cam\.ac\.uk\/sign-on\/answer"/)
    assert.ok(isRequestOf(mine, id))
    assert.ok(!isRequestOf(theirs, id))
    assert.notEqual(newRequestId(mine), newRequestId(mine))
    for (const other of ['', '_', id.slice(1), `${id}x`, `_${'x'.repeat(65)}`]) assert.ok(!isRequestOf(mine, other))
  })

  test('who it says it is is who it is, whether its answer is signed, what that says, or both', async () => {
    const { signsIn } = some()
    for (const more of [{}, { signResponse: true }, { signAssertion: false, signResponse: true }]) believes(await signsIn({ more }))
  })

  test('during a change of certificates both are good', async () => {
    const { says, answer } = some()
    for (const signer of [keys, next]) believes(await answer(await says({}, signer)))
  })

  test('a NameID may be what names people', async () => {
    const { signsIn } = some({ rule: { ...settingsIn(folder).rule, name: 'NameID' } })
    believes(await signsIn({ nameId: 'spqr2@cam.ac.uk' }))
    refuses(await signsIn(), /of no one here/)
  })

  test('an answer is good once, and only in the browser that asked', async () => {
    const { says, answer } = some()
    const xml = await says()
    refuses(await answer(xml, theirs), /for another browser/)
    believes(await answer(xml))
    refuses(await answer(xml), /used already/)
  })

  test('an answer to no question of ours is not believed', async () => {
    const { says, answer, asked } = some()
    refuses(await answer(await says({ id: '' })), /another browser/)
    refuses(await answer(await says({ id: '_x' })), /another browser/)
    // What is signed answers another's question, and what is not is changed to answer mine.
    const [stolen, own] = [await asked(theirs), await asked()]
    const xml = await says({ id: stolen })
    refuses(await answer(xml.replace(`InResponseTo="${stolen}"`, `InResponseTo="${own}"`)), /another browser|wrongly signed/)
  })

  for (const [what, wish, why] of [
    ['for another site', { site: 'https://evil.test' }, /another site/],
    ['sent to another site', { recipient: 'https://evil.test/answer' }, /another browser or site/],
    ['without a recipient', { recipient: '' }, /another browser or site/],
    ['of another sign-on', { more: { issuer: 'https://evil.test' } }, /another sign-on/],
    ['unsigned', { more: { signAssertion: false } }, /wrongly signed/],
    ['expired', { more: { lifetimeInSeconds: -60 } }, /too old/],
    ['signed with SHA-1', { more: { signatureAlgorithm: 'rsa-sha1', digestAlgorithm: 'sha1' } }, /not good enough/],
    ['of a person elsewhere', { attributes: { [EPPN]: 'spqr2@evil.test' } }, /of no one here/],
    ['of nobody', { attributes: {} }, /without a/],
    ['of two', { attributes: { [EPPN]: ['spqr2@cam.ac.uk', 'fanf2@cam.ac.uk'] } }, /not one name/],
  ] as const)
    test(`an answer is not believed that is ${what}`, async () => refuses(await some().signsIn(wish), why))

  test('an answer is not believed that is of another time', async () => {
    for (const [seconds, good] of [
      [-200, true],
      [-400, false],
      [20, true],
      [90, false],
    ] as const) {
      const { says, answer } = some()
      const id = await some().asked()
      mock.timers.enable({ apis: ['Date'], now: Date.now() + seconds * 1000 })
      const xml = await says({ id, more: { lifetimeInSeconds: 3600 } }).finally(() => mock.timers.reset())
      const outcome = await answer(xml)
      if (good) believes(outcome)
      else refuses(outcome, /too old, or from the future/)
    }
  })

  test('an answer is not believed that is signed by another, under any certificate', async () => {
    const { says, answer } = some()
    refuses(await answer(await says({}, evil)), /wrongly signed/)
    refuses(await answer(await says({ more: { cert: keys.cert } }, evil)), /wrongly signed/)
  })

  test('an answer is not believed that is altered', async () => {
    const { says, answer } = some()
    for (const more of [{}, { signAssertion: false, signResponse: true }]) {
      const xml = await says({ more })
      refuses(await answer(xml.replace('spqr2@', 'fanf2@')), /wrongly signed/)
      refuses(await answer(xml.replace('spqr2@', 'spqr2<!-- -->@')), /malformed/)
      refuses(await answer(xml.replace('spqr2@', 'fanf2<?x y?>@')), /malformed/)
    }
  })

  const evilOf = (assertion: string): string => assertion.replace('spqr2@', 'fanf2@').replace(/\bID="[^"]*"/, 'ID="_evil"')
  const unsigned = (assertion: string): string => assertion.replace(/<Signature[\s\S]*<\/Signature>/, '')
  /** XSW1 to 8 and kin: the signed stands somewhere, and something else where it is looked for. */
  const wrappings: readonly (readonly [string, (whole: string, assertion: string) => string])[] = [
    ['the evil before the true', (whole, a) => whole.replace(a, evilOf(unsigned(a)) + a)],
    ['the evil after the true', (whole, a) => whole.replace(a, a + evilOf(unsigned(a)))],
    ['the true within the evil', (whole, a) => whole.replace(a, evilOf(unsigned(a)).replace('</saml:Assertion>', `${a}</saml:Assertion>`))],
    [
      'the true within the evil’s signature',
      (whole, a) => whole.replace(a, evilOf(a).replace('</Signature>', `<Object>${unsigned(a)}</Object></Signature>`)),
    ],
    [
      'the whole true within the evil’s signature',
      (whole, a) => whole.replace(a, evilOf(a).replace('</Signature>', `<Object>${a}</Object></Signature>`)),
    ],
    ['the true in an extension', (whole, a) => whole.replace(a, `<samlp:Extensions>${a}</samlp:Extensions>${evilOf(a)}`)],
    ['the same id twice', (whole, a) => whole.replace(a, a + unsigned(a).replace('spqr2@', 'fanf2@'))],
    [
      'the evil with the true’s signature and id',
      (whole, a) => whole.replace(a, `<x xmlns="urn:x">${unsigned(a)}</x>${a.replace('spqr2@', 'fanf2@')}`),
    ],
  ]
  for (const [what, wrap] of wrappings)
    test(`a signature is for what it signs: ${what}`, async () => {
      const { says, answer } = some()
      const xml = await says()
      const [assertion = ''] = /<saml:Assertion[\s\S]*<\/saml:Assertion>/.exec(xml) ?? []
      assert.ok(assertion.includes('spqr2@'))
      const wrapped = wrap(xml, assertion)
      assert.ok(wrapped.includes('fanf2@') && wrapped !== xml)
      const outcome = await answer(wrapped)
      assert.notEqual('principal' in outcome && outcome.principal, 'fanf2')
      assert.equal(outcome.kind, 'refused')
    })

  test('a whole answer that is signed cannot be put into another', async () => {
    const { says, answer } = some()
    const xml = await says({ more: { signAssertion: false, signResponse: true } })
    const signed = xml.replace(/^<\?xml[^>]*\?>/, '')
    const shell = signed.replace('spqr2@', 'fanf2@').replace(/\bID="[^"]*"/, 'ID="_evil"')
    refuses(await answer(shell.replace('</Signature>', `<Object>${signed}</Object></Signature>`)), /./)
    refuses(await answer(shell.replace('</samlp:Status>', `</samlp:Status><samlp:Extensions>${signed}</samlp:Extensions>`)), /./)
  })

  test('what is no answer is refused, however much or deep it is', async () => {
    const { answer, signOn } = some()
    for (const text of [
      '',
      'x',
      '<a/>',
      '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
      '<a>'.repeat(40_000),
      `${'<a>'.repeat(20_000)}${'</a>'.repeat(20_000)}`,
    ])
      refuses(await answer(text), /./)
    for (const said of [{}, { SAMLResponse: '%' }, { SAMLRequest: 'x' }])
      refuses(await signOn.answer(new URLSearchParams(said as Record<string, string>), mine), /./)
  })

  /** What an answer that is looked at for long could be filled with. */
  const fillings: readonly (readonly [string, () => string])[] = [
    ['wide', () => '<a/>'.repeat(1400)],
    ['of many attributes', () => `<a ${Array.from({ length: 900 }, (_, i) => `a${i}=""`).join(' ')}/>`.repeat(9)],
    [
      'of many namespaces',
      () => `<a ${Array.from({ length: 400 }, (_, i) => `xmlns:a${i}="u"`).join(' ')}>`.repeat(10) + '</a>'.repeat(10),
    ],
    [
      'of many namespaces, deep',
      () =>
        Array.from(
          { length: 25 },
          (_, i) => `<a${i}:a xmlns:a${i}="u" ${Array.from({ length: 90 }, (_, j) => `xmlns:b${i}x${j}="u"`).join(' ')}>`,
        ).join('') + Array.from({ length: 25 }, (_, i) => `</a${24 - i}:a>`).join(''),
    ],
    ['of entities', () => '&#x61;'.repeat(15_000)],
    ['of ids', () => Array.from({ length: 1400 }, (_, i) => `<a ID="i${i}"/>`).join('')],
    ['of signatures', () => '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>'.repeat(1700)],
  ]
  for (const [what, filling] of fillings)
    test(`an answer that is ${what} is not looked at for long`, async () => {
      const { says, answer } = some()
      for (const more of [{}, { signAssertion: false, signResponse: true }]) {
        const xml = await says({ more })
        const full = xml.replace('spqr2@', `${filling()}spqr2@`).slice(0, 98_304)
        const beside = xml.replace('<samlp:Status>', `<samlp:Extensions>${filling()}</samlp:Extensions><samlp:Status>`)
        for (const text of [full, beside]) {
          const began = process.cpuUsage()
          await answer(text)
          const { user } = process.cpuUsage(began)
          assert.ok(user < 1_000_000, `${user / 1000} ms`)
        }
      }
    })

  test('a failure is told as one', async () => {
    const { says, answer } = some()
    const status = 'urn:oasis:names:tc:SAML:2.0:status:Responder'
    const xml = (await says({ more: { samlStatusCode: status } })).replace(/<saml:Assertion[\s\S]*<\/saml:Assertion>/, '')
    assert.equal((await answer(xml)).kind, 'failed')
  })

  test('where people are asked each time, an older proof will not do', async () => {
    const { signsIn } = some({ asksAnew: true })
    believes(await signsIn())
  })

  test('certificates that are not there are told of at the start', () => {
    writeFileSync(join(folder, 'none.pem'), 'nothing')
    assert.throws(() => some({ certificates: join(folder, 'none.pem') }), /holds no certificate/)
    assert.throws(() => some({ certificates: join(folder, 'nowhere.pem') }), /cannot be read/)
  })

  test('what we are is said to the identity provider', () => {
    const metadata = some().signOn.metadata?.() ?? ''
    assert.ok(metadata.includes(`entityID="${SITE}"`) && metadata.includes(`Location="${ANSWER}"`))
  })
})
