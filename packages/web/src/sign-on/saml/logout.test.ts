/** Single logout with an identity provider that others wrote: its messages, and those that only look like them. */
import assert from 'node:assert/strict'
import { createPublicKey, sign, verify } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, mock, test } from 'node:test'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { SamlSettings } from '../../settings.ts'
import { Replays } from '../replays.ts'
import type { Brought, LogoutOutcome } from '../sign-on.ts'
import {
  ISSUER,
  type Leaving,
  answerOf,
  logoutBy,
  makeKeys,
  questionIn,
  ANSWER,
  HOME,
  SITE,
  ownOf,
  settingsIn,
} from './provider.testing.ts'
import { samlSignOn } from './sign-on.ts'

const TO = `${HOME}/sign-on/logout`
const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
const [mine, theirs] = [ownOf('mine'), ownOf('theirs')]
const xmlIn = (url: string, name: string): string =>
  inflateRawSync(Buffer.from(new URL(url).searchParams.get(name) ?? '', 'base64')).toString()

describe('single logout with SAML', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plodge-slo-'))
  const [keys, evil, ours] = [makeKeys(), makeKeys(), makeKeys()]
  const own = { key: join(folder, 'own-key.pem'), certificate: join(folder, 'own.pem') }
  writeFileSync(join(folder, 'idp.pem'), keys.cert)
  writeFileSync(own.key, ours.key)
  writeFileSync(own.certificate, ours.cert)
  after(() => rmSync(folder, { recursive: true }))

  const SETTINGS: SamlSettings = { ...settingsIn(folder), own, singleLogoutUrl: 'https://idp.test/slo' }
  function some(changed: Partial<SamlSettings> = {}) {
    const signOn = samlSignOn({ ...SETTINGS, ...changed }, HOME, ANSWER, new Replays())
    const take = async (brought: Brought, browser = mine): Promise<LogoutOutcome> =>
      (await signOn.takeLogout?.(brought, browser)) ?? assert.fail('there is no single logout')
    const handles = async (nameId: string, sessionIndex: string): Promise<readonly string[]> => {
      const { id } = questionIn(await signOn.begin(mine))
      const xml = await answerOf(keys, { id, site: SITE, recipient: ANSWER, nameId, more: { sessionIndex } })
      const outcome = await signOn.answer(new URLSearchParams({ SAMLResponse: Buffer.from(xml).toString('base64') }), mine)
      return outcome.kind === 'person' ? (outcome.handles ?? []) : assert.fail(JSON.stringify(outcome))
    }
    return { signOn, take, handles }
  }
  const leaves = (wish: Partial<Leaving> = {}, signer = keys): Promise<Brought> =>
    logoutBy(signer, { binding: 'redirect', nameId: 'x7', sessionIndex: '_s1', to: TO, site: SITE, ...wish })
  const refuses = (outcome: LogoutOutcome, why: RegExp): void =>
    assert.match(outcome.kind === 'refused' ? outcome.why : `not refused: ${outcome.kind}`, why)
  /** Signed by whoever has the key, as a query is. */
  function signed(parameter: string, xml: string, { key } = keys, algorithm = RSA_SHA256): Brought {
    const message = new URLSearchParams({ [parameter]: deflateRawSync(xml).toString('base64'), SigAlg: algorithm }).toString()
    const signature = sign(algorithm.includes('sha1') ? 'sha1' : 'sha256', Buffer.from(message), key).toString('base64')
    return { method: 'GET', query: `${message}&Signature=${encodeURIComponent(signature)}`, body: '' }
  }
  const request = (more: { at?: Date; to?: string; issuer?: string; nameId?: string; id?: string; until?: Date } = {}): string =>
    `<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${more.id ?? '_1'}" Version="2.0" IssueInstant="${(more.at ?? new Date()).toISOString()}"${more.until ? ` NotOnOrAfter="${more.until.toISOString()}"` : ''} Destination="${more.to ?? TO}"><saml:Issuer>${more.issuer ?? ISSUER}</saml:Issuer><saml:NameID>${more.nameId ?? 'x7'}</saml:NameID></samlp:LogoutRequest>`

  for (const binding of ['redirect', 'post'] as const)
    test(`by ${binding} it ends that session of that person, and has a signed answer with its state`, async () => {
      const { take, handles } = some()
      const outcome = await take(await leaves({ binding }))
      assert.ok(outcome.kind === 'ends', JSON.stringify(outcome))
      const has = async (nameId: string, index: string): Promise<boolean> =>
        (await handles(nameId, index)).some(one => outcome.handles.includes(one))
      assert.deepEqual([await has('x7', '_s1'), await has('x7', '_s2'), await has('x8', '_s1')], [true, false, false])
      const back = new URL(outcome.back)
      assert.equal(back.origin + back.pathname, 'https://idp.test/slo')
      assert.equal(back.searchParams.get('RelayState'), 'state 1')
      const xml = xmlIn(outcome.back, 'SAMLResponse')
      assert.match(xml, /status:Success/)
      assert.match(xml, /InResponseTo="[^"]+"/)
      const content = back.search.slice(1).replace(/&Signature=.*$/, '')
      const signature = Buffer.from(back.searchParams.get('Signature') ?? '', 'base64')
      assert.ok(verify('sha256', Buffer.from(content), createPublicKey(ours.cert), signature))
    })

  test('without a session it ends all that the person has', async () => {
    const { take, handles } = some()
    const outcome = await take(signed('SAMLRequest', request()))
    assert.ok(outcome.kind === 'ends')
    for (const index of ['_s1', '_s2']) assert.ok((await handles('x7', index)).includes(outcome.handles[0] ?? ''))
    assert.ok(!(await handles('x8', '_s1')).includes(outcome.handles[0] ?? ''))
  })

  test('once is enough', async () => {
    for (const binding of ['redirect', 'post'] as const) {
      const { take } = some()
      const brought = await leaves({ binding })
      assert.equal((await take(brought)).kind, 'ends')
      refuses(await take(brought, theirs), /used already/)
    }
  })

  test('with another key, for another site, of another sign-on, or at another time it is nothing', async () => {
    const { take } = some()
    for (const binding of ['redirect', 'post'] as const) {
      refuses(await take(await leaves({ binding }, evil)), /wrongly signed/)
      refuses(await take(await leaves({ binding, to: 'https://evil.test/sign-on/logout' })), /another site/)
      refuses(await take(await leaves({ binding, more: { issuer: 'https://evil.test' } })), /another sign-on/)
    }
    const now = Date.now()
    refuses(await take(signed('SAMLRequest', request({ at: new Date(now - 400_000) }))), /too old/)
    refuses(await take(signed('SAMLRequest', request({ at: new Date(now + 400_000) }))), /too old/)
    assert.equal((await take(signed('SAMLRequest', request({ until: new Date(now - 60_000) })))).kind, 'refused')
    refuses(await take(signed('SAMLRequest', request(), keys, 'http://www.w3.org/2000/09/xmldsig#rsa-sha1')), /malformed/)
  })

  test('without a signature, or with a part of one, it is nothing', async () => {
    const { take } = some()
    const { query } = await leaves()
    const said = new URLSearchParams(query)
    const without = (...names: string[]): string => {
      const left = new URLSearchParams(query)
      for (const name of names) left.delete(name)
      return left.toString()
    }
    for (const bad of [
      without('Signature'),
      without('Signature', 'SigAlg'),
      without('SigAlg'),
      query.replace(/Signature=.*$/, 'Signature='),
    ])
      refuses(await take({ method: 'GET', query: bad, body: '' }), /malformed/)
    const xml = inflateRawSync(Buffer.from(said.get('SAMLRequest') ?? '', 'base64'))
    const form = new URLSearchParams({ SAMLRequest: xml.toString('base64') })
    refuses(await take({ method: 'POST', query, body: form.toString() }), /not signed/)
  })

  test('altered, of another person, or with a second message beside the signed one it is nothing', async () => {
    const { take } = some()
    const { query } = await leaves()
    const other = new URLSearchParams({ SAMLRequest: deflateRawSync(request({ nameId: 'x8' })).toString('base64') }).toString()
    const [first = '', ...rest] = query.split('&')
    for (const bad of [
      [other, ...rest].join('&'),
      [first, other, ...rest].join('&'),
      [other, first, ...rest].join('&'),
      [other, first.replace('SAMLRequest', 'xSAMLRequest'), ...rest].join('&'),
      [first.replace('SAMLRequest', 'xSAMLRequest'), other, ...rest].join('&'),
      [first.replace('SAMLRequest', 'SAMLResponse'), other, ...rest].join('&'),
      query.replace('state', 'other'),
    ])
      refuses(await take({ method: 'GET', query: bad, body: '' }), /malformed|wrongly signed/)
    const post = await leaves({ binding: 'post' })
    const xml = Buffer.from(new URLSearchParams(post.body).get('SAMLRequest') ?? '', 'base64').toString()
    const inner = xml.replace(/^<\?xml[^>]*\?>/, '')
    for (const bad of [
      xml.replace('>x7<', '>x8<'),
      xml.replace('_s1', '_s2'),
      // The signed one hidden within another.
      request({ nameId: 'x8' }).replace('</saml:Issuer>', `</saml:Issuer><x>${inner}</x>`),
      request({ nameId: 'x8' }).replace('</saml:Issuer>', `</saml:Issuer>${/<Signature[^]*<\/Signature>/.exec(inner)?.[0]}`),
    ])
      refuses(
        await take({
          method: 'POST',
          query: '',
          body: new URLSearchParams({ SAMLRequest: Buffer.from(bad).toString('base64') }).toString(),
        }),
        /malformed|signed/,
      )
  })

  test('what blows up when it is unpacked, and what is no message, is refused', async () => {
    const { take } = some()
    const bomb = deflateRawSync(Buffer.alloc(8_000_000, 32)).toString('base64')
    for (const text of [bomb, 'x', '', deflateRawSync('<x/>').toString('base64'), deflateRawSync('<!DOCTYPE x><x/>').toString('base64')])
      for (const method of ['GET', 'POST'])
        refuses(
          await take({
            method,
            query: new URLSearchParams({ SAMLRequest: text, SigAlg: RSA_SHA256, Signature: 'x' }).toString(),
            body: new URLSearchParams({ SAMLRequest: text }).toString(),
          }),
          /malformed/,
        )
  })

  test('whoever signs out here is sent with a signed question, and the answer is for that browser', async () => {
    const { signOn, take, handles } = some()
    const url = (await signOn.signOutUrl?.(await handles('x7', '_s1'), mine)) ?? assert.fail('nowhere to go')
    assert.match(url, /^https:\/\/idp\.test\/slo\?.*&Signature=/)
    const { id, xml } = questionIn(url)
    assert.match(xml, /LogoutRequest/)
    assert.match(xml, />x7</)
    assert.match(xml, />_s1</)
    const answer = (status = 'Success', to = id): string =>
      `<samlp:LogoutResponse xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_2" Version="2.0" IssueInstant="${new Date().toISOString()}" Destination="${TO}" InResponseTo="${to}"><saml:Issuer>${ISSUER}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${status}"/></samlp:Status></samlp:LogoutResponse>`
    assert.deepEqual(await take(signed('SAMLResponse', answer())), { kind: 'answered', isOut: true })
    refuses(await take(signed('SAMLResponse', answer()), theirs), /another browser/)
    refuses(await take(signed('SAMLResponse', answer('Success', '_x'))), /another browser/)
    refuses(await take(signed('SAMLResponse', answer(), evil)), /wrongly signed/)
    // A session that did not begin there.
    assert.equal(await signOn.signOutUrl?.([], mine), undefined)
  })

  test('its metadata say where, both ways; without the key of the configuration there is none of it', async () => {
    const { signOn } = some()
    const metadata = signOn.metadata?.() ?? ''
    assert.match(metadata, /SingleLogoutService Binding="[^"]*HTTP-Redirect" Location="https:\/\/chat\.cam\.ac\.uk\/sign-on\/logout"/)
    assert.match(metadata, /SingleLogoutService Binding="[^"]*HTTP-POST" Location="https:\/\/chat\.cam\.ac\.uk\/sign-on\/logout"/)
    const none = some({ singleLogoutUrl: undefined })
    assert.ok(!none.signOn.takeLogout)
    assert.doesNotMatch(none.signOn.metadata?.() ?? '', /SingleLogout/)
    assert.deepEqual(await none.handles('x7', '_s1'), [])
  })

  test('a request is used up for longer than it is good for', async () => {
    const { take } = some()
    const brought = await leaves()
    assert.equal((await take(brought)).kind, 'ends')
    mock.timers.enable({ apis: ['Date'], now: Date.now() + 320_000 })
    try {
      refuses(await take(brought), /used already/)
    } finally {
      mock.timers.reset()
    }
  })
})
