/** One account on its way in: takes the parts of a `<user/>` (XEP-0227 §4.2) as they come, each into where it lasts. */
import { type Account, Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { BLOCKING, BlockList } from '@plodge/xmpp/xeps/blocking.ts'
import { OLD_BOOKMARKS } from '@plodge/xmpp/xeps/bookmarks.ts'
import { MAM } from '@plodge/xmpp/xeps/mam.ts'
import { ArchivePreferences } from '@plodge/xmpp/xeps/mam-preferences.ts'
import { RosterItem } from '@plodge/xmpp/xeps/roster.ts'
import { VCARD } from '@plodge/xmpp/xeps/vcard.ts'
import { CLIENT } from '@plodge/xmpp/stanza/stanza.ts'
import type { Element } from '@plodge/xmpp/xml/element.ts'
import { parseStored } from '../accounts/passwords/stored.ts'
import type { Rosters } from '../accounts/rosters.ts'
import { Cards } from '../modules/vcard/cards.ts'
import type { Documents, RosterRow, Subscription, Verifier } from '../storage/repositories.ts'
import { EXTRAS, keyOf, PIE_SCRAM, PRIVACY } from './names.ts'
import type { Imported, Report } from './report.ts'

export interface AccountImportNeeds {
  readonly owner: Account
  readonly documents: Documents
  readonly rosters: Rosters
  readonly counts: Imported
  readonly report: Report
}

const SUBSCRIPTIONS: readonly Subscription[] = ['none', 'to', 'from', 'both']
const LONGEST_NAME = 1023

export class AccountImport {
  readonly verifiers: Verifier[] = []
  /** XEP-0048, to be taken when all nodes are known. */
  bookmarks: Element | undefined
  readonly #needs: AccountImportNeeds
  #hasBlockList = false

  constructor(needs: AccountImportNeeds) {
    this.#needs = needs
  }

  /** What is directly in `<user/>`. */
  async part(element: Element): Promise<void> {
    const { documents, owner, report } = this.#needs
    switch (keyOf(element.ns, element.name)) {
      case keyOf(PIE_SCRAM, 'scram-credentials'):
        return this.#credentials(element)
      case keyOf(VCARD, 'vCard'):
        return new Cards(documents).put(owner.local, element)
      case keyOf(CLIENT, 'presence'):
        return this.#asks(element)
      case keyOf(BLOCKING, 'blocklist'):
        this.#hasBlockList = true
        return this.#block(BlockList.read(element).items.map(({ jid }) => jid))
      case keyOf(PRIVACY, 'query'):
        return this.#privacy(element)
      case keyOf(MAM, 'prefs'):
        await documents.set(owner.local, 'archive-preferences', '', ArchivePreferences.write(ArchivePreferences.read(element)).toString())
        return
      default:
        report.note(`<${element.name} xmlns='${element.ns.slice(0, 100)}'/> means nothing here, and is left out`)
    }
  }

  async contact(element: Element): Promise<void> {
    const { rosters, owner, counts, report } = this.#needs
    const { jid, name, subscription, ask, approved, groups } = RosterItem.read(element)
    const address = Jid.parse(jid)
    if (!address || address.bare === owner.bare) return report.note('A contact has no address, or is the person')
    const change = await rosters.change(owner.local, address.bare, (row): RosterRow => ({
      ...row,
      name: name === '' ? undefined : name?.slice(0, LONGEST_NAME),
      groups: [...new Set(groups.filter(group => group !== ''))],
      subscription: SUBSCRIPTIONS.find(word => word === subscription) ?? 'none',
      ask: ask === 'subscribe',
      approved: approved === 'true' || approved === '1',
      listed: element.attributes[`{${EXTRAS}}listed`] !== 'false',
    }))
    await change?.saved
    counts.contacts += 1
  }

  /** XEP-0049, by the name and namespace of each. */
  async private(element: Element): Promise<void> {
    const { documents, owner } = this.#needs
    if (element.is({ ns: OLD_BOOKMARKS, name: 'storage' })) this.bookmarks = element
    else if (element.ns !== '') await documents.set(owner.local, 'private', keyOf(element.ns, element.name), element.toString())
  }

  #credentials(element: Element): void {
    const part = (name: string): string => element.child(PIE_SCRAM, name)?.text.trim() ?? ''
    const mechanism = element.attributes['mechanism'] ?? ''
    const stored = parseStored(`{${mechanism}}${part('iter-count')},${part('salt')},${part('stored-key')},${part('server-key')}`)
    if (stored.kind !== 'verifier') return this.#needs.report.note(`The credentials for ${mechanism.slice(0, 50)} cannot be used here`)
    if (!this.verifiers.some(known => known.mechanism === stored.verifier.mechanism)) this.verifiers.push(stored.verifier)
  }

  /** §4.9. */
  async #asks(element: Element): Promise<void> {
    const { rosters, owner, report } = this.#needs
    const from = Jid.parse(element.attributes['from'] ?? '')
    if (element.attributes['type'] !== 'subscribe' || !from) return report.note('A presence asks for nothing')
    const change = await rosters.change(owner.local, from.bare, row => ({ ...row, pendingIn: element.toString() }))
    await change?.saved
  }

  /** §4.8: of privacy lists, whom the default one denies everything. */
  async #privacy(query: Element): Promise<void> {
    if (this.#hasBlockList) return
    const name = query.child(PRIVACY, 'default')?.attributes['name']
    const list = query.childrenNamed(PRIVACY, 'list').find(({ attributes }) => attributes['name'] === name)
    const items = list?.childrenNamed(PRIVACY, 'item') ?? []
    const denied = items.filter(
      ({ attributes, elements }) => attributes['action'] === 'deny' && attributes['type'] === 'jid' && elements.length === 0,
    )
    const others = query.childrenNamed(PRIVACY, 'list').length - (list ? 1 : 0)
    if (others > 0 || items.length > denied.length + 1)
      this.#needs.report.note('Of privacy lists only whom the default one blocks is taken: there are no others here (XEP-0191)')
    await this.#block(denied.flatMap(({ attributes }) => attributes['value'] ?? []))
  }

  async #block(addresses: readonly string[]): Promise<void> {
    const { documents, owner } = this.#needs
    const blocked = addresses.flatMap(address => Jid.parse(address)?.full ?? [])
    const before = (await documents.get(owner.local, 'block-list', ''))?.split('\n') ?? []
    const all = [...new Set([...before, ...blocked])]
    if (all.length > 0) await documents.set(owner.local, 'block-list', '', all.join('\n'))
  }
}

/** An element that is not as its specification says is left out, and the operator is told. */
export async function forgiving(report: Report, what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof StanzaError)) throw error
    report.note(`${what}: ${error.message}`)
  }
}
