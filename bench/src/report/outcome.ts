/** All that a run brought to light. */

import type { Machine } from '../machine.ts'
import type { Options } from '../options.ts'
import type { Server } from '../servers/server.ts'
import type { Failure, Figures, Sample } from './samples.ts'

export interface Outcome {
  readonly machine: Machine
  readonly servers: readonly Server[]
  readonly options: Options
  readonly samples: readonly Sample[]
  readonly failures: readonly Failure[]
  readonly figures: Figures
  readonly minutes: number
  readonly date: Date
}
