/** XEP-0054 (1.3.0): vcard-temp. What is in a card is for clients; the one thing a server looks at is the photo. */
import { Element } from '../xml/element.ts'
import { element, raw } from './codec.ts'
import { get, set } from './exchange.ts'

export const VCARD = 'vcard-temp'

export const VCard = raw(VCARD, 'vCard')
export const NO_VCARD = new Element(VCARD, 'vCard')

export const AskVCard = get(element(VCARD, 'vCard'), VCard)
export const SetVCard = set(VCard)

/** The photo in base64, white space left out (XEP-0153 §4.6); undefined when the card has none. */
export function photoOf(card: Element): string | undefined {
  const base64 = card.child(VCARD, 'PHOTO')?.child(VCARD, 'BINVAL')?.text.replaceAll(/\s+/g, '')
  return base64 !== undefined && base64 !== '' && /^[A-Za-z0-9+/]+={0,2}$/.test(base64) ? base64 : undefined
}
