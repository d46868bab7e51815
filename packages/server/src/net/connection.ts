/** A line to one client as streams see it: text in, text out. TCP, TLS and WebSocket look the same from here on. */

/** What a stream does with its line. */
export interface ConnectionHandler {
  /** Text of the client, valid UTF-8, in chunks that mean nothing; over WebSocket each is one message. */
  onText(text: string): void
  /** Bytes that are not UTF-8, or a frame that the line does not allow: the stream ends with this condition. */
  onBadInput(condition: 'unsupported-encoding' | 'policy-violation', text: string): void
  /** The client says no more; what it said before may still be worked on. */
  onEnd(): void
  /** The line is gone, for whatever reason; called once. */
  onClose(): void
}

/** Proofs that client and server end the same TLS connection (RFC 5929, RFC 9266). */
export type ChannelBinding = 'tls-exporter' | 'tls-server-end-point' | 'tls-unique'

export interface Connection {
  /** The client's network address. */
  readonly address: string
  readonly isSecure: boolean
  /** Each write over WebSocket is one message (RFC 7395 §3.3.3). */
  readonly isFramed: boolean
  /** The TLS version, for the log and for security labels; undefined without TLS. */
  readonly protocol: string | undefined
  /** DER of the certificate whose key the client proved to have, whoever issued it; undefined when it showed none, or was asked for none. */
  readonly certificate: Buffer | undefined
  /** Bytes that the client has not taken yet. */
  readonly queued: number
  handler: ConnectionHandler | undefined
  /** Sends at the end of this turn of the event loop, together with whatever else is written until then. */
  write(text: string): void
  pause(): void
  resume(): void
  /** Turns to TLS; what the client says next is read from inside it. */
  startTls(): void
  /** The kinds that `channelBinding` has data for; empty without TLS of our own. */
  readonly channelBindings: readonly ChannelBinding[]
  /** The channel-binding data, or undefined when this connection has none of that kind. */
  channelBinding(kind: ChannelBinding): Buffer | undefined
  /** Sends what is written and closes; a client that does not close its side is cut off after a few seconds. */
  end(): void
  destroy(): void
}
