/** XEP-0153 (1.1.1): vCard-Based Avatars. Presence tells which photo the vCard has. */
import { element, text } from './codec.ts'

export const VCARD_UPDATE = 'vcard-temp:x:update'

/** `photo` is the SHA-1 of the image in hexadecimal; empty for no image, undefined for not ready to say (§4.1). */
export const VCardUpdate = element(VCARD_UPDATE, 'x', { photo: text(VCARD_UPDATE, 'photo') })
