/** Stand-in until the accounts are in place. */
import { pbkdf2Sync, createHash, createHmac } from 'node:crypto'
import type { Store, AccountRecord, Verifier } from '../storage/repositories.ts'
import type { Now } from '../routing/now.ts'

export class TemporaryAccounts {
  readonly store: Store
  readonly cache = new Map<string, AccountRecord>()
  constructor(store: Store) {
    this.store = store
  }
  find(localpart: string): Now<AccountRecord | undefined> {
    return (
      this.cache.get(localpart) ?? this.store.accounts.find(localpart).then(found => (found && this.cache.set(localpart, found), found))
    )
  }
  async verifyPlain(localpart: string, password: string) {
    const account = await this.find(localpart)
    const v = account?.verifiers[0]
    if (!v) return { kind: 'wrong' } as const
    const made = make(password, v.mechanism, v.salt, v.iterations)
    return { kind: made.storedKey === v.storedKey ? 'right' : 'wrong' } as const
  }
  async verifierFor(localpart: string, mechanism: Verifier['mechanism']): Promise<Verifier> {
    const account = await this.find(localpart)
    return account?.verifiers.find(v => v.mechanism === mechanism) ?? make('x', mechanism, 'QUFBQUFBQUFBQUFBQUFBQQ==', 4096)
  }
  isFromFeed() {
    return false
  }
  async setPassword(localpart: string, password: string) {
    const account = await this.find(localpart)
    if (account) await this.store.accounts.put({ ...account, verifiers: [make(password, 'SCRAM-SHA-1', 'QUFBQUFBQUFBQUFBQUFBQQ==', 4096)] })
    this.cache.delete(localpart)
  }
  async remove(localpart: string) {
    await this.store.accounts.remove(localpart)
    this.cache.delete(localpart)
  }
  scramResult() {
    return 0
  }
}
export function make(password: string, mechanism: Verifier['mechanism'], salt: string, iterations: number): Verifier {
  const hash = mechanism.slice(6).replace('-', '').toLowerCase()
  const length = { sha1: 20, sha256: 32, sha512: 64 }[hash] ?? 20
  const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), iterations, length, hash)
  const hmac = (k: Buffer, d: string): Buffer => createHmac(hash, k).update(d).digest()
  return {
    mechanism,
    iterations,
    salt,
    storedKey: createHash(hash).update(hmac(salted, 'Client Key')).digest('base64'),
    serverKey: hmac(salted, 'Server Key').toString('base64'),
  }
}
