import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formField, namedForm } from '@plodge/xmpp/xeps/data-form.ts'
import { configurationForm, configure } from './configuration.ts'
import type { Delivery, Room } from './room.ts'
import { list } from './administration.ts'
import { codesIn, comes, coven, COVEN, CRONE, HAG, heard, item, jid, NOW, refuses, said, withWitches, WITCH } from './room.testing.ts'
import { said as remember, speak } from './speech.ts'

const submits = (room: Room, fields: Readonly<Record<string, string | readonly string[]>>): readonly Delivery[] =>
  configure(
    room,
    namedForm(
      'submit',
      'http://jabber.org/protocol/muc#roomconfig',
      Object.entries(fields).map(([name, value]) => formField(`muc#roomconfig_${name}`, { values: [value].flat() })),
    ),
    50,
  )
const valueOf = (room: Room, name: string): readonly string[] | undefined =>
  configurationForm(room).fields.find(field => field.name === `muc#roomconfig_${name}`)?.values

test('XEP-0045 §10.1.2: an empty form opens a room as it is', () => {
  const room = coven()
  room.isLocked = true
  comes(room, CRONE, 'firstwitch')
  const before = room.settings
  assert.deepEqual(configure(room, { ...namedForm('submit', '', []), fields: [] }, 50), [])
  assert.deepEqual([room.isLocked, room.settings], [false, before])
  assert.ok(comes(room, HAG, 'thirdwitch').length > 0)
})

test('XEP-0045 §10.1.3, §10.2: every field of the form is kept and shown', () => {
  const room = coven()
  const wanted = {
    roomname: 'A Dark Cave',
    roomdesc: 'The place for all good witches!',
    lang: 'en',
    persistentroom: '0',
    publicroom: '0',
    membersonly: '1',
    moderatedroom: '1',
    enablelogging: '0',
    allowinvites: '0',
    changesubject: '1',
    passwordprotectedroom: '1',
    roomsecret: 'cauldronburn',
    whois: 'moderators',
    allowpm: 'participants',
    maxusers: '20',
    presencebroadcast: ['moderator', 'participant'],
    getmemberlist: ['moderator', 'visitor'],
    pubsub: 'xmpp:pubsub.shakespeare.lit?;node=the-coven-node',
    roomadmins: ['wiccarocks@shakespeare.lit', 'hecate@shakespeare.lit'],
    roomowners: ['crone1@shakespeare.lit', 'hag66@shakespeare.lit'],
  }
  submits(room, wanted)
  for (const [name, value] of Object.entries(wanted)) assert.deepEqual(valueOf(room, name), [value].flat(), name)
  submits(room, { roomname: 'Another' })
  assert.deepEqual(valueOf(room, 'roomsecret'), ['cauldronburn'], 'what is left out stays')
  submits(room, { passwordprotectedroom: '0' })
  assert.equal(room.settings.password, undefined)
})

test('XEP-0045 §10.2: what cannot be is refused, and nothing changes', () => {
  const room = coven()
  const before = room.settings
  refuses(() => submits(room, { passwordprotectedroom: '1', roomname: 'x' }), 'not-acceptable')
  refuses(() => submits(room, { whois: 'nobody' }), 'not-acceptable')
  refuses(() => submits(room, { membersonly: 'perhaps' }), 'not-acceptable')
  refuses(() => submits(room, { roomdesc: 'x'.repeat(2000) }), 'not-acceptable')
  assert.equal(room.settings, before)
  submits(room, { maxusers: '5000' })
  assert.equal(room.settings.mostOccupants, 50, 'no more than the service allows')
})

for (const [field, values, codes] of [
  ['enablelogging', ['0', '1'], [[171], [170]]],
  ['whois', ['moderators', 'anyone'], [[173], [172]]],
  ['roomname', ['A Dark Cave', 'A Darker Cave'], [[104], [104]]],
] as const)
  test(`XEP-0045 §10.2.1: everybody hears of a change of ${field}`, () => {
    const room = withWitches()
    values.forEach((value, at) => {
      const told = heard(submits(room, { [field]: value }))
      assert.deepEqual(told.map(codesIn), Array(3).fill(codes[at]))
      assert.match(told[0] ?? '', /<message to='crone1@shakespeare.lit\/desktop' from='coven@chat.shakespeare.lit' type='groupchat'>/)
    })
  })

test('XEP-0045 §10.2: a room that becomes one for members puts others out: 322', () => {
  const room = withWitches({ people: { 'wiccarocks@shakespeare.lit': 'member' } })
  const deliveries = submits(room, { membersonly: '1' })
  assert.deepEqual(codesIn(heard(deliveries, HAG)[0] ?? ''), [322, 110])
  assert.deepEqual(heard(deliveries, WITCH).map(codesIn), [[322], [104]])
  assert.deepEqual([...room.occupants.keys()], ['firstwitch', 'secondwitch'])
})

test('XEP-0045 §10.2: owners and admins by the form, whose presence says so; there is always an owner', () => {
  const room = withWitches({ people: { 'hag66@shakespeare.lit': 'admin' } })
  const told = submits(room, {
    roomadmins: ['wiccarocks@shakespeare.lit'],
    roomowners: ['wiccarocks@shakespeare.lit', 'crone1@shakespeare.lit'],
  })
  assert.match(heard(told, CRONE).join('\n'), /secondwitch'.*affiliation='owner'.*role='moderator'/)
  assert.match(heard(told, CRONE).join('\n'), /thirdwitch'.*affiliation='member'.*role='participant'/)
  submits(room, { roomowners: ['wiccarocks@shakespeare.lit'] })
  assert.deepEqual([...room.affiliations.values()].sort(), ['admin', 'member', 'owner'], 'who owned it is an admin')
  submits(room, { roomowners: [] })
  assert.deepEqual(valueOf(room, 'roomowners'), ['wiccarocks@shakespeare.lit'])
})

test('XEP-0045 §9.5: an owner says who may see the members, and how much history newcomers get', () => {
  const room = withWitches()
  refuses(() => list(room, [item({ affiliation: 'member' })], jid(HAG)), 'forbidden')
  submits(room, { getmemberlist: ['participant'] })
  assert.deepEqual(list(room, [item({ affiliation: 'member' })], jid(HAG)), [])
  const history = namedForm('submit', 'http://jabber.org/protocol/muc#roomconfig', [formField('muc#maxhistoryfetch', { values: ['0'] })])
  configure(room, history, 50)
  const stanza = speak(room, said('message', COVEN, '<body>x</body>', 'groupchat'), jid(HAG), NOW)
  remember(room, stanza, NOW)
  assert.doesNotMatch(heard(comes(room, 'hecate@shakespeare.lit/a', 'hecate')).join(), /<body>/)
})

test('a new room is of the kind that its maker chooses, and different in what they changed', () => {
  const made = (fields: Readonly<Record<string, string>>): Room => {
    const room = coven()
    room.isLocked = true
    // A client sends the whole form back, as it was where nobody touched it.
    const { fields: asked } = configurationForm(room)
    const answers = asked.map(field => formField(field.name ?? '', { values: [fields[field.name ?? ''] ?? field.values].flat() }))
    configure(room, { ...namedForm('submit', '', []), fields: answers }, 50)
    return room
  }
  const template = '{urn:plodge:rooms}template'
  const members = made({ [template]: 'members', 'muc#roomconfig_roomname': 'A Dark Cave' }).settings
  assert.deepEqual([members.isMembersOnly, members.isPublic, members.name], [true, false, 'A Dark Cave'])
  const lecture = made({ [template]: 'lecture', 'muc#roomconfig_changesubject': '1' }).settings
  assert.deepEqual([lecture.isModerated, lecture.mayChangeSubject, lecture.privateMessages], [true, true, 'moderators'])
  const open = made({})
  assert.deepEqual([open.settings.isMembersOnly, open.isLocked], [false, false])
  assert.equal(
    configurationForm(open).fields.some(({ name }) => name === template),
    false,
    'only while it is made',
  )
})

test('owners close a room for reading only, and open it again, and say for how long what is said is kept', () => {
  const room = withWitches()
  const ours = (fields: Readonly<Record<string, string>>): readonly Delivery[] =>
    configure(
      room,
      namedForm(
        'submit',
        'http://jabber.org/protocol/muc#roomconfig',
        Object.entries(fields).map(([name, value]) => formField(`{urn:plodge:rooms}${name}`, { values: [value] })),
      ),
      50,
    )
  const talk = () => speak(room, said('message', COVEN, '<body>x</body>', 'groupchat'), jid(HAG), NOW)
  assert.deepEqual(codesIn(heard(ours({ readonly: '1' }), HAG)[0] ?? ''), [104])
  refuses(talk, 'not-allowed')
  ours({ readonly: '0' })
  talk()
  ours({ keep_days: '30' })
  assert.equal(room.settings.keepDays, 30)
  refuses(() => ours({ keep_days: 'long' }), 'not-acceptable')
  ours({ keep_days: '' })
  assert.equal(room.settings.keepDays, 0)
})
