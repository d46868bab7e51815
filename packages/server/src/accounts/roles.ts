/** Who is an operator and who is helpdesk: those whom the configuration names, and those who were made so by command. */
import type { Documents, Localpart } from '../storage/repositories.ts'
import { NOBODY } from './memory.ts'

export const ROLES = ['operator', 'helpdesk'] as const
export type OfficeRole = (typeof ROLES)[number]

const KIND = 'plodge:roles'

export interface Holder {
  readonly localpart: Localpart
  readonly role: OfficeRole
  /** Whom the configuration names stays until it does not. */
  readonly isConfigured: boolean
}

export interface RolesOptions {
  readonly documents: Documents
  readonly configured: () => Readonly<Record<OfficeRole, readonly Localpart[]>>
}

export class Roles {
  readonly #options: RolesOptions
  readonly #given: Record<OfficeRole, readonly Localpart[]> = { operator: [], helpdesk: [] }

  private constructor(options: RolesOptions) {
    this.#options = options
  }

  static async open(options: RolesOptions): Promise<Roles> {
    const roles = new Roles(options)
    for (const role of ROLES) {
      const text = await options.documents.get(NOBODY, KIND, role)
      if (text !== undefined) roles.#given[role] = JSON.parse(text) as readonly Localpart[]
    }
    return roles
  }

  /** The higher one of two. */
  of(localpart: Localpart): OfficeRole | 'person' {
    return ROLES.find(role => this.#has(role, localpart)) ?? 'person'
  }

  holders(role: OfficeRole): readonly Holder[] {
    const configured = this.#options.configured()[role]
    const names = new Set([...configured, ...this.#given[role]])
    return [...names].sort().map(localpart => ({ localpart, role, isConfigured: configured.includes(localpart) }))
  }

  /** Gives those who were left out and stay all the same, because the configuration names them. */
  async set(role: OfficeRole, localparts: readonly Localpart[]): Promise<readonly Localpart[]> {
    const configured = this.#options.configured()[role]
    const given = [...new Set(localparts)].filter(name => !configured.includes(name))
    await this.#options.documents.set(NOBODY, KIND, role, given.length > 0 ? JSON.stringify(given) : undefined)
    this.#given[role] = given
    return configured.filter(name => !localparts.includes(name))
  }

  /** An account that goes takes no role along: whoever takes the name next has none. */
  async forget(localparts: readonly Localpart[]): Promise<void> {
    for (const role of ROLES) {
      if (!localparts.some(name => this.#given[role].includes(name))) continue
      await this.set(
        role,
        this.holders(role).flatMap(({ localpart }) => (localparts.includes(localpart) ? [] : [localpart])),
      )
    }
  }

  #has(role: OfficeRole, localpart: Localpart): boolean {
    return this.#options.configured()[role].includes(localpart) || this.#given[role].includes(localpart)
  }
}
