/**
 * How messages stand in the table `words`: beside the words of the text one that names each owner, and one each owner with the peer, so
 * that a search walks through one person's messages only. These begin with characters for private use, which no word of a text has.
 */
import { searchableText } from '../../search/searchable.ts'
import { type Phrase, wordsOf } from '../../search/words.ts'

const OWNER = '\uE000'
const CONVERSATION = '\uE001'

const ownerWord = (owner: number): string => OWNER + owner.toString(36)
const conversationWord = (owner: number, peer: number): string => `${CONVERSATION}${owner.toString(36)}${OWNER}${peer.toString(36)}`

export interface Side {
  readonly owner: number
  readonly peer: number
}

/** Undefined when there is nothing to find in it. */
export function indexedText(stanza: string, sides: readonly Side[]): string | undefined {
  const words = wordsOf(searchableText(stanza))
  if (words.length === 0) return undefined
  return [...sides.flatMap(({ owner, peer }) => [ownerWord(owner), conversationWord(owner, peer)]), ...words].join(' ')
}

/** For MATCH. Words are letters and digits only, so that nothing in them means anything to SQLite. */
export function matchOf(owner: number, peer: number | undefined, phrases: readonly Phrase[]): string {
  const whose = peer === undefined ? ownerWord(owner) : conversationWord(owner, peer)
  return [[whose], ...phrases].map(phrase => `"${phrase.join(' ')}"`).join(' AND ')
}
