/** XEP-0084 (1.1.4): User Avatar. One node has the image, the other says which image that is, and what else there is. */
import { Element } from '../xml/element.ts'
import { attribute, element, elements, many, maybeAttribute, textElement } from './codec.ts'

export const AVATAR_DATA = 'urn:xmpp:avatar:data'
export const AVATAR_METADATA = 'urn:xmpp:avatar:metadata'

/** The image in base64. */
export const AvatarData = textElement(AVATAR_DATA, 'data')

const Info = element(AVATAR_METADATA, 'info', {
  bytes: attribute('bytes'),
  /** SHA-1 of the image in hexadecimal. */
  id: attribute('id'),
  type: attribute('type'),
  height: maybeAttribute('height'),
  width: maybeAttribute('width'),
  /** Where it is when it is not in the node. */
  url: maybeAttribute('url'),
})
const Pointer = element(AVATAR_METADATA, 'pointer', { elements: elements() })

/** No infos: there is no avatar (§4.2.3). */
export const AvatarMetadata = element(AVATAR_METADATA, 'metadata', { infos: many(Info), pointers: many(Pointer) })

export const NO_AVATAR = new Element(AVATAR_METADATA, 'metadata')
