/** The main table: every figure of every server, Plodge against the better peer and against the floor. */

import type { Outcome } from './outcome.ts'
import { type Row, rowsFor } from './rows.ts'

export const headings = ['', 'unit', 'Plodge', 'Prosody', 'ejabberd', 'floor', 'peer / Plodge', 'Plodge / floor'] as const

/** Rows nobody was measured in are left out. */
export function cells(outcome: Outcome): readonly (readonly string[])[] {
  return rowsFor(outcome.options.lengths)
    .map(row => cellsOf(row, outcome))
    .filter(cell => cell.slice(2).some(text => text !== ''))
}

function cellsOf(row: Row, { figures }: Outcome): readonly string[] {
  const shown = (value: number | undefined) => value?.toFixed(row.digits) ?? ''
  const [plodge, prosody, ejabberd, floor] = (['plodge', 'prosody', 'ejabberd', 'floor'] as const).map(server =>
    figures.of(server, row.metric),
  )
  const peers = [prosody, ejabberd].filter(value => value !== undefined)
  const better = peers.length === 0 ? undefined : row.moreIsBetter ? Math.max(...peers) : Math.min(...peers)
  const toPeer = row.isNote ? undefined : row.moreIsBetter ? quotient(plodge, better) : quotient(better, plodge)
  const toFloor = row.isNote ? undefined : row.moreIsBetter ? quotient(floor, plodge) : quotient(plodge, floor)
  const ratio = (value: number | undefined) => (value === undefined ? '' : `${value.toFixed(value < 1 ? 2 : 1)}×`)
  return [row.label, row.unit, shown(plodge), shown(prosody), shown(ejabberd), shown(floor), ratio(toPeer), ratio(toFloor)]
}

function quotient(of: number | undefined, by: number | undefined): number | undefined {
  return of === undefined || by === undefined || by === 0 ? undefined : of / by
}
