/** What a server under test complained about. */
import type { Log } from '@plodge/server/routing/host.ts'

export interface Complaint {
  readonly level: 'warn' | 'error'
  readonly message: string
  readonly details: object
}

export class TownLog implements Log {
  /** Warnings and errors, in order. */
  readonly complaints: Complaint[] = []

  debug(): void {}
  info(): void {}

  warn(details: object, message: string): void {
    this.complaints.push({ level: 'warn', message, details })
  }

  error(details: object, message: string): void {
    this.complaints.push({ level: 'error', message, details })
  }
}
