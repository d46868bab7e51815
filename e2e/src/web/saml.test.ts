import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createPublicKey } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type Server, createServer } from 'node:https'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import samlp from 'samlp'
import { unless } from '../clients/skip.ts'
import { type ServerChild } from '../target/child.ts'
import { freePorts } from '../target/ports.ts'
import { Leaving, type Participant } from './saml-leaving.ts'
import { type Place, makePlace, startTier } from './tier.ts'
import { launchChromium, missingChromium } from './chromium.ts'

const EPPN = 'urn:oid:1.3.6.1.4.1.5923.1.1.1.6'
const ISSUER = 'https://idp.campus.test/saml'
const INDEX = '_index_1'
const nameIdOf = (name: string): string => `opaque ${name}`

describe('SAML, with samlp', { skip: unless(missingChromium), timeout: 60_000 }, () => {
  let place: Place
  let tier: ServerChild
  let browser: Browser
  let provider: Server
  let leaving: Leaving
  let providerUrl = ''
  before(async () => {
    place = await makePlace()
    const { url, server } = await startProvider(place)
    provider = server
    providerUrl = url
    tier = await startTier(
      place,
      `sign_on = { kind = "saml", title = "Campus", issuer = "${ISSUER}", url = "${url}", certificates = "idp.pem", own_key = "saml-key.pem", own_certificate = "saml.pem", single_logout_url = "${new URL('/slo', url).href}", name = "${EPPN}", pattern = '^([a-z0-9]+)@campus\\.test$' }`,
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

  /** Whoever says who they are, is. It is another site than localhost, as an identity provider is. */
  async function startProvider({ folder, key, certificate }: Place): Promise<{ readonly url: string; readonly server: Server }> {
    const files = { key: join(folder, 'idp-key.pem'), cert: join(folder, 'idp.pem') }
    const own = { key: join(folder, 'saml-key.pem'), cert: join(folder, 'saml.pem') }
    for (const { key: keyout, cert: out } of [files, own])
      execFileSync(
        'openssl',
        ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=saml', '-keyout', keyout, '-out', out],
        { stdio: 'pipe' },
      )
    const encryptionCert = readFileSync(own.cert, 'utf8')
    leaving = new Leaving({ issuer: ISSUER, key: readFileSync(files.key, 'utf8'), cert: readFileSync(files.cert, 'utf8') })
    const server = createServer({ key, cert: certificate }, (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'https://x')
      const query = Object.fromEntries(searchParams)
      const express = Object.assign(response, {
        set: (name: string, value: string) => response.setHeader(name, value),
        send: (text: string | number) => response.setHeader('Content-Type', 'text/html').end(text === 200 ? 'All are out.' : text),
        redirect: (to: string) => response.writeHead(302, { Location: to }).end(),
      })
      if (pathname === '/slo') return leaving.answer(Object.assign(request, { query, body: {} }), express)
      if (query['name'] === undefined) {
        const kept = Object.entries(query).map(([name, value]) => `<input type=hidden name=${name} value="${value}">`)
        response.setHeader('Content-Type', 'text/html')
        return response.end(`<form>${kept.join('')}<label>Name <input name=name></label><button>Sign in</button></form>`)
      }
      return samlp.auth({
        issuer: ISSUER,
        key: readFileSync(files.key, 'utf8'),
        cert: readFileSync(files.cert, 'utf8'),
        getPostURL: (_audience: string, _document: unknown, _request: unknown, done: (error: null, url: string) => void) =>
          done(null, `${place.url}/sign-on/answer`),
        recipient: `${place.url}/sign-on/answer`,
        destination: `${place.url}/sign-on/answer`,
        // For us alone; of the question, its signature is looked at in packages/web.
        encryptionCert,
        encryptionPublicKey: createPublicKey(encryptionCert).export({ type: 'spki', format: 'pem' }),
        sessionIndex: INDEX,
        getUserFromRequest: () => ({ name: query['name'] }),
        profileMapper: () => ({
          getClaims: () => ({ [EPPN]: query['name'] }),
          getNameIdentifier: () => ({ nameIdentifier: nameIdOf(query['name'] ?? '') }),
        }),
      })(Object.assign(request, { query }), express, error => response.end(String(error)))
    })
    const [port = 0] = await freePorts(1)
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return { url: `https://127.0.0.1:${port}/sso`, server }
  }

  async function goes(name: string): Promise<Page> {
    const context = await browser.newContext({ ignoreHTTPSErrors: true })
    const page = await context.newPage()
    await page.goto(place.url)
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByLabel('Name').fill(name)
    await page.getByRole('button', { name: 'Sign in' }).click()
    return page
  }
  const session = async (page: Page): Promise<string> => {
    await page.goto(`${place.url}/session`)
    return page.locator('body').innerText()
  }

  test('a person signs in, by a form that another site sends, and is who it says', async () => {
    const page = await goes('fanf2@campus.test')
    await page.waitForURL(`${place.url}/`)
    assert.match(await session(page), /"fanf2@localhost"/)
  })

  test('somebody of elsewhere stays outside', async () => {
    const page = await goes('fanf2@elsewhere.test')
    await page.getByText(/of no one here/).waitFor()
    assert.match(await session(page), /"address":null/)
  })

  const participant = (name: string): Participant => ({
    serviceProviderId: `${place.url}/sign-on/metadata`,
    nameId: nameIdOf(name),
    nameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
    sessionIndex: INDEX,
    serviceProviderLogoutURL: `${place.url}/sign-on/logout`,
    cert: readFileSync(join(place.folder, 'saml.pem'), 'utf8'),
  })

  for (const binding of ['HTTP-Redirect', 'HTTP-POST'] as const)
    test(`whoever signs out there, by ${binding}, is out here, and nobody else is`, async () => {
      const [page, other] = [await goes('fanf2@campus.test'), await goes('dotat1@campus.test')]
      for (const one of [page, other]) await one.waitForURL(`${place.url}/`)
      leaving.signedIn(participant('fanf2@campus.test'), binding)
      const elsewhere = await page.context().newPage()
      await elsewhere.goto(new URL('/slo', providerUrl).href)
      // Only when our answer has come, and is signed by our key.
      await elsewhere.getByText('All are out.').waitFor()
      assert.ok(!leaving.isAnybodyIn)
      assert.match(await session(page), /"address":null/)
      assert.match(await session(other), /"dotat1@localhost"/)
    })

  test('whoever signs out here is signed out there', async () => {
    const page = await goes('fanf2@campus.test')
    await page.waitForURL(`${place.url}/`)
    leaving.signedIn(participant('fanf2@campus.test'), 'HTTP-Redirect')
    await page.goto(`${place.url}/session`)
    await page.evaluate("document.body.append(Object.assign(document.createElement('form'), { method: 'post', action: '/sign-out' }))")
    await page.evaluate("document.querySelector('form').submit()")
    await page.getByText(/Here, and of Campus/).waitFor()
    assert.ok(!leaving.isAnybodyIn)
    assert.match(await session(page), /"address":null/)
  })
})
