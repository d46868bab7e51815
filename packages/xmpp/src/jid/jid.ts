/** XMPP addresses (RFC 7622). A Jid in hand is valid and normalised: only `parse` and `of` make them. */
declare const bare: unique symbol
export type BareJid = string & { readonly [bare]: true }
export type Account = Jid & { readonly resource: '' }
export type Device = Jid & { readonly isDevice: true }

const MOST = 50_000
let known = new Map<string, Jid>()

export class Jid {
  readonly local: string
  readonly domain: string
  readonly resource: string
  readonly bare: BareJid
  readonly full: string
  #account: Account | undefined

  private constructor(local: string, domain: string, resource: string) {
    this.local = local
    this.domain = domain
    this.resource = resource
    this.bare = (local ? `${local}@${domain}` : domain) as BareJid
    this.full = resource ? `${this.bare}/${resource}` : this.bare
  }

  static parse(text: string): Jid | undefined {
    const found = known.get(text)
    if (found) return found
    const slash = text.indexOf('/')
    const address = slash < 0 ? text : text.slice(0, slash)
    const resource = slash < 0 ? undefined : text.slice(slash + 1)
    const at = address.indexOf('@')
    if (at === 0 || resource === '') return undefined
    const jid = Jid.of(address.slice(0, Math.max(at, 0)), address.slice(at + 1), resource)
    if (jid) {
      if (known.size > MOST) known = new Map()
      known.set(text, jid)
    }
    return jid
  }

  static of(local: string, domain: string, resource = ''): Jid | undefined {
    if (!/^[^\s"&'/:<>@]{0,1023}$/.test(local) || !/^[^\s/@]{1,1023}$/.test(domain) || resource.length > 1023) return undefined
    return new Jid(local.toLowerCase(), domain.toLowerCase(), resource)
  }

  withResource(resource: string): Jid | undefined {
    return Jid.of(this.local, this.domain, resource)
  }

  get account(): Account {
    return (this.#account ??= (this.resource ? (Jid.parse(this.bare) ?? this) : this) as Account)
  }

  toString(): string {
    return this.full
  }
}
