/** What the server must be told. The `plodge` command makes it from the TOML file; tests make it by hand. Every value is checked already. */

export interface Address {
  readonly host: string
  readonly port: number
}

export interface Settings {
  readonly domain: string
  /** The folder of the database and all else that lasts. */
  readonly data: string
  readonly listen: {
    readonly client: readonly Address[]
    readonly clientTls: readonly Address[]
    /** HTTPS: WebSocket (RFC 7395) at /xmpp-websocket and host-meta (XEP-0156). */
    readonly https: readonly Address[]
    /** SOCKS5 bytestreams (XEP-0065). */
    readonly proxy: readonly Address[]
    /** Plain HTTP, loopback as a rule: Prometheus text at /metrics, /health. */
    readonly metrics: readonly Address[]
  }
  readonly tls: {
    /** Files in PEM. */
    readonly certificate: string
    readonly key: string
    readonly minimum: 'TLSv1.2' | 'TLSv1.3'
  }
  readonly users: {
    readonly localpart: RegExp
    readonly passwordFeed: string | undefined
    /** A feed that would remove more than this share of its people is refused whole: 0.05 is 5 %. */
    readonly feedMayShrink: number
    /** How long a client may stay away and still come back without the password (XEP-0484); undefined for not at all. */
    readonly tokenDays: number | undefined
    /** Whether people can have passwords for single devices. */
    readonly appPasswords: boolean
    /** When clients may log in with the account's own password, the one that may be used elsewhere too: `first` is while there is no app password. */
    readonly mainPassword: 'always' | 'first' | 'never'
    /** Whether app passwords stay when the account gets another password. */
    readonly keepAppPasswords: boolean
    /** How long a client is remembered that is not used any more, in days; undefined for ever. */
    readonly clientDays: number | undefined
    /** Whether it is remembered from which network address a client was used last. */
    readonly keepAddresses: boolean
    /** Whether people's devices are told of a new one. */
    readonly tellOfNewDevices: boolean
    /** In-band registration (XEP-0077). */
    readonly registration: boolean
    /** A file in PEM: certificates that these issued are as good as a password (SASL EXTERNAL); undefined takes none. */
    readonly certificateAuthorities: string | undefined
    /** Those that are not good any more, by SHA-256 in lower-case hexadecimal digits. */
    readonly refusedCertificates: readonly string[]
  }
  readonly web: WebSettings
  /** Names of operators and of helpdesk, besides those who are made so by command. */
  readonly roles: Readonly<Record<'operator' | 'helpdesk', readonly string[]>>
  /** Domains beside that of the people, by what is there; undefined where there is none. */
  readonly services: Services
  /** XEP-0215: what is elsewhere on the network, such as STUN and TURN for calls. */
  readonly externalServices: readonly ExternalServiceSettings[]
  /** XEP-0157: addresses as URIs, by kind (`abuse`, `admin`, `feedback`, `sales`, `security`, `support`, `status`). */
  readonly contact: Readonly<Record<string, readonly string[]>>
  readonly archive: {
    readonly enabled: boolean
    /** What an account that set no preferences gets (XEP-0441). */
    readonly default: 'always' | 'roster' | 'never'
    /** Days; undefined keeps for ever. */
    readonly keepDays: number | undefined
    /** Whether people can search their history for words (XEP-0431). */
    readonly search: boolean
    /** Whether what somebody takes back is out of the history of both sides (XEP-0424 §5). */
    readonly tombstones: boolean
  }
  /** XEP-0357. */
  readonly push: {
    /** What notifications tell of the last message besides how many there are. */
    readonly content: 'nothing' | 'sender' | 'text'
    /** Seconds between two notifications of one device. */
    readonly intervalSeconds: number
    /** How long a client is inactive before it is woken though its connection stands. */
    readonly inactiveSeconds: number
  }
  readonly upload: UploadSettings
  readonly proxy: ProxySettings
  readonly rooms: RoomsSettings
  readonly policy: PolicySettings
  readonly limits: Limits
  readonly log: { readonly level: 'debug' | 'info' | 'warn' | 'error' }
}

/** What our own web tier may do, which signs people in by itself. */
export interface WebSettings {
  /** SHA-256 of its certificate, in lower-case hexadecimal digits: whoever has its key speaks for everybody here. None, one, or two while it changes. */
  readonly certificateFingerprints: readonly string[]
  /** Whether somebody whom it names for the first time gets an account. */
  readonly createAccounts: boolean
}

/** XEP-0363. Infinity where the file says false. */
export interface UploadSettings {
  /** Where clients reach the files; undefined is this server's own HTTPS. Ends with a slash. */
  readonly baseUrl: string | undefined
  readonly fileBytes: number
  /** Of a file for a profile, which is kept until it is removed. */
  readonly profileBytes: number
  readonly quotaFiles: number
  readonly quotaBytes: number
  readonly slotsPerHour: number
  /** Undefined keeps for ever. */
  readonly keepDays: number | undefined
  /** `image/png`, `image/*`, `*`. */
  readonly types: readonly string[]
  /** What uploads leave free on the disk, for everything else. */
  readonly keepFreeBytes: number
}

/** XEP-0065. Infinity where the file says false. */
export interface ProxySettings {
  /** The name by which devices reach it; undefined is the domain of the people. */
  readonly host: string | undefined
  /** Connections that wait for their stream to begin: of one network, and altogether; and how long. */
  readonly waitingPerAddress: number
  readonly waiting: number
  readonly waitSeconds: number
  /** Streams at the same time: altogether, and those that one person began. */
  readonly streams: number
  readonly streamsPerPerson: number
  /** Of one stream, both ways together. */
  readonly bytesPerSecond: number
  readonly streamBytes: number
  readonly idleSeconds: number
}

/** XEP-0045. Infinity where the file says false. */
export interface RoomsSettings {
  /** What names rooms can have, before the @. */
  readonly names: RegExp
  /** Whether people are called by their address in rooms, or as they like. */
  readonly nicknames: 'crsid' | 'free'
  readonly mayCreate: 'everybody' | 'operators'
  /** Rooms that one person owns, and rooms that one device is in. */
  readonly perOwner: number
  readonly perDevice: number
  /** Of one room: people inside, and people who have an affiliation. */
  readonly occupants: number
  readonly affiliations: number
  /** With more inside than this, only members and moderators are seen coming and going. */
  readonly large: number
  /** With more inside than this, mere members of a room for members are not either. */
  readonly crowd: number
  /** Messages that a newcomer is sent at most. */
  readonly history: number
  /** For how many days what is said is kept in rooms whose owners say nothing else; undefined for as long as any history. */
  readonly keepDays: number | undefined
}

export interface Services {
  /** XEP-0363. */
  readonly upload: string | undefined
  /** XEP-0065. */
  readonly proxy: string | undefined
  /** XEP-0060. */
  readonly pubsub: string | undefined
  /** XEP-0045. */
  readonly group: string | undefined
  /** Web Push for browsers, by XEP-0357. */
  readonly push: string | undefined
  /** XEP-0175: where people log in who have no account. */
  readonly guests: string | undefined
}

/** XEP-0504: what people are told of their data besides what follows from other settings; undefined tells nothing. */
export interface PolicySettings {
  readonly terms: string | undefined
  readonly backupHours: number | undefined
  readonly backupKeepHours: number | undefined
  readonly notes: string | undefined
}

/** XEP-0215. */
export interface ExternalServiceSettings {
  /** `stun`, `turn`, `stuns`, `turns`, … */
  readonly type: string
  /** A name or an address of the network. */
  readonly host: string
  readonly port: number | undefined
  readonly transport: 'udp' | 'tcp' | undefined
  /** For people. */
  readonly name: string | undefined
  /** A file with the secret that is shared with the service; undefined where it needs none. */
  readonly secretFile: string | undefined
  /** Of credentials that are made with the secret. */
  readonly lifetimeSeconds: number
  /** Whether it can be used with credentials only. */
  readonly isRestricted: boolean
}

/** Infinity where the file says false. Bytes are of UTF-8, times in seconds. */
export interface Limits {
  readonly stanzaBytes: number
  /** Before authentication nobody needs much. */
  readonly stanzaBytesBeforeLogin: number
  readonly stanzaDepth: number
  readonly stanzaElements: number
  readonly elementAttributes: number
  readonly rates: boolean
  /** A client's stanzas, sustained a second and as a burst; over it the stream is read slower (never cut). */
  readonly stanzasPerSecond: number
  readonly stanzaBurst: number
  readonly bytesPerSecond: number
  readonly sessionsPerAccount: number
  readonly guests: number
  readonly connectionsPerAddress: number
  readonly connectionsBeforeLogin: number
  readonly loginSeconds: number
  readonly failedLoginsPerMinute: number
  /** In-band registrations that are tried, of one network address. */
  readonly registrationsPerHour: number
  /** Client software of one person that is remembered, connected or not. */
  readonly clientsPerAccount: number
  readonly appPasswords: number
  readonly rosterItems: number
  readonly documentBytes: number
  readonly documents: number
  readonly blockedAddresses: number
  /** Bytes waiting in one connection's output before it is taken for dead and closed (or left to resumption). */
  readonly outputBytes: number
  readonly idleSeconds: number
  /** XEP-0198: how long a lost session waits, and how many stanzas may wait unacknowledged. */
  readonly resumeSeconds: number
  /** The same for clients that use XEP-0352 or XEP-0357: phones. */
  readonly resumeSecondsMobile: number
  readonly unackedStanzas: number
  /** What may wait for one client in memory, and for all together before those that were lost first are given up. */
  readonly unackedBytes: number
  readonly unackedBytesTotal: number
  /** XEP-0352: how many may wait while nobody looks at a client. */
  readonly inactiveStanzas: number
  /** XEP-0357: of one account. */
  readonly pushRegistrations: number
  readonly directedPresences: number
  /** XEP-0060: nodes of one person; items of one node; bytes of one item, and of all that one person keeps. */
  readonly nodes: number
  readonly nodeItems: number
  readonly nodeItemBytes: number
  readonly nodeBytes: number
  /** Of one node: subscriptions, and people who are something to it. */
  readonly nodeSubscriptions: number
}
