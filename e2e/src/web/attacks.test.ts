/**
 * Attacks on the sign-on, in Chromium against the sample campus: a browser begins to sign in, and brings an answer back that the sign-on never
 * gave, or gave somebody else. `packages/web/src/sign-on/ucam/verify.test.ts` has every rule; here it is seen that the page keeps to them.
 */
import assert from 'node:assert/strict'
import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type Answer, type SigningKey, stamp, writeAnswer } from '@plodge/testkit/sign-on/answer.ts'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { unless } from '../clients/skip.ts'
import { type Campus, startCampus } from './campus.ts'
import { launchChromium, missingChromium } from './chromium.ts'

/** What Raven's demonstration server, where anybody is anybody, answered in 2014. */
const DEMO =
  '3!200!!20141007T144208Z!1412692928-14998-17!http://localhost:3000/login!test0001!current!pwd!!36000!!901!qEK1GusOfnfh6D8BkmTi2iIsEXLmrfOd2TMEXStedOgaDXF7BQnN1nQvD8mudXhLO-rDLhp3JetrAded1XNeNaJPwdU5ZNIf5bJrvln2iqwbY280B4nGusvcOQjDoD1UJQ-J3hEpTDe7miDzGwSB-7zvdkpzt56qPgmUIIYHWs4_'

describe('an attack on the sign-on', { skip: unless(missingChromium), timeout: 120_000 }, () => {
  let campus: Campus
  let browser: Browser
  let signer: SigningKey
  const contexts: BrowserContext[] = []
  before(async () => {
    campus = await startCampus()
    browser = await launchChromium()
    const folder = join(campus.folder, 'sign-on')
    const kid = readdirSync(folder).flatMap(name => /^pubkey(\d+)$/.exec(name)?.[1] ?? [])[0] ?? assert.fail('the campus has no key')
    signer = { kid, key: createPrivateKey(readFileSync(join(folder, 'signing.pem'))) }
  })
  after(async () => {
    await Promise.all(contexts.map(context => context.close()))
    await browser?.close()
    await campus?.stop()
  })

  interface Begun {
    readonly page: Page
    readonly context: BrowserContext
    /** What the sign-on would say of fanf2 now. */
    readonly answer: Answer
  }

  /** A browser at the sign-on server's form, and the answer to its question. */
  async function begins(): Promise<Begun> {
    const context = await browser.newContext({ ignoreHTTPSErrors: true })
    contexts.push(context)
    const page = await context.newPage()
    await page.goto(`${campus.url}/sign-on`)
    const asked = new URL(page.url()).searchParams
    const answer: Answer = {
      ver: '3',
      status: '200',
      msg: '',
      issue: stamp(Date.now()),
      id: `${Date.now()}-1-${contexts.length}`,
      url: asked.get('url') ?? '',
      principal: 'fanf2',
      ptags: 'current',
      auth: 'pwd',
      sso: '',
      life: '36000',
      params: asked.get('params') ?? '',
    }
    return { page, context, answer }
  }
  const bring = (page: Page, text: string): Promise<unknown> =>
    page.goto(`${campus.url}/sign-on/answer?WLS-Response=${encodeURIComponent(text)}`)
  const who = async (page: Page): Promise<string | null> => {
    const said = (await (await page.request.get(`${campus.url}/session`)).json()) as { readonly address: string | null }
    return said.address
  }

  async function staysOutside({ page, context }: Begun, words: RegExp): Promise<void> {
    await page.getByText(words).waitFor()
    assert.equal(await who(page), null)
    assert.ok((await context.cookies()).every(({ name }) => name !== '__Host-plodge'))
  }

  test('the answer as the sign-on would give it lets its person in: what follows is refused for what is wrong with it', async () => {
    const { page, answer } = await begins()
    await bring(page, writeAnswer(answer, signer))
    await page.getByText('You are fanf2@localhost.').waitFor()
    assert.equal(page.url(), `${campus.url}/`)
  })

  const attacks: readonly (readonly [what: string, words: RegExp, text: (answer: Answer) => string])[] = [
    ['altered', /wrong signature/, answer => writeAnswer(answer, signer).replace('fanf2', 'amt33')],
    ['expired', /too old/, answer => writeAnswer({ ...answer, issue: stamp(Date.now() - 60_000) }, signer)],
    ['from the future', /from the future/, answer => writeAnswer({ ...answer, issue: stamp(Date.now() + 60_000) }, signer)],
    ['another site’s', /for another site/, answer => writeAnswer({ ...answer, url: 'https://evil.example/sign-on/answer' }, signer)],
    [
      'signed with the wrong key',
      /wrong signature/,
      answer => writeAnswer(answer, { kid: signer.kid, key: generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey }),
    ],
    ['of the demonstration server', /cannot be used/, () => DEMO],
    ['unsigned', /cannot be used/, answer => writeAnswer(answer, undefined)],
    ['of an older version', /cannot be used/, answer => writeAnswer({ ...answer, ver: '1' }, signer)],
    [
      'of somebody who can have no address here',
      /no place|cannot be used|not signed in/,
      answer => writeAnswer({ ...answer, principal: 'root@evil.example' }, signer),
    ],
    ['to another browser’s question', /for another browser/, answer => writeAnswer({ ...answer, params: 'x'.repeat(43) }, signer)],
  ]
  for (const [what, words, text] of attacks)
    test(`by an answer that is ${what} gets nobody in`, async () => {
      const begun = await begins()
      await bring(begun.page, text(begun.answer))
      await staysOutside(begun, words)
    })

  test('by an answer that was used before gets nobody in', async () => {
    const begun = await begins()
    const text = writeAnswer(begun.answer, signer)
    const kept = await begun.context.cookies()
    await bring(begun.page, text)
    await begun.page.getByText('You are fanf2@localhost.').waitFor()
    const context = await browser.newContext({ ignoreHTTPSErrors: true })
    contexts.push(context)
    await context.addCookies(kept)
    const page = await context.newPage()
    await bring(page, text)
    await staysOutside({ page, context, answer: begun.answer }, /used already/)
  })

  test('a browser that keeps no cookies is told so, and not sent round and round', async () => {
    const begun = await begins()
    await begun.context.clearCookies()
    await bring(begun.page, writeAnswer(begun.answer, signer))
    await staysOutside(begun, /Allow cookies/)
    assert.equal(new URL(begun.page.url()).origin, campus.url)
  })
})
