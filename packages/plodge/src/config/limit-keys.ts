/** The keys of the table [limits]: what protects the server, and each person from others. */
import type { Limits } from '@plodge/server/settings.ts'
import { type Key, key } from './key.ts'
import { limit, trueOrFalse } from './kinds.ts'

const bound = (name: string, otherwise: number, meaning: string): Key<number> =>
  key(`limits.${name}`, limit, otherwise, meaning, `${name} = ${otherwise}`)
export const LIMITS: { readonly [K in keyof Limits]: Key<Limits[K]> } = {
  stanzaBytes: bound('stanza_bytes', 262_144, 'The largest stanza, in bytes.'),
  stanzaBytesBeforeLogin: bound('stanza_bytes_before_login', 16_384, 'The same before log-in.'),
  stanzaDepth: bound('stanza_depth', 100, 'How deep elements may be nested in a stanza.'),
  stanzaElements: bound('stanza_elements', 5000, 'How many elements a stanza may have.'),
  elementAttributes: bound('element_attributes', 64, 'How many attributes an element may have.'),
  rates: key(
    'limits.rates',
    trueOrFalse,
    true,
    'false turns every limit by time off, and that of connections of one address: for tests and benchmarks.',
    'rates = true',
  ),
  stanzasPerSecond: bound(
    'stanzas_per_second',
    50,
    'Stanzas of one client, sustained. Over it the client is read slower; nothing is lost.',
  ),
  stanzaBurst: bound('stanza_burst', 500, 'How many may come at once.'),
  bytesPerSecond: bound('bytes_per_second', 131_072, 'Bytes of one client, sustained; ten seconds of it may come at once.'),
  sessionsPerAccount: bound('sessions_per_account', 20, 'Devices of one person at the same time.'),
  guests: bound('guests', 100, 'Guests at the same time, where [services] guests lets them in (XEP-0175).'),
  connectionsPerAddress: bound('connections_per_address', 1000, 'Connections from one network address. A campus may sit behind a few.'),
  connectionsBeforeLogin: bound(
    'connections_before_login',
    2000,
    'Connections that have not logged in; over it the oldest of them is closed.',
  ),
  loginSeconds: bound('login_seconds', 60, 'How long logging in may take.'),
  failedLoginsPerMinute: bound(
    'failed_logins_per_minute',
    10,
    'Wrong passwords for one person, or from one address, before each waits longer.',
  ),
  registrationsPerHour: bound(
    'registrations_per_hour',
    10,
    'Accounts that may be asked for from one network address, where [users] registration lets newcomers in; failed attempts count.',
  ),
  clientsPerAccount: bound(
    'clients_per_account',
    50,
    'Clients of one person that are remembered; the one not used for longest is forgotten.',
  ),
  appPasswords: bound('app_passwords', 20, 'App passwords of one person.'),
  rosterItems: bound('roster_items', 2000, 'Contacts of one person.'),
  documentBytes: bound('document_bytes', 262_144, 'The largest vCard or piece of private data, in bytes.'),
  documents: bound('documents', 200, 'Pieces of private data of one person.'),
  blockedAddresses: bound('blocked_addresses', 1000, 'Addresses that one person may block.'),
  outputBytes: bound('output_bytes', 16_777_216, 'Bytes that wait for a client that does not read, before its connection is cut.'),
  idleSeconds: bound('idle_seconds', 300, 'Silence of a client before it is asked whether it is there.'),
  resumeSeconds: bound('resume_seconds', 600, 'How long a client that lost its connection may come back to its session (XEP-0198).'),
  resumeSecondsMobile: bound(
    'resume_seconds_mobile',
    86_400,
    'The same for phones: clients that say whether somebody looks at them (XEP-0352) or use push (XEP-0357).',
  ),
  unackedStanzas: bound('unacked_stanzas', 5000, 'Stanzas that wait for the acknowledgement of one client.'),
  unackedBytes: bound(
    'unacked_bytes',
    8_388_608,
    'What may wait for one client in memory. Of what is in the archive only a number is, for clients that are away.',
  ),
  unackedBytesTotal: bound(
    'unacked_bytes_total',
    268_435_456,
    'The same for all clients together. Over it those that lost their connection first are given up; they find their messages in the archive.',
  ),
  inactiveStanzas: bound(
    'inactive_stanzas',
    200,
    'Presence, typing notices and the like that wait while nobody looks at a client (XEP-0352), so that a phone can sleep.',
  ),
  pushRegistrations: bound('push_registrations', 20, 'Devices of one person that push services wake (XEP-0357).'),
  directedPresences: bound('directed_presences', 500, 'People that one device may show itself to by name.'),
  nodes: bound('nodes', 200, 'Nodes of publish-subscribe (XEP-0060) of one person, such as an avatar, bookmarks and keys.'),
  nodeItems: bound('node_items', 1000, 'Items of one node.'),
  nodeItemBytes: bound('node_item_bytes', 262_144, 'The largest item, in bytes.'),
  nodeBytes: bound('node_bytes', 16_777_216, 'Bytes of the items of all nodes of one person.'),
  nodeSubscriptions: bound('node_subscriptions', 1000, 'Subscriptions to one node, and people who are something to it.'),
}
