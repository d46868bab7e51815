/** XEP-0424 §5: what stands in an archive in the place of a message that its author took back. */
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { CLIENT } from '@plodge/xmpp/stanza/stanza.ts'
import { Replace } from '@plodge/xmpp/xeps/message-correct.ts'
import { OccupantId } from '@plodge/xmpp/xeps/muc.ts'
import { Retracted, tellsOfRetraction } from '@plodge/xmpp/xeps/retract.ts'
import { OriginId } from '@plodge/xmpp/xeps/stanza-id.ts'
import { Element, write } from '@plodge/xmpp/xml/element.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'

export interface RetractionSigns {
  /** The bare address that both messages must be from (§6); of an occupant of a room the full one. */
  readonly author: string
  /** What the retraction calls itself, and when it was. */
  readonly by: string
  readonly stamp: string
}

export interface Tombstone {
  readonly text: string
  /** What it was a correction of (XEP-0308): that is taken back as well. */
  readonly replaces: string | undefined
}

/** Undefined when the stored message is not one of those that are meant. */
export function tombstoneOf(stanza: string, meant: ReadonlySet<string>, { author, by, stamp }: RetractionSigns): Tombstone | undefined {
  const message = parse(stanza, CLIENT)
  const { from, id } = message.attributes
  const replace = message.child(Replace.ns, Replace.name)
  const replaces = replace?.attributes['id']
  const names = [id, message.child(OriginId.ns, OriginId.name)?.attributes['id'], replaces]
  if (!names.some(name => name !== undefined && meant.has(name))) return undefined
  // What tells of a retraction stays (§6); and a tombstone is one already.
  if (tellsOfRetraction(message)) return undefined
  const writer = from === undefined ? undefined : Jid.parse(from)
  if (writer?.bare !== author && writer?.full !== author) return undefined
  // That it was a correction tells nothing, and without it clients would show one more message.
  const rest = replace ? [Replace.write({ id: replaces ?? '' })] : []
  // XEP-0421: by it people of a room know whose it was.
  const whose = message.childrenNamed(OccupantId.ns, OccupantId.name)
  const retracted = Retracted.write({ id: by, stamp, content: [] })
  return { text: write(new Element(CLIENT, 'message', message.attributes, [...whose, retracted, ...rest]), ''), replaces }
}
