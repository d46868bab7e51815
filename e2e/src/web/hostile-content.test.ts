/** What hostile people put into messages, in Chromium against the sample campus: files, names, texts, and floods of them. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser } from 'playwright-core'
import type { Element } from '@plodge/xmpp/xml/element.ts'
import { Client } from '../client/client.ts'
import { unless } from '../clients/skip.ts'
import { BUILT_CLIENT, type Campus, startCampus, missingClient } from './campus.ts'
import { launchChromium } from './chromium.ts'
import { Windows } from './windows.ts'

/** Of each of a crowd. A client may say so much at once (`limits.stanza_burst`). */
const FLOOD = 400

describe('hostile messages', { skip: unless(missingClient), timeout: 180_000 }, () => {
  let campus: Campus
  let browser: Browser
  let windows: Windows
  before(async () => {
    campus = await startCampus(BUILT_CLIENT)
    browser = await launchChromium()
    windows = new Windows(campus, browser)
  })
  after(async () => {
    await windows?.close()
    await browser?.close()
    await campus?.stop()
  })

  test('a hostile file runs nowhere, is called what it is called, and lies about no size', async () => {
    const [fanf2, cpg10] = [await windows.signsIn('fanf2'), await windows.signsIn('cpg10')]
    await windows.opens(fanf2, 'cpg10')
    await windows.opens(cpg10, 'fanf2')
    const script = '<svg xmlns="http://www.w3.org/2000/svg"><script>document.title="owned"</script></svg>'
    const files = [
      { name: 'logo.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(script) },
      { name: 'page.html', mimeType: 'text/html', buffer: Buffer.from(`<script>document.title='owned'</script>`) },
      { name: 'holiday\u202Egpj.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ') },
      { name: '"><img src=x onerror=alert(1)>.txt', mimeType: 'text/plain', buffer: Buffer.from('x') },
      { name: 'broken.png', mimeType: 'image/png', buffer: Buffer.from('not a picture') },
    ]
    await fanf2.page.locator('.composer input[type=file]').first().setInputFiles(files)
    await fanf2.page.getByRole('button', { name: 'Send', exact: true }).click()
    await cpg10.page.locator('.file').nth(4).waitFor()
    const names = await cpg10.page.locator('.file bdi').allTextContents()
    assert.deepEqual(names.slice(0, 3), ['logo.svg', 'page.html', 'holidaygpj.exe'])
    assert.ok(names.includes('broken.png'), 'what is no picture is a card')
    assert.equal(await cpg10.page.locator('.log img[onerror], .log svg script').count(), 0)
    for (const name of ['logo.svg', 'page.html']) {
      const url = (await cpg10.page.locator('.file', { hasText: name }).getAttribute('href')) ?? ''
      const answer = await cpg10.page.context().request.get(url)
      const headers = answer.headers()
      assert.match(headers['content-disposition'] ?? '', /^attachment/)
      assert.equal(headers['content-type'], 'application/octet-stream')
      assert.match(headers['content-security-policy'] ?? '', /default-src 'none'.*sandbox/)
      assert.equal(headers['x-content-type-options'], 'nosniff')
    }
    assert.deepEqual(fanf2.complaints, [])
  })

  test('what people write stays text, and in its own line', async () => {
    const [mvw1, kisj3] = [await windows.signsIn('mvw1'), await windows.signsIn('kisj3')]
    await windows.opens(mvw1, 'kisj3')
    await windows.opens(kisj3, 'mvw1')
    for (const text of [
      '<img src=x onerror="document.title=1"><script>document.title=1</script>',
      '[x](javascript:alert(1)) javascript:alert(1) data:text/html,<script>alert(1)</script>',
      '\u202Eright to left override without an end',
      'Zalgo: t\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308',
    ])
      await windows.says(mvw1, text)
    await kisj3.page.getByRole('log').getByText('Zalgo').waitFor()
    assert.equal(await kisj3.page.locator('.log img, .log script, .log a[href^="javascript"], .log a[href^="data"]').count(), 0)
    assert.notEqual(await kisj3.page.title(), '1')
    // The override ends with its message: the name after it is where names are.
    const [name, text] = await Promise.all([
      kisj3.page.locator('.message header b').first().boundingBox(),
      kisj3.page.getByRole('log').getByText('Zalgo').boundingBox(),
    ])
    assert.ok(name && text && Math.abs(name.x - text.x) < 4)
    assert.deepEqual(kisj3.complaints, [])
  })

  test('a room that floods leaves the page usable', async () => {
    const fanf2 = await windows.signsIn('fanf2')
    await fanf2.page.goto(`${campus.url}/r/reading-group`)
    const join = fanf2.page.getByRole('button', { name: 'Join' })
    await join.or(fanf2.page.getByText('I make no promise')).first().waitFor()
    if (await join.isVisible()) await join.click()
    await fanf2.page.getByText('Entering the room…').waitFor({ state: 'hidden' })
    const room = 'reading-group@group.localhost'
    const people = ['amt33', 'cpg10', 'amt33', 'cpg10', 'amt33', 'cpg10']
    const heard = { said: 0, all: Promise.withResolvers<void>(), still: Promise.withResolvers<void>() }
    const listen = (stanza: Element): boolean => {
      const body = stanza.child('jabber:client', 'body')?.text ?? ''
      if (body === 'Still here') heard.still.resolve()
      if (body.startsWith('Flood') && (heard.said += 1) === FLOOD * people.length) heard.all.resolve()
      return true
    }
    const crowd = await Promise.all(
      people.map(async (name, i) => {
        const client = await Client.connect(campus.target, { account: { name, password: 'test' }, resource: `flood${i}` })
        client.taps.add(i === 0 ? listen : () => true)
        client.send(`<presence to='${room}/${name}${i}'><x xmlns='http://jabber.org/protocol/muc'/></presence>`)
        return client
      }),
    )
    const floods = (client: Client, text: string): void =>
      client.send(`<message type='groupchat' to='${room}' id='${text}'><body>${text}</body></message>`)
    await fanf2.page.evaluate(`{
      window.changes = 0
      new MutationObserver(() => (window.changes += 1)).observe(document.querySelector('.log .column'), { childList: true })
    }`)
    const words = 'Flood *bold* https://flood.example/x `code` '.repeat(4)
    for (const [i, client] of crowd.entries()) for (let j = 0; j < FLOOD; j += 1) floods(client, `${words} ${i} ${j}`)
    const started = performance.now()
    await fanf2.page.locator('.composer textarea').fill('Still here')
    await fanf2.page.getByRole('button', { name: 'Send', exact: true }).click()
    await Promise.all([heard.still.promise, heard.all.promise])
    for (const client of crowd.slice(0, 1)) floods(client, 'That was all')
    await fanf2.page.getByRole('log').getByText('That was all').waitFor({ timeout: 40_000 })
    // Each of 2400 shown for itself took a minute; now so many at once as come in a tenth of a second.
    const [took, changes] = [performance.now() - started, Number(await fanf2.page.evaluate('window.changes'))]
    assert.ok(changes > 0 && changes < took / 100 + 10, `${changes} changes in ${took} ms`)
    for (const client of crowd) client.line.destroy()
  })
})
