/** Messages sent to a room (XEP-0045 §7.4, §7.5, §17.2): said to everybody, and to whoever spoke once they are on disk. */
import type { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { CLIENT, type Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { Retract, takenBack } from '@plodge/xmpp/xeps/retract.ts'
import { StanzaId } from '@plodge/xmpp/xeps/stanza-id.ts'
import { devicesOf } from '../../rooms/room.ts'
import { said, speak } from '../../rooms/speech.ts'
import { isSubject } from '../../rooms/subject.ts'
import type { Host } from '../../routing/host.ts'
import { andThen, type Now } from '../../routing/now.ts'
import type { Session } from '../../routing/session.ts'
import type { Archive, ArchiveId, Rooms } from '../../storage/repositories.ts'
import { Commits, notKept } from '../archive/commits.ts'
import { acknowledge } from './acknowledgements.ts'
import type { Comings } from './comings.ts'
import type { Directory, Open } from './directory.ts'
import type { Forms } from './forms.ts'
import type { Speaker } from './speaker.ts'
import type { Waking } from './waking.ts'
import { passWhisper } from './whispers.ts'
import { isWorthKeeping } from './worth.ts'

export interface TalkNeeds {
  readonly host: Host
  readonly directory: Directory
  readonly comings: Comings
  readonly forms: Forms
  readonly archive: Pick<Archive, 'append' | 'committed' | 'page'>
  readonly rooms: Pick<Rooms, 'setSubject' | 'setMark'>
  /** Undefined where nobody is woken. */
  readonly waking: Waking | undefined
}

export class Talk {
  readonly #needs: TalkNeeds
  readonly #commits: Commits
  /** Before somebody takes back what they said; gives what is to be done right after, with where that was kept. One owner. */
  takeBack: (open: Open, message: Stanza, speaker: Speaker) => Now<(kept: ArchiveId | undefined) => void> = () => () => {}

  constructor(needs: TalkNeeds) {
    this.#needs = needs
    this.#commits = new Commits(needs.archive, needs.host)
  }

  receive(message: Stanza, origin: Session | undefined): Now<void> {
    const { from, to, type } = message
    if (!from || !to) return undefined
    const { directory, comings, forms } = this.#needs
    const open = directory.inMemory(to)
    if (type === 'error' && (to.resource === '' || !open)) return comings.failed(message, from, open)
    return andThen(open ?? directory.find(to), found => {
      if (!found) throw new StanzaError('item-not-found', 'There is no such room')
      if (to.resource !== '') return passWhisper(this.#needs.host, found, message, { from, origin })
      if (type !== 'groupchat') return forms.receive(found, message, from)
      // So much waits for the disk that whoever speaks waits, too.
      return andThen(this.#commits.backlog, () => this.#hear(found, message, { from, origin }))
    })
  }

  #hear(open: Open, message: Stanza, speaker: Speaker): Now<void> {
    const { host, archive, rooms } = this.#needs
    const acknowledged = acknowledge(open, message, speaker, { host, archive, store: rooms })
    if (acknowledged) return acknowledged
    if (!message.has(Retract) && takenBack(message) === undefined) {
      this.#say(open, speak(open.room, message, speaker.from, host.clock()), speaker)
      return undefined
    }
    return andThen(this.takeBack(open, message, speaker), afterwards => {
      afterwards(this.#say(open, speak(open.room, message, speaker.from, host.clock()), speaker))
    })
  }

  /** What the room itself says to everybody; settles when it is on disk. */
  async announce(open: Open, stanza: Stanza, speaker: Speaker): Promise<void> {
    this.#say(open, stanza, speaker)
    await this.#needs.archive.committed()
  }

  /** Gives where it was kept. */
  #say({ room, voice }: Open, spoken: Stanza, speaker: Speaker): ArchiveId | undefined {
    const kept = room.settings.isArchived && isWorthKeeping(spoken) ? this.#keep(spoken, room.address, speaker) : undefined
    const stanza = kept === undefined ? spoken : spoken.plus(StanzaId, { id: `${kept}`, by: room.address.full })
    const { archive, host, rooms, waking } = this.#needs
    const now = host.clock()
    said(room, stanza, now)
    const subject =
      isSubject(stanza) && !room.isLocked ? rooms.setSubject(room.address.local, { stanza: stanza.toXml(CLIENT), at: now }) : undefined
    if (subject) host.background(subject, 'keeping a subject')
    const committed = kept === undefined ? undefined : archive.committed()
    // What is not kept no newcomer is told.
    committed?.catch(() => room.forget(`${kept}`))
    const until = subject ?? committed
    const speaking = room.occupantOf(speaker.from)
    voice.say([{ stanza, to: room.devices }], until && { until, devices: speaking ? devicesOf(speaking) : [] })
    waking?.said(room, stanza, speaker.from)
    return kept
  }

  /** Throws StanzaError where nothing can be kept now. */
  #keep(message: Stanza, room: Jid, { from, origin }: Speaker): ArchiveId {
    try {
      const owner = room.bare
      const id = this.#needs.archive.append(message.toXml(CLIENT), [{ owner, peer: from.bare, direction: 'received', kept: true }])
      this.#commits.appended(message, { from, to: room, origin, sender: undefined, recipient: undefined })
      return id
    } catch (error) {
      throw notKept(error)
    }
  }
}
