/** What was going on at the sample campus before it is first looked at: names on cards, a room for each group, a little talk. */
import { usualConfig } from '@plodge/server/pubsub/config.ts'
import { headOf, newNode } from '@plodge/server/pubsub/node.ts'
import type { Store } from '@plodge/server/storage/repositories.ts'
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { CLIENT, Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { Bookmark, BOOKMARKS } from '@plodge/xmpp/xeps/bookmarks.ts'
import { Element } from '@plodge/xmpp/xml/element.ts'
import { SAMPLE_PEOPLE, type SamplePerson } from './people.ts'
import { SAMPLE_ROOMS, SAMPLE_TALK, type SampleRoom } from './talk.ts'

const VCARD = 'vcard-temp'

/** Settles when all of it is on disk. A campus in which something was said is left as it is. */
export async function addLife(store: Store, domain: string, now: number): Promise<void> {
  const [first] = SAMPLE_PEOPLE
  if (first && (await store.documents.get(first.localpart, 'vcard', '')) !== undefined) return
  await Promise.all(SAMPLE_ROOMS.map(room => addRoom(store, domain, room, now)))
  for (const { from, to, text } of SAMPLE_TALK) say(store, `${from}@${domain}`, `${to}@${domain}`, text)
  await store.archive.committed()
  await Promise.all(SAMPLE_PEOPLE.map(person => addBookmarks(store, domain, person, now)))
  // Last, because they tell that all is there.
  await Promise.all(SAMPLE_PEOPLE.map(({ localpart, name }) => store.documents.set(localpart, 'vcard', '', cardOf(name).toString())))
}

function cardOf(name: string): Element {
  return new Element(VCARD, 'vCard', {}, [new Element(VCARD, 'FN', {}, [name])])
}

async function addRoom(
  { rooms, archive }: Store,
  domain: string,
  { name, title, about, group, talk }: SampleRoom,
  now: number,
): Promise<void> {
  const members = SAMPLE_PEOPLE.filter(({ groups }) => groups.includes(group))
  const people = members.map(({ localpart }, at) => ({
    person: `${localpart}@${domain}`,
    affiliation: at === 0 ? 'owner' : 'member',
    nick: undefined,
  }))
  const settings = JSON.stringify({ name: title, description: about })
  await rooms.put({ name, createdAt: now, title, isPublic: true, settings, version: `${now}` }, people, [], 0)
  const room = `${name}@group.${domain}`
  for (const { from, text } of talk) {
    const message = messageOf({ from: `${room}/${from}`, to: undefined, type: 'groupchat' }, text)
    archive.append(message, [{ owner: room, peer: `${from}@${domain}`, direction: 'received', kept: true }])
  }
}

/** The rooms of their groups, so that clients go there by themselves (XEP-0402 §3). */
async function addBookmarks({ nodes }: Store, domain: string, { localpart, groups }: SamplePerson, now: number): Promise<void> {
  const bare = `${localpart}@${domain}`
  const items = SAMPLE_ROOMS.filter(({ group }) => groups.includes(group)).map(({ name, title }) => {
    const bookmark = Bookmark.write({ name: title, autojoin: 'true', nick: undefined, password: undefined, extensions: undefined })
    return { id: `${name}@group.${domain}`, at: now, publisher: bare, payload: bookmark.toString() }
  })
  if (items.length === 0) return
  await nodes.put(localpart, headOf(localpart, newNode(BOOKMARKS, bare, now, usualConfig(localpart, BOOKMARKS))))
  await nodes.publish(localpart, BOOKMARKS, items, items.length)
}

/** Nobody was online, so it waits for the one, and both find it in their history. */
function say({ archive }: Store, from: string, to: string, text: string): void {
  const [mine = '', theirs = ''] = [from, to].map(address => address.split('@')[0])
  archive.append(messageOf({ from: `${from}/sample`, to, type: 'chat' }, text), [
    { owner: mine, peer: to, direction: 'sent', kept: true },
    { owner: theirs, peer: from, direction: 'received', kept: true },
  ])
}

function messageOf(
  { from, to, type }: { readonly from: string; readonly to: string | undefined; readonly type: string },
  text: string,
): string {
  const envelope = { from: Jid.parse(from), to: to === undefined ? undefined : Jid.parse(to), type, id: crypto.randomUUID() }
  return Stanza.of('message', envelope, [new Element(CLIENT, 'body', {}, [text])]).toXml(CLIENT)
}
