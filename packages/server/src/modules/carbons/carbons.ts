/** XEP-0280: what one device sends or gets, the others see too, if they ask for it. */
import type { Account } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import type { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { CARBON_RULES, CARBONS, DisableCarbons, EnableCarbons } from '@plodge/xmpp/xeps/carbons.ts'
import type { Element } from '@plodge/xmpp/xml/element.ts'
import type { Host, Module } from '../../routing/host.ts'
import type { Outcome, Passage } from '../../routing/pipeline.ts'
import type { Call } from '../../routing/questions.ts'
import type { Session } from '../../routing/session.ts'
import { Answered } from './answered.ts'
import { copyOf } from './copy-of.ts'
import { type Direction, isEligible } from './eligible.ts'

const NOBODY: readonly Session[] = []

export const carbons = (): Module => ({
  name: 'carbons',
  implements: { 'XEP-0280': '1.0.1' },
  features: [CARBONS, CARBON_RULES],
  install(host) {
    const copier = new Copier(host)
    host.answer(EnableCarbons, 'self', (_, call) => choose(call, true))
    host.answer(DisableCarbons, 'self', (_, call) => choose(call, false))
    host.inline.push({ feature: CARBONS, bound: (session, request) => bind(session, request) })
    host.messages.copy.push((message, passage, outcome) => copier.copy(message, passage, outcome))
  },
})

function choose({ session }: Call, wants: boolean): void {
  if (!session) throw new StanzaError('not-allowed', 'Copies are for the devices of accounts here')
  session.wantsCarbons = wants
}

/** XEP-0386 §4.2. */
function bind(session: Session, request: Element | undefined): string {
  if (request?.name === 'enable') session.wantsCarbons = true
  return ''
}

class Copier {
  readonly #host: Host
  /** Eligible messages of which copies were sent, so that an error in answer is copied too (§6.1). */
  readonly #answered = new Answered()

  constructor(host: Host) {
    this.#host = host
  }

  copy(message: Stanza, passage: Passage, outcome: Outcome): void {
    const { sender, recipient, origin } = passage
    const { reached, refusal, mark, copiesFor } = outcome
    const others = sender && origin ? this.#others(sender, reached, origin) : NOBODY
    // §6.1: what is said to one in a room is for devices that are there.
    const mine = copiesFor ? others.filter(session => copiesFor.includes(session)) : others
    // What nobody was given, and what a device of one's own said, is not received (§7).
    const theirs = recipient && !refusal && sender?.bare !== recipient.bare ? this.#others(recipient, reached, undefined) : NOBODY
    if (mine.length === 0 && theirs.length === 0) return
    const isAnswer = message.type === 'error' && this.#answered.takes(message)
    if (sender && mine.length > 0 && (isAnswer || isEligible(message, 'sent'))) this.#sent(message, sender, mine, outcome)
    if (recipient && theirs.length > 0 && (isAnswer || isEligible(message, 'received')))
      this.#send(message, 'received', recipient, theirs, mark)
  }

  #others(account: Account, reached: readonly Session[], origin: Session | undefined): readonly Session[] {
    const sessions = this.#host.sessions.of(account)
    if (sessions.length === 0 || (sessions.length === 1 && (sessions[0] === origin || sessions[0] === reached[0]))) return NOBODY
    return sessions.filter(session => session.wantsCarbons && session !== origin && !reached.includes(session))
  }

  #sent(message: Stanza, sender: Account, others: readonly Session[], { mark, refusal }: Outcome): void {
    this.#send(message, 'sent', sender, others, mark)
    if (message.type === 'error') return
    // A refusal goes straight to the device that sent the message; the others should not think that it arrived.
    if (refusal) this.#send(message.refused(refusal), 'received', sender, others, undefined)
    else this.#answered.expect(message)
  }

  /** One text for all devices. */
  #send(message: Stanza, direction: Direction, owner: Account, devices: readonly Session[], mark: number | undefined): void {
    const stamped = mark === undefined ? message : this.#host.messages.stamp(message, owner, mark)
    const copy = copyOf(stamped, direction, owner)
    // Only what one received can be undelivered: a copy of what one sent needs no mark.
    for (const device of devices) device.send(copy.with({ to: device.jid }), direction === 'received' ? mark : undefined)
  }
}
