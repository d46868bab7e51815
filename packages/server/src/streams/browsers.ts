/** What streams tell of browsers that the web tier logs people in with, and what the tier tells and hears of them. */
import type { Localpart } from '../storage/repositories.ts'

/** One browser in which somebody is signed in. */
export interface Browser {
  readonly id: string
  readonly name: string | undefined
  readonly address: string
  /** When the person is out whatever they do; milliseconds since 1970. */
  readonly until: number
  /** How long without a sign of them until they are out, in milliseconds. */
  readonly idle: number
}

export interface SessionName {
  readonly localpart: Localpart
  readonly id: string
}

export type TellEnded = (session: SessionName) => void

export interface Browsers {
  /** It logs in; false when that session is over, and may not come back. */
  came(localpart: Localpart, browser: Browser): Promise<boolean>
  /** The tier says so, or has heard it. */
  over(session: SessionName): Promise<void>
  /** Tells of each session that its person ends, first of those of which no tier has heard. The function it gives stops that. */
  watch(tell: TellEnded): () => void
}
