/** Bookmarks from one form to the other (XEP-0402 §5.1): items of a node, and one list. What is no room in a list is kept aside. */
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { Bookmark, OldBookmark, OldBookmarks } from '@plodge/xmpp/xeps/bookmarks.ts'
import type { Element } from '@plodge/xmpp/xml/element.ts'
import type { OwnItem } from '../../pubsub/own-nodes.ts'

/** Rooms by address, in order; and everything else, as it is. */
export interface Split {
  readonly rooms: ReadonlyMap<string, Element>
  readonly rest: readonly Element[]
}

export function split(list: Element): Split {
  const rooms = new Map<string, Element>()
  const rest: Element[] = []
  for (const element of OldBookmarks.read(list).elements) {
    const jid = element.is(OldBookmark) ? Jid.parse(OldBookmark.read(element).jid ?? '') : undefined
    if (jid && jid.resource === '') rooms.set(jid.bare, element)
    else rest.push(element)
  }
  return { rooms, rest }
}

export const joined = (items: readonly OwnItem[], rest: readonly Element[]): Element =>
  OldBookmarks.write({ elements: [...items.filter(({ payload }) => payload.is(Bookmark)).map(oldOf), ...rest] })

function oldOf({ id, payload }: OwnItem): Element {
  const { name, autojoin, nick, password } = Bookmark.read(payload)
  return OldBookmark.write({ jid: id, name, autojoin: isTrue(autojoin) ? 'true' : undefined, nick, password })
}

/** What has to be done to the items for them to say what the list says; what they say beside it stays. */
export function changes(
  items: readonly OwnItem[],
  rooms: Split['rooms'],
): { readonly put: readonly OwnItem[]; readonly gone: readonly string[] } {
  const known = new Map(items.map(({ id, payload }) => [id, payload]))
  const put: OwnItem[] = []
  for (const [id, element] of rooms) {
    const { name, autojoin, nick, password } = OldBookmark.read(element)
    const before = known.get(id)
    const extensions = before?.is(Bookmark) ? Bookmark.read(before).extensions : undefined
    const wanted = Bookmark.write({ name, autojoin: isTrue(autojoin) ? 'true' : undefined, nick, password, extensions })
    if (!before || !says(before, wanted)) put.push({ id, payload: wanted })
  }
  return { put, gone: items.map(({ id }) => id).filter(id => !rooms.has(id)) }
}

const says = (one: Element, other: Element): boolean => {
  const [a, b] = [one, other].map(element => {
    const bookmark = Bookmark.read(element)
    return Bookmark.write({ ...bookmark, autojoin: isTrue(bookmark.autojoin) ? 'true' : undefined }).toString()
  })
  return a === b
}

const isTrue = (written: string | undefined): boolean => written === 'true' || written === '1'
