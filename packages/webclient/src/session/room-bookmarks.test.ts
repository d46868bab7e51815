import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import type { Element } from '@plodge/xmpp/xml/element.ts'
import type { Desk } from './desk.ts'
import { Bookmarks, usualNotify } from './room-bookmarks.ts'

const ITEM = `<item xmlns='http://jabber.org/protocol/pubsub' id='tea@group.x'>
  <conference xmlns='urn:xmpp:bookmarks:1' name='Tea' autojoin='true'><nick>fanf2</nick><password>scone</password>
    <extensions><state xmlns='other' minimized='true'/><notify xmlns='urn:xmpp:notification-settings:1'><never/></notify></extensions>
  </conference></item>`

function begin() {
  const sent: string[] = []
  const ask = async (_: unknown, payload: Element): Promise<undefined> => void sent.push(payload.toString())
  return { bookmarks: new Bookmarks({ questions: { ask } } as unknown as Desk), sent }
}

test('a bookmark says in which room one is, and of what one wants to be told (XEP-0492)', () => {
  const { bookmarks } = begin()
  assert.deepEqual(bookmarks.take([parse(ITEM)]), [{ room: 'tea@group.x', name: 'Tea', nick: 'fanf2', isJoined: true, notify: 'none' }])
  assert.equal(bookmarks.passwordOf('tea@group.x'), 'scone')
  assert.deepEqual(bookmarks.take([parse(`<item xmlns='http://jabber.org/protocol/pubsub' id='no room'/>`)]), [])
})

test('what other clients wrote into a bookmark stays when the wish changes', async () => {
  const { bookmarks, sent } = begin()
  bookmarks.take([parse(ITEM)])
  await bookmarks.notify('tea@group.x', 'all')
  assert.match(sent[0] ?? '', /<state xmlns='other' minimized='true'\/>/)
  assert.match(sent[0] ?? '', /<notify xmlns='urn:xmpp:notification-settings:1'><always\/><\/notify>/)
  assert.doesNotMatch(sent[0] ?? '', /<never/)
  assert.match(sent[0] ?? '', /name='Tea' autojoin='true'><nick>fanf2<\/nick><password>scone<\/password>/)
})

test('a room that has no bookmark yet gets one with which clients come in by themselves', async () => {
  const { bookmarks, sent } = begin()
  await bookmarks.put('new@group.x', { nick: 'fanf2' })
  assert.match(
    sent[0] ?? '',
    /<item id='new@group.x'><conference xmlns='urn:xmpp:bookmarks:1' autojoin='true'><nick>fanf2<\/nick><\/conference>/,
  )
})

test('where nothing is wished one is told of all in a room for members, and of one’s name elsewhere (XEP-0492 §3)', () => {
  const { bookmarks } = begin()
  const [marked] = bookmarks.take([parse(ITEM.replace(/<notify.*<\/notify>/, ''))])
  assert.equal(marked?.notify, undefined)
  assert.equal(bookmarks.notifyOf('tea@group.x'), undefined)
  assert.deepEqual([usualNotify(['muc_membersonly', 'muc_hidden']), usualNotify(['muc_open'])], ['all', 'mentions'])
})

test('what a phone is told, and what other clients say more closely, is not ours to change (XEP-0492 §3)', async () => {
  const { bookmarks, sent } = begin()
  const settings = "<never><advanced>x</advanced></never><always identity-category='client' identity-type='phone'/>"
  bookmarks.take([parse(ITEM.replace('<never/>', settings))])
  await bookmarks.notify('tea@group.x', 'mentions')
  assert.match(
    sent[0] ?? '',
    /<on-mention><advanced>x<\/advanced><\/on-mention><always identity-category='client' identity-type='phone'\/><\/notify>/,
  )
  assert.equal(bookmarks.notifyOf('tea@group.x'), 'mentions')
})
