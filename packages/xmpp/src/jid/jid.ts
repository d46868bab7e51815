/** XMPP addresses (RFC 7622). A Jid in hand is valid and normalised: only `parse` and `of` make them. */
import { domainpart } from './domain.ts'
import { localpart, resourcepart } from './parts.ts'

declare const bare: unique symbol
declare const device: unique symbol

/** The text of an address without its resource, to key maps with. */
export type BareJid = string & { readonly [bare]: true }
/** An address without a resource: a person, a room, a domain. */
export type Account = Jid & { readonly resource: '' }
/** An address with a resource: one session of somebody. */
export type Device = Jid & { readonly [device]: true }

/** Three parts of 1023 octets, two delimiters, and the last dot of a domain. */
const LONGEST = 3 * 1023 + 3
/** What is longer is parsed anew each time, so that the memory of the known stays bounded whatever comes. */
const LONGEST_KNOWN = 256
const MAX_KNOWN = 16_384

// Two generations: when the young is full it becomes the old one, and what is asked for again comes back.
let young = new Map<string, Jid>()
let old = new Map<string, Jid>()

/** The same address is the same object for as long as it is remembered, which is no promise: compare `full` or `bare`. */
export class Jid {
  readonly local: string
  readonly domain: string
  readonly resource: string
  readonly bare: BareJid
  readonly full: string
  #account: Account | undefined

  private constructor(local: string, domain: string, resource: string) {
    const address = local === '' ? domain : `${local}@${domain}`
    this.full = resource === '' ? address : `${address}/${resource}`
    this.domain = domain
    // Cut from the text just joined, no part holds in memory the stanza that it came in.
    this.bare = (resource === '' ? this.full : this.full.slice(0, address.length)) as BareJid
    this.local = local === '' ? '' : this.full.slice(0, local.length)
    this.resource = resource === '' ? '' : this.full.slice(address.length + 1)
  }

  static parse(text: string): Jid | undefined {
    return young.get(text) ?? recall(text) ?? Jid.#read(text)
  }

  /** From parts, none of which may hold a delimiter of the next. */
  static of(local: string, domain: string, resource = ''): Jid | undefined {
    if (/[@/]/.test(local) || /[@/]/.test(domain)) return undefined
    const address = local === '' ? domain : `${local}@${domain}`
    return Jid.parse(resource === '' ? address : `${address}/${resource}`)
  }

  /** RFC 7622 §3.1: the resource is what follows the first slash, the local part what precedes the first @ of the rest. */
  static #read(text: string): Jid | undefined {
    if (text.length > LONGEST) return undefined
    const slash = text.indexOf('/')
    const address = slash < 0 ? text : text.slice(0, slash)
    const at = address.indexOf('@')
    const local = at < 0 ? '' : localpart(address.slice(0, at))
    const domain = domainpart(address.slice(at + 1))
    const resource = slash < 0 ? '' : resourcepart(text.slice(slash + 1))
    if (local === undefined || domain === undefined || resource === undefined) return undefined
    const jid = new Jid(local, domain, resource)
    return remember(text, jid.full === text ? jid : (young.get(jid.full) ?? recall(jid.full) ?? remember(jid.full, jid)))
  }

  withResource(resource: string): Jid | undefined {
    return resource === '' ? this.account : Jid.parse(`${this.bare}/${resource}`)
  }

  /** The same object if there is no resource. */
  get account(): Account {
    return (this.#account ??= this.#findAccount() as Account)
  }

  #findAccount(): Jid {
    if (this.resource === '') return this
    return young.get(this.bare) ?? recall(this.bare) ?? remember(this.bare, new Jid(this.local, this.domain, ''))
  }

  toString(): string {
    return this.full
  }
}

export const isAccount = (jid: Jid): jid is Account => jid.resource === ''
export const isDevice = (jid: Jid): jid is Device => jid.resource !== ''

function recall(text: string): Jid | undefined {
  const jid = old.get(text)
  return jid && remember(text, jid)
}

/** Under its own text, and under others that it came as; the one object for all of them. */
function remember(text: string, jid: Jid): Jid {
  if (text.length > LONGEST_KNOWN) return jid
  if (young.size >= MAX_KNOWN) {
    old = young
    young = new Map()
  }
  young.set(text === jid.full ? jid.full : `${text} `.slice(0, -1), jid)
  return jid
}
