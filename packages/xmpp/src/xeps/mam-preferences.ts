/** XEP-0441 (0.2.0): Message Archive Management Preferences. */
import { Element } from '../xml/element.ts'
import { type Codec, element, type Field, oneOf, type Value } from './codec.ts'
import { get, set } from './exchange.ts'
import { MAM } from './mam.ts'

/** A list that an answer must have though it is empty (§2.1); missing in a request, it is empty (§2.1.2). */
const addresses = (name: string): Field<readonly string[]> => ({
  read: parent => (parent.child(MAM, name)?.childrenNamed(MAM, 'jid') ?? []).map(jid => jid.text.trim()),
  write: (value, { children }) => {
    children.push(
      new Element(
        MAM,
        name,
        {},
        value.map(jid => new Element(MAM, 'jid', {}, [jid])),
      ),
    )
  },
})

export const ArchivePreferences = element(MAM, 'prefs', {
  default: oneOf('default', ['always', 'never', 'roster']),
  always: addresses('always'),
  never: addresses('never'),
})
export type ArchivePreferences = Value<typeof ArchivePreferences>

const Question: Codec<object> = element(MAM, 'prefs')
export const AskArchivePreferences = get(Question, ArchivePreferences)
export const SetArchivePreferences = set(ArchivePreferences, ArchivePreferences)
