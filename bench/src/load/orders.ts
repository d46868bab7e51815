/** What the bench asks of the process that makes the load, and what that answers. */

/** Where a server under test listens, and what is spoken there: XMPP, or the floor's one-word greeting. */
export interface Endpoint {
  readonly port: number
  readonly security: 'tls' | 'starttls'
  readonly protocol: 'xmpp' | 'floor'
  /** The server's certificate in PEM, which is its own authority. */
  readonly certificate: string
}

/** How far a log-in goes: up to the bound resource, or on to roster, carbons and presence among the contacts. */
export type Depth = 'bound' | 'present'

/** How a client comes back to its session: by SCRAM and XEP-0198 §5, or by token and all at once (XEP-0484). */
export type Way = 'password' | 'token'

export type Order =
  | { readonly kind: 'first-login'; readonly endpoint: Endpoint; readonly user: number; readonly seconds: number }
  | {
      readonly kind: 'connect'
      readonly endpoint: Endpoint
      readonly users: readonly number[]
      readonly depth: Depth
      readonly managed: boolean
      /** By SASL2 with a token for the next time, managed as well. */
      readonly inOneBreath: boolean
    }
  | { readonly kind: 'return'; readonly endpoint: Endpoint; readonly way: Way }
  | { readonly kind: 'missed'; readonly endpoint: Endpoint; readonly users: number; readonly messages: number }
  | { readonly kind: 'manage' }
  | {
      readonly kind: 'chat'
      readonly users: number
      readonly rate: number | undefined
      readonly warmSeconds: number
      readonly seconds: number
    }
  /** Everybody comes into one room, and they say so many messages a second in turn. */
  /** `answers`: whoever comes in is told the subject; the floor says nothing. */
  | {
      readonly kind: 'room'
      readonly users: number
      readonly rate: number
      readonly warmSeconds: number
      readonly seconds: number
      readonly answers: boolean
    }
  | { readonly kind: 'exchange'; readonly users: number; readonly messages: number }
  | { readonly kind: 'history'; readonly users: number; readonly pages: number }
  | { readonly kind: 'search'; readonly users: number; readonly searches: number }
  | { readonly kind: 'disconnect' }

/** CPU is user and system time of the load generator itself, in microseconds. */
export interface Answers {
  /** When the log-in succeeded, milliseconds since 1970. */
  'first-login': { readonly at: number }
  /** `presences` is how many came in all, to those online before as well. */
  connect: { readonly seconds: number; readonly cpu: number; readonly presences: number }
  /** Everybody's line was cut; `seconds` is from then until the last one was back. */
  return: { readonly sessions: number; readonly seconds: number; readonly cpu: number }
  /** Milliseconds from the first byte of a phone that comes back until it has the last message that it missed. */
  missed: { readonly p50: number; readonly longest: number }
  manage: { readonly sessions: number }
  chat: ChatResult
  /** Of each copy. */
  room: {
    readonly delivered: number
    readonly seconds: number
    readonly cpu: number
    readonly p50: number
    readonly p99: number
    readonly joinSeconds: number
  }
  exchange: { readonly delivered: number; readonly seconds: number }
  history: { readonly pages: number; readonly p50: number; readonly p99: number; readonly messages: number }
  search: { readonly searches: number; readonly p50: number; readonly p99: number; readonly messages: number }
  disconnect: { readonly sessions: number }
}

export interface ChatResult {
  readonly delivered: number
  readonly seconds: number
  readonly cpu: number
  /** Milliseconds from send to receipt; measured at a steady rate only. */
  readonly p50: number | undefined
  readonly p99: number | undefined
}

/** `window` tells the bench when to read the server's CPU: at the first and the last moment of the measured time. */
export type Report =
  | { readonly kind: 'window'; readonly edge: 'open' | 'shut' }
  | { readonly kind: 'done'; readonly answer: Answers[keyof Answers] }
  | { readonly kind: 'failed'; readonly reason: string }
