/** XEP-0227 (1.1): the names of the file that an account is moved in. */
import { PUBSUB } from '@plodge/xmpp/xeps/pubsub.ts'
import { PUBSUB_OWNER } from '@plodge/xmpp/xeps/pubsub-owner.ts'
import { CLIENT } from '@plodge/xmpp/stanza/stanza.ts'
import { FORWARD } from '@plodge/xmpp/xeps/forward.ts'
import { MAM } from '@plodge/xmpp/xeps/mam.ts'
import { PRIVATE } from '@plodge/xmpp/xeps/private-storage.ts'
import { ROSTER } from '@plodge/xmpp/xeps/roster.ts'

export const PIE = 'urn:xmpp:pie:0'
export const PIE_SCRAM = 'urn:xmpp:pie:0#scram'
export const PIE_MAM = 'urn:xmpp:pie:0#mam'
export const PRIVACY = 'jabber:iq:privacy'
export const INCLUDE = 'http://www.w3.org/2001/XInclude'
/** What we say beside it, so that an account that comes back is as it was; others pass over it. */
export const EXTRAS = 'urn:plodge:account:0'

/** `{namespace}name`. */
export const keyOf = (ns: string, name: string): string => `{${ns}}${name}`

/** What holds other things and may be longer than memory, by what it stands in. Everything else is taken whole. */
export const CONTAINERS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['', new Set([keyOf(PIE, 'server-data'), keyOf(PIE, 'host'), keyOf(PIE, 'user')])],
  [keyOf(PIE, 'server-data'), new Set([keyOf(PIE, 'host')])],
  [keyOf(PIE, 'host'), new Set([keyOf(PIE, 'user')])],
  [
    keyOf(PIE, 'user'),
    new Set([
      keyOf(PIE, 'offline-messages'),
      keyOf(PIE_MAM, 'archive'),
      keyOf(ROSTER, 'query'),
      keyOf(PRIVATE, 'query'),
      keyOf(PUBSUB, 'pubsub'),
      keyOf(PUBSUB_OWNER, 'pubsub'),
    ]),
  ],
  [keyOf(PUBSUB, 'pubsub'), new Set([keyOf(PUBSUB, 'items')])],
  [keyOf(PIE_MAM, 'archive'), new Set([keyOf(MAM, 'result')])],
  [keyOf(MAM, 'result'), new Set([keyOf(FORWARD, 'forwarded')])],
])

export const MESSAGE = keyOf(CLIENT, 'message')
