/**
 * How each message stands to the one before it: found for all of them in one go, when the list changes, as a number that rows compare. Rows that looked at
 * their neighbours themselves would all do so again whenever older messages come before them.
 */
import { type Accessor, createComputed, createMemo, createSignal, onCleanup, untrack } from 'solid-js'
import type { Message } from '../model/message.ts'
import { dayOf } from './times.ts'

/** Bits of a standing. */
export const NEW_DAY = 1
/** The line before what is new is above it. */
export const NEW = 2
/** It begins what its author says in one go. */
export const FIRST = 4
export const LAST = 8
const ALONE = NEW_DAY | FIRST | LAST

/** What somebody says within so long stands under one name. */
const ONE_GO_MS = 300_000

export function standingsOf(messages: readonly Message[], newFrom: string | undefined): ReadonlyMap<string, number> {
  const standings = new Map<string, number>()
  const last = messages.length - 1
  let before: Message | undefined
  let day: number | undefined
  for (const [at, message] of messages.entries()) {
    const today = dayOf(message.time)
    const isNew = message.key === newFrom
    const isFirst =
      isNew ||
      today !== day ||
      message.author !== before?.author ||
      message.thread?.id !== before.thread?.id ||
      message.time - before.time > ONE_GO_MS ||
      message.reply !== undefined
    standings.set(message.key, (today === day ? 0 : NEW_DAY) | (isNew ? NEW : 0) | (isFirst ? FIRST : 0) | (at === last ? LAST : 0))
    before = message
    day = today
  }
  return standings
}

/** Of the row that asks for it. A row is told when its own has changed, and not asked whenever any has. */
export function followStandings(find: () => ReadonlyMap<string, number>): (key: string) => Accessor<number> {
  const rows = new Map<string, (standing: number) => void>()
  const now = createMemo(find)
  createComputed(() => {
    for (const [key, standing] of now()) rows.get(key)?.(standing)
  })
  return key => {
    const [standing, setStanding] = createSignal(untrack(now).get(key) ?? ALONE)
    rows.set(key, setStanding)
    onCleanup(() => {
      if (rows.get(key) === setStanding) rows.delete(key)
    })
    return standing
  }
}
