/** Signed URLs: who may put which file where, and until when. The server remembers nothing of a slot; the URL says it all. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { inUrl } from './file-name.ts'

/** What the owner of a slot may put there. */
export interface Ticket {
  readonly id: string
  readonly name: string
  readonly owner: string
  readonly size: number
  /** As it was asked for; empty when the client did not say. */
  readonly type: string
  /** Milliseconds since 1970: until then it may be put; then the file goes, 0 for never. */
  readonly until: number
  readonly expiresAt: number
}

/** Of the path below the route: an id, which is 16 random bytes and 16 of proof that we gave it, and a name. */
const PLACE = /^([A-Za-z0-9_-]{43})\/([^/]{1,600})$/

export class Tickets {
  readonly #key: Buffer

  constructor(key: Buffer) {
    this.#key = key
  }

  newId(name: string): string {
    const random = randomBytes(16)
    return Buffer.concat([random, this.#proof(random, name)]).toString('base64url')
  }

  /** Of a slot's path; undefined for one that we never gave. */
  place(path: string): { readonly id: string; readonly name: string } | undefined {
    const [, id = '', written = ''] = PLACE.exec(path) ?? []
    const bytes = Buffer.from(id, 'base64url')
    const name = decode(written)
    if (name === undefined || bytes.length !== 32) return undefined
    return timingSafeEqual(bytes.subarray(16), this.#proof(bytes.subarray(0, 16), name)) ? { id, name } : undefined
  }

  /** The path to GET from, and what to add for the PUT. */
  write(ticket: Ticket): { readonly path: string; readonly query: string } {
    const { id, name, owner, size, type, until, expiresAt } = ticket
    const claims = Buffer.from(JSON.stringify([owner, size, type, until, expiresAt])).toString('base64url')
    return { path: `${id}/${inUrl(name)}`, query: `slot=${claims}.${this.#sign(id, name, claims).toString('base64url')}` }
  }

  /** Undefined when we did not sign this. */
  read(path: string, query: string): Ticket | undefined {
    const place = this.place(path)
    const [, claims = '', signature = ''] = /^slot=([A-Za-z0-9_-]{1,2000})\.([A-Za-z0-9_-]{43})$/.exec(query) ?? []
    const given = Buffer.from(signature, 'base64url')
    if (!place || given.length !== 32 || !timingSafeEqual(given, this.#sign(place.id, place.name, claims))) return undefined
    // We wrote it.
    const [owner, size, type, until, expiresAt] = JSON.parse(Buffer.from(claims, 'base64url').toString()) as [
      string,
      number,
      string,
      number,
      number,
    ]
    return { ...place, owner, size, type, until, expiresAt }
  }

  #proof(random: Buffer, name: string): Buffer {
    return createHmac('sha256', this.#key).update('get\0').update(random).update(name).digest().subarray(0, 16)
  }

  #sign(id: string, name: string, claims: string): Buffer {
    return createHmac('sha256', this.#key).update(`put\0${id}\0${name}\0${claims}`).digest()
  }
}

function decode(written: string): string | undefined {
  try {
    return decodeURIComponent(written)
  } catch {
    return undefined
  }
}
