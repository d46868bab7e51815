/** `pubsub#purge_offline` (XEP-0060 §16.4.4): items that are only good while their publisher is there go with the last of their devices. */
import type { Account } from '@plodge/xmpp/jid/jid.ts'
import type { Node } from '../../pubsub/node.ts'
import type { Place } from '../../pubsub/place.ts'
import { empty } from '../../pubsub/retract.ts'
import type { Host } from '../../routing/host.ts'
import { andThen } from '../../routing/now.ts'

export function purgeOffline(host: Host, placeOf: (account: Account) => Place): void {
  const isThere = (account: Account): boolean => host.sessions.of(account).some(({ presence }) => presence !== undefined)
  host.presence.departed.push(({ account }) => {
    if (isThere(account)) return
    const place = placeOf(account)
    const work = andThen(place.shelves.all(place.owner), shelf => {
      const nodes = [...shelf.values()].filter(({ config, items }) => config.purgesOffline && items > 0)
      return nodes.length === 0 || isThere(account) ? undefined : emptyAll(place, nodes)
    })
    host.background(work, 'purging nodes of somebody who left')
  })
}

async function emptyAll(place: Place, nodes: readonly Node[]): Promise<void> {
  for (const node of nodes) await empty(place, node)
}
