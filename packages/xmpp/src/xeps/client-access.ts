/** XEP-0494 (0.1.0): Client Access Management: which software has access to an account. */
import { StanzaError } from '../stanza/errors.ts'
import { attribute, element, many, maybeAttribute, one, oneOf, optional, present, text, textElement } from './codec.ts'
import type { Codec, Field, Value } from './codec.ts'
import { readDateTime, writeDateTime } from './datetime.ts'
import { get, set } from './exchange.ts'

export const CAM = 'urn:xmpp:cam:0'

/** Milliseconds since 1970. */
const time = (name: string): Codec<number> => {
  const written = textElement(CAM, name)
  return {
    ...written,
    read: from => {
      const read = readDateTime(written.read(from).trim())
      if (read === undefined) throw new StanzaError('bad-request', `${name} must be a date and time (XEP-0082)`)
      return read
    },
    // Nobody needs to know the millisecond.
    write: value => written.write(writeDateTime(value).replace(/\.\d+Z$/, 'Z')),
  }
}

const yesOrNo = (name: string): Field<boolean> => {
  const written = maybeAttribute(name)
  return {
    read: from => ['true', '1'].includes(written.read(from) ?? ''),
    write: (value, into) => written.write(String(value), into),
  }
}

const Auth = element(CAM, 'auth', { password: present(CAM, 'password'), grant: present(CAM, 'grant'), fast: present(CAM, 'fast') })
const Permission = element(CAM, 'permission', { status: oneOf('status', ['unrestricted', 'normal', 'restricted']) })
const UserAgent = element(CAM, 'user-agent', {
  software: text(CAM, 'software'),
  uri: text(CAM, 'uri'),
  device: text(CAM, 'device'),
})

export const OURS = 'urn:plodge:client-access:0'
/** What our server says besides: whether it is the client that asks, whether it is a browser in which the person is signed in, and where it is. */
const More = element(OURS, 'more', { isOwn: yesOrNo('own'), isWeb: yesOrNo('web'), address: maybeAttribute('address') })

const Client = element(CAM, 'client', {
  connected: yesOrNo('connected'),
  id: attribute('id'),
  type: oneOf('type', ['session', 'access']),
  firstSeen: optional(time('first-seen')),
  lastSeen: optional(time('last-seen')),
  auth: one(Auth),
  permission: one(Permission),
  userAgent: optional(UserAgent),
  more: optional(More),
})
export type ClientAccess = Value<typeof Client>

export const ListClients = get(element(CAM, 'list'), element(CAM, 'clients', { clients: many(Client) }))
export const RevokeClient = set(element(CAM, 'revoke', { id: attribute('id') }))
export const PasswordResetRequired = element(CAM, 'password-reset-required')
