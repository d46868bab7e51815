import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { testLimits } from '@plodge/testkit/settings.ts'
import { memoryStore } from '@plodge/testkit/store/memory-store.ts'
import { type Account, Jid } from '@plodge/xmpp/jid/jid.ts'
import { Accounts } from '../accounts/accounts.ts'
import { Passwords } from '../accounts/passwords/passwords.ts'
import { Rosters } from '../accounts/rosters.ts'
import { CRSID } from '../accounts/testing.ts'
import { headOf, newNode, recordOf } from '../pubsub/node.ts'
import { usualConfig } from '../pubsub/config.ts'
import type { RosterRow, Store } from '../storage/repositories.ts'
import { temporaryStore } from '../storage/sqlite/temporary-store.ts'
import { exported } from './export.ts'
import { importFile } from './import.ts'
import type { ImportReport } from './report.ts'

const passwords = new Passwords()
after(() => passwords.close())
const domain = Jid.parse('chat.cam.ac.uk')?.account as Account
const juliet = Jid.parse('juliet@chat.cam.ac.uk')?.account as Account
const NOW = Date.UTC(2026, 10, 2)

async function office(store: Store) {
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  const settings = () => ({ users: { localpart: CRSID, feedMayShrink: 0.05, keepAppPasswords: true }, limits: testLimits() })
  const accounts = await Accounts.open({ store, passwords, settings, log, clock: () => NOW })
  const renewed: string[] = []
  const rosters = new Rosters(store.rosters)
  const needs = { store, accounts, rosters, domain, settings, clock: () => NOW, renewed: (name: string) => void renewed.push(name) }
  return {
    accounts,
    renewed,
    take: (file: string): Promise<ImportReport> => importFile(file, needs),
    async text(localpart: string): Promise<string> {
      const record = await store.accounts.find(localpart)
      assert.ok(record)
      let text = ''
      for await (const piece of exported(store, record, juliet)) text += piece
      return text
    },
  }
}

function fileOf(t: TestContext, text: string, name = 'account.xml', folder = mkdtempSync(join(tmpdir(), 'plodge-pie-'))): string {
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

const row = (contact: string, changes: Partial<RosterRow> = {}): RosterRow => ({
  contact,
  name: undefined,
  groups: [],
  subscription: 'both',
  ask: false,
  approved: false,
  listed: true,
  pendingIn: undefined,
  ...changes,
})

const chat = (from: string, to: string, body: string): string =>
  `<message xmlns='jabber:client' to='${to}' from='${from}' type='chat' id='${body.length}'><body>${body}</body><x xmlns='urn:x'><y/></x></message>`

/** Somebody with something of everything. */
async function fill(store: Store): Promise<void> {
  const { rosters, documents, nodes, archive } = store
  const rows = [
    row('romeo@chat.cam.ac.uk', { name: `Romeo “<&'>”`, groups: ['Friends', 'Verona & more'] }),
    row('tybalt@chat.cam.ac.uk', { subscription: 'to', ask: true }),
    row('nurse@chat.cam.ac.uk', { subscription: 'none', approved: true, listed: false }),
    row('paris@chat.cam.ac.uk', {
      subscription: 'none',
      listed: false,
      pendingIn: `<presence xmlns='jabber:client' to='juliet@chat.cam.ac.uk' from='paris@chat.cam.ac.uk' type='subscribe'><status>Hello</status></presence>`,
    }),
  ]
  for (const [at, one] of rows.entries()) await rosters.put('juliet', one, at + 1)
  await documents.set('juliet', 'vcard', '', `<vCard xmlns='vcard-temp'><FN>Juliet Capulet</FN></vCard>`)
  await documents.set('juliet', 'private', '{exodus:prefs}exodus', `<exodus xmlns='exodus:prefs'><defaultnick>J</defaultnick></exodus>`)
  await documents.set('juliet', 'block-list', '', 'tybalt@example.org\nexample.net')
  await documents.set(
    'juliet',
    'archive-preferences',
    '',
    `<prefs xmlns='urn:xmpp:mam:2' default='roster'><always/><never><jid>x@y</jid></never></prefs>`,
  )
  const node = newNode('http://jabber.org/protocol/tune', juliet.bare, NOW - 5000, {
    ...usualConfig('juliet', 'http://jabber.org/protocol/tune'),
    accessModel: 'roster',
    rosterGroups: ['Friends'],
    maxItems: 5,
    title: 'What I hear',
  })
  await nodes.put('juliet', headOf('juliet', node))
  await nodes.setAffiliation('juliet', node.name, 'romeo@chat.cam.ac.uk', 'publisher')
  const jid = 'romeo@chat.cam.ac.uk/orchard'
  for (const [subid, options] of [
    ['one', { delivers: true, expiresAt: undefined }],
    ['two', { delivers: false, expiresAt: NOW + 86_400_000 }],
  ] as const)
    await nodes.putSubscription('juliet', node.name, recordOf({ subid, jid, bare: 'romeo@chat.cam.ac.uk', state: 'subscribed', options }))
  const items = ['b', 'a', 'c'].map((id, at) => ({
    id,
    at: NOW - 1000 + at,
    publisher: 'juliet@chat.cam.ac.uk/balcony',
    payload: `<tune xmlns='http://jabber.org/protocol/tune'><title>${id}</title></tune>`,
  }))
  await nodes.publish('juliet', node.name, items, 5)
  const marks = newNode('urn:xmpp:bookmarks:1', juliet.bare, NOW, usualConfig('juliet', 'urn:xmpp:bookmarks:1'))
  await nodes.put('juliet', headOf('juliet', marks))
  const room = { id: 'coven@rooms.example.org', at: NOW, publisher: juliet.bare }
  await nodes.publish(
    'juliet',
    marks.name,
    [{ ...room, payload: `<conference xmlns='urn:xmpp:bookmarks:1' autojoin='true'><nick>J</nick></conference>` }],
    5,
  )
  await documents.set(
    'juliet',
    'bookmarks',
    '',
    `<storage xmlns='storage:bookmarks'><url url='https://example.org/' name='Example'/></storage>`,
  )
  const own = 'juliet@chat.cam.ac.uk'
  for (let at = 0; at < 700; at++) {
    const isSent = at % 3 === 0
    const [from, to] = isSent ? [`${own}/balcony`, 'romeo@chat.cam.ac.uk'] : ['romeo@chat.cam.ac.uk/orchard', own]
    archive.append(chat(from, to, `Message ${at} ä &lt;`), [
      { owner: 'juliet', peer: 'romeo@chat.cam.ac.uk', direction: isSent ? 'sent' : 'received', kept: true },
    ])
  }
  await archive.committed()
  const { messages } = await archive.page({ owner: 'juliet', before: 'last', max: 20 })
  await archive.setDeliveryMarks(new Map([['juliet', messages[0]?.id ?? 0]]))
  archive.append(chat('nurse@chat.cam.ac.uk/hall', own, 'Not for the record'), [
    { owner: 'juliet', peer: 'nurse@chat.cam.ac.uk', direction: 'received', kept: false },
  ])
  await archive.committed()
}

test('an account that was exported and imported is exported as it was, and reading it again changes nothing', async t => {
  await using from = temporaryStore()
  const source = await from.open()
  const before = await office(source)
  await before.accounts.add({ localpart: 'juliet', password: 'a rose by any other name', name: 'Juliet <C>' })
  await fill(source)
  const text = await before.text('juliet')
  assert.match(text, /Not for the record/)
  const file = fileOf(t, text)

  await using to = temporaryStore()
  const target = await to.open()
  const after = await office(target)
  const report = await after.take(file)
  assert.deepEqual(report, {
    people: [{ localpart: 'juliet', isNew: true, contacts: 3, nodes: 2, items: 4, messages: 700, waiting: 13, hasPassword: true }],
    notes: [],
  })
  assert.equal(await after.text('juliet'), text)
  assert.deepEqual(after.renewed, ['juliet'])
  const [was, is] = [await source.accounts.find('juliet'), await target.accounts.find('juliet')]
  assert.deepEqual(is?.verifiers, was?.verifiers)
  assert.equal(is?.lockedAt, undefined)
  assert.deepEqual(
    await target.rosters.load('juliet').then(({ rows }) => rows),
    await source.rosters.load('juliet').then(({ rows }) => rows),
  )
  assert.deepEqual(await target.nodes.load('juliet'), await source.nodes.load('juliet'))
  const waitingAt = async (store: Store) =>
    (await store.archive.undelivered('juliet', await store.archive.deliveryMark('juliet'), 100)).length
  assert.equal(await waitingAt(target), await waitingAt(source))

  const again = await after.take(file)
  assert.equal(again.people[0]?.messages, 0)
  assert.deepEqual(again.notes, [{ text: 'juliet keeps the password that they have here', times: 1 }])
  assert.equal(await after.text('juliet'), text)
})

const wrap = (inside: string, jid = 'chat.cam.ac.uk'): string =>
  `<?xml version='1.0'?><!-- from elsewhere --><server-data xmlns='urn:xmpp:pie:0'><host jid='${jid}'>${inside}</host></server-data>`

test('the examples of the specification are read: plain passwords, old messages, bookmarks, privacy lists', async t => {
  const store = memoryStore(() => NOW)
  const { take, accounts } = await office(store)
  const report = await take(
    fileOf(
      t,
      wrap(`<user name='juliet' password='R0m30'>
        <query xmlns='jabber:iq:roster'><item jid='romeo@montague.net' name='Romeo' subscription='both'><group>Friends</group></item></query>
        <query xmlns='jabber:iq:private'><storage xmlns='storage:bookmarks'><conference jid='play@rooms.lit' autojoin='1'/></storage></query>
        <offline-messages><message xmlns='jabber:client' from='romeo@montague.net/orchard' to='juliet@chat.cam.ac.uk/balcony' type='chat'>
          <body>Neither, fair saint</body>
          <delay xmlns='urn:xmpp:delay' from='chat.cam.ac.uk' stamp='1989-07-21T00:32:29Z'>Offline Storage</delay></message></offline-messages>
        <query xmlns='jabber:iq:privacy'><default name='public'/><list name='public'>
          <item type='jid' value='tybalt@example.com' action='deny' order='1'/><item action='allow' order='2'/></list></query>
        <archive xmlns='urn:xmpp:pie:0#mam'><result xmlns='urn:xmpp:mam:2' id='28482-98726-73623'><forwarded xmlns='urn:xmpp:forward:0'>
          <delay xmlns='urn:xmpp:delay' stamp='2010-07-10T23:08:25Z'/><message xmlns='jabber:client' to='juliet@chat.cam.ac.uk/balcony'
            from='romeo@montague.lit/orchard' type='chat'><body>Call me but <![CDATA[love & ]]><!-- a comment -->so</body></message></forwarded></result></archive>
        <unheard xmlns='urn:of'/><xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='/etc/passwd'/>
      </user>`),
    ),
  )
  assert.equal(report.people[0]?.hasPassword, true)
  assert.deepEqual(
    report.notes.map(({ text }) => text),
    [
      `<unheard xmlns='urn:of'/> means nothing here, and is left out`,
      `<include xmlns='http://www.w3.org/2001/XInclude'/> means nothing here, and is left out`,
    ],
  )
  const page = await store.archive.page({ owner: 'juliet', max: 10 })
  assert.deepEqual(page.messages, [
    {
      id: Date.UTC(2010, 6, 10, 23, 8, 25) * 1000,
      stanza: `<message xmlns='jabber:client' to='juliet@chat.cam.ac.uk/balcony' from='romeo@montague.lit/orchard' type='chat'><body>Call me but love &amp; so</body></message>`,
    },
  ])
  const waiting = await store.archive.undelivered('juliet', await store.archive.deliveryMark('juliet'), 10)
  assert.match(waiting[0]?.stanza ?? '', /fair saint.*stamp='1989/s)
  assert.equal(waiting.length, 1)
  assert.equal(await store.documents.get('juliet', 'block-list', ''), 'tybalt@example.com')
  assert.match(
    (await store.nodes.items({ owner: 'juliet', node: 'urn:xmpp:bookmarks:1', max: 9, mostBytes: 9999 })).items[0]?.payload ?? '',
    /autojoin='true'/,
  )
  assert.ok((await accounts.find('juliet'))?.verifiers.length)
})

test('files that are included are read, and none that is elsewhere', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'plodge-pie-'))
  fileOf(t, `<user xmlns='urn:xmpp:pie:0' name='juliet'><vCard xmlns='vcard-temp'><FN>J</FN></vCard></user>`, 'juliet.xml', folder)
  const include = (href: string): string => wrap(`<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='${href}'/>`)
  const store = memoryStore(() => NOW)
  const { take } = await office(store)
  const { people } = await take(fileOf(t, include('juliet.xml'), 'main.xml', folder))
  assert.deepEqual(
    people.map(({ localpart }) => localpart),
    ['juliet'],
  )
  for (const href of ['../../etc/hostname', '/etc/hostname', 'file:///etc/hostname', 'http://example.org/'])
    await assert.rejects(take(fileOf(t, include(href), 'main.xml', folder)), { name: 'NotReadable' })
})

test('a file that breaks off leaves somebody new locked, and somebody known as they were', async t => {
  const store = memoryStore(() => NOW)
  const { take, accounts } = await office(store)
  await accounts.add({ localpart: 'romeo', password: 'wherefore art thou' })
  const half = (name: string): string => wrap(`<user name='${name}'><query xmlns='jabber:iq:roster'><item jid='a@b'/>`).slice(0, -21)
  await assert.rejects(take(fileOf(t, half('juliet'))), { name: 'NotReadable' })
  await assert.rejects(take(fileOf(t, half('romeo'))), { name: 'NotReadable' })
  assert.notEqual((await accounts.find('juliet'))?.lockedAt, undefined)
  assert.equal((await accounts.find('romeo'))?.lockedAt, undefined)
})

test('what is no such file, or of another server, is said in words', async t => {
  const { take } = await office(memoryStore(() => NOW))
  const refused: readonly [string, RegExp][] = [
    ['', /ends too soon/],
    ['hello', /ends too soon/],
    ['<html/>', /none of XEP-0227/],
    [`<!DOCTYPE x [<!ENTITY a 'b'>]>${wrap('')}`, /document type/],
    [wrap(`<user name='juliet'><vCard xmlns='vcard-temp'><FN>&a;</FN></vCard></user>`), /Entities/],
    [wrap(`<user name='juliet'><vCard xmlns='vcard-temp'></FN></user>`), /.*/],
    [`${wrap('')}<server-data xmlns='urn:xmpp:pie:0'/>`, /goes on after its end/],
  ]
  for (const [text, why] of refused) await assert.rejects(take(fileOf(t, text)), { name: 'NotReadable', message: why }, text)
  await assert.rejects(take('/nonexistent/file.xml'), { name: 'NotReadable' })
  const { people, notes } = await take(fileOf(t, wrap(`<user name='juliet'/>`, 'montague.net')))
  assert.deepEqual(people, [])
  assert.match(notes[0]?.text ?? '', /montague\.net are left out/)
})
