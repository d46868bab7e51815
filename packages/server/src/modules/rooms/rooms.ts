/** XEP-0045: rooms, at a domain of their own. What happens in a room is decided in `rooms/`; here it meets sessions, and what lasts. */
import { randomBytes } from 'node:crypto'
import type { Account, Jid } from '@plodge/xmpp/jid/jid.ts'
import type { Host, Module } from '../../routing/host.ts'
import type { RoomsSettings } from '../../settings.ts'
import type { Archive } from '../../storage/repositories.ts'
import { Comings } from './comings.ts'
import { Directory } from './directory.ts'
import { answerInfo, FEATURES, IDENTITY } from './info.ts'
import { occupantQuestion } from './occupant-questions.ts'
import { answerOffices } from './offices.ts'
import { Talk } from './talk.ts'

export interface RoomsOptions {
  readonly domain: Account
  readonly settings: () => RoomsSettings
  readonly archive: Pick<Archive, 'append' | 'committed'>
  readonly isOperator: (person: Jid) => boolean
}

export const rooms = ({ domain, settings, archive, isOperator }: RoomsOptions): Module => ({
  name: 'rooms',
  implements: { 'XEP-0045': '1.35.5', 'XEP-0410': '1.1.0', 'XEP-0421': '1.0.1' },
  install(host: Host) {
    const service = host.serve({ domain, identity: IDENTITY, features: FEATURES })
    const directory = new Directory({ host, settings, secret: randomBytes(32), isOperator })
    const comings = new Comings(host, directory)
    const talk = new Talk({ host, directory, comings, archive })
    service.onPresence = (presence, origin) => comings.receive(presence, origin)
    service.onMessage = (message, origin) => talk.receive(message, origin)
    service.onQuestion = call => occupantQuestion(directory, call)
    answerOffices(service, { directory, comings, settings })
    answerInfo(service, { directory, settings })
  },
})
