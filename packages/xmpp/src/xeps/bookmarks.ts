/** XEP-0402 (1.2.0): PEP Native Bookmarks, an item a room; and XEP-0048 (1.2), all of them in one element. */
import { element, elements, maybeAttribute, optional, raw, text, type Value } from './codec.ts'

export const BOOKMARKS = 'urn:xmpp:bookmarks:1'
export const OLD_BOOKMARKS = 'storage:bookmarks'

/** Its item's id is the address of the room. */
export const Bookmark = element(BOOKMARKS, 'conference', {
  name: maybeAttribute('name'),
  autojoin: maybeAttribute('autojoin'),
  nick: text(BOOKMARKS, 'nick'),
  password: text(BOOKMARKS, 'password'),
  extensions: optional(raw(BOOKMARKS, 'extensions')),
})
export type Bookmark = Value<typeof Bookmark>

export const OldBookmark = element(OLD_BOOKMARKS, 'conference', {
  jid: maybeAttribute('jid'),
  name: maybeAttribute('name'),
  autojoin: maybeAttribute('autojoin'),
  nick: text(OLD_BOOKMARKS, 'nick'),
  password: text(OLD_BOOKMARKS, 'password'),
})

export const OldBookmarks = element(OLD_BOOKMARKS, 'storage', { elements: elements() })
