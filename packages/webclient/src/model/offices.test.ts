import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Standing, deedsFor, mayInvite, mayModerate, maySetTopic } from './offices.ts'

const OWNER: Standing = { affiliation: 'owner', role: 'moderator' }
const ADMIN: Standing = { affiliation: 'admin', role: 'moderator' }
const MODERATOR: Standing = { affiliation: 'member', role: 'moderator' }
const MEMBER: Standing = { affiliation: 'member', role: 'participant' }
const VISITOR: Standing = { affiliation: 'none', role: 'visitor' }
const GUEST: Standing = { affiliation: 'none', role: 'participant' }
const BANNED: Standing = { affiliation: 'outcast', role: 'none' }

const offered = (me: Standing, them: Standing, isModerated = false): string =>
  deedsFor({ me, them, isMyself: false, isModerated }).join(' ')

test('what is offered follows who one is and who they are (XEP-0045 §5)', () => {
  assert.equal(offered(OWNER, GUEST), 'makeModerator makeMember makeAdmin makeOwner kick ban')
  assert.equal(offered(OWNER, OWNER), 'unmakeOwner kick')
  assert.equal(offered(OWNER, ADMIN), 'unmakeAdmin makeOwner kick ban')
  assert.equal(offered(ADMIN, ADMIN), 'kick')
  assert.equal(offered(ADMIN, OWNER), '')
  assert.equal(offered(ADMIN, MEMBER), 'makeModerator unmakeMember kick ban')
  assert.equal(offered(ADMIN, MODERATOR), 'unmakeModerator unmakeMember kick ban')
  assert.equal(offered(ADMIN, BANNED), 'unban')
  assert.equal(offered(MODERATOR, GUEST), 'kick')
  assert.equal(offered(MODERATOR, OWNER), '')
  assert.equal(offered(MEMBER, GUEST), '')
})

test('voice is given and taken where it is needed', () => {
  assert.equal(offered(MODERATOR, VISITOR, true), 'grantVoice kick')
  assert.equal(offered(MODERATOR, GUEST, true), 'revokeVoice kick')
  assert.equal(offered(MEMBER, VISITOR, true), '')
})

test('nobody is offered anything against themselves', () => {
  assert.deepEqual(deedsFor({ me: OWNER, them: OWNER, isMyself: true, isModerated: true }), [])
})

test('moderating, the topic and inviting', () => {
  assert.deepEqual([OWNER, MODERATOR, MEMBER, VISITOR].map(mayModerate), [true, true, false, false])
  assert.deepEqual(
    [MODERATOR, GUEST, VISITOR].map(me => [maySetTopic(me, false), maySetTopic(me, true)]),
    [
      [true, true],
      [false, true],
      [false, false],
    ],
  )
  assert.deepEqual(
    [GUEST, MEMBER, BANNED].map(me => [mayInvite(me, false), mayInvite(me, true)]),
    [
      [true, false],
      [true, true],
      [false, false],
    ],
  )
})
