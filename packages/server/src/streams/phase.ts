/** What a stream is ready for: each phase says what it offers and what it takes, and ends by putting the next one in its place. */
import type { RawElement } from '@plodge/xmpp/xml/raw.ts'
import type { Now } from '../routing/now.ts'
import type { ClientStream } from './client-stream.ts'

export interface Phase {
  /** The inside of <stream:features/>. */
  features(stream: ClientStream): string
  /** One first-level element. Throws StreamError to end the stream. */
  element(element: RawElement, stream: ClientStream): Now<void>
}
