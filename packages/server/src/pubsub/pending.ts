/** Subscriptions that wait for an owner's answer, asked for anew (XEP-0060 §8.7). They come as the forms of §8.6. */
import type { Jid } from '@plodge/xmpp/jid/jid.ts'
import { owned } from './access.ts'
import { authorizationForm } from './approve.ts'
import type { Node } from './node.ts'
import type { Place } from './place.ts'

/** Of one person; who has more asks again. */
const MOST_NODES = 200
/** Of all nodes of a service, among which theirs are looked for. */
const [A_PAGE, MOST_PAGES] = [500, 40]

/** Names of the nodes of an owner for which somebody waits. */
export async function nodesWithPending(place: Place, who: Jid): Promise<readonly string[]> {
  const nodes = await ownNodes(place, who)
  return nodes.filter(({ subscriptions }) => subscriptions.some(({ state }) => state === 'pending')).map(({ name }) => name)
}

async function ownNodes({ kind, owner, shelves, address }: Place, who: Jid): Promise<readonly Node[]> {
  if (kind === 'account') return who.bare === address.bare ? [...(await shelves.all(owner)).values()] : []
  const named = await shelves.kept.affiliationsOf(owner, who.bare)
  const names = new Set([...named].filter(([, affiliation]) => affiliation === 'owner').map(([name]) => name))
  // Who made a node owns it without being named.
  let after: string | undefined
  for (let page = 0; page < MOST_PAGES; page++) {
    const heads = await shelves.kept.list(owner, after, A_PAGE)
    for (const { name, creator } of heads) if (creator === who.bare) names.add(name)
    after = heads.at(-1)?.name
    if (heads.length < A_PAGE || names.size >= MOST_NODES) break
  }
  const nodes = await Promise.all([...names].slice(0, MOST_NODES).map(async name => shelves.find(owner, name)))
  return nodes.filter(node => node !== undefined)
}

/** Gives how many. Throws StanzaError where the node is not theirs, or is not there. */
export async function sendPending(place: Place, who: Jid, name: string): Promise<number> {
  const node = await owned(place, name, who)
  const pending = node.subscriptions.filter(({ state }) => state === 'pending')
  for (const { subid, jid } of pending) place.sendForm(who, authorizationForm(node.name, subid, jid))
  return pending.length
}
