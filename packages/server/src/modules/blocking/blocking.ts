/** XEP-0191: nothing passes between a person and those they block, and their presence looks as if they were away. */
import { type Account, Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { AskBlockList, Block, BLOCKING, Unblock, UnblockAddresses } from '@plodge/xmpp/xeps/blocking.ts'
import { BlockAndReport, type Report, REPORTING } from '@plodge/xmpp/xeps/reporting.ts'
import type { Element } from '@plodge/xmpp/xml/element.ts'
import { seesOwner } from '../../accounts/roster.ts'
import type { Rosters } from '../../accounts/rosters.ts'
import type { Host, Module } from '../../routing/host.ts'
import type { Audit, Documents } from '../../storage/repositories.ts'
import { BlockList } from './block-list.ts'
import { BlockLists } from './block-lists.ts'
import { guard } from './guards.ts'
import { Reports } from './reports.ts'

export interface BlockingOptions {
  readonly documents: Pick<Documents, 'get' | 'set'>
  readonly rosters: Pick<Rosters, 'of'>
  /** Shows, or hides, all of an account's devices to somebody or to one device; hides them whatever the block list says. */
  readonly show: (owner: Account, to: Jid, isVisible: boolean) => void
  readonly mostAddresses: () => number
  /** The record that operators read. */
  readonly audit: Pick<Audit, 'append'>
}

export const blocking = (options: BlockingOptions): Module => ({
  name: 'blocking',
  implements: { 'XEP-0191': '1.3', 'XEP-0377': '0.4.1' },
  features: [BLOCKING, REPORTING],
  install(host) {
    const lists = new BlockLists(options.documents)
    guard(host, lists)
    host.removed.push(owner => lists.forget(owner))
    const commands = new Commands(host, lists, options)
    host.presence.arrived.push(session => host.background(lists.of(session.localpart), 'reading a block list'))
    host.answer(AskBlockList, 'self', async (_, { owner, session }) => {
      const list = await lists.of(owner)
      if (session) session.wantsBlocklist = true
      return { items: list.addresses.map(jid => ({ jid })) }
    })
    const reports = new Reports({ audit: options.audit, clock: host.clock, log: host.log })
    host.answer(BlockAndReport, 'self', async ({ items }, { from }) => {
      const blocked = await commands.block(from.account, items)
      for (const [at, { report }] of items.entries()) if (report) await reports.take(from.account, blocked[at] ?? '', report)
    })
    host.answer(UnblockAddresses, 'self', ({ items }, { from }) => commands.unblock(from.account, items))
  },
})

type Items = readonly { readonly jid: string; readonly report?: Report | undefined }[]

class Commands {
  readonly #host: Host
  readonly #lists: BlockLists
  readonly #options: BlockingOptions
  #pushes = 0

  constructor(host: Host, lists: BlockLists, options: BlockingOptions) {
    this.#host = host
    this.#lists = lists
    this.#options = options
  }

  /** §3.3. Gives the addresses, normalised. */
  async block(owner: Account, items: Items): Promise<readonly string[]> {
    if (items.length === 0) throw new StanzaError('bad-request', 'There is no address to block')
    const addresses = addressesOf(items)
    if (addresses.includes(owner.bare)) throw new StanzaError('not-allowed', 'Nobody can block their own account')
    const before = await this.#lists.of(owner.local)
    const after = before.plus(addresses)
    const most = this.#options.mostAddresses()
    if (after.size > most)
      throw new StanzaError('resource-constraint', `At most ${most} addresses can be blocked; unblock others first`, { type: 'cancel' })
    // Those who may see presence see it go, once and before anything is held back.
    await this.#toThoseWhoSee(owner, contact => !before.blocks(contact) && after.blocks(contact), false)
    await this.#lists.change(owner.local, list => list.plus(addresses))
    this.#push(owner, Block.write({ items: addresses.map(jid => ({ jid })) }))
    return addresses
  }

  /** §3.4; without addresses §3.5. */
  async unblock(owner: Account, items: Items): Promise<void> {
    const addresses = addressesOf(items)
    const before = await this.#lists.of(owner.local)
    const after = items.length === 0 ? new BlockList([]) : before.minus(addresses)
    await this.#lists.change(owner.local, list => (items.length === 0 ? after : list.minus(addresses)))
    this.#push(owner, Unblock.write({ items: addresses.map(jid => ({ jid })) }))
    await this.#toThoseWhoSee(owner, contact => before.blocks(contact) && !after.blocks(contact), true)
  }

  /** Only those who may see the owner's presence are shown that it goes and comes (§3.3, §3.4); each device by itself (§6). */
  async #toThoseWhoSee(owner: Account, isMeant: (address: Jid) => boolean, isVisible: boolean): Promise<void> {
    const roster = await this.#options.rosters.of(owner.local)
    for (const address of roster.contacts(seesOwner)) {
      const contact = Jid.parse(address)
      if (!contact) continue
      if (isMeant(contact)) this.#options.show(owner, contact, isVisible)
      else for (const { jid } of this.#host.sessions.of(contact)) if (isMeant(jid)) this.#options.show(owner, jid, isVisible)
    }
  }

  /** To every device that knows the list, the one that changed it too. */
  #push(owner: Account, change: Element): void {
    for (const session of this.#host.sessions.of(owner)) {
      if (!session.wantsBlocklist) continue
      this.#pushes += 1
      session.send(Stanza.of('iq', { to: session.jid, type: 'set', id: `block${this.#pushes}` }, [change]))
    }
  }
}

function addressesOf(items: Items): readonly string[] {
  return items.map(item => {
    const jid = Jid.parse(item.jid)
    if (!jid) throw new StanzaError('jid-malformed', 'An address in the list is not an address')
    return jid.full
  })
}
