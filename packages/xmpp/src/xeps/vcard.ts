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

export const photoTypeOf = (card: Element): string | undefined => card.child(VCARD, 'PHOTO')?.child(VCARD, 'TYPE')?.text

/** The card with another photo, or with none. */
export function withPhoto(card: Element, photo: { readonly type: string; readonly base64: string } | undefined): Element {
  const rest = card.children.filter(child => typeof child === 'string' || child.name !== 'PHOTO')
  if (!photo) return new Element(VCARD, 'vCard', card.attributes, rest)
  const parts = [new Element(VCARD, 'TYPE', {}, [photo.type]), new Element(VCARD, 'BINVAL', {}, [photo.base64])]
  return new Element(VCARD, 'vCard', card.attributes, [...rest, new Element(VCARD, 'PHOTO', {}, parts)])
}
