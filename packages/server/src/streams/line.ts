/** The stream under a session: what a session writes to. */
import type { StreamCondition } from '@plodge/xmpp/stream/errors.ts'

export interface Line {
  readonly isFramed: boolean
  readonly address: string
  readonly queued: number
  write(text: string): void
  fail(condition: StreamCondition, text: string): void
}
