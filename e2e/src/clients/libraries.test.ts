/** Three libraries that others wrote: every way in, and every scenario between each two of them. */
import assert from 'node:assert/strict'
import { type TestContext, after, before, describe, test } from 'node:test'
import { firstLogin } from '../client/first-login.ts'
import { mechanismsOf, secureLine } from '../client/login.ts'
import { Proxy } from '../client/proxy.ts'
import { startTarget } from '../target/start.ts'
import { type Account, type RunningTarget, person } from '../target/target.ts'
import { type Device, type Door, type Library, bareOf, leavingOnce, portOf } from './device.ts'
import { unless } from './skip.ts'
import { slixmpp } from './slixmpp.ts'
import { stanzaJs } from './stanza-js.ts'
import { xmppJs } from './xmpp-js.ts'

const LIBRARIES: readonly Library[] = [xmppJs, stanzaJs, slixmpp]

let target: RunningTarget
let next = 0
/** Somebody no test has met yet, known by SCRAM already. */
async function somebody(): Promise<Account> {
  const account = person(target, next++)
  await firstLogin(target, account)
  return account
}
/** What another server than ours does not offer cannot be tried there; ours offers all. */
async function offered(tls: Door['tls']): Promise<readonly string[]> {
  if (target.name === 'plodge') return LIBRARIES.flatMap(({ doors }) => doors.flatMap(({ mechanism }) => mechanism ?? []))
  const { line, features } = await secureLine(target, tls === undefined ? {} : { maxVersion: `TLSv${tls}` })
  await line.close()
  return mechanismsOf(features)
}
const usual = (library: Library): Door => library.doors.find(({ mechanism }) => mechanism === 'SCRAM-SHA-1') as Door
async function enter(t: TestContext, library: Library, account: Account, resource = 'desk', port?: number): Promise<Device> {
  const device = leavingOnce(await library.connect(target, account, { resource, door: usual(library), port }))
  t.after(() => device.leave())
  return device
}

before(async () => {
  target = await startTarget({ people: 40 })
})
after(() => target.stop())

for (const [i, library] of LIBRARIES.entries()) {
  const other = LIBRARIES[(i + 1) % LIBRARIES.length] ?? library
  describe(library.name, { skip: unless(library.missing ?? other.missing) }, () => {
    test('logs in through every door it knows', async () => {
      const account = await somebody()
      for (const door of library.doors) {
        if (door.mechanism !== undefined && !(await offered(door.tls)).includes(door.mechanism)) continue
        const device = await library
          .connect(target, account, { resource: 'door', door })
          .catch((error: unknown) => assert.fail(`${door.label}: ${String(error)}`))
        assert.equal(device.jid, `${account.name}@${target.domain}/door`)
        await device.leave()
      }
    })

    test('is refused with a wrong password', async t => {
      const account = await somebody()
      await assert.rejects(enter(t, library, { ...account, password: 'wrong' }))
    })

    test(`befriends somebody on ${other.name}: rosters, presence and chat both ways`, async t => {
      const [me, you] = [await enter(t, library, await somebody()), await enter(t, other, await somebody())]
      const accepted = you.accept(bareOf(me.jid))
      await me.befriend(bareOf(you.jid))
      await accepted
      await me.accept(bareOf(you.jid))
      await Promise.all([me.sees(you.jid, true), you.sees(me.jid, true)])
      assert.equal((await me.contacts()).get(bareOf(you.jid)), 'both')
      assert.equal((await you.contacts()).get(bareOf(me.jid)), 'both')
      me.say(bareOf(you.jid), 'Grüße <&> 💬')
      assert.equal(await you.hears('Grüße <&> 💬'), bareOf(me.jid))
      you.say(me.jid, 'and back')
      assert.equal(await me.hears('and back'), bareOf(you.jid))
      await you.leave()
      await me.sees(you.jid, false)
    })

    test('gets what was written while it was away, and pages through its history', async t => {
      const [me, writer] = [await somebody(), await enter(t, other, await somebody())]
      const bodies = Array.from({ length: 7 }, (_, n) => `number ${n}`)
      for (const body of bodies) writer.say(`${me.name}@${target.domain}`, body)
      await writer.history(50)
      const device = await enter(t, library, me)
      for (const body of bodies) assert.equal(await device.hears(body), bareOf(writer.jid))
      assert.deepEqual(await device.history(3), bodies)
    })

    test('comes back to its session after its connection was cut, and has missed nothing', async t => {
      const proxy = await Proxy.to(target.host, portOf(target, usual(library)))
      t.after(() => proxy.close())
      const [me, you] = [await enter(t, library, await somebody(), 'train', proxy.port), await enter(t, other, await somebody())]
      you.say(me.jid, 'before')
      await me.hears('before')
      const back = me.resumed()
      proxy.cut()
      you.say(me.jid, 'in the tunnel')
      await back
      assert.equal(await me.hears('in the tunnel'), bareOf(you.jid))
      me.say(you.jid, 'still here')
      assert.equal(await you.hears('still here'), bareOf(me.jid))
    })

    test('keeps two devices of one person in step by carbons', async t => {
      const account = await somebody()
      const [phone, laptop, you] = [
        await enter(t, library, account, 'phone'),
        await enter(t, library, account, 'laptop'),
        await enter(t, other, await somebody()),
      ]
      await Promise.all([phone.enableCarbons(), laptop.enableCarbons()])
      phone.say(bareOf(you.jid), 'from my phone')
      await Promise.all([you.hears('from my phone'), laptop.hearsCopy('from my phone')])
      you.say(laptop.jid, 'to your laptop')
      await Promise.all([laptop.hears('to your laptop'), phone.hearsCopy('to your laptop')])
    })
  })
}
