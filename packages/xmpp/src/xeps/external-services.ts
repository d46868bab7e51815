/** XEP-0215 (1.0.0): External Service Discovery. Where calls find STUN and TURN, and what lets them in. */
import { StanzaError } from '../stanza/errors.ts'
import { type Codec, type Field, attribute, element, many, maybeAttribute } from './codec.ts'
import { DataForm } from './data-form.ts'
import { get, set } from './exchange.ts'
import { maybeCount } from './numbers.ts'

export const EXTERNAL_SERVICES = 'urn:xmpp:extdisco:2'

const ACTIONS = ['add', 'delete', 'modify'] as const
export type ServiceAction = (typeof ACTIONS)[number]

const action = (): Field<ServiceAction | undefined> => ({
  read: ({ attributes }) => ACTIONS.find(one => one === attributes['action']),
  write: (value, { attributes }) => {
    if (value !== undefined) attributes['action'] = value
  },
})

/** xs:boolean. */
const restricted = (): Field<boolean | undefined> => ({
  read({ attributes: { restricted: written } }) {
    if (written === undefined) return undefined
    if (written === 'true' || written === '1') return true
    if (written === 'false' || written === '0') return false
    throw new StanzaError('bad-request', 'restricted is true or false')
  },
  write: (value, { attributes }) => {
    if (value !== undefined) attributes['restricted'] = String(value)
  },
})

export interface ExternalService {
  readonly action: ServiceAction | undefined
  /** An XEP-0082 time. */
  readonly expires: string | undefined
  readonly host: string
  readonly name: string | undefined
  readonly password: string | undefined
  readonly port: number | undefined
  readonly restricted: boolean | undefined
  readonly transport: string | undefined
  readonly type: string
  readonly username: string | undefined
  /** § Extended Information. */
  readonly more: readonly DataForm[]
}

const Service: Codec<ExternalService> = element(EXTERNAL_SERVICES, 'service', {
  action: action(),
  expires: maybeAttribute('expires'),
  host: attribute('host'),
  name: maybeAttribute('name'),
  password: maybeAttribute('password'),
  port: maybeCount('port'),
  restricted: restricted(),
  transport: maybeAttribute('transport'),
  type: attribute('type'),
  username: maybeAttribute('username'),
  more: many(DataForm),
})

const Services = element(EXTERNAL_SERVICES, 'services', { type: maybeAttribute('type'), services: many(Service) })
const Credentials = element(EXTERNAL_SERVICES, 'credentials', { services: many(Service) })

export const AskServices = get(Services, Services)
export const AskCredentials = get(Credentials, Credentials)
/** What has changed, to those who asked before. */
export const PushServices = set(Services)
