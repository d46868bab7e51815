/** The raw figures of a run, and what they come to: the median of the rounds. */

import { median } from '../measure/samples.ts'
import type { ServerName } from '../servers/server.ts'

export interface Sample {
  readonly server: ServerName
  readonly round: number
  readonly metric: string
  readonly value: number
}

/** Something that could not be measured, in words. */
export interface Failure {
  readonly server: ServerName
  readonly round: number
  readonly phase: string
  readonly reason: string
}

export interface Figures {
  /** The median; undefined when it was not measured. */
  of(server: ServerName, metric: string): number | undefined
  /** The lower of Prosody's and ejabberd's. */
  betterPeer(metric: string): number | undefined
}

export function figuresOf(samples: readonly Sample[]): Figures {
  const of = (server: ServerName, metric: string) => {
    const values = samples.filter(sample => sample.server === server && sample.metric === metric).map(sample => sample.value)
    return values.length === 0 ? undefined : median(values)
  }
  return {
    of,
    betterPeer(metric) {
      const peers = [of('prosody', metric), of('ejabberd', metric)].filter(value => value !== undefined)
      return peers.length === 0 ? undefined : Math.min(...peers)
    },
  }
}
