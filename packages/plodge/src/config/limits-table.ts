/** What happens at each limit, for docs/limits.md: of what it is, what whoever runs into it is told, and the test that runs into it. */

export interface LimitRow {
  readonly of: 'a stanza' | 'a client' | 'a person' | 'a node' | 'an address' | 'the server' | 'a transfer' | 'a room'
  readonly over: string
  /** Its file and how its title begins; undefined where nothing runs into it yet. */
  readonly test?: readonly [file: string, title: string]
}

const S = 'packages/server/src/'
const LARGE = [`${S}streams/limits.test.ts`, 'a stanza that is too large, too deep'] as const
const KEPT = [`${S}streams/limits.test.ts`, 'what a person may keep is bounded'] as const
const FAST = [`${S}streams/limits.test.ts`, 'who says too much is read slower'] as const
const NODES = [`${S}modules/pubsub/personal.test.ts`, 'everything is bounded: nodes, items, bytes'] as const
const FULL = [`${S}modules/upload/full.test.ts`, 'who has as much as they may have gets no slot'] as const
const STREAMS = [`${S}modules/proxy/proxy.test.ts`, 'a person has so many streams'] as const
const WAITS = [`${S}modules/proxy/proxy.test.ts`, 'connections that wait are bounded'] as const
const PACE = [`${S}modules/proxy/proxy.test.ts`, 'a stream is no larger and no faster'] as const
const POLICY = 'the stream ends with `policy-violation` (RFC 6120 §4.9.3.14)'
const FULL_UP = '`resource-constraint`'

export const LIMIT_ROWS: Readonly<Record<string, LimitRow>> = {
  'limits.stanza_bytes': { of: 'a stanza', over: POLICY, test: LARGE },
  'limits.stanza_bytes_before_login': { of: 'a stanza', over: POLICY, test: LARGE },
  'limits.stanza_depth': { of: 'a stanza', over: POLICY, test: LARGE },
  'limits.stanza_elements': { of: 'a stanza', over: POLICY, test: LARGE },
  'limits.element_attributes': { of: 'a stanza', over: POLICY, test: LARGE },
  'limits.stanzas_per_second': { of: 'a client', over: 'it is read slower; nothing is lost', test: FAST },
  'limits.stanza_burst': { of: 'a client', over: 'it is read slower; nothing is lost', test: FAST },
  'limits.bytes_per_second': { of: 'a client', over: 'it is read slower; nothing is lost', test: FAST },
  'limits.sessions_per_account': {
    of: 'a person',
    over: `one that is away gives way; else binding is refused with ${FULL_UP} (RFC 6120 §7.6.2.1)`,
    test: [`${S}streams/limits.test.ts`, 'a person has so many devices at once'],
  },
  'limits.guests': {
    of: 'the server',
    over: 'the log-in of another guest is refused with `temporary-auth-failure`',
    test: [`${S}streams/anonymous.test.ts`, 'there are as many as the limit says'],
  },
  'limits.connections_per_address': {
    of: 'an address',
    over: 'the connection is closed',
    test: [`${S}streams/limits.test.ts`, 'one address has so many connections at once'],
  },
  'limits.connections_before_login': {
    of: 'the server',
    over: 'the oldest stranger is closed; nobody who logged in is',
    test: [`${S}net/admission.test.ts`, 'a flood of strangers pushes out its own oldest ones'],
  },
  'limits.login_seconds': {
    of: 'a client',
    over: 'the stream ends with `connection-timeout`',
    test: ['e2e/src/hostile/lines.test.ts', 'who never finishes logging in is sent away'],
  },
  'limits.failed_logins_per_minute': {
    of: 'an address',
    over: 'the next wait, then `temporary-auth-failure` (RFC 6120 §6.5.12); persons are counted as well',
    test: [`${S}accounts/credentials.test.ts`, 'too many wrong passwords are throttled'],
  },
  'limits.registrations_per_hour': {
    of: 'an address',
    over: FULL_UP,
    test: [`${S}modules/register/registrar.test.ts`, 'so many accounts are asked for from one network in an hour'],
  },
  'limits.clients_per_account': {
    of: 'a person',
    over: 'the one not used for longest is forgotten, with its tokens',
    test: [`${S}accounts/clients/clients.test.ts`, 'a person has so many clients'],
  },
  'limits.app_passwords': {
    of: 'a person',
    over: 'the command says so',
    test: [`${S}streams/limits.test.ts`, 'a person has so many app passwords'],
  },
  'limits.roster_items': {
    of: 'a person',
    over: `${FULL_UP}; requests that wait for an answer count, and are refused with the same`,
    test: KEPT,
  },
  'limits.document_bytes': { of: 'a person', over: '`policy-violation`', test: KEPT },
  'limits.documents': { of: 'a person', over: FULL_UP, test: KEPT },
  'limits.blocked_addresses': { of: 'a person', over: FULL_UP, test: KEPT },
  'limits.output_bytes': {
    of: 'a client',
    over: `the stream ends with ${FULL_UP}, and may be resumed`,
    test: [`${S}streams/limits.test.ts`, 'who does not read is cut off'],
  },
  'limits.idle_seconds': {
    of: 'a client',
    over: 'it is asked (XEP-0199); a minute without an answer, and the stream ends with `connection-timeout`',
    test: [`${S}streams/silence.test.ts`, 'who says nothing for long is asked'],
  },
  'limits.resume_seconds': {
    of: 'a client',
    over: 'the session ends; what it missed is in the archive',
    test: [`${S}streams/night.test.ts`, 'phones are waited for longer than others'],
  },
  'limits.resume_seconds_mobile': {
    of: 'a client',
    over: 'the session ends; what it missed is in the archive',
    test: [`${S}streams/night.test.ts`, 'phones are waited for longer than others'],
  },
  'limits.unacked_stanzas': {
    of: 'a client',
    over: 'the session ends with `policy-violation`; what it missed is in the archive',
    test: [`${S}streams/management.test.ts`, 'too many waiting is noticed'],
  },
  'limits.unacked_bytes': {
    of: 'a client',
    over: 'the session ends; what it missed is in the archive',
    test: [`${S}streams/night.test.ts`, 'a session that takes too much memory ends'],
  },
  'limits.unacked_bytes_total': {
    of: 'the server',
    over: 'who left first is given up; what they missed is in the archive',
    test: [`${S}streams/night.test.ts`, 'over the budget the first that left is given up'],
  },
  'limits.inactive_stanzas': {
    of: 'a client',
    over: 'what waits is sent',
    test: [`${S}streams/client-state.test.ts`, 'what waits is bounded'],
  },
  'limits.push_registrations': { of: 'a person', over: FULL_UP, test: KEPT },
  'limits.directed_presences': {
    of: 'a client',
    over: FULL_UP,
    test: [`${S}streams/limits.test.ts`, 'a device shows itself to so many by name'],
  },
  'limits.nodes': { of: 'a person', over: '`not-allowed` with `max-nodes-exceeded` (XEP-0060 §16.4)', test: KEPT },
  'limits.node_items': { of: 'a node', over: 'the oldest goes; more at once: `not-allowed` with `max-items-exceeded`', test: NODES },
  'limits.node_item_bytes': { of: 'a node', over: '`not-acceptable` with `payload-too-big` (XEP-0060 §7.1.3.4)', test: KEPT },
  'limits.node_bytes': { of: 'a person', over: FULL_UP, test: KEPT },
  'limits.node_subscriptions': {
    of: 'a node',
    over: '`policy-violation` with `too-many-subscriptions` (XEP-0060 §6.1.3.9)',
    test: [`${S}modules/pubsub/service.test.ts`, 'a service has no presence, and its nodes a bound'],
  },
  'upload.file_bytes': {
    of: 'a person',
    over: '`not-acceptable` with the size that may be (XEP-0363 §5)',
    test: ['e2e/src/files/slixmpp.test.ts', 'a file is uploaded, linked and fetched, and one too large is refused'],
  },
  'upload.profile_bytes': {
    of: 'a person',
    over: '`not-acceptable` with the size that may be (XEP-0363 §5)',
    test: [`${S}modules/upload/full.test.ts`, 'a file for a profile may be smaller than others'],
  },
  'upload.quota_files': { of: 'a person', over: `${FULL_UP}; a slot that was given before answers 507`, test: FULL },
  'upload.quota_bytes': { of: 'a person', over: `${FULL_UP}; a slot that was given before answers 507`, test: FULL },
  'upload.slots_per_hour': {
    of: 'a person',
    over: `${FULL_UP} with the time to try again (XEP-0363 §5)`,
    test: [`${S}modules/upload/full.test.ts`, 'who asked for so many slots in an hour'],
  },
  'upload.keep_free_bytes': {
    of: 'the server',
    over: `${FULL_UP}, or 507`,
    test: [`${S}modules/upload/full.test.ts`, 'a disk that is too full takes no files'],
  },
  'proxy.waiting_per_address': {
    of: 'an address',
    over: 'the connection is closed',
    test: [`${S}modules/proxy/proxy.test.ts`, 'one address cannot take all the places'],
  },
  'proxy.waiting': { of: 'the server', over: 'the oldest that waits is closed', test: WAITS },
  'proxy.wait_seconds': { of: 'a transfer', over: 'the connection is closed', test: WAITS },
  'proxy.streams': { of: 'the server', over: FULL_UP, test: STREAMS },
  'proxy.streams_per_person': { of: 'a person', over: FULL_UP, test: STREAMS },
  'proxy.bytes_per_second': { of: 'a transfer', over: 'it is read slower', test: PACE },
  'proxy.stream_bytes': { of: 'a transfer', over: 'the transfer ends', test: PACE },
  'proxy.idle_seconds': { of: 'a transfer', over: 'the transfer ends', test: PACE },
  'rooms.per_owner': {
    of: 'a person',
    over: FULL_UP,
    test: [`${S}modules/rooms/rooms.test.ts`, 'rooms have the names that the institution allows, and as many as it allows'],
  },
  'rooms.per_device': {
    of: 'a client',
    over: FULL_UP,
    test: [`${S}modules/rooms/rooms.test.ts`, 'rooms have the names that the institution allows, and as many as it allows'],
  },
  'rooms.occupants': {
    of: 'a room',
    over: '`service-unavailable` (XEP-0045 §7.2.9)',
    test: [`${S}modules/rooms/limits.test.ts`, 'a room has so many people in it'],
  },
  'rooms.affiliations': {
    of: 'a room',
    over: FULL_UP,
    test: [`${S}modules/rooms/limits.test.ts`, 'so many people are something to a room'],
  },
}
