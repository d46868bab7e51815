/** A status in one line, as any client shows it: “Supervisions, Wolfson Court, till 16:00”. */
import type { Words } from '../../i18n/en.ts'
import { clockTime, dayOf, shortTime } from '../times.ts'

export interface StatusParts {
  readonly what: string
  readonly where: string
  readonly until: number | undefined
}

export function statusText({ what, where, until }: StatusParts, words: Words): string {
  const said = [what, where].filter(part => part !== '')
  // An end alone says nothing to others.
  if (until === undefined || said.length === 0) return said.join(', ')
  const isToday = dayOf(until) === dayOf(Date.now())
  const end = isToday ? clockTime(until, words.locale) : `${shortTime(until, words.locale)} ${clockTime(until, words.locale)}`
  return [...said, words.status.till(end)].join(', ')
}

/** The next time that a clock shows `16:00`. Undefined for what is no time. */
export function nextTime(clock: string, now = Date.now()): number | undefined {
  const [, hours, minutes] = /^(\d\d):(\d\d)/.exec(clock) ?? []
  if (hours === undefined || minutes === undefined) return undefined
  const then = new Date(now)
  then.setHours(Number(hours), Number(minutes), 0, 0)
  if (then.getTime() <= now) then.setDate(then.getDate() + 1)
  return then.getTime()
}
