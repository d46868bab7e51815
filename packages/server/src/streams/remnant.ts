/**
 * What is kept of a stanza for a client that is away for long (XEP-0198 §5): where the archive has it, so that a night's messages take
 * a few kilobytes, and the stanza itself only when it is nowhere else.
 */
import type { Account } from '@plodge/xmpp/jid/jid.ts'
import type { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { CARBONS, Received, Sent } from '@plodge/xmpp/xeps/carbons.ts'
import { SID, StanzaId } from '@plodge/xmpp/xeps/stanza-id.ts'
import type { Place, Unacked } from '../routing/session.ts'
import type { ArchiveId } from '../storage/repositories.ts'

interface Copy {
  readonly place: Place
  readonly mark: ArchiveId
}

/** A number is a message of the archive that was received as it is there. */
export type Remnant = (Unacked & { readonly stanza: Stanza }) | Copy | ArchiveId

export const markOf = (remnant: Remnant): ArchiveId => (typeof remnant === 'number' ? remnant : remnant.mark)

/** What it takes in memory, about, with what delivery remembers of it (modules/offline/progress.ts): measured for a night of 500. */
export function sizeOf(remnant: Remnant): number {
  if (typeof remnant === 'number') return 160
  return 'stanza' in remnant ? remnant.stanza.payload.length + 400 : 240
}

export function toUnacked(remnant: Remnant): Unacked {
  if (typeof remnant === 'number') return { stanza: undefined, mark: remnant }
  return 'stanza' in remnant ? remnant : { stanza: undefined, mark: remnant.mark }
}

/** Undefined for what is here as it is. */
export function placeOf(remnant: Remnant): Place | undefined {
  if (typeof remnant === 'number') return { id: remnant, copied: undefined }
  return 'place' in remnant ? remnant.place : undefined
}

/** Only what the owner's history has is sure to be there still: our own stanza-id says so. */
export function shrink(remnant: Remnant, owner: Account): Remnant {
  if (typeof remnant === 'number' || !('stanza' in remnant)) return remnant
  const { stanza, mark } = remnant
  if (stanza.kind === 'message') {
    if (stanza.hasNamespace(CARBONS)) {
      const sent = stanza.get(Sent)
      const message = (sent ?? stanza.get(Received))?.forwarded.message
      const id =
        message &&
        idIn(
          message.childrenNamed(SID, 'stanza-id').map(child => StanzaId.read(child)),
          owner,
        )
      if (id !== undefined) return { place: { id, copied: sent ? 'sent' : 'received' }, mark }
    } else if (mark > 0 && idIn(stanza.all(StanzaId), owner) === mark) return mark
  }
  // Presence is shared by all who got it.
  return stanza.kind === 'presence' ? remnant : { stanza: stanza.detached(), mark }
}

function idIn(ids: readonly { readonly id: string; readonly by: string }[], owner: Account): ArchiveId | undefined {
  const found = ids.find(({ by }) => by === owner.bare)
  return found && Number(found.id)
}
