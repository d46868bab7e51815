/** What a password feed changes: a pure comparison of who is known with who is in the feed. */
import type { AccountRecord, Localpart } from '../../storage/repositories.ts'
import type { Person } from './line.ts'
import type { Feed } from './parse.ts'

export interface FeedCounts {
  readonly people: number
  readonly added: number
  /** The password, the name, or whether they are locked. */
  readonly changed: number
  /** No longer in the feed: locked, with all that is theirs kept. */
  readonly removed: number
  /** Locked by a mark in the feed, and not before. */
  readonly locked: number
  /** In the feed, but added here by hand: left alone. */
  readonly local: number
  readonly badLines: number
}

export type FeedChanges =
  | {
      readonly kind: 'changes'
      readonly put: readonly AccountRecord[]
      /** Whose sessions must end: locked or removed just now, and those with another password. */
      readonly locked: readonly Localpart[]
      readonly changed: readonly Localpart[]
      readonly counts: FeedCounts
    }
  | { readonly kind: 'refused'; readonly why: string }

export interface FeedQuestion {
  /** Everybody, `local` ones too; page by page, since they may be many. */
  readonly accounts: AsyncIterable<AccountRecord> | Iterable<AccountRecord>
  /** Locked by an operator: the feed does not unlock them. */
  readonly lockedByHand: ReadonlySet<Localpart>
  readonly feed: Feed
  /** The share of the people that may go at once; Infinity takes whatever comes. */
  readonly mayShrink: number
  /** Whether the passwords of single devices stay when that of the account changes. */
  readonly keepAppPasswords: boolean
  readonly now: number
}

export async function changesOf({ accounts, lockedByHand, feed, mayShrink, keepAppPasswords, now }: FeedQuestion): Promise<FeedChanges> {
  if (feed.people.size === 0) {
    return { kind: 'refused', why: feed.badLines === 0 ? 'nobody is in it' : `not one of its ${feed.badLines} lines could be understood` }
  }
  const put: AccountRecord[] = []
  const locked: Localpart[] = []
  const changed: Localpart[] = []
  const count = { people: feed.people.size, added: 0, changed: 0, removed: 0, locked: 0, local: 0, badLines: feed.badLines }
  const seen = new Set<Localpart>()
  let active = 0

  for await (const account of accounts) {
    seen.add(account.localpart)
    const person = feed.people.get(account.localpart)
    if (account.source === 'local') {
      if (person) count.local++
      continue
    }
    if (account.lockedAt === undefined) active++
    if (!person) {
      if (account.lockedAt !== undefined || feed.unclear.has(account.localpart)) continue
      count.removed++
      put.push({ ...account, lockedAt: now })
      locked.push(account.localpart)
      continue
    }
    const changedTo = update(account, person, lockedByHand.has(account.localpart), now)
    if (!changedTo) continue
    const isSame = hasSameSecret(account, person)
    const next = isSame || keepAppPasswords ? changedTo : { ...changedTo, appPasswords: undefined }
    put.push(next)
    if (next.lockedAt !== undefined && account.lockedAt === undefined) {
      count.locked++
      locked.push(account.localpart)
    } else {
      count.changed++
      if (!isSame) changed.push(account.localpart)
    }
  }
  if (count.removed > Math.max(1, Math.floor(active * mayShrink))) return { kind: 'refused', why: tooFew(count.removed, active, mayShrink) }

  for (const person of feed.people.values()) {
    if (seen.has(person.localpart)) continue
    count.added++
    put.push(create(person, lockedByHand.has(person.localpart), now))
  }
  return { kind: 'changes', put, locked, changed, counts: count }
}

const tooFew = (removed: number, active: number, mayShrink: number): string =>
  `${removed} of ${active} people are missing from it, more than the ${+(mayShrink * 100).toFixed(2)} % that [users] feed_may_shrink allows; if they have really left, import it by hand with --force`

function create({ localpart, name, hash, verifier, isLocked }: Person, isLockedByHand: boolean, now: number): AccountRecord {
  const lockedAt = isLocked || isLockedByHand ? now : undefined
  return { localpart, source: 'feed', name, createdAt: now, lockedAt, hash, verifiers: verifier ? [verifier] : [] }
}

/** Undefined when nothing changes. */
function update(account: AccountRecord, person: Person, isLockedByHand: boolean, now: number): AccountRecord | undefined {
  const lockedAt = person.isLocked || isLockedByHand ? (account.lockedAt ?? now) : undefined
  // shadow and htpasswd have no names: one given otherwise stays.
  const name = person.name ?? account.name
  const isSame = hasSameSecret(account, person)
  if (isSame && lockedAt === account.lockedAt && name === account.name) return undefined
  if (isSame) return { ...account, name, lockedAt }
  return { ...account, name, lockedAt, hash: person.hash, verifiers: person.verifier ? [person.verifier] : [] }
}

/** Verifiers made here are bound to the hash, or the verifier, that the password was checked against. */
function hasSameSecret({ hash, verifiers }: AccountRecord, person: Person): boolean {
  const { verifier } = person
  if (hash !== person.hash) return false
  if (!verifier) return hash !== undefined || verifiers.length === 0
  return verifiers.some(
    known =>
      known.mechanism === verifier.mechanism &&
      known.salt === verifier.salt &&
      known.storedKey === verifier.storedKey &&
      known.serverKey === verifier.serverKey &&
      known.iterations === verifier.iterations,
  )
}
