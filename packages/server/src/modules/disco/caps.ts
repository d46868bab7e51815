/** XEP-0115, XEP-0390: the server's own capabilities as a hash, so that a client which knows the hash need not ask. */
import { createHash } from 'node:crypto'
import { Caps, verificationString } from '@plodge/xmpp/xeps/caps.ts'
import { Caps2, capsNode, type Hash, hashInput } from '@plodge/xmpp/xeps/caps2.ts'
import type { Value } from '@plodge/xmpp/xeps/codec.ts'
import type { DiscoInfo } from '@plodge/xmpp/xeps/disco.ts'

export class ServerCaps {
  readonly #node: string
  readonly #info: () => DiscoInfo
  #of: DiscoInfo | undefined
  #ver = ''
  #hashes: readonly Value<typeof Hash>[] = []

  /** `info` gives the same object as long as it says the same. Modules are all there when it is first used. */
  constructor(domain: string, info: () => DiscoInfo) {
    this.#node = `https://${domain}/`
    this.#info = info
  }

  #look(): void {
    const info = this.#info()
    if (info === this.#of) return
    this.#of = info
    this.#ver = hashOf(info)
    this.#hashes = hashesOf(info)
  }

  /** XEP-0115 §6.3, XEP-0390 §5: the elements in the stream features. */
  get feature(): string {
    this.#look()
    const old = Caps.write({ hash: 'sha-1', node: this.#node, ver: this.#ver, ext: undefined })
    return old.toString() + Caps2.write({ hashes: this.#hashes }).toString()
  }

  /** Whether service discovery shows under that name what was hashed (XEP-0115 §6.2, XEP-0390 §4.3). */
  names(node: string): boolean {
    this.#look()
    return node === `${this.#node}#${this.#ver}` || this.#hashes.some(hash => capsNode(hash) === node)
  }
}

/** §5.1, with the one algorithm that everybody knows (§9.1). */
export const hashOf = (info: DiscoInfo): string => createHash('sha1').update(verificationString(info), 'utf8').digest('base64')

/** XEP-0390 §4.2, with the function that XEP-0300 wants of everybody. */
export const hashesOf = (info: DiscoInfo): readonly Value<typeof Hash>[] => [
  { algo: 'sha-256', value: createHash('sha256').update(hashInput(info), 'utf8').digest('base64') },
]
