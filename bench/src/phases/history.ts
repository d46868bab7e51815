/** A long history: what a message and a page of 50 cost when the archive holds a million entries. Plodge only. */

import { join } from 'node:path'
import { fillArchive } from '../servers/plodge-archive.ts'
import type { Server } from '../servers/server.ts'
import { atStand, type Bench, range, type Stand } from '../stand.ts'
import { converse } from './conversation.ts'

const talkers = 1000
const pages = 1000
const pagesSeconds = 60

/** Call it with data that `addHistory` made; `label` tells the empty archive from the full one. */
export async function history(bench: Bench, server: Server, label: 'empty' | 'full'): Promise<void> {
  await atStand(bench, server, true, async stand => {
    await stand.connect(range(0, talkers), 'present')
    await converse(stand, { metric: `history-${label}`, users: talkers })
    const result = await stand.load.order({ kind: 'history', users: talkers, pages }, pagesSeconds)
    if (result.messages < 10 * result.pages) throw new Error(`Only ${result.messages} messages came on ${result.pages} pages of history.`)
    stand.record(`history-${label}.page-p50`, result.p50)
    stand.record(`history-${label}.page-p99`, result.p99)
    if (label === 'full') await search(stand)
  })
}

async function search(stand: Stand): Promise<void> {
  const result = await stand.load.order({ kind: 'search', users: talkers, searches: pages }, pagesSeconds)
  if (result.messages < 10 * result.searches) throw new Error(`Only ${result.messages} messages were found by ${result.searches} searches.`)
  stand.record('search.p50', result.p50)
  stand.record('search.p99', result.p99)
}

/** Turns the template of Plodge into one with a long history. Slow: done once, last. */
export async function addHistory(template: string, entries: number): Promise<void> {
  await fillArchive(join(template, 'data'), entries, talkers)
}
