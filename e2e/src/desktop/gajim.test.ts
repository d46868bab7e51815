/** Gajim, as Debian has it, against the server: chat, avatars, files, history, and a room with every other client in it. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test, type TestContext } from 'node:test'
import { firstLogin } from '../client/first-login.ts'
import { Profanity, profanityMissing } from '../clients/profanity.ts'
import { stanzaMember, until, xmppJsMember } from '../clients/room-members.ts'
import { unless } from '../clients/skip.ts'
import { slixmpp, slixmppMember } from '../clients/slixmpp.ts'
import { startTarget, targetName } from '../target/start.ts'
import { type Account, type RunningTarget, person } from '../target/target.ts'
import { friend, picture, sha256 } from './friend.ts'
import { Gajim, type GajimOptions, gajimMissing } from './gajim.ts'
import { Screen } from './screen.ts'

const elsewhere = targetName === 'plodge' ? undefined : 'it needs what only Plodge is set up for here'

let target: RunningTarget
let next = 0
let folder: string
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'e2e-gajim-'))
  target = await startTarget({ people: 8 })
})
after(async () => {
  await target.stop()
  rmSync(folder, { recursive: true })
})

async function somebody(): Promise<Account> {
  const account = person(target, next++)
  await firstLogin(target, account)
  return account
}

async function gajimOf(t: TestContext, screen: Screen, account: Account, transport: GajimOptions['transport'], at: string): Promise<Gajim> {
  const own = join(folder, at)
  mkdirSync(own, { recursive: true, mode: 0o700 })
  const gajim = await Gajim.start(screen, target, account, { folder: own, transport })
  t.after(() => gajim.quit())
  return gajim
}

/** But for the bookmarks, which nobody who is new has. */
function refusesNothing(...all: readonly Gajim[]): void {
  const errors = all.flatMap(gajim => gajim.errors).filter(error => !error.includes('<item-not-found '))
  assert.deepEqual(errors, [], 'no stanza of Gajim’s was refused')
}

test('Gajim talks, wears a picture, sends files, and remembers', { skip: unless(gajimMissing ?? elsewhere), timeout: 120_000 }, async t => {
  const [me, account] = [await somebody(), await somebody()]
  const jid = `${me.name}@${target.domain}`
  const you = await friend(target, account)
  t.after(() => you.agent.disconnect())
  const screen = await Screen.open(t, 'gajim')
  const gajim = await gajimOf(t, screen, me, 'starttls', 'one')

  await t.test('a message goes both ways', async () => {
    await gajim.does('befriend', { jid: you.jid })
    await gajim.next(({ event, from }) => event === 'presence' && from === `${you.jid}/stanza`, 'the friend’s presence')
    await gajim.does('show', { to: you.jid })
    await gajim.does('say', { to: you.jid, body: 'Grüße <&> 💬' })
    await you.hears(body => body === 'Grüße <&> 💬', 'the greeting')
    you.say(jid, 'and back')
    assert.equal(await gajim.hears('and back'), you.jid)
  })

  await t.test('avatars are seen both ways', async () => {
    const [mine, yours] = [picture(200, 20, 20), picture(20, 20, 200)]
    const file = join(folder, 'avatar.png')
    writeFileSync(file, mine)
    const sha = String(await gajim.does('wear', { path: file }))
    await gajim.next(({ event }) => event === 'worn', 'the avatar')
    assert.equal(sha256(await you.seesAvatar(jid, sha)), sha256(mine))
    const id = await you.wears(yours)
    await gajim.until('avatar_of', { jid: you.jid }, value => value === id)
  })

  await t.test('files are uploaded and fetched both ways', async () => {
    const [mine, yours] = [picture(10, 200, 10), picture(200, 200, 10)]
    const file = join(folder, 'räksmörgås.png')
    writeFileSync(file, mine)
    await gajim.does('send', { to: you.jid, path: file })
    const { body, links } = await you.hears(body => body.startsWith('https://'), 'the link')
    assert.deepEqual(links, [body])
    assert.equal(sha256(await (await fetch(body)).bytes()), sha256(mine))
    await you.sends(jid, 'sandwich.png', yours)
    await gajim.until('downloaded', { name: 'sandwich' }, value => value === sha256(yours))
  })

  await t.test('history is whole after a restart, and in a new Gajim over direct TLS', async () => {
    await gajim.quit()
    you.say(jid, 'while you were away')
    const wanted = ['Grüße <&> 💬', 'and back', /^https:.*\.png$/, /sandwich\.png$/, 'while you were away']
    const isWhole = (value: unknown): boolean => {
      const bodies = value as readonly string[]
      return (
        bodies.length === wanted.length &&
        wanted.every((want, at) => (typeof want === 'string' ? want === bodies[at] : want.test(bodies[at] ?? '')))
      )
    }
    const again = await gajimOf(t, screen, me, 'starttls', 'one')
    await again.until('history', { jid: you.jid }, isWhole)
    await again.quit()
    const fresh = await gajimOf(t, screen, me, 'tls', 'two')
    await fresh.until('history', { jid: you.jid }, isWhole)
    refusesNothing(gajim, again, fresh)
  })
})

test(
  'Gajim, slixmpp, stanza, @xmpp/client and profanity are in one room at once',
  { skip: unless(gajimMissing ?? profanityMissing ?? slixmpp.missing ?? elsewhere), timeout: 120_000 },
  async t => {
    const [one, two, three, four, five] = [await somebody(), await somebody(), await somebody(), await somebody(), await somebody()]
    const room = `five@group.${target.domain}`
    const screen = await Screen.open(t, 'gajim-room')
    const gajim = await gajimOf(t, screen, one, 'starttls', 'room')
    await gajim.does('make', { room, name: 'Five clients' })
    await gajim.until('occupants', { room }, value => (value as string[]).includes(one.name))
    const members = [await stanzaMember(target, two), await xmppJsMember(target, three), await slixmppMember(target, four)] as const
    for (const member of members) {
      t.after(member.stop)
      await member.enter(room)
    }
    const profanity = await Profanity.start(target, five, { resource: 'profanity' })
    t.after(() => profanity.quit())
    profanity.type(`/join ${room}`)
    await profanity.shows(/You have joined/i)
    const names = [one, two, three, four, five].map(({ name }) => name)
    await gajim.until('occupants', { room }, value => (value as string[]).join() === names.join())

    const said = ['from gajim', 'from stanza', 'from @xmpp/client', 'from slixmpp', 'from profanity']
    await gajim.does('say', { to: room, body: said[0], room: true })
    for (const [at, member] of members.entries()) member.say(room, said[at + 1] ?? '')
    profanity.type(said[4] ?? '')
    const all = said.toSorted().join()
    for (const { heard } of members) await until('hearing everybody', () => heard.toSorted().join() === all)
    for (const { heard } of members) assert.deepEqual(heard, members[0].heard, 'all in the same order')
    for (const [at, body] of said.entries()) {
      assert.equal(await gajim.hears(body, 'groupchat'), `${room}/${names[at]}`)
      if (at < 4) await profanity.shows(new RegExp(`${names[at]}: ${body}`))
    }
    refusesNothing(gajim)
  },
)
