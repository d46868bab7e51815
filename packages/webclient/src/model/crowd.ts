/** The people of a room as rows of one list: who is inside by what they are there, then its members who are not. Thousands, several times a second. */
import type { Affiliation } from '@plodge/xmpp/xeps/muc.ts'
import type { Standing } from './offices.ts'

export interface Inside extends Standing {
  readonly nick: string
  readonly name: string | undefined
  readonly address: string | undefined
}

/** In the order in which they are shown. */
const GROUPS = ['owners', 'admins', 'moderators', 'members', 'others', 'audience', 'away', 'banned'] as const
export type Group = (typeof GROUPS)[number]

export interface PersonRow extends Standing {
  readonly kind: 'person'
  readonly key: string
  readonly group: Group
  /** Undefined of somebody who is not inside. */
  readonly nick: string | undefined
  readonly address: string | undefined
  readonly name: string
}
export type Row = PersonRow | { readonly kind: 'head'; readonly key: string; readonly group: Group; readonly count: number }

export interface People {
  readonly inside: Iterable<Inside>
  /** Those with an affiliation, inside or not. */
  readonly affiliated: readonly { readonly address: string; readonly affiliation: Affiliation }[]
  /** What somebody is called by who looks. */
  readonly nameOf: (address: string) => string | undefined
  readonly sought: string
}

export function crowdRows({ inside, affiliated, nameOf, sought }: People): readonly Row[] {
  const words = sought.toLocaleLowerCase().split(/\s+/).filter(Boolean)
  const groups = new Map<Group, PersonRow[]>()
  const add = (row: PersonRow): void => {
    if (words.length > 0) {
      const text = `${row.name} ${row.nick ?? ''} ${row.address ?? ''}`.toLocaleLowerCase()
      if (!words.every(word => text.includes(word))) return
    }
    const group = groups.get(row.group)
    if (group) group.push(row)
    else groups.set(row.group, [row])
  }
  const here = new Set<string>()
  for (const { nick, name, address, affiliation, role } of inside) {
    if (address !== undefined) here.add(address)
    const called = (address === undefined ? undefined : nameOf(address)) ?? name ?? nick
    add({ kind: 'person', key: `/${nick}`, group: groupOf({ affiliation, role }), nick, address, name: called, affiliation, role })
  }
  for (const { address, affiliation } of affiliated) {
    if (here.has(address)) continue
    const group = affiliation === 'outcast' ? 'banned' : 'away'
    const name = nameOf(address) ?? address
    add({ kind: 'person', key: address, group, nick: undefined, address, name, affiliation, role: 'none' })
  }
  const rows: Row[] = []
  for (const group of GROUPS) {
    const people = groups.get(group)
    if (!people) continue
    rows.push({ kind: 'head', key: group, group, count: people.length })
    for (const person of people.sort((one, other) => ORDER.compare(one.name, other.name))) rows.push(person)
  }
  return rows
}

/** One collator for all: `localeCompare` looks one up each time. */
const ORDER = new Intl.Collator(undefined, { numeric: true })

function groupOf({ affiliation, role }: Standing): Group {
  if (affiliation === 'owner') return 'owners'
  if (affiliation === 'admin') return 'admins'
  if (role === 'moderator') return 'moderators'
  if (role === 'visitor') return 'audience'
  return affiliation === 'member' ? 'members' : 'others'
}

interface Window {
  readonly from: number
  readonly to: number
}

/** Which rows are real in a list of rows of one height: those in view, and a few on each side. */
export function windowOf(count: number, height: number, scrolled: number, seen: number): Window {
  const spare = 6
  const from = Math.max(0, Math.min(Math.floor(scrolled / height), count) - spare)
  const to = Math.min(count, Math.ceil((scrolled + seen) / height) + spare)
  return { from: Math.min(from, to), to }
}
