/** What makes a feed doubtful: a reason not to take it, and what the operator should know of one that was taken. */
import type { Log } from '../../routing/host.ts'
import type { Passwords } from '../passwords/passwords.ts'
import type { Feed } from './parse.ts'

/** `last` is the generation of the feed in effect. */
export function doubtOf({ generation }: Feed, last: number | undefined): string | undefined {
  if (last === undefined) return undefined
  if (generation === undefined)
    return 'it has no line with a checksum though the last feed had one: it may be cut short; if that is meant, import it by hand with --force'
  if (generation < last)
    return `it is older (generation ${generation}) than the feed in effect (generation ${last}); if that is meant, import it by hand with --force`
  return undefined
}

export async function warnOf(
  feed: Feed,
  { log, passwords }: { readonly log: Pick<Log, 'warn' | 'error'>; readonly passwords: Pick<Passwords, 'hasLibcrypt'> },
): Promise<void> {
  const concerns = { libcrypt: 0, des: 0, none: 0 }
  for (const { concern } of feed.people.values()) concerns[concern]++
  if (concerns.des > 0)
    log.warn(
      { people: concerns.des },
      'the feed has passwords in traditional DES: only 8 characters of them count and anybody with the file can find them; have them changed',
    )
  const needing = concerns.libcrypt + concerns.des
  if (needing > 0 && !(await passwords.hasLibcrypt()))
    log.error(
      { people: needing },
      'these people cannot log in: their hashes (yescrypt, scrypt, DES) need libcrypt.so.1 and the npm package koffi on this machine',
    )
}
