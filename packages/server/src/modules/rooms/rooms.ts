/** XEP-0045: rooms, at a domain of their own. What happens in a room is decided in `rooms/`; here it meets sessions, and what lasts. */
import { type Account, Jid } from '@plodge/xmpp/jid/jid.ts'
import type { Room } from '../../rooms/room.ts'
import type { OwnNodes } from '../../pubsub/own-nodes.ts'
import type { Host, Module } from '../../routing/host.ts'
import type { RoomsSettings } from '../../settings.ts'
import type { Archive, Documents, Localpart, Rooms } from '../../storage/repositories.ts'
import { acknowledgementOrder } from './acknowledgements.ts'
import { answerCards } from './card.ts'
import { answerChannelSearch } from './channel-search.ts'
import { roomCommands } from './commands.ts'
import { Comings } from './comings.ts'
import { Directory } from './directory.ts'
import { Forms } from './forms.ts'
import { expireRooms } from './expiring.ts'
import { answerInfo, answerUnique, FEATURES, IDENTITY } from './info.ts'
import { recentOf, secretOf } from './keeping.ts'
import { occupantQuestion } from './occupant-questions.ts'
import { answerOffices } from './offices.ts'
import { ORDERS } from './order-book.ts'
import { answerOrders } from './orders.ts'
import { answerPast } from './past.ts'
import { TakingBack } from './taking-back.ts'
import { Talk } from './talk.ts'
import { type Wake, Waking } from './waking.ts'

export interface RoomsOptions {
  readonly domain: Account
  readonly settings: () => RoomsSettings
  readonly store: Rooms
  readonly archive: Pick<Archive, 'append' | 'committed' | 'page' | 'bounds' | 'retract' | 'rewrite' | 'expire'>
  /** Whether anything that is said is kept, and can be searched. */
  readonly history: { readonly enabled: boolean; readonly search: boolean; readonly keepDays: () => number | undefined }
  readonly documents: Pick<Documents, 'get' | 'set'>
  /** Of a vCard. */
  readonly mostBytes: () => number
  readonly isOperator: (person: Jid) => boolean
  /** How members who are away are told; undefined where they are not. */
  readonly wake?: { readonly nodes: OwnNodes; readonly wake: Wake } | undefined
}

export interface RoomsModule extends Module {
  /** What people are in rooms who are no more. */
  forget(localparts: readonly Localpart[]): Promise<void>
  /** Forgets what was said too long ago. */
  expire(): Promise<void>
}

const shorter = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? (one ?? other) : Math.min(one, other)

export function rooms({ domain, settings, store, archive, history, documents, mostBytes, isOperator, wake }: RoomsOptions): RoomsModule {
  let installed: { readonly host: Host; readonly directory: Directory } | undefined
  return {
    name: 'rooms',
    implements: {
      'XEP-0045': '1.35.5',
      'XEP-0307': '0.1',
      'XEP-0317': '0.3.1',
      'XEP-0372': '0.5.0',
      'XEP-0410': '1.1.0',
      'XEP-0421': '1.0.1',
      'XEP-0425': '0.3.0',
      'XEP-0433': '0.1.0',
      'XEP-0463': '0.2.0',
      'XEP-0486': '0.1.0',
      'XEP-0492': '0.2.0',
      'XEP-0500': '0.1.1',
      'XEP-0502': '0.1.0',
    },
    install(host) {
      const service = host.serve({ domain, identity: IDENTITY, features: FEATURES })
      const recent = (room: Parameters<typeof recentOf>[1]) => recentOf(archive, room)
      const directory = new Directory({
        host,
        domain,
        store,
        recent,
        settings,
        secret: () => secretOf(documents, domain),
        isOperator,
        mayArchive: history.enabled,
      })
      const comings = new Comings(host, directory)
      const waking = wake && new Waking(host, wake.nodes, wake.wake)
      const talk = new Talk({ host, directory, comings, forms: new Forms(host, directory, service), archive, rooms: store, waking })
      new TakingBack({ host, directory, talk, archive }).serve(service)
      service.onPresence = (presence, origin) => comings.receive(presence, origin)
      service.onMessage = (message, origin) => talk.receive(message, origin)
      service.onQuestion = call => occupantQuestion(host, directory, call)
      answerCards(service, { directory, documents, mostBytes })
      answerOffices(service, { directory, comings, settings })
      if (history.enabled) answerPast(service, { directory, archive, isSearchable: history.search })
      const kept = ({ settings: own }: Room): number | undefined =>
        shorter(own.keepDays === 0 ? settings().keepDays : own.keepDays, history.keepDays())
      const orders = [...ORDERS, acknowledgementOrder(archive)]
      answerInfo(service, { directory, store, history, clock: host.clock, orders, kept })
      answerOrders(service, directory, orders)
      answerChannelSearch(service, { directory, store, domain: domain.domain, clock: host.clock })
      answerUnique(service, { settings, isOperator })
      host.commands.register(...roomCommands({ domain: domain.domain, directory, store, archive, settings }))
      installed = { host, directory }
    },
    async expire() {
      if (!installed || !history.enabled) return
      const { host, directory } = installed
      await expireRooms({ domain: domain.domain, store, archive, directory, now: host.clock(), usual: settings().keepDays })
    },
    async forget(localparts) {
      for (const localpart of localparts) {
        const person = Jid.of(localpart, installed?.host.domain.domain ?? '')
        if (person) await installed?.directory.forget(person.bare)
      }
    },
  }
}
