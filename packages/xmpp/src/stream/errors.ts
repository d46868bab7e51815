/** Why a stream ends (RFC 6120 §4.9.3). */
import { escape } from '../xml/escape.ts'

export const STREAMS = 'urn:ietf:params:xml:ns:xmpp-streams'

export type StreamCondition =
  | 'bad-format'
  | 'bad-namespace-prefix'
  | 'conflict'
  | 'connection-timeout'
  | 'host-gone'
  | 'host-unknown'
  | 'improper-addressing'
  | 'internal-server-error'
  | 'invalid-from'
  | 'invalid-namespace'
  | 'invalid-xml'
  | 'not-authorized'
  | 'not-well-formed'
  | 'policy-violation'
  | 'remote-connection-failed'
  | 'reset'
  | 'resource-constraint'
  | 'restricted-xml'
  | 'see-other-host'
  | 'system-shutdown'
  | 'undefined-condition'
  | 'unsupported-encoding'
  | 'unsupported-feature'
  | 'unsupported-stanza-type'
  | 'unsupported-version'

export class StreamError extends Error {
  override readonly name = 'StreamError'
  readonly condition: StreamCondition
  readonly text: string | undefined
  /** XML text of an application-specific condition (RFC 6120 §4.9.4). */
  readonly detail: string

  constructor(condition: StreamCondition, text?: string, detail = '') {
    super(text ?? condition)
    this.condition = condition
    this.text = text
    this.detail = detail
  }

  /** As XML text; the prefix `stream` is declared unless told otherwise. */
  toXml(declared = true): string {
    const text = this.text === undefined ? '' : `<text xmlns='${STREAMS}' xml:lang='en'>${escape(this.text)}</text>`
    const ns = declared ? '' : ` xmlns:stream='http://etherx.jabber.org/streams'`
    return `<stream:error${ns}><${this.condition} xmlns='${STREAMS}'/>${text}${this.detail}</stream:error>`
  }
}
