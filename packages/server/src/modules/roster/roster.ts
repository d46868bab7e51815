/** RFC 6121 §2: the roster is asked for, changed, and every change is pushed to the devices that asked. */
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import type { Value } from '@plodge/xmpp/xeps/codec.ts'
import { RosterGet, type RosterItem, RosterQuery, RosterSet } from '@plodge/xmpp/xeps/roster.ts'
import { seesOwner } from '../../accounts/roster.ts'
import type { RosterChange, Rosters } from '../../accounts/rosters.ts'
import type { Call, Host, Module } from '../../routing/host.ts'
import type { Session } from '../../routing/session.ts'
import type { Localpart, RosterRow } from '../../storage/repositories.ts'
import type { Subscriptions } from './subscriptions.ts'

const LONGEST_NAME = 1023
const MOST_GROUPS = 100

export interface RosterOptions {
  readonly rosters: Rosters
  readonly subscriptions: Subscriptions
  readonly mostItems: () => number
}

export const roster = ({ rosters, subscriptions, mostItems }: RosterOptions): Module => ({
  name: 'roster',
  implements: { 'RFC 6121': '2011-03' },
  install(host: Host) {
    host.streamFeatures.push(`<ver xmlns='urn:xmpp:features:rosterver'/>`, `<sub xmlns='urn:xmpp:features:pre-approval'/>`)
    subscriptions.onChange = (owner, change, contact) => push(host, owner, change, contact)

    host.answer(RosterGet, 'self', async ({ ver }, call) => {
      const { owner, session } = call
      const { version } = await rosters.of(owner)
      const isKnown = ver !== undefined && ver !== String(version) && /^\d{1,15}$/.test(ver)
      const since = isKnown ? await rosters.since(owner, Number(ver)) : undefined
      const mine = await rosters.of(owner)
      // From here on: a push of what changed while we looked must not be undone by our answer.
      if (session) session.isInterested = true
      if (ver === String(mine.version)) return undefined
      if (!session || !since || mine.version !== version || since.changed.length + since.removed.length >= mine.size)
        return RosterQuery.write({ ver: String(mine.version), items: [...mine.rows()].filter(isItem).map(toItem) })
      // RFC 6121 §2.6.3: an empty answer, and then what changed, as pushes. Who left the list may still ask to be let in.
      call.afterwards = () => {
        for (const row of since.changed) session.send(pushOf(session, isItem(row) ? toItem(row) : REMOVED(row.contact), version))
        for (const contact of since.removed) session.send(pushOf(session, REMOVED(contact), version))
      }
      return undefined
    })

    host.answer(RosterSet, 'self', async ({ items }, call) => {
      const [item] = items
      if (!item || items.length > 1) throw new StanzaError('bad-request', 'A roster is changed by one item at a time')
      const contact = Jid.parse(item.jid)?.account
      if (!contact) throw new StanzaError('jid-malformed', 'The address of the contact is not an address')
      if (item.subscription === 'remove') return remove(rosters, subscriptions, call, contact)
      check(item)
      const mine = await rosters.of(call.owner)
      if (!mine.get(contact.bare)?.listed && mine.size >= mostItems())
        throw new StanzaError('resource-constraint', `A roster has at most ${mostItems()} contacts`)
      const change = await rosters.change(call.owner, contact.bare, row => ({
        ...row,
        listed: true,
        name: item.name || undefined,
        groups: [...new Set(item.groups)],
      }))
      await change?.saved
      if (change) push(host, call.owner, change, contact.bare)
    })
  },
})

/** RFC 6121 §2.3.3. */
function check(item: Value<typeof RosterItem>): void {
  if ((item.name?.length ?? 0) > LONGEST_NAME) throw new StanzaError('not-acceptable', `A name has at most ${LONGEST_NAME} characters`)
  if (item.groups.length > MOST_GROUPS) throw new StanzaError('not-acceptable', `A contact is in at most ${MOST_GROUPS} groups`)
  if (item.groups.some(group => group === '' || group.length > LONGEST_NAME))
    throw new StanzaError('not-acceptable', 'The name of a group is empty or too long')
  if (new Set(item.groups).size < item.groups.length) throw new StanzaError('bad-request', 'A group is named twice')
}

/** RFC 6121 §2.5: to remove somebody ends both subscriptions too. */
async function remove(rosters: Rosters, subscriptions: Subscriptions, { owner, from }: Call, contact: Jid): Promise<void> {
  const mine = await rosters.of(owner)
  const row = mine.get(contact.account.bare)
  if (!row?.listed) throw new StanzaError('item-not-found', 'That contact is not in the roster')
  await subscriptions.end(owner, from.account, contact.account, row)
}

/** RFC 6121 §2.1.6: to every device that asked for the roster. The answers are not waited for. */
function push(host: Host, owner: Localpart, { row, version }: RosterChange, contact: string): void {
  const account = Jid.of(owner, host.domain.domain)
  if (!account) return
  const item = row && isItem(row) ? toItem(row) : REMOVED(contact)
  for (const session of host.sessions.of(account)) {
    if (!session.isInterested) continue
    session.send(pushOf(session, item, version))
  }
}

function pushOf({ jid }: Session, item: Value<typeof RosterItem>, version: number): Stanza {
  return Stanza.of('iq', { to: jid, type: 'set', id: `push${version}` }, [RosterQuery.write({ ver: String(version), items: [item] })])
}

const isItem = (row: RosterRow): boolean => row.listed

const REMOVED = (jid: string): Value<typeof RosterItem> => ({
  jid,
  subscription: 'remove',
  name: undefined,
  ask: undefined,
  approved: undefined,
  groups: [],
})

function toItem(row: RosterRow): Value<typeof RosterItem> {
  return {
    jid: row.contact,
    name: row.name,
    subscription: row.subscription,
    ask: row.ask ? 'subscribe' : undefined,
    approved: row.approved && !seesOwner(row) ? 'true' : undefined,
    groups: row.groups,
  }
}
