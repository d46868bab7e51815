import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decline, invite } from './invitations.ts'
import { comes, coven, COVEN, CRONE, HAG, heard, jid, refuses, said, withWitches, WITCH } from './room.testing.ts'

const user = (payload: string) =>
  said('message', COVEN, `<x xmlns='http://jabber.org/protocol/muc#user'>${payload}</x>`, undefined, 'nzd143v8')
const INVITE = "<invite to='hecate@shakespeare.lit'><reason>Hey Hecate, this is the place for all good witches!</reason></invite>"

test('XEP-0045 §7.8.2: the room invites in the name of an occupant, with the password', () => {
  const room = coven({ settings: { password: 'cauldronburn' } })
  comes(room, CRONE, 'firstwitch')
  const { letters, deliveries } = invite(room, user(INVITE), jid(CRONE))
  assert.match(
    letters[0]?.toXml() ?? '',
    /^<message to='hecate@shakespeare.lit' from='coven@chat.shakespeare.lit' id='nzd143v8'>.*<invite from='crone1@shakespeare.lit'><reason>Hey Hecate.*<password>cauldronburn<\/password>/,
  )
  assert.deepEqual(deliveries, [])
  assert.equal(room.affiliations.size, 1, '§9.5: an open room makes nobody a member')
  refuses(() => invite(room, user(INVITE), jid(HAG)), 'not-acceptable')
  refuses(() => invite(room, user("<invite to='@'/>"), jid(CRONE)), 'jid-malformed')
  room.settings = { ...room.settings, whois: 'moderators' }
  assert.match(invite(room, user(INVITE), jid(CRONE)).letters[0]?.toXml() ?? '', /<invite from='coven@chat.shakespeare.lit\/firstwitch'>/)
})

test('XEP-0045 §9.5: to a room for members members invite where they may, and who is invited is one', () => {
  const people = { 'wiccarocks@shakespeare.lit': 'member', 'hecate@shakespeare.lit': 'none' } as const
  const room = coven({ settings: { isMembersOnly: true, mayInvite: false }, people })
  comes(room, CRONE, 'firstwitch')
  comes(room, WITCH, 'secondwitch')
  refuses(() => invite(room, user(INVITE), jid(WITCH)), 'forbidden', 'auth')
  room.settings = { ...room.settings, mayInvite: true }
  invite(room, user(INVITE), jid(WITCH))
  assert.equal(room.affiliationOf(jid('hecate@shakespeare.lit').bare), 'member')
  room.setAffiliation(jid('hecate@shakespeare.lit').bare, 'outcast')
  refuses(() => invite(room, user(INVITE), jid(WITCH)), 'forbidden')
})

test('XEP-0045 §7.8.2: who declines is told of to who invited, and to nobody else', () => {
  const room = withWitches()
  const answer = (to: string) => user(`<decline to='${to}'><reason>Sorry, I’m too busy right now.</reason></decline>`)
  const hecate = jid('hecate@shakespeare.lit/broom')
  const [told = ''] = heard(decline(room, answer('crone1@shakespeare.lit'), hecate).deliveries)
  assert.match(
    told,
    /to='crone1@shakespeare.lit\/desktop' from='coven@chat.shakespeare.lit'.*<decline from='hecate@shakespeare.lit'><reason>Sorry/,
  )
  assert.equal(heard(decline(room, answer(`${COVEN}/thirdwitch`), hecate).deliveries, HAG).length, 1)
  refuses(() => decline(room, answer('nobody@shakespeare.lit'), hecate), 'item-not-found')
  const away = decline(coven(), answer('crone1@shakespeare.lit'), hecate)
  assert.equal(away.letters[0]?.to?.full, 'crone1@shakespeare.lit', 'who has left meanwhile')
})
