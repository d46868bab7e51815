/** Web sessions in memory, for tests. */
import type { Localpart, WebSessionRecord, WebSessions } from '@plodge/server/storage/repositories.ts'

interface Known {
  session: WebSessionRecord
  state: 'open' | 'revoked' | 'over'
}

export class MemoryWebSessions implements WebSessions {
  readonly #exists: (localpart: Localpart) => boolean
  readonly #of = new Map<Localpart, Map<string, Known>>()

  constructor(exists: (localpart: Localpart) => boolean) {
    this.#exists = exists
  }

  async list(owner: Localpart, now: number): Promise<readonly WebSessionRecord[]> {
    return this.#open(owner, now)
      .map(({ session }) => session)
      .sort((a, b) => b.lastSeen - a.lastSeen || (a.id < b.id ? -1 : 1))
  }

  async isOver(owner: Localpart, id: string): Promise<boolean> {
    return (this.#of.get(owner)?.get(id)?.state ?? 'open') !== 'open'
  }

  async note(session: WebSessionRecord, most: number): Promise<boolean> {
    const { localpart, id } = session
    if (!this.#exists(localpart)) return true
    const own = this.#of.get(localpart) ?? new Map<string, Known>()
    const before = own.get(id)
    if (before && before.state !== 'open') return false
    own.set(id, { session: { ...session, firstSeen: before?.session.firstSeen ?? session.firstSeen }, state: 'open' })
    this.#of.set(localpart, own)
    const others = [...own.values()].map(known => known.session).filter(other => other.id !== id)
    for (const other of others.sort((a, b) => a.until - b.until).slice(0, Math.max(0, own.size - most))) own.delete(other.id)
    return true
  }

  async seen(owner: Localpart, id: string, lastSeen: number, expiresAt: number): Promise<void> {
    const known = this.#of.get(owner)?.get(id)
    if (known?.state === 'open') known.session = { ...known.session, lastSeen, expiresAt }
  }

  async revoke(owner: Localpart, id: string, now: number): Promise<boolean> {
    const known = this.#open(owner, now).find(({ session }) => session.id === id)
    if (known) known.state = 'revoked'
    return known !== undefined
  }

  async over(owner: Localpart, id: string): Promise<void> {
    const known = this.#of.get(owner)?.get(id)
    if (known) known.state = 'over'
  }

  async revoked(now: number): Promise<readonly Pick<WebSessionRecord, 'localpart' | 'id'>[]> {
    return [...this.#of.values()]
      .flatMap(own => Array.from(own.values()))
      .filter(({ session, state }) => state === 'revoked' && session.until > now)
      .map(({ session: { localpart, id } }) => ({ localpart, id }))
  }

  async expire(now: number): Promise<void> {
    for (const own of this.#of.values()) for (const [id, { session }] of own) if (session.until <= now) own.delete(id)
  }

  forget(owner: Localpart): void {
    this.#of.delete(owner)
  }

  #open(owner: Localpart, now: number): readonly Known[] {
    return [...(this.#of.get(owner)?.values() ?? [])].filter(({ session, state }) => state === 'open' && session.expiresAt > now)
  }
}
