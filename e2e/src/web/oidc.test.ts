import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { once } from 'node:events'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { Provider } from 'oidc-provider'
import type { Browser, Page } from 'playwright-core'
import { unless } from '../clients/skip.ts'
import { type ServerChild } from '../target/child.ts'
import { freePorts } from '../target/ports.ts'
import { type Place, makePlace, startTier } from './tier.ts'
import { launchChromium, missingChromium } from './chromium.ts'

describe('OpenID Connect, with oidc-provider', { skip: unless(missingChromium), timeout: 60_000 }, () => {
  let place: Place
  let tier: ServerChild
  let browser: Browser
  let provider: ReturnType<typeof createServer>
  before(async () => {
    place = await makePlace()
    // The provider here tells the tier there.
    setDefaultCACertificates([...getCACertificates('default'), place.certificate])
    provider = await startProvider(place)
    writeFileSync(join(place.folder, 'secret'), 'a secret of ours')
    tier = await startTier(
      place,
      `sign_on = { kind = "oidc", title = "Campus", issuer = "${issuer}", client_id = "chat", client_secret = "secret", name = "email", pattern = '^([a-z0-9]+)@campus\\.test$', required = ["hd=campus.test"] }`,
    )
    browser = await launchChromium()
  })
  after(async () => {
    await browser?.close()
    await tier?.stop()
    provider?.closeAllConnections()
    provider?.close()
    place?.[Symbol.dispose]()
  })

  let issuer: string
  async function startProvider({ url, key, certificate }: Place) {
    const [port = 0] = await freePorts(1)
    issuer = `https://localhost:${port}`
    const idp = new Provider(issuer, {
      clients: [
        {
          client_id: 'chat',
          client_secret: 'a secret of ours',
          redirect_uris: [`${url}/sign-on/answer`],
          post_logout_redirect_uris: [`${url}/`],
          backchannel_logout_uri: `${url}/sign-on/back-channel`,
          backchannel_logout_session_required: true,
        },
      ],
      pkce: { required: () => true },
      features: { backchannelLogout: { enabled: true } },
      // Otherwise it tells nobody who is on its own machine.
      fetch: (to: string, { headers, body }: RequestInit) => fetch(to, { method: 'POST', headers: headers ?? {}, body: body ?? null }),
      cookies: { keys: ['x'] },
      claims: { openid: ['sub'], email: ['email', 'email_verified', 'hd'] },
      // Whoever says who they are, is: `fanf2@campus.test`.
      findAccount: (_: unknown, id: string) => ({
        accountId: id,
        claims: () => ({ sub: id, email: id, email_verified: !id.startsWith('unproved'), hd: id.split('@')[1] }),
      }),
    })
    const server = createServer({ key, cert: certificate }, idp.callback())
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return server
  }

  async function goes(name: string): Promise<Page> {
    const context = await browser.newContext({ ignoreHTTPSErrors: true })
    const page = await context.newPage()
    await page.goto(place.url)
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.locator('[name=login]').fill(name)
    await page.locator('[name=password]').fill('x')
    await page.getByRole('button', { name: 'Sign-in' }).click()
    await page.getByRole('button', { name: 'Continue' }).click()
    return page
  }
  const session = async (page: Page): Promise<string> => {
    await page.goto(`${place.url}/session`)
    return page.locator('body').innerText()
  }

  test('a person signs in, is who the provider says, and signs out there too', async () => {
    const page = await goes('fanf2@campus.test')
    await page.waitForURL(`${place.url}/`)
    assert.match(await session(page), /"fanf2@localhost"/)
    await page.goto(place.url)
    await page.locator('#sign-out').waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('link', { name: 'Sign out of Campus too' }).click()
    await page.getByRole('button', { name: 'Yes, sign me out' }).click()
    await page.waitForURL(`${place.url}/`)
    assert.match(await session(page), /"address":null/)
  })

  test('who is signed out at the provider, in another window, is out here at once', async () => {
    const page = await goes('amt33@campus.test')
    await page.waitForURL(`${place.url}/`)
    const [elsewhere, stays] = [await page.context().newPage(), await goes('mvw1@campus.test')]
    await elsewhere.goto(`${issuer}/session/end`)
    const told = elsewhere.waitForResponse(response => response.url().endsWith('/session/end/confirm'))
    await elsewhere.getByRole('button', { name: 'Yes, sign me out' }).click()
    await told
    assert.match(await session(page), /"address":null/)
    assert.match(await session(stays), /"mvw1@localhost"/)
  })

  for (const [name, words] of [
    ['fanf2@elsewhere.test', /without the hd/],
    ['unproved@campus.test', /not verified/],
    ['fanf2.x@campus.test', /of no one here/],
    ['nobodyatallhere@campus.test', /no address at localhost/],
  ] as const)
    test(`${name} stays outside`, async () => {
      const page = await goes(name)
      await page.getByText(words).waitFor()
      assert.match(await session(page), /"address":null/)
    })

  test('cancelling is no mistake', async () => {
    const context = await browser.newContext({ ignoreHTTPSErrors: true })
    const page = await context.newPage()
    await page.goto(`${place.url}/sign-on`)
    await page.getByRole('link', { name: '[ Cancel ]' }).click()
    await page.getByText('You cancelled it.').waitFor()
  })
})
