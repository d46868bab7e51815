import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import type { OidcSettings } from '../../settings.ts'
import { Replays } from '../replays.ts'
import type { OwnWords, SignOnOutcome } from '../sign-on.ts'
import { CLIENT, ISSUER, SECRET, TestProvider, token } from './provider.testing.ts'
import { oidcSignOn } from './sign-on.ts'

const HOME = 'https://chat.cam.ac.uk'
const ANSWER = `${HOME}/sign-on/answer`
const ownOf =
  (browser: string): OwnWords =>
  purpose =>
    createHash('sha256').update(`${purpose} ${browser}`).digest('base64url')
const [mine, theirs] = [ownOf('mine'), ownOf('theirs')]

describe('signing in with OpenID Connect', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plodge-oidc-'))
  writeFileSync(join(folder, 'secret'), `${SECRET}\n`)
  after(() => rmSync(folder, { recursive: true }))
  const SETTINGS: OidcSettings = {
    kind: 'oidc',
    title: 'Raven',
    issuer: ISSUER,
    clientId: CLIENT,
    clientSecret: join(folder, 'secret'),
    scopes: 'openid email',
    rule: { name: 'email', pattern: /^([a-z]+[0-9]+)@cam\.ac\.uk$/u, required: { hd: 'cam.ac.uk' } },
    logoutUrl: undefined,
    asksAnew: false,
  }
  function some(changed: Partial<OidcSettings> = {}) {
    const provider = new TestProvider()
    const signOn = oidcSignOn({ ...SETTINGS, ...changed }, HOME, ANSWER, new Replays(), provider.ask)
    const answer = async (query: string, own = mine): Promise<SignOnOutcome> => signOn.answer(new URLSearchParams(query), own)
    const agreed = async (more = {}): Promise<string> => provider.agree(await signOn.begin(mine), more)
    return { provider, signOn, answer, agreed, signsIn: async () => answer(await agreed()) }
  }
  const SPQR2: SignOnOutcome = { kind: 'person', principal: 'spqr2', lifeMs: Infinity, handles: ['sub x7'] }
  const refuses = (outcome: SignOnOutcome, why: RegExp): void => {
    assert.equal(outcome.kind, 'refused')
    assert.match('why' in outcome ? outcome.why : '', why)
  }

  test('a person is sent with a question that only this browser can bring the answer to', async () => {
    const { searchParams, origin, pathname } = new URL(await some().signOn.begin(mine))
    assert.equal(origin + pathname, `${ISSUER}/authorize`)
    assert.deepEqual(Object.fromEntries(searchParams), {
      client_id: CLIENT,
      redirect_uri: ANSWER,
      response_type: 'code',
      scope: 'openid email',
      state: mine('oidc state'),
      nonce: mine('oidc nonce'),
      code_challenge: createHash('sha256').update(mine('oidc verifier')).digest('base64url'),
      code_challenge_method: 'S256',
      hd: 'cam.ac.uk',
    })
  })

  test('who it says it is is who it is', async () => assert.deepEqual(await some().signsIn(), SPQR2))

  test('what the ID token leaves out is asked for', async () => {
    const { provider, signsIn } = some()
    provider.claims = claims => without(claims, 'email', 'email_verified', 'hd')
    provider.userinfo = { sub: 'x7', email: 'spqr2@cam.ac.uk', email_verified: true, hd: 'cam.ac.uk' }
    assert.deepEqual(await signsIn(), SPQR2)
    provider.userinfo = { ...provider.userinfo, sub: 'x8' }
    refuses(await signsIn(), /./)
  })

  test('an answer is good once, even if the provider is careless', async () => {
    const { provider, agreed, answer } = some()
    const back = await agreed()
    assert.deepEqual(await answer(back), SPQR2)
    refuses(await answer(back), /used already/)
    provider.isCareless = true
    const again = await agreed()
    assert.deepEqual(await answer(again), SPQR2)
    refuses(await answer(again), /used already/)
  })

  test('an answer is good in the browser that asked', async () => {
    const { provider, agreed, answer } = some()
    refuses(await answer(await agreed(), theirs), /not for this browser/)
    // Somebody who has a code and writes the state of their own beside it.
    const stolen = new URLSearchParams(await agreed())
    stolen.set('state', theirs('oidc state'))
    refuses(await answer(stolen.toString(), theirs), /used already, or too old/)
    provider.isCareless = true
    refuses(await answer(stolen.toString(), theirs), /for another browser/)
  })

  test('an answer that names another provider is none of this one’s', async () => {
    const { agreed, answer } = some()
    refuses(await answer(await agreed({ iss: 'https://evil.test' })), /./)
    const silent = new URLSearchParams(await agreed())
    silent.delete('iss')
    refuses(await answer(silent.toString()), /./)
  })

  const without = (claims: Readonly<Record<string, unknown>>, ...names: readonly string[]) =>
    Object.fromEntries(Object.entries(claims).filter(([name]) => !names.includes(name)))
  const seconds = (): number => Math.floor(Date.now() / 1000)
  const none = (claims: object): string =>
    `${token({ ...claims }, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey, { alg: 'none' })
      .split('.')
      .slice(0, 2)
      .join('.')}.`
  const attacks: readonly (readonly [what: string, provider: (provider: TestProvider) => void])[] = [
    [
      'altered',
      provider =>
        (provider.sign = claims =>
          token(claims, provider.keys.privateKey).replace(
            /\.[^.]+\./,
            `.${Buffer.from(JSON.stringify({ ...claims, email: 'fanf2@cam.ac.uk' })).toString('base64url')}.`,
          )),
    ],
    [
      'signed by another',
      provider => (provider.sign = claims => token(claims, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey)),
    ],
    ['signed under another id', provider => (provider.sign = claims => token(claims, provider.keys.privateKey, { kid: '2' }))],
    ['unsigned', provider => (provider.sign = none)],
    [
      'signed in a weaker way than is asked for',
      provider => (provider.sign = claims => token(claims, provider.keys.privateKey, { alg: 'HS256' })),
    ],
    ['of another provider', provider => (provider.claims = claims => ({ ...claims, iss: 'https://evil.test' }))],
    ['for another site', provider => (provider.claims = claims => ({ ...claims, aud: 'another' }))],
    ['for several sites', provider => (provider.claims = claims => ({ ...claims, aud: ['another', CLIENT], azp: 'another' }))],
    ['for another browser', provider => (provider.claims = claims => ({ ...claims, nonce: theirs('oidc nonce') }))],
    ['for no browser', provider => (provider.claims = claims => without(claims, 'nonce'))],
    ['expired', provider => (provider.claims = claims => ({ ...claims, exp: seconds() - 60 }))],
    ['from the future', provider => (provider.claims = claims => ({ ...claims, nbf: seconds() + 300 }))],
    ['without an end', provider => (provider.claims = claims => without(claims, 'exp'))],
    ['without a subject', provider => (provider.claims = claims => without(claims, 'sub'))],
    ['of a person elsewhere', provider => (provider.claims = claims => ({ ...claims, email: 'spqr2@evil.test', hd: 'evil.test' }))],
    ['of a person elsewhere with an address of ours', provider => (provider.claims = claims => without(claims, 'hd'))],
    ['of an address that is not verified', provider => (provider.claims = claims => ({ ...claims, email_verified: false }))],
    ['of an address that nobody says is verified', provider => (provider.claims = claims => without(claims, 'email_verified'))],
    ['of an address that is verified in words', provider => (provider.claims = claims => ({ ...claims, email_verified: 'true' }))],
    ['of two addresses', provider => (provider.claims = claims => ({ ...claims, email: ['spqr2@cam.ac.uk', 'fanf2@cam.ac.uk'] }))],
  ]
  for (const [what, provoke] of attacks)
    test(`a token is not believed that is ${what}`, async () => {
      const { provider, signsIn } = some()
      provoke(provider)
      refuses(await signsIn(), /./)
    })

  test('cancelling is no mistake, and counts only with the state', async () => {
    const { signOn, answer } = some()
    await signOn.begin(mine)
    const said = (state: string): string => new URLSearchParams({ error: 'access_denied', state, iss: ISSUER }).toString()
    assert.deepEqual(await answer(said(mine('oidc state'))), { kind: 'cancelled' })
    refuses(await answer(said('x')), /not for this browser/)
  })

  test('any other failure is told by its word', async () => {
    const { answer } = some()
    const query = (error: string): string => new URLSearchParams({ error, state: mine('oidc state'), iss: ISSUER }).toString()
    assert.deepEqual(await answer(query('server_error')), { kind: 'failed', why: 'server_error' })
    assert.deepEqual(await answer(query('<script>')), { kind: 'failed', why: 'an error' })
  })

  test('a provider that is away keeps people waiting no longer than it is, and is asked once for all who come', async () => {
    const { provider, signOn, agreed, answer } = some()
    provider.isReachable = false
    await assert.rejects(Promise.resolve(signOn.begin(mine)))
    provider.isReachable = true
    await Promise.all(Array.from({ length: 10 }, async () => signOn.begin(mine)))
    assert.equal(provider.asked.filter(path => path.startsWith('/.well-known')).length, 2)
    const back = await agreed()
    provider.isReachable = false
    assert.equal((await answer(back)).kind, 'failed')
  })

  test('a provider that says it is another is not asked', async () => {
    const { provider, signOn } = some()
    provider.metadata = { issuer: 'https://evil.test' }
    await assert.rejects(Promise.resolve(signOn.begin(mine)))
  })

  test('where people are asked each time, an older proof will not do', async () => {
    const { provider, signOn, signsIn } = some({ asksAnew: true })
    assert.equal(new URL(await signOn.begin(mine)).searchParams.get('prompt'), 'login')
    refuses(await signsIn(), /./)
    provider.claims = claims => ({ ...claims, auth_time: seconds() - 3600 })
    refuses(await signsIn(), /./)
    provider.claims = claims => ({ ...claims, auth_time: seconds() - 5 })
    assert.deepEqual(await signsIn(), SPQR2)
  })

  describe('what the provider says behind people’s backs', () => {
    const usual = () => ({
      iss: ISSUER,
      aud: CLIENT,
      iat: seconds(),
      exp: seconds() + 120,
      jti: 'j1',
      sub: 'x7',
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    })
    type Some = ReturnType<typeof some>
    const says = async ({ signOn }: Some, text: string) => signOn.ends?.(new URLSearchParams({ logout_token: text }))

    test('ends a session, or all of a person', async () => {
      const here = some()
      const { privateKey } = here.provider.keys
      assert.equal(await says(here, token(usual(), privateKey)), 'sub x7')
      assert.equal(await says(here, token({ ...usual(), sid: 's1' }, privateKey, { typ: 'logout+jwt' })), 'sid s1')
      here.provider.claims = claims => ({ ...claims, sid: 's1' })
      const outcome = await here.signsIn()
      assert.deepEqual('handles' in outcome && outcome.handles, ['sub x7', 'sid s1'])
    })

    for (const [what, claims] of [
      ['of another provider', { iss: 'https://evil.test' }],
      ['for another site', { aud: 'another' }],
      ['old', { iat: seconds() - 600 }],
      ['expired', { exp: seconds() - 60 }],
      ['of the future', { iat: seconds() + 600 }],
      ['an ID token', { nonce: 'x' }],
      ['about nothing', { events: undefined }],
      ['about something else', { events: { 'urn:x': {} } }],
      ['about nobody', { sub: undefined }],
      ['about what is no name', { sid: 7 }],
    ] as const)
      test(`is not believed when it is ${what}`, async () => {
        const here = some()
        assert.equal(await says(here, token({ ...usual(), ...claims }, here.provider.keys.privateKey)), undefined)
      })

    test('is not believed without its signature', async () => {
      const here = some()
      const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
      for (const text of [
        token(usual(), other),
        none(usual()),
        token(usual(), here.provider.keys.privateKey, { alg: 'HS256' }),
        '',
        'x.y.z',
      ])
        assert.equal(await says(here, text), undefined)
    })
  })

  test('where to sign out is what the provider says', async () => {
    const { signOn } = some()
    assert.equal(signOn.logoutUrl, undefined)
    await signOn.begin(mine)
    assert.equal(signOn.logoutUrl, `${ISSUER}/logout?post_logout_redirect_uri=${encodeURIComponent(`${HOME}/`)}&client_id=${CLIENT}`)
  })
})
