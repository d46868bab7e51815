/** Messages to a room that are not said to everybody: invitations and their answers, forms about voice and membership (XEP-0045 §7.8, §7.13, §9.9). */
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import type { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { DataForm, formType } from '@plodge/xmpp/xeps/data-form.ts'
import { Body, ROOM_REGISTER, UserInfo, VOICE_REQUEST } from '@plodge/xmpp/xeps/muc.ts'
import { AskRegistration, Register } from '@plodge/xmpp/xeps/register.ts'
import { decline, invite } from '../../rooms/invitations.ts'
import { approve, register, registration } from '../../rooms/registration.ts'
import type { Delivery } from '../../rooms/room.ts'
import { voiceForm } from '../../rooms/voice.ts'
import type { Host } from '../../routing/host.ts'
import { andThen } from '../../routing/now.ts'
import type { Service } from '../../routing/service.ts'
import { refusalFor } from './blocks.ts'
import type { Directory, Open } from './directory.ts'
import { known } from './offices.ts'

interface Outcome {
  readonly letters: readonly Stanza[]
  readonly deliveries: readonly Delivery[]
}

export class Forms {
  readonly #host: Host
  readonly #directory: Directory

  constructor(host: Host, directory: Directory, service: Service) {
    this.#host = host
    this.#directory = directory
    service.answer(AskRegistration, (_, { to, from }) => andThen(known(directory, to), ({ room }) => registration(room, from)))
    service.answer(Register, (question, { to, from }) =>
      andThen(known(directory, to), open => this.#settle(open, register(open.room, question, from))),
    )
  }

  /** Throws StanzaError where it is none of these (§17.2). */
  async receive(open: Open, message: Stanza, from: Jid): Promise<void> {
    const user = message.get(UserInfo)
    if (user && user.invites.length > 0) {
      await this.#checkGuests(user.invites.map(({ to }) => to))
      return this.#settle(open, await this.#unblocked(invite(open.room, message, from), from))
    }
    if (user?.decline) return this.#settle(open, decline(open.room, message, from))
    const form = message.get(DataForm)
    const type = form && formType(form)
    if (form && type === VOICE_REQUEST) return this.#settle(open, { letters: [], deliveries: voiceForm(open.room, form, from) })
    if (form && type === ROOM_REGISTER) return this.#settle(open, { letters: [], deliveries: approve(open.room, form, from) })
    // Typing notices of another type are not worth an error.
    if (user || form || message.has(Body))
      throw new StanzaError('bad-request', 'What is said to everybody in a room is a message of type groupchat')
  }

  /** Nobody hears that they are blocked: the invitation is just not seen. */
  async #unblocked({ letters, deliveries }: Outcome, inviter: Jid): Promise<Outcome> {
    const refusals = await Promise.all(letters.map(async letter => letter.to && refusalFor(this.#host, letter, [inviter], letter.to)))
    return { letters: letters.filter((_, at) => !refusals[at]), deliveries }
  }

  /** §7.8.2. */
  async #checkGuests(guests: readonly (string | undefined)[]): Promise<void> {
    for (const text of guests) {
      const guest = Jid.parse(text ?? '')
      if (guest && this.#host.isLocal(guest) && !(await this.#host.people.exists(guest.local)))
        throw new StanzaError('item-not-found', 'There is nobody of that address')
    }
  }

  /** Once it is on disk: who is invited to a room for members is one of them. */
  async #settle(open: Open, { letters, deliveries }: Outcome): Promise<void> {
    open.voice.say(deliveries)
    if (open.room.isChanged) await this.#directory.keep(open)
    for (const letter of letters) this.#host.background(this.#host.route(letter), 'a letter of a room')
  }
}
