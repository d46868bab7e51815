/** What a BOSH session agrees on at its beginning (XEP-0124 §7): read from the client's first request, kept within our bounds. */
import type { Body } from './body.ts'

/** Seconds. */
const LONGEST_WAIT = 60
const INACTIVITY = 60
const POLLING = 2
export const MAX_PAUSE = 120

export interface Terms {
  /** Seconds that a request is held at most, and how many are; 0 is for sessions that poll. */
  readonly wait: number
  readonly hold: 0 | 1
  /** How many requests the client may have open. */
  readonly requests: number
  readonly inactivity: number
  readonly polling: number
  /** Of the answers. */
  readonly contentType: string
  readonly version: string
}

export function termsOf({ attributes }: Body): Terms {
  const wait = Math.min(LONGEST_WAIT, readSeconds(attributes['wait']) ?? LONGEST_WAIT)
  const hold = wait === 0 || readSeconds(attributes['hold']) === 0 ? 0 : 1
  return {
    wait,
    hold,
    requests: hold + 1,
    // §12: who polls is silent in between.
    inactivity: hold === 0 ? INACTIVITY + POLLING : INACTIVITY,
    polling: POLLING,
    contentType: contentTypeOf(attributes['content']),
    version: versionOf(attributes['ver']),
  }
}

export function readSeconds(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : undefined
}

/** §7.1: what a constrained client needs to see; nothing else. */
const contentTypeOf = (asked = ''): string =>
  /^(?:text\/(?:xml|html|plain)|application\/xml)(?:; ?charset=utf-8)?$/i.test(asked) ? asked : 'text/xml; charset=utf-8'

/** The lower of 1.11 and the client's. */
function versionOf(asked: string | undefined): string {
  const [, major, minor] = /^(\d{1,3})\.(\d{1,3})$/.exec(asked ?? '') ?? []
  return major === '1' && Number(minor) < 11 ? `1.${Number(minor)}` : '1.11'
}
