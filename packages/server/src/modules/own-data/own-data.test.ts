import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { RawClient } from '../../streams/raw-client.testing.ts'
import { http, uploaded, uploadTown } from '../upload/upload.testing.ts'

const COPY = `<iq type='set' id='copy'><command xmlns='http://jabber.org/protocol/commands' node='copy-of-own-data' action='execute'/></iq>`
const asksCopy = (client: RawClient): Promise<string> => client.asks(COPY, '</iq>')

/** Names and texts, as unzip sees them. */
function opened(t: TestContext, zip: Buffer): ReadonlyMap<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'plodge-own-data-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'a.zip'), zip)
  const python = 'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print("\\n".join(z.namelist())); z.extractall(sys.argv[2])'
  const names = execFileSync('python3', ['-c', python, join(folder, 'a.zip'), folder], { encoding: 'utf8' })
    .trim()
    .split('\n')
  return new Map(names.map(name => [name, readFileSync(join(folder, name), 'utf8')]))
}

test('anybody gets a copy of what they have here, as a zip that they can read, at an address for a day', async t => {
  await using town = await uploadTown()
  await uploaded(town, 'notes &amp; more.txt', 'my notes', 'text/plain')
  const [romeo, juliet] = [await town.login('orchard'), await town.login('balcony', 'juliet')]
  romeo.say(`<presence/>`)
  juliet.say('<presence/>')
  romeo.say(
    `<message to='juliet@chat.cam.ac.uk' type='chat' id='1'><body>&lt;script&gt;alert(1)&lt;/script&gt; https://example.org/</body></message>`,
  )
  await juliet.hears('alert')
  juliet.say(`<message to='romeo@chat.cam.ac.uk' type='chat' id='2'><body>https://example.org/picture.jpg</body></message>`)
  await romeo.hears('picture')
  const answer = await asksCopy(romeo)
  const url = /<value>(https:[^<]+)<\/value>/.exec(answer)?.[1] ?? ''
  assert.match(url, /\/romeo-\d{4}-\d\d-\d\d\.zip$/, answer)
  const got = await http(town, 'GET', url)
  assert.equal(got.status, 200)
  assert.match(String(got.headers['content-disposition']), /^attachment/)
  assert.equal(got.headers['content-type'], 'application/zip')

  const files = opened(t, Buffer.from(got.body, 'latin1'))
  const year = new Date().getUTCFullYear()
  assert.deepEqual(
    [...files.keys()],
    [
      `conversations/0001 juliet@chat.cam.ac.uk/${year}.html`,
      `conversations/0001 juliet@chat.cam.ac.uk/${year}.txt`,
      'files/0001 notes _ more.txt',
      'account.xml',
      'contacts.html',
      'index.html',
    ],
  )
  const [page = '', text = '', notes, account = '', , index = ''] = [...files.values()]
  assert.equal(notes, 'my notes')
  assert.ok(page.includes('&lt;script&gt;alert(1)') && !page.includes('<script'))
  assert.match(page, /<a href="https:\/\/example\.org\/picture\.jpg"/)
  assert.match(text, /romeo@chat\.cam\.ac\.uk: <script>alert/)
  assert.match(index, /0001%20juliet%40chat\.cam\.ac\.uk/)
  assert.match(account, /alert\(1\)/)
  assert.doesNotMatch(account, /scram-credentials/)

  assert.match(await asksCopy(romeo), /within the last hour/)
  // What was made is in no other copy; and whoever asks has their own.
  const hers = /<value>(https:[^<]+)<\/value>/.exec(await asksCopy(juliet))?.[1] ?? ''
  const theirs = opened(t, Buffer.from((await http(town, 'GET', hers)).body, 'latin1'))
  assert.ok(![...theirs.keys()].some(name => name.startsWith('files/')))
  const file = join(town.settings.data, 'romeo.zip')
  await town.administer('exportUser', { localpart: 'romeo', file, isReadable: true })
  assert.deepEqual(
    [...opened(t, readFileSync(file)).keys()].filter(name => name.startsWith('files/')),
    ['files/0001 notes _ more.txt'],
  )
})

test('there is no copy when the disk has no room for it', async () => {
  await using town = await uploadTown({ keepFreeBytes: Number.MAX_SAFE_INTEGER })
  const romeo = await town.login('orchard')
  assert.match(await asksCopy(romeo), /no room/)
})
