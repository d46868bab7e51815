/** What is in a message, in Chromium against the sample campus: files, voice, maths, previews of links. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { unless } from '../clients/skip.ts'
import { BUILT_CLIENT, type Campus, startCampus, missingClient } from './campus.ts'
import { launchChromium } from './chromium.ts'
import { png } from './png.ts'
import { type Window, Windows } from './windows.ts'

const MICROPHONE = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']

describe('what is in a message', { skip: unless(missingClient), timeout: 240_000 }, () => {
  let campus: Campus
  let browser: Browser
  let windows: Windows
  let site: Server
  const asked: string[] = []
  before(async () => {
    site = createServer((request, response) => {
      asked.push(request.url ?? '')
      response.writeHead(200, { 'Content-Type': 'text/html' })
      response.end(`<title>Part II timetable</title><meta name="description" content="Lectures, and where &lt;b&gt;they&lt;/b&gt; are">`)
    })
    site.listen(0, '127.0.0.1')
    await once(site, 'listening')
    campus = await startCampus(BUILT_CLIENT, { previewsFrom: (site.address() as AddressInfo).port })
    browser = await launchChromium(...MICROPHONE)
    windows = new Windows(campus, browser)
  })
  after(async () => {
    await windows?.close()
    await browser?.close()
    await campus?.stop()
    site?.closeAllConnections()
    site?.close()
  })

  const picks = async ({ page }: Window, ...files: readonly { name: string; mimeType: string; buffer: Buffer }[]): Promise<void> => {
    await page
      .locator('.composer input[type=file]')
      .first()
      .setInputFiles([...files])
    await page
      .locator('.tray li')
      .nth(files.length - 1)
      .waitFor()
  }
  /** The page's policy lets nothing be evaluated in it, so that it is asked again and again from outside. */
  const until = async ({ page }: Window, expression: string, patience = 10_000): Promise<void> => {
    for (const end = Date.now() + patience; (await page.evaluate(expression)) !== true; await page.waitForTimeout(100))
      assert.ok(Date.now() < end, expression)
  }
  const sends = ({ page }: Window): Promise<void> => page.getByRole('button', { name: 'Send', exact: true }).click()

  test('a picture is chosen, described, sent, and shown to the other in a place of its size', async () => {
    const [fanf2, amt33] = [await windows.signsIn('fanf2'), await windows.signsIn('amt33')]
    await windows.opens(fanf2, 'amt33')
    await windows.opens(amt33, 'fanf2')
    await picks(fanf2, { name: 'board.png', mimeType: 'image/png', buffer: png(840, 420) })
    await fanf2.page.getByText('Each file may have up to 105 MB').waitFor()
    await fanf2.page.getByLabel('Description of board.png').fill('The blackboard, with a proof')
    await sends(fanf2)
    const picture = amt33.page.getByRole('img', { name: 'The blackboard, with a proof' })
    await picture.waitFor()
    assert.deepEqual(
      await amt33.page.locator('.picture').evaluate(({ clientWidth, clientHeight }) => [clientWidth, clientHeight]),
      [420, 210],
    )
    await until(amt33, `document.querySelector('.picture img')?.naturalWidth === 840`)
    await amt33.page.getByRole('button', { name: /^Picture: The blackboard/ }).click()
    await amt33.page.getByRole('dialog').getByText('The blackboard, with a proof').waitFor()
    await amt33.page.keyboard.press('Escape')
    await amt33.page.getByRole('dialog').waitFor({ state: 'detached' })
    await amt33.page.locator('.message', { has: picture }).hover()
    await amt33.page.getByRole('button', { name: 'Reply' }).last().click()
    await picks(amt33, { name: 'answer.png', mimeType: 'image/png', buffer: png(40, 40) })
    await sends(amt33)
    await fanf2.page.locator('.message', { hasText: 'Picture: The blackboard, with a proof' }).locator('.picture').click()
    await fanf2.page.getByRole('dialog').waitFor()
    await fanf2.page.keyboard.press('ArrowLeft')
    await fanf2.page.getByRole('dialog', { name: 'The blackboard, with a proof' }).waitFor()
    await fanf2.page.getByRole('button', { name: 'Next' }).click()
    await fanf2.page.getByRole('dialog', { name: 'answer.png' }).getByRole('button', { name: 'Close' }).click()
    await fanf2.page.locator('.tray').waitFor({ state: 'detached' })
    assert.deepEqual([...fanf2.complaints, ...amt33.complaints], [])
  })

  test('a photograph leaves where and when it was taken behind', async () => {
    const [jbb68, spqr1] = [await windows.signsIn('jbb68'), await windows.signsIn('spqr1')]
    await windows.opens(jbb68, 'spqr1')
    await windows.opens(spqr1, 'jbb68')
    const drawn = await jbb68.page.evaluate<string>(`(async () => {
      const canvas = new OffscreenCanvas(3000, 1500)
      canvas.getContext('2d').fillRect(0, 0, 10, 10)
      const blob = await canvas.convertToBlob({ type: 'image/jpeg' })
      return btoa(String.fromCharCode(...new Uint8Array(await blob.arrayBuffer())))
    })()`)
    const jpeg = Buffer.from(drawn, 'base64')
    const exif = Buffer.from('Exif\0\0MM\0*GPS 52.2053N 0.1218E, taken by a telephone', 'latin1')
    const segment = Buffer.concat([Buffer.of(0xff, 0xe1, 0, exif.length + 2), exif])
    const photo = Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)])
    await picks(jbb68, { name: 'IMG_0001.jpg', mimeType: 'image/jpeg', buffer: photo })
    await sends(jbb68)
    await until(spqr1, `document.querySelector('.picture img')?.naturalWidth === 2560`)
    for (const { page } of [jbb68, spqr1]) assert.equal(await page.locator('.to-newest').count(), 0, 'who is at the end stays there')
    const url = (await spqr1.page.locator('.picture img').getAttribute('src')) ?? ''
    const sent = await (await spqr1.page.context().request.get(url)).body()
    assert.deepEqual([sent.includes('GPS'), sent.includes('Exif'), photo.includes('GPS')], [false, false, true])
  })

  test('several go in their order; what is pasted and what is dropped are files too', async () => {
    const [mvw1, djw2] = [await windows.signsIn('mvw1'), await windows.signsIn('djw2')]
    await windows.opens(mvw1, 'djw2')
    await windows.opens(djw2, 'mvw1')
    const give = (kind: string, name: string): Promise<unknown> =>
      mvw1.page.evaluate(`{
        const data = new DataTransfer()
        data.items.add(new File(['in ${name}'], '${name}', { type: 'text/plain' }))
        const options = { bubbles: true, cancelable: true }
        document.querySelector('.composer textarea').dispatchEvent(${kind}(options, data))
      }`)
    await give(`((options, data) => new ClipboardEvent('paste', { ...options, clipboardData: data }))`, 'pasted.txt')
    await give(`((options, data) => new DragEvent('drop', { ...options, dataTransfer: data }))`, 'dropped.txt')
    await picks(mvw1, { name: 'picked.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-') })
    await mvw1.page.locator('.tray li').nth(2).waitFor()
    await sends(mvw1)
    await djw2.page.locator('.file').nth(2).waitFor()
    assert.deepEqual(await djw2.page.locator('.file bdi').allTextContents(), ['pasted.txt', 'dropped.txt', 'picked.pdf'])
    const [download] = await Promise.all([
      djw2.page.context().waitForEvent('page'),
      djw2.page.locator('.file').getByText('pasted.txt').click(),
    ])
    assert.equal(await download.locator('body').textContent(), 'in pasted.txt')
  })

  test('what is on its way can be stopped, what failed tried again, and what is too large never begins', async () => {
    const [rjd4, dpc22] = [await windows.signsIn('rjd4'), await windows.signsIn('dpc22')]
    await windows.opens(rjd4, 'dpc22')
    await windows.opens(dpc22, 'rjd4')
    const [begun, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let puts = 0
    await rjd4.page.route('**/upload/**', async route => {
      if (route.request().method() !== 'PUT') return route.continue()
      puts += 1
      if (puts === 1) {
        begun.resolve()
        await held.promise
        return route.abort().catch(() => {})
      }
      return puts === 2 ? route.abort() : route.continue()
    })
    await picks(rjd4, { name: 'stopped.bin', mimeType: 'application/zip', buffer: Buffer.alloc(1000) })
    await sends(rjd4)
    await rjd4.page.getByRole('progressbar', { name: 'Sending stopped.bin' }).waitFor()
    await begun.promise
    await rjd4.page.getByRole('button', { name: 'Cancel sending stopped.bin' }).click()
    await rjd4.page.locator('.tray').waitFor({ state: 'detached' })
    held.resolve()
    await picks(rjd4, { name: 'again.bin', mimeType: 'application/zip', buffer: Buffer.alloc(1000) })
    await sends(rjd4)
    await rjd4.page.getByText('the place for files cannot be reached').waitFor()
    await rjd4.page.getByRole('button', { name: 'Try again' }).click()
    await dpc22.page.locator('.file', { hasText: 'again.bin' }).waitFor()
    assert.equal(await dpc22.page.locator('.file', { hasText: 'stopped.bin' }).count(), 0)
    const before = puts
    await rjd4.page.evaluate(`{
      const data = new DataTransfer()
      data.items.add(new File([new Uint8Array(60_000_000), new Uint8Array(60_000_000)], 'huge.iso'))
      const input = document.querySelector('.composer input[type=file]')
      input.files = data.files
      input.dispatchEvent(new Event('change', { bubbles: true }))
    }`)
    await rjd4.page.getByText('Too large: a file may have up to 105 MB.').waitFor()
    assert.equal(puts, before)
  })

  test('a voice message is recorded, heard by oneself, sent, and played by the other at any speed', async () => {
    const [ref25, cpg10] = [await windows.signsIn('ref25'), await windows.signsIn('cpg10')]
    await windows.opens(ref25, 'cpg10')
    await windows.opens(cpg10, 'ref25')
    await ref25.page.getByRole('button', { name: 'Record a voice message' }).click()
    await ref25.page.getByRole('button', { name: 'Throw the recording away' }).click()
    await ref25.page.getByRole('button', { name: 'Record a voice message' }).click()
    const meter = ref25.page.getByRole('meter', { name: 'Loudness' })
    await meter.waitFor()
    // Chromium's microphone beeps once a second.
    await until(ref25, `document.querySelector('meter')?.value > 0.02`)
    await ref25.page.getByRole('timer').getByText('0:02').waitFor()
    await ref25.page.getByRole('button', { name: 'Stop, and listen to it' }).click()
    await ref25.page.getByRole('slider', { name: 'Place in the recording' }).waitFor()
    await ref25.page.getByRole('button', { name: 'Send the recording' }).click()
    await cpg10.page.getByRole('group', { name: /^Sound: voice-/ }).waitFor()
    assert.match((await cpg10.page.locator('.player .clock').textContent()) ?? '', /^0:0[23]$/)
    await cpg10.page.getByRole('button', { name: /^Speed 1×/ }).click()
    await cpg10.page.getByRole('button', { name: 'Play', exact: true }).click()
    await until(cpg10, `document.querySelector('.player audio').currentTime > 0.2`)
    assert.equal(await cpg10.page.evaluate(`document.querySelector('.player audio').playbackRate`), 1.25)
    assert.deepEqual([...ref25.complaints, ...cpg10.complaints], [])
  })

  test('maths is set, code can be copied, and what sets maths comes when it is wanted', async () => {
    const [amt33, sr87] = [await windows.signsIn('amt33'), await windows.signsIn('sr87')]
    await windows.opens(amt33, 'sr87')
    await windows.opens(sr87, 'amt33')
    const scripts: string[] = []
    sr87.page.on('request', request => void (request.url().endsWith('.js') && scripts.push(request.url())))
    await windows.says(amt33, 'No maths here: it costs $5 or $10')
    await sr87.page.getByRole('log').getByText('No maths here').waitFor()
    assert.deepEqual(
      scripts.filter(url => /maths/.test(url)),
      [],
    )
    await windows.says(amt33, 'Let $x_1^2$ be, and\n$$\\sum_{i=1}^n i = \\frac{n(n+1)}{2}$$')
    await sr87.page.locator('math').nth(1).waitFor()
    assert.equal(await sr87.page.locator('math mfrac').count(), 1)
    assert.ok(
      (await sr87.page
        .locator('math msubsup')
        .first()
        .evaluate(({ clientHeight }) => clientHeight)) >= 0,
    )
    await windows.says(amt33, 'Hostile: $\\href{javascript:alert(1)}{x}$ $\\unknown{$ $\\includegraphics{https://evil.example/x.png}$')
    await sr87.page.getByRole('log').getByText('Hostile').waitFor()
    assert.equal(await sr87.page.locator('.log a[href^="javascript"], .log img').count(), 0)
    await windows.says(amt33, '```c\nint main;\n```')
    await sr87.page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await sr87.page.locator('.code-block').hover()
    await sr87.page.getByRole('button', { name: 'Copy the code' }).click()
    await sr87.page.getByText('Code copied').waitFor()
    assert.equal(await sr87.page.evaluate('navigator.clipboard.readText()'), 'int main;')
    assert.deepEqual(sr87.complaints, [])
  })

  test('a link shows what its page says of itself, as text; the inside of the network stays unseen', async () => {
    const [spqr1, jbb68] = [await windows.signsIn('spqr1'), await windows.signsIn('jbb68')]
    await windows.opens(spqr1, 'jbb68')
    const { port } = site.address() as AddressInfo
    await windows.says(spqr1, `Here: http://timetable.example:${port}/part-ii`)
    await windows.opens(jbb68, 'spqr1')
    const card = jbb68.page.locator('.link-preview')
    await card.getByText('Part II timetable').waitFor()
    await card.getByText('Lectures, and where <b>they</b> are').waitFor()
    await card.getByText('timetable.example', { exact: true }).waitFor()
    assert.deepEqual(asked, ['/part-ii'])
    const probe = (url: string) =>
      jbb68.page.evaluate(async body => {
        const answer = await fetch('/preview', { method: 'POST', body })
        return [answer.status, await answer.text()]
      }, url)
    for (const inside of [
      'http://127.0.0.1:1/',
      'http://[::1]/',
      'http://169.254.169.254/latest/meta-data/',
      'http://10.0.0.1/',
      'file:///etc/passwd',
    ])
      assert.deepEqual(await probe(inside), [204, ''], inside)
  })

  test('where one writes it is said how long that is kept', async () => {
    const window = await windows.signsIn('kisj3')
    await windows.opens(window, 'mvw1')
    await window.page.getByText(/^What you write is kept/).click()
    await window.page.getByText('The service’s administrators can look at it when they have to.').waitFor()
  })
})
