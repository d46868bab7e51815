import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { UserInfo, UserList } from '@plodge/xmpp/xeps/muc.ts'
import { affiliate, change } from './administration.ts'
import { leave } from './leaving.ts'
import type { Delivery, Room } from './room.ts'
import { comes, coven, CRONE, HAG, heard, item, jid, withWitches, WITCH } from './room.testing.ts'
import { MOST_CHANGES, Versions } from './versions.ts'

const mav = (since?: string): string =>
  `<x xmlns='http://jabber.org/protocol/muc'><mav xmlns='urn:xmpp:muc:affiliations:1'${since === undefined ? '' : ` since='${since}'`}/></x>`
const HECATE = 'hecate@shakespeare.lit/broom'
const MACBETH = jid('macbeth@shakespeare.lit').bare

/** What a device gets, in order; presence of others is left out. */
const toDevice = (deliveries: readonly Delivery[], device: string): readonly Stanza[] =>
  deliveries.flatMap(({ stanza, to }) => (to.some(({ full }) => full === device) ? [stanza] : []))
const lists = (stanzas: readonly Stanza[]) =>
  stanzas.flatMap(stanza => (stanza.kind === 'message' && stanza.type === undefined ? (stanza.get(UserList) ?? []) : []))
const inWords = ({ mav: version, items }: ReturnType<typeof lists>[number]): string =>
  `${version?.since ?? '*'}-${version?.until ?? ''} ${items.map(({ jid: who, affiliation }) => `${who?.split('@')[0] ?? ''}:${affiliation ?? ''}`).join(' ')}`
/** What a crone who comes in is told of affiliations. */
const told = (room: Room, since?: string, device = CRONE): readonly string[] =>
  lists(toDevice(comes(room, device, device, mav(since)), device)).map(inWords)
const versionOf = (room: Room, device = CRONE): string | undefined =>
  toDevice(comes(room, device, device), device)
    .find(({ payload }) => payload.includes("code='110'"))
    ?.get(UserInfo)?.mav?.until

test('XEP-0463 §4.1: whoever asks gets the whole list, before any presence, and the version with their own presence', () => {
  const room = coven({ people: { 'wiccarocks@shakespeare.lit': 'admin', 'macbeth@shakespeare.lit': 'outcast' } })
  comes(room, WITCH, 'secondwitch')
  const got = toDevice(comes(room, CRONE, 'firstwitch', mav()), CRONE)
  assert.equal(got[0]?.kind, 'message')
  assert.deepEqual(lists(got).map(inWords), ['*-v4 crone1:owner wiccarocks:admin macbeth:outcast'])
  const own = got.find(({ payload }) => payload.includes("code='110'"))
  assert.deepEqual(own?.get(UserInfo)?.mav, { since: undefined, until: 'v4' })
  assert.doesNotMatch(
    heard(comes(room, HAG, 'thirdwitch', mav()), WITCH).join(''),
    /muc:affiliations:1/,
    '§4.1: nobody else sees that it was asked for',
  )
})

test('XEP-0463 §4.2.1: what changed since a version; nothing for the current one; all for one that is not known', () => {
  const room = coven()
  const since = room.versions.current
  assert.deepEqual(told(room, since), [])
  affiliate(room, MACBETH, 'member')
  affiliate(room, jid(HAG).bare, 'admin')
  affiliate(room, MACBETH, 'none')
  const now = room.versions.current
  assert.equal(versionOf(room), now)
  assert.deepEqual(told(room, since), [`${since}-${now} macbeth:none hag66:admin`])
  assert.deepEqual(told(room, 'ruz41312vw'), [`*-${now} crone1:owner hag66:admin`])
  for (let index = 0; index <= MOST_CHANGES; index++) affiliate(room, MACBETH, index % 2 ? 'none' : 'member')
  assert.match(told(room, since)[0] ?? '', /^\*-v\d+ /, 'too long ago')
  assert.match(told(room, now)[0] ?? '', /^\*-v\d+ /)
})

test('XEP-0463 §4.2.1: a long list comes in several messages, each from where the one before ended', () => {
  const room = coven()
  for (let index = 0; index < 450; index++) room.setAffiliation(jid(`p${index}@x`).bare, 'member')
  const got = lists(toDevice(comes(room, CRONE, 'firstwitch', mav()), CRONE))
  assert.deepEqual(
    got.map(({ items }) => items.length),
    [200, 200, 51],
  )
  assert.equal(got[0]?.mav?.since, undefined)
  assert.equal(got[0]?.mav?.until, got[1]?.mav?.since)
  assert.equal(got[1]?.mav?.until, got[2]?.mav?.since)
  assert.equal(got[2]?.mav?.until, room.versions.current)
  assert.equal(room.versions.after(got[0]?.mav?.until ?? ''), undefined, 'who has had half of it gets it all')
})

test('XEP-0463 §4.2.2: a change that presence shows says from which version to which', () => {
  const room = withWitches()
  const since = room.versions.current
  const deliveries = change(room, [item({ jid: 'wiccarocks@shakespeare.lit', affiliation: 'member' })], jid(CRONE))
  for (const device of [CRONE, WITCH, HAG]) {
    const [stanza, ...more] = toDevice(deliveries, device)
    assert.deepEqual(more, [])
    assert.deepEqual(stanza?.get(UserInfo)?.mav, { since, until: room.versions.current })
  }
  const again = change(room, [item({ jid: 'wiccarocks@shakespeare.lit', affiliation: 'member' })], jid(CRONE))
  assert.equal(toDevice(again, HAG)[0]?.get(UserInfo)?.mav, undefined, 'what was so before is no change')
})

test('XEP-0463 §4.2.2: of somebody who is not inside those hear by a message who may read the lists', () => {
  const room = withWitches({ people: { 'wiccarocks@shakespeare.lit': 'member' } })
  const since = room.versions.current
  const deliveries = change(
    room,
    [
      item({ jid: 'macbeth@shakespeare.lit', affiliation: 'member' }),
      item({ jid: 'banquo@shakespeare.lit', affiliation: 'outcast' }),
      item({ jid: 'hag66@shakespeare.lit', affiliation: 'member' }),
      item({ jid: 'duncan@shakespeare.lit', affiliation: 'admin' }),
    ],
    jid(CRONE),
  )
  const until = room.versions.current
  const words = (device: string) =>
    toDevice(deliveries, device).map(stanza => (stanza.kind === 'message' ? lists([stanza]).map(inWords)[0] : stanza.kind))
  const middle = room.versions.after(since)?.map(({ version }) => version) ?? []
  const others = [`${since}-${middle[1]} macbeth:member banquo:none`, 'presence', `${middle[2]}-${until} duncan:admin`]
  assert.deepEqual(words(CRONE), [`${since}-${middle[1]} macbeth:member banquo:outcast`, ...others.slice(1)])
  assert.deepEqual(words(WITCH), others, 'who is banned is for admins')
  assert.deepEqual(words(HAG), others.slice(1), 'a member from then on')
})

test('in a large room, where members come and go unseen, devices that follow the lists are told of new ones, and no others', () => {
  const room = withWitches({ rules: { large: 1, crowd: 1 }, people: { 'wiccarocks@shakespeare.lit': 'member' } })
  const makes = (affiliation: 'member' | 'none') => change(room, [item({ jid: 'hag66@shakespeare.lit', affiliation })], jid(CRONE))
  assert.deepEqual(lists(toDevice(makes('member'), CRONE)), [])
  comes(room, CRONE, 'firstwitch', mav())
  comes(room, CRONE, 'another name')
  const deliveries = makes('none')
  assert.deepEqual(lists(toDevice(deliveries, CRONE)).map(inWords), ['v4-v5 hag66:none'])
  assert.deepEqual(
    toDevice(deliveries, HAG).map(({ kind }) => kind),
    ['presence'],
    'they themselves see it',
  )
  assert.deepEqual(toDevice(deliveries, WITCH), [])
})

test('XEP-0463 §4.2.3: who may not read the lists is refused, and comes in all the same', () => {
  const room = coven({ settings: { whois: 'moderators' }, people: { 'hag66@shakespeare.lit': 'member' } })
  for (const since of [undefined, room.versions.current, 'unknown']) {
    const [first = '', ...more] = heard(comes(room, HAG, 'thirdwitch', mav(since)), HAG)
    assert.match(
      first,
      /^<message to='hag66@shakespeare.lit\/pda' from='coven@chat.shakespeare.lit' type='error'><error by='coven@chat.shakespeare.lit' type='auth'><forbidden/,
    )
    assert.match(more.join(''), /code='110'/)
    leave(room, jid(HAG))
  }
})

test('XEP-0463 §6: what was before somebody belonged to the room they are not told', () => {
  const room = coven({ people: { 'macbeth@shakespeare.lit': 'member' } })
  const before = room.versions.current
  affiliate(room, MACBETH, 'none')
  affiliate(room, jid(HECATE).bare, 'member')
  const since = room.versions.current
  const got = heard(comes(room, HECATE, HECATE, mav(before)), HECATE)
  assert.match(got[0] ?? '', /type='error'.*<forbidden/)
  assert.doesNotMatch(got.join(''), /macbeth/)
  affiliate(room, jid(WITCH).bare, 'member')
  assert.deepEqual(told(room, since, HECATE), [`${since}-${room.versions.current} wiccarocks:member`])
  affiliate(room, jid(HECATE).bare, 'outcast')
  const banned = room.versions.current
  affiliate(room, jid(HECATE).bare, 'member')
  assert.deepEqual(told(room, banned, HECATE), [])
})

test('a name of a state is given once; what was said before a crash and not kept is not known', () => {
  const names = ['c', 'd']
  const versions = new Versions(() => names.shift() ?? '', 'a', [])
  versions.note(MACBETH, 'none')
  assert.deepEqual(versions.after('a'), undefined, 'it is not known what led there')
  const after = new Versions(() => 'e', 'a', [])
  assert.equal(after.after('c'), undefined)
  assert.deepEqual(after.after('a'), [])
  versions.forget(jid('banquo@x').bare)
  assert.equal(versions.takeFresh().length, 1)
  versions.forget(MACBETH)
  assert.deepEqual(versions.after('c'), [])
})
