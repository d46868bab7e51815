/** What the web tier says before it logs somebody in. It is known by its certificate, and nobody else is heard. */
import { isIP } from 'node:net'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { StreamError } from '@plodge/xmpp/stream/errors.ts'
import { ForBrowser } from '@plodge/xmpp/web-tier/words.ts'
import type { Codec } from '@plodge/xmpp/xeps/codec.ts'
import type { RawElement } from '@plodge/xmpp/xml/raw.ts'
import type { Browser } from './browsers.ts'
import { treeOf } from './sasl2/request.ts'
import type { Stream } from './stream.ts'

export function isWebTier({ connection: { certificate }, context }: Stream): boolean {
  return certificate !== undefined && context.certificates.holderOf(certificate)?.kind === 'web'
}

/** Throws StreamError when it is not that, or something is wrong in it. */
export function readWebTier<T>(codec: Codec<T>, element: RawElement): T {
  if (element.name !== codec.name) throw new StreamError('unsupported-stanza-type', `There is no ${element.name} here`)
  try {
    return codec.read(treeOf(element))
  } catch (error) {
    if (error instanceof StanzaError) throw new StreamError('bad-format', error.text ?? 'Something is missing')
    throw error
  }
}

export function readBrowser(element: RawElement): Browser {
  const { idle, address, ...browser } = readWebTier(ForBrowser, element)
  if (isIP(address) === 0) throw new StreamError('bad-format', 'A browser has a network address')
  return { ...browser, address, idle: idle * 1000 }
}
