/** What specifications are called, which of them are in the house but in no module, and which are kept only in part or not yet. */

export type SpecId = `XEP-${string}` | `RFC ${string}`

/** Of everything that a module may declare. */
export const TITLES: Readonly<Record<SpecId, string>> = {
  'RFC 4616': 'The PLAIN SASL Mechanism',
  'RFC 5802': 'SCRAM SASL Mechanisms',
  'RFC 5929': 'Channel Bindings for TLS',
  'RFC 6120': 'XMPP: Core',
  'RFC 6121': 'XMPP: Instant Messaging and Presence',
  'RFC 7395': 'An XMPP Subprotocol for WebSocket',
  'RFC 7590': 'Use of TLS in XMPP',
  'RFC 7622': 'XMPP: Address Format',
  'RFC 7677': 'SCRAM-SHA-256 and SCRAM-SHA-256-PLUS SASL Mechanisms',
  'RFC 9266': 'Channel Bindings for TLS 1.3',
  'XEP-0004': 'Data Forms',
  'XEP-0012': 'Last Activity',
  'XEP-0030': 'Service Discovery',
  'XEP-0045': 'Multi-User Chat',
  'XEP-0048': 'Bookmarks',
  'XEP-0049': 'Private XML Storage',
  'XEP-0050': 'Ad-Hoc Commands',
  'XEP-0054': 'vcard-temp',
  'XEP-0059': 'Result Set Management',
  'XEP-0060': 'Publish-Subscribe',
  'XEP-0068': 'Field Standardization for Data Forms',
  'XEP-0077': 'In-Band Registration',
  'XEP-0082': 'XMPP Date and Time Profiles',
  'XEP-0084': 'User Avatar',
  'XEP-0092': 'Software Version',
  'XEP-0114': 'Jabber Component Protocol',
  'XEP-0115': 'Entity Capabilities',
  'XEP-0124': 'Bidirectional-streams Over Synchronous HTTP (BOSH)',
  'XEP-0128': 'Service Discovery Extensions',
  'XEP-0133': 'Service Administration',
  'XEP-0153': 'vCard-Based Avatars',
  'XEP-0156': 'Discovering Alternative XMPP Connection Methods',
  'XEP-0157': 'Contact Addresses for XMPP Services',
  'XEP-0160': 'Best Practices for Handling Offline Messages',
  'XEP-0163': 'Personal Eventing Protocol',
  'XEP-0191': 'Blocking Command',
  'XEP-0198': 'Stream Management',
  'XEP-0199': 'XMPP Ping',
  'XEP-0202': 'Entity Time',
  'XEP-0206': 'XMPP Over BOSH',
  'XEP-0203': 'Delayed Delivery',
  'XEP-0215': 'External Service Discovery',
  'XEP-0220': 'Server Dialback',
  'XEP-0222': 'Persistent Storage of Public Data via PubSub',
  'XEP-0223': 'Persistent Storage of Private Data via PubSub',
  'XEP-0280': 'Message Carbons',
  'XEP-0297': 'Stanza Forwarding',
  'XEP-0313': 'Message Archive Management',
  'XEP-0334': 'Message Processing Hints',
  'XEP-0352': 'Client State Indication',
  'XEP-0353': 'Jingle Message Initiation',
  'XEP-0357': 'Push Notifications',
  'XEP-0359': 'Unique and Stable Stanza IDs',
  'XEP-0363': 'HTTP File Upload',
  'XEP-0368': 'SRV records for XMPP over TLS',
  'XEP-0386': 'Bind 2',
  'XEP-0388': 'Extensible SASL Profile',
  'XEP-0390': 'Entity Capabilities 2.0',
  'XEP-0398': 'User Avatar to vCard-Based Avatars Conversion',
  'XEP-0402': 'PEP Native Bookmarks',
  'XEP-0411': 'Bookmarks Conversion',
  'XEP-0431': 'Full Text Search in MAM',
  'XEP-0440': 'SASL Channel-Binding Type Capability',
  'XEP-0441': 'Message Archive Management Preferences',
  'XEP-0474': 'SASL SCRAM Downgrade Protection',
  'XEP-0478': 'Stream Limits Advertisement',
  'XEP-0480': 'SASL Upgrade Tasks',
  'XEP-0484': 'Fast Authentication Streamlining Tokens',
  'XEP-0494': 'Client Access Management',
}

export interface Elsewhere {
  readonly version: string
  /** The folder of the source. */
  readonly place: string
}

/** What is no module: the ground that modules stand on. */
export const ELSEWHERE: Readonly<Partial<Record<SpecId, Elsewhere>>> = {
  'RFC 4616': { version: '2006-08', place: 'accounts' },
  'RFC 5802': { version: '2010-07', place: 'accounts' },
  'RFC 5929': { version: '2010-07', place: 'net' },
  'RFC 6120': { version: '2011-03', place: 'streams' },
  'RFC 7395': { version: '2014-10', place: 'net' },
  'RFC 7590': { version: '2015-06', place: 'net' },
  'RFC 7622': { version: '2015-09', place: 'jid' },
  'RFC 7677': { version: '2015-11', place: 'accounts' },
  'RFC 9266': { version: '2022-07', place: 'net' },
  'XEP-0124': { version: '1.11.2', place: 'net' },
  'XEP-0156': { version: '1.4.0', place: 'net' },
  'XEP-0198': { version: '1.6.3', place: 'streams' },
  'XEP-0206': { version: '1.4', place: 'net' },
  'XEP-0353': { version: '0.8.0', place: 'routing' },
  'XEP-0368': { version: '1.1.0', place: 'net' },
  'XEP-0386': { version: '1.1.0', place: 'streams' },
  'XEP-0388': { version: '1.0.4', place: 'streams' },
  'XEP-0440': { version: '1.0.0', place: 'streams' },
  'XEP-0474': { version: '0.5.0', place: 'streams' },
  'XEP-0480': { version: '0.2.0', place: 'streams' },
  'XEP-0484': { version: '0.2.0', place: 'streams' },
}

/** Kept in part: what is missing. */
export const PARTIAL: Readonly<Partial<Record<SpecId, string>>> = {
  'XEP-0133': 'no black- and whitelists: they are refused with the reason',
  'RFC 6120': 'clients only: servers do not talk to each other yet',
  'RFC 6121': 'within one domain',
  'XEP-0082': 'the dateTime profile',
  'XEP-0390': 'hashes of clients are read; the server has none of its own',
  'XEP-0124': 'one stream a session; neither key sequences, which TLS makes needless, nor compression or reports of lost answers',
}

/** Not kept yet: the version it will be. */
export const MISSING: Readonly<Partial<Record<SpecId, string>>> = {
  'XEP-0045': '1.35.5',
  'XEP-0114': '1.6',
  'XEP-0220': '1.1.1',
}
