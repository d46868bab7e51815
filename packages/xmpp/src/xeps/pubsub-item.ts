/** XEP-0060: an item, wherever it stands: published, asked for, shown, told of. */
import { element, elements, maybeAttribute, type Codec, type Value } from './codec.ts'

const item = (ns: string) => element(ns, 'item', { id: maybeAttribute('id'), publisher: maybeAttribute('publisher'), payloads: elements() })

/** `payloads` are what is inside: one as a rule, none where only the id is told. */
export type Item = Value<ReturnType<typeof item>>
export const itemOf = (ns: string): Codec<Item> => item(ns)
