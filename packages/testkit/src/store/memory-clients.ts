/** Clients and their tokens in memory, for tests. */
import type { ClientRecord, Clients, FastToken, Localpart } from '@plodge/server/storage/repositories.ts'

interface Known {
  readonly client: ClientRecord
  readonly tokens: readonly FastToken[]
}

export class MemoryClients implements Clients {
  readonly #exists: (localpart: Localpart) => boolean
  readonly #of = new Map<Localpart, Map<string, Known>>()

  constructor(exists: (localpart: Localpart) => boolean) {
    this.#exists = exists
  }

  async list(owner: Localpart): Promise<readonly ClientRecord[]> {
    return this.#inOrder(owner)
  }

  #inOrder(owner: Localpart): readonly ClientRecord[] {
    const clients = Array.from(this.#of.get(owner)?.values() ?? [], ({ client }) => client)
    return clients.sort((a, b) => b.lastSeen - a.lastSeen || (a.id < b.id ? -1 : 1))
  }

  async note(clients: readonly ClientRecord[], most: number): Promise<readonly ClientRecord[]> {
    const added: ClientRecord[] = []
    for (const client of clients) {
      if (!this.#exists(client.localpart)) continue
      const own = this.#of.get(client.localpart) ?? new Map<string, Known>()
      const before = own.get(client.id)
      const firstSeen = Math.min(client.firstSeen, before?.client.firstSeen ?? Infinity)
      const ways = [...new Set([...client.ways, ...(before?.client.ways ?? [])])]
      own.set(client.id, { client: { ...client, firstSeen, ways }, tokens: before?.tokens ?? [] })
      this.#of.set(client.localpart, own)
      if (before) continue
      added.push(client)
      for (const { id } of this.#inOrder(client.localpart).slice(most)) own.delete(id)
    }
    return added
  }

  async remove(owner: Localpart, id: string): Promise<boolean> {
    return this.#of.get(owner)?.delete(id) ?? false
  }

  async tokens(owner: Localpart, id: string): Promise<readonly FastToken[]> {
    return this.#of.get(owner)?.get(id)?.tokens ?? []
  }

  async setTokens(owner: Localpart, id: string, tokens: readonly FastToken[]): Promise<void> {
    const own = this.#of.get(owner)
    const known = own?.get(id)
    const inOrder = [...tokens].sort((a, b) => (a.slot > b.slot ? -1 : 1))
    if (known) own?.set(id, { ...known, tokens: inOrder })
  }

  async withTokens(owner: Localpart, now: number): Promise<readonly string[]> {
    const own = [...(this.#of.get(owner)?.values() ?? [])]
    return own.filter(({ tokens }) => tokens.some(({ expiresAt }) => expiresAt > now)).map(({ client }) => client.id)
  }

  async expire(before: number): Promise<void> {
    for (const own of this.#of.values()) for (const [id, { client }] of own) if (client.lastSeen < before) own.delete(id)
  }

  async removeAppPassword(owner: Localpart, appPassword: string): Promise<readonly string[]> {
    const own = this.#of.get(owner) ?? new Map<string, Known>()
    const gone = [...own.values()].filter(({ client }) => client.appPassword === appPassword).map(({ client }) => client.id)
    for (const id of gone) own.delete(id)
    for (const [id, { client, tokens }] of own) own.set(id, { client, tokens: tokens.filter(token => token.appPassword !== appPassword) })
    return gone
  }

  async passwordChanged(owners: readonly Localpart[]): Promise<void> {
    for (const owner of owners) {
      const own = this.#of.get(owner)
      for (const [id, { client, tokens }] of own ?? []) {
        const ways = client.ways.filter(way => way !== 'password')
        own?.set(id, { client: { ...client, ways }, tokens: tokens.filter(({ appPassword }) => appPassword !== undefined) })
      }
    }
  }

  forget(owner: Localpart): void {
    this.#of.delete(owner)
  }
}
