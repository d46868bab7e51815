/** Personal nodes on their way into one account (XEP-0227 §4.10): each with its configuration where it is known, as usual where it is not. */
import { type Account, Jid } from '@plodge/xmpp/jid/jid.ts'
import { BOOKMARKS } from '@plodge/xmpp/xeps/bookmarks.ts'
import { DataForm, FORMS } from '@plodge/xmpp/xeps/data-form.ts'
import { readDateTime } from '@plodge/xmpp/xeps/datetime.ts'
import { PUBSUB_OWNER } from '@plodge/xmpp/xeps/pubsub-owner.ts'
import { OldBookmarks } from '@plodge/xmpp/xeps/bookmarks.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import type { Element } from '@plodge/xmpp/xml/element.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import { changes, split } from '../modules/bookmarks/convert.ts'
import { configured } from '../pubsub/config-form.ts'
import { type NodeConfig, usualConfig } from '../pubsub/config.ts'
import { AFFILIATIONS, headOf, LONGEST_NAME, newNode, recordOf } from '../pubsub/node.ts'
import { optionsFrom, USUAL_OPTIONS } from '../pubsub/subscription-form.ts'
import type { Limits } from '../settings.ts'
import type { ItemRecord, Store } from '../storage/repositories.ts'
import { itemsOf } from './export-nodes.ts'
import { EXTRAS } from './names.ts'
import type { Imported, Report } from './report.ts'

const LONGEST_ID = 1024
const A_BATCH = 50

/** Nodes, items of one node, and bytes of one item that an account may have. */
export type NodeLimits = Pick<Limits, 'nodes' | 'nodeItems' | 'nodeItemBytes'>

export interface NodeImportNeeds {
  readonly store: Pick<Store, 'nodes' | 'documents'>
  readonly owner: Account
  readonly counts: Imported
  readonly report: Report
  readonly limits: NodeLimits
  readonly now: () => number
}

export class NodeImport {
  readonly #needs: NodeImportNeeds
  readonly #known: Set<string>
  /** Of the node whose items are being read. */
  #node = ''
  #items: ItemRecord[] = []

  private constructor(needs: NodeImportNeeds, known: Set<string>) {
    this.#needs = needs
    this.#known = known
  }

  static async begin(needs: NodeImportNeeds): Promise<NodeImport> {
    const nodes = await needs.store.nodes.load(needs.owner.local)
    return new NodeImport(needs, new Set(nodes.map(({ name }) => name)))
  }

  /** A part of what is said about nodes. */
  async about(element: Element): Promise<void> {
    const name = element.attributes['node']
    if (name === undefined || name === '' || name.length > LONGEST_NAME)
      return this.#needs.report.note('A node has no name that it can have')
    if (element.name === 'configure') return this.#configure(name, element)
    if (!(await this.#make(name))) return
    if (element.name === 'affiliations') return this.#affiliate(name, element)
    if (element.name === 'subscriptions') return this.#subscribe(name, element)
    this.#needs.report.note(`<${element.name}/> of a node means nothing here`)
  }

  async beginItems(name: string): Promise<void> {
    this.#node = name.length <= LONGEST_NAME && name !== '' && (await this.#make(name)) ? name : ''
  }

  async item({ attributes, elements }: Element): Promise<void> {
    if (this.#node === '') return
    const { id = '', publisher } = attributes
    const payload = elements[0]?.toString() ?? ''
    if (id === '' || id.length > LONGEST_ID || Buffer.byteLength(payload) > this.#needs.limits.nodeItemBytes)
      return this.#needs.report.note(`An item of ${this.#node} has no id, or is too large`)
    const at = readDateTime(attributes[`{${EXTRAS}}at`] ?? '') ?? this.#needs.now()
    this.#items.push({ id, at, publisher: Jid.parse(publisher ?? '')?.full ?? this.#needs.owner.bare, payload })
    if (this.#items.length >= A_BATCH) await this.#publish()
  }

  async endItems(): Promise<void> {
    await this.#publish()
    this.#node = ''
  }

  /** XEP-0048: a list of rooms is kept as items (XEP-0402), and what is no room aside. */
  async bookmarks(list: Element): Promise<void> {
    const { store, owner } = this.#needs
    const { rooms, rest } = split(list)
    await store.documents.set(
      owner.local,
      'bookmarks',
      '',
      rest.length === 0 ? undefined : OldBookmarks.write({ elements: rest }).toString(),
    )
    const before: { readonly id: string; readonly payload: Element }[] = []
    for await (const { id, payload } of itemsOf(store, owner.local, BOOKMARKS))
      if (payload !== '') before.push({ id, payload: parse(payload) })
    const { put } = changes(before, rooms)
    if (put.length === 0) return
    await this.beginItems(BOOKMARKS)
    const at = this.#needs.now()
    this.#items = put.map(({ id, payload }) => ({ id, at, publisher: owner.bare, payload: payload.toString() }))
    await this.endItems()
  }

  async #publish(): Promise<void> {
    const items = this.#items
    this.#items = []
    if (items.length === 0 || this.#node === '') return
    await this.#needs.store.nodes.publish(this.#needs.owner.local, this.#node, items, this.#needs.limits.nodeItems)
    this.#needs.counts.items += items.length
  }

  /** False when there are too many already. */
  async #make(name: string, config?: NodeConfig, created?: number): Promise<boolean> {
    const { owner, store, counts, report, limits, now } = this.#needs
    const isKnown = this.#known.has(name)
    if (isKnown && !config) return true
    if (!isKnown && this.#known.size >= limits.nodes) {
      report.note(`An account has at most ${limits.nodes} nodes: the others are left out`)
      return false
    }
    if (!isKnown) counts.nodes += 1
    this.#known.add(name)
    const node = newNode(name, owner.bare, created ?? now(), config ?? usualConfig(owner.local, name))
    await store.nodes.put(owner.local, headOf(owner.local, node))
    return true
  }

  async #configure(name: string, element: Element): Promise<void> {
    const usual = usualConfig(this.#needs.owner.local, name)
    const form = element.child(FORMS, 'x')
    const created = readDateTime(element.attributes[`{${EXTRAS}}created`] ?? '')
    try {
      const config = form ? configured(usual, { ...DataForm.read(form), kind: 'submit' }, 'account') : usual
      await this.#make(name, config, created)
    } catch (error) {
      if (!(error instanceof StanzaError)) throw error
      this.#needs.report.note(`${name} is configured as usual: ${error.message}`)
      // Nobody shall see what its owner did not mean to show.
      await this.#make(name, { ...usual, accessModel: 'whitelist' }, created)
    }
  }

  async #affiliate(name: string, element: Element): Promise<void> {
    const { store, owner, report } = this.#needs
    for (const { attributes } of element.childrenNamed(PUBSUB_OWNER, 'affiliation')) {
      const bare = Jid.parse(attributes['jid'] ?? '')?.bare
      const affiliation = AFFILIATIONS.find(word => word === attributes['affiliation'])
      if (bare === undefined || affiliation === undefined) report.note(`Somebody is something to ${name} that nobody can be`)
      else if (affiliation !== 'none') await store.nodes.setAffiliation(owner.local, name, bare, affiliation)
    }
  }

  async #subscribe(name: string, element: Element): Promise<void> {
    const { store, owner, report, now } = this.#needs
    for (const { attributes, elements } of element.childrenNamed(PUBSUB_OWNER, 'subscription')) {
      const jid = Jid.parse(attributes['jid'] ?? '')
      // Debian's Prosody 0.12 calls the attribute "subscribed".
      const state = attributes['subscription'] ?? attributes['subscribed']
      if (!jid || (state !== 'subscribed' && state !== 'pending')) {
        report.note(`Somebody is subscribed to ${name} in a way that is none`)
        continue
      }
      const form = elements.find(one => one.name === 'options')?.child(FORMS, 'x')
      const options = form ? this.#options(form, now()) : USUAL_OPTIONS
      const subid = attributes['subid'] ?? `imported-${jid.full}`
      await store.nodes.putSubscription(owner.local, name, recordOf({ subid, jid: jid.full, bare: jid.bare, state, options }))
    }
  }

  #options(form: Element, now: number): typeof USUAL_OPTIONS {
    try {
      return optionsFrom(USUAL_OPTIONS, { ...DataForm.read(form), kind: 'submit' }, now)
    } catch (error) {
      if (!(error instanceof StanzaError)) throw error
      return USUAL_OPTIONS
    }
  }
}
