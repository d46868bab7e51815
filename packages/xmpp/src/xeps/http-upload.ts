/** XEP-0363 (1.2.0): HTTP File Upload. A slot is where to PUT a file, and from where everybody may GET it then. */
import { StanzaError } from '../stanza/errors.ts'
import { Element } from '../xml/element.ts'
import { type Codec, type Field, attribute, content, element, many, maybeAttribute, one, text } from './codec.ts'
import { get } from './exchange.ts'

export const UPLOAD = 'urn:xmpp:http:upload:0'
export const PURPOSE = 'urn:xmpp:http:upload:purpose:0'

/** What the file is for (§ Upload purpose): how long it is kept. */
export type Purpose =
  | { readonly kind: 'message' | 'profile' | 'permanent' }
  /** An XEP-0082 time. */
  | { readonly kind: 'ephemeral'; readonly expireBefore: string }

/** A purpose that nobody knows counts as none. */
const purpose = (): Field<Purpose | undefined> => ({
  read(parent) {
    const found = parent.elements.find(({ ns }) => ns === PURPOSE)
    switch (found?.name) {
      case 'message':
      case 'profile':
      case 'permanent':
        return { kind: found.name }
      case 'ephemeral': {
        const expireBefore = found.attributes['expire-before']
        if (expireBefore === undefined)
          throw new StanzaError('bad-request', 'What is ephemeral says when it expires: expire-before is missing')
        return { kind: 'ephemeral', expireBefore }
      }
      case undefined:
      default:
        return undefined
    }
  },
  write(value, { children }) {
    if (value === undefined) return
    const attributes: Record<string, string> = value.kind === 'ephemeral' ? { 'expire-before': value.expireBefore } : {}
    children.push(new Element(PURPOSE, value.kind, attributes))
  },
})

const Header = element(UPLOAD, 'header', { name: attribute('name'), value: content() })

export const AskSlot = get(
  element(UPLOAD, 'request', {
    filename: attribute('filename'),
    size: attribute('size'),
    type: maybeAttribute('content-type'),
    purpose: purpose(),
  }),
  element(UPLOAD, 'slot', {
    put: one(element(UPLOAD, 'put', { url: attribute('url'), headers: many(Header) })),
    get: one(element(UPLOAD, 'get', { url: attribute('url') })),
  }),
)

/** § Error conditions: beside not-acceptable. */
export const FileTooLarge: Codec<{ readonly most: string | undefined }> = element(UPLOAD, 'file-too-large', {
  most: text(UPLOAD, 'max-file-size'),
})
/** Beside a temporary error: when to try again. */
export const Retry: Codec<{ readonly stamp: string }> = element(UPLOAD, 'retry', { stamp: attribute('stamp') })
