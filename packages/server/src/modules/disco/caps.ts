/** XEP-0115: the server's own capabilities as a hash, so that a client which knows the hash need not ask. */
import { createHash } from 'node:crypto'
import { Caps, verificationString } from '@plodge/xmpp/xeps/caps.ts'
import type { DiscoInfo } from '@plodge/xmpp/xeps/disco.ts'

export class ServerCaps {
  readonly #node: string
  readonly #info: () => DiscoInfo
  #of: DiscoInfo | undefined
  #ver = ''

  /** `info` gives the same object as long as it says the same. Modules are all there when it is first used. */
  constructor(domain: string, info: () => DiscoInfo) {
    this.#node = `https://${domain}/`
    this.#info = info
  }

  get #hash(): string {
    const info = this.#info()
    if (info !== this.#of) {
      this.#of = info
      this.#ver = hashOf(info)
    }
    return this.#ver
  }

  /** §6.3: the element in the stream features. */
  get feature(): string {
    return Caps.write({ hash: 'sha-1', node: this.#node, ver: this.#hash, ext: undefined }).toString()
  }

  /** The name under which service discovery shows what was hashed (§6.2). */
  get discoNode(): string {
    return `${this.#node}#${this.#hash}`
  }
}

/** §5.1, with the one algorithm that everybody knows (§9.1). */
export const hashOf = (info: DiscoInfo): string => createHash('sha1').update(verificationString(info), 'utf8').digest('base64')
