/** Dino, as Debian has it, against the server: chat, avatars, files, a room it is bookmarked in, and what it knows after a restart. */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { firstLogin } from '../client/first-login.ts'
import { Proxy } from '../client/proxy.ts'
import { stanzaMember, until } from '../clients/room-members.ts'
import { unless } from '../clients/skip.ts'
import { startTarget, targetName } from '../target/start.ts'
import { person } from '../target/target.ts'
import { DINO_PORT, Dino, dinoMissing } from './dino.ts'
import { friend, picture, sha256 } from './friend.ts'
import { Screen } from './screen.ts'

const elsewhere = targetName === 'plodge' ? undefined : 'it needs what only Plodge is set up for here'

test(
  'Dino talks, sees pictures, sends files, is in a room, and remembers',
  { skip: unless(dinoMissing ?? elsewhere), timeout: 120_000 },
  async t => {
    const folder = mkdtempSync(join(tmpdir(), 'e2e-dino-'))
    const target = await startTarget({ people: 3 })
    t.after(async () => {
      await target.stop()
      rmSync(folder, { recursive: true })
    })
    const [me, account, third] = [person(target, 0), person(target, 1), person(target, 2)]
    for (const one of [me, account, third]) await firstLogin(target, one)
    const jid = `${me.name}@${target.domain}`
    const room = `dino@group.${target.domain}`
    const proxy = await Proxy.to(target.host, target.port, DINO_PORT)
    t.after(() => proxy.close())
    const you = await friend(target, account)
    t.after(() => you.agent.disconnect())
    // On each other's rosters, a room on the list of those to enter: done with another device, as people have more than one.
    const phone = await friend(target, me)
    you.agent.subscribe(jid)
    await until('friendship', () => phone.friends.has(you.jid) && you.friends.has(jid))
    const member = await stanzaMember(target, third)
    t.after(member.stop)
    await member.enter(room)
    await member.unlock(room)
    await phone.bookmarks(room, me.name)
    phone.agent.disconnect()
    const screen = await Screen.open(t, 'dino')
    const dino = Dino.start(screen, target, me, folder)
    t.after(() => dino.quit())

    await t.test('a message goes both ways', async () => {
      await dino.shows('its roster', () => dino.rows("SELECT * FROM roster WHERE jid = ? AND subscription = 'both'", you.jid).length === 1)
      await dino.talksTo(you.jid)
      dino.types('Gruesse <&>')
      await you.hears(body => body === 'Gruesse <&>', 'the greeting')
      you.say(jid, 'und zurück 💬')
      await dino.shows('the answer', () => dino.bodies(you.jid).includes('und zurück 💬'))
    })

    await t.test('it sees an avatar', async () => {
      const id = await you.wears(picture(20, 20, 200))
      const file = join(folder, 'dino/avatars', id)
      await dino.shows('the avatar', () => existsSync(file) && sha256(readFileSync(file)) === sha256(picture(20, 20, 200)))
    })

    await t.test('it fetches a file that it is sent', async () => {
      const yours = picture(200, 200, 10)
      await you.sends(jid, 'sandwich.png', yours)
      await dino.shows('the file', () => dino.received().some(bytes => sha256(bytes) === sha256(yours)))
    })

    await t.test('it is in the room that is on its list', async () => {
      await dino.opens(room)
      member.say(room, 'welcome')
      await dino.shows('the welcome', () => dino.bodies(room).includes('welcome'))
      dino.types('from dino')
      await until('hearing dino', () => member.heard.includes('from dino'))
    })

    await t.test('it has everything once after a restart', async () => {
      await dino.quit()
      you.say(jid, 'while you were away')
      member.say(room, 'you were missed')
      const again = Dino.start(screen, target, me, folder)
      t.after(() => again.quit())
      await again.shows(
        'what it missed',
        () => again.bodies(you.jid).includes('while you were away') && again.bodies(room).includes('you were missed'),
      )
      for (const body of ['Gruesse <&>', 'und zurück 💬', 'while you were away'])
        assert.equal(again.bodies(you.jid).filter(one => one === body).length, 1)
      assert.equal(again.bodies(room).filter(one => one === 'you were missed').length, 1)
      // It asks for what nobody new has, and in rooms for lists that only their owners may see (XEP-0045 §9 and §10).
      const known = /:(?:item-not-found|forbidden) /
      assert.deepEqual(
        [...dino.errors(), ...again.errors()].filter(error => !known.test(error)),
        [],
        'no stanza of Dino’s was refused',
      )
    })
  },
)
