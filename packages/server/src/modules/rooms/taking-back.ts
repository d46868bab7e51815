/** XEP-0425, XEP-0424: what is taken back leaves a room's history for good, whoever did it, and everybody is told. */
import { randomUUID } from 'node:crypto'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { CLIENT, type Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { writeDateTime } from '@plodge/xmpp/xeps/datetime.ts'
import { Moderate } from '@plodge/xmpp/xeps/muc.ts'
import { Retract, takenBack } from '@plodge/xmpp/xeps/retract.ts'
import { isAuthor, isCalled, moderated, tombstone } from '../../rooms/moderation.ts'
import type { Room } from '../../rooms/room.ts'
import { insider } from '../../rooms/speech.ts'
import type { Host } from '../../routing/host.ts'
import { andThen } from '../../routing/now.ts'
import type { Service } from '../../routing/service.ts'
import type { Archive, ArchiveId } from '../../storage/repositories.ts'
import type { Directory } from './directory.ts'
import { known } from './offices.ts'
import type { Speaker } from './speaker.ts'
import type { Talk } from './talk.ts'

/** Longer ones are nobody's ids. */
const LONGEST_ID = 1023

export interface TakingBackNeeds {
  readonly host: Host
  readonly directory: Directory
  readonly talk: Talk
  readonly archive: Pick<Archive, 'page' | 'retract' | 'rewrite'>
}

export class TakingBack {
  readonly #needs: TakingBackNeeds

  constructor(needs: TakingBackNeeds) {
    this.#needs = needs
  }

  serve(service: Service): void {
    const { directory, talk } = this.#needs
    service.answer(Moderate, ({ id, reason }, { to, from, session }) =>
      andThen(known(directory, to), async open => {
        const told = moderated(open.room, { id, reason }, from, randomUUID())
        const stored = await this.#find(open.room, id)
        if (stored === undefined) throw new StanzaError('item-not-found', 'There is no message of that id in the history of this room')
        const said = talk.announce(open, told, { from, origin: session })
        await Promise.all([said, this.#bury(open.room, id, stored, told)])
      }),
    )
    talk.takeBack = (open, message, speaker) =>
      message.has(Retract) ? this.#byAuthor(open.room, message, speaker) : this.#byItsName(open.room, message, speaker)
  }

  /** Before the retraction is said; gives what is to be done right after. Throws StanzaError where it is another's. */
  async #byAuthor(room: Room, message: Stanza, { from }: Speaker): Promise<() => void> {
    const { id } = insider(room, from)
    const meant = message.get(Retract)?.id ?? ''
    const stored = await this.#find(room, meant)
    if (stored === undefined) return () => {}
    if (!isAuthor(stored, id)) throw new StanzaError('forbidden', 'Only moderators take back what others said')
    return () => this.#needs.host.background(this.#bury(room, meant, stored, message), 'a tombstone')
  }

  /** As it was before XEP-0424 0.4: by what its author called it. Another's of that name is another message. */
  #byItsName(room: Room, message: Stanza, { from }: Speaker): (kept: ArchiveId | undefined) => void {
    const { host, archive } = this.#needs
    const messageId = takenBack(message) ?? ''
    const { id } = insider(room, from)
    return at => {
      room.forgetSaid(said => isAuthor(said.toXml(CLIENT), id) && isCalled(said, messageId))
      if (at === undefined || message.id === undefined || messageId === '' || messageId.length > LONGEST_ID) return
      // Whatever they were called then: in the archive it is said whose it is.
      const { bare } = room.address
      const done = archive.retract({ owner: bare, peer: from.bare, author: bare, messageId, at, called: message.id })
      host.background(done, 'a tombstone')
    }
  }

  async #find({ address }: Room, id: string): Promise<string | undefined> {
    if (!/^[1-9]\d{0,15}$/.test(id)) return undefined
    const { messages } = await this.#needs.archive.page({ owner: address.bare, ids: [Number(id)], max: 1 })
    return messages[0]?.stanza
  }

  async #bury(room: Room, id: string, stored: string, retraction: Stanza): Promise<void> {
    const { host, archive } = this.#needs
    room.forget(id)
    const text = tombstone(stored, retraction, writeDateTime(host.clock()))
    if (text !== undefined) await archive.rewrite(room.address.bare, Number(id), text)
  }
}
