/**
 * Bookmarks are one thing, whichever way a client keeps them: items of a node (XEP-0402), which is where they are; a list in another
 * node (XEP-0048), which follows; or private data (XEP-0049), which are made of the items when somebody asks (XEP-0411).
 */
import type { Account } from '@plodge/xmpp/jid/jid.ts'
import { BOOKMARKS, OLD_BOOKMARKS, OldBookmarks } from '@plodge/xmpp/xeps/bookmarks.ts'
import type { Element } from '@plodge/xmpp/xml/element.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import type { OwnItem, OwnNodes } from '../../pubsub/own-nodes.ts'
import type { Module } from '../../routing/host.ts'
import type { Documents } from '../../storage/repositories.ts'
import { changes, joined, split } from './convert.ts'

/** What is in lists and is no room. */
const KIND = 'bookmarks'
const CURRENT = 'current'
const PRIVATE = { access_model: 'whitelist', persist_items: 'true' } as const
/** XEP-0402 §3.3: as clients make the node. */
const AS_CLIENTS_DO = { ...PRIVATE, max_items: 'max', send_last_published_item: 'never' } as const

export interface BookmarkOptions {
  readonly nodes: OwnNodes
  readonly documents: Documents
}

export interface Bookmarks extends Module {
  /** As private data; undefined when there never were any. */
  readonly list: (account: Account) => Promise<Element | undefined>
  readonly setList: (account: Account, list: Element) => Promise<void>
}

export function bookmarks({ nodes, documents }: BookmarkOptions): Bookmarks {
  const kept = new Kept(nodes, documents)
  return {
    name: 'bookmarks',
    implements: { 'XEP-0048': '1.2', 'XEP-0402': '1.2.0', 'XEP-0411': '1.1.0' },
    accountFeatures: [`${BOOKMARKS}#compat`, `${BOOKMARKS}#compat-pep`, 'urn:xmpp:bookmarks-conversion:0'],
    install() {
      nodes.follow(BOOKMARKS, account => kept.follow(account))
      nodes.follow(OLD_BOOKMARKS, account => kept.takeNode(account))
    },
    list: account => kept.list(account),
    setList: async (account, list) => {
      await kept.take(account, list)
      await kept.follow(account)
    },
  }
}

class Kept {
  readonly #nodes: OwnNodes
  readonly #documents: Documents

  constructor(nodes: OwnNodes, documents: Documents) {
    this.#nodes = nodes
    this.#documents = documents
  }

  async list(account: Account): Promise<Element | undefined> {
    const [items, rest] = await Promise.all([this.#nodes.items(account, BOOKMARKS), this.#rest(account)])
    return items || rest.length > 0 ? joined(items ?? [], rest) : undefined
  }

  /** The list's node says what the items say. */
  async follow(account: Account): Promise<void> {
    const list = (await this.list(account)) ?? OldBookmarks.write({ elements: [] })
    const before = (await this.#nodes.items(account, OLD_BOOKMARKS))?.at(-1)?.payload
    if (before ? before.toString() === list.toString() : list.elements.length === 0) return
    await this.#nodes.publish(account, OLD_BOOKMARKS, [{ id: CURRENT, payload: list }], PRIVATE)
  }

  /** The items say what a list says. */
  async take(account: Account, list: Element): Promise<void> {
    const { rooms, rest } = split(list)
    const text = rest.length === 0 ? undefined : OldBookmarks.write({ elements: rest }).toString()
    const items: readonly OwnItem[] = (await this.#nodes.items(account, BOOKMARKS)) ?? []
    const { put, gone } = changes(items, rooms)
    await Promise.all([
      this.#documents.set(account.local, KIND, '', text),
      this.#nodes.publish(account, BOOKMARKS, put, AS_CLIENTS_DO),
      this.#nodes.retract(account, BOOKMARKS, gone),
    ])
  }

  /** A client published a list. One that takes the list away takes nothing from the rooms. */
  async takeNode(account: Account): Promise<void> {
    const published = (await this.#nodes.items(account, OLD_BOOKMARKS))?.at(-1)?.payload
    if (published?.is(OldBookmarks)) await this.take(account, published)
  }

  async #rest(account: Account): Promise<readonly Element[]> {
    const text = await this.#documents.get(account.local, KIND, '')
    return text === undefined ? [] : OldBookmarks.read(parse(text)).elements
  }
}
