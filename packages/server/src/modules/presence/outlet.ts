/** Presence on its last steps to devices: each is asked for by itself, since a single device may be blocked (XEP-0191 §6). */
import type { Jid } from '@plodge/xmpp/jid/jid.ts'
import type { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import type { Host } from '../../routing/host.ts'
import { type Now, andThen } from '../../routing/now.ts'
import type { Session } from '../../routing/session.ts'

export class Outlet {
  readonly #host: Host

  constructor(host: Host) {
    this.#host = host
  }

  /** To the available devices of an account, or to one device, available or not. */
  toEach(stanza: Stanza, to: Jid): void {
    let addressed: Stanza | undefined
    for (const session of this.#host.sessions.of(to)) {
      if (to.resource === '' ? session.presence === undefined : session.jid.full !== to.full) continue
      this.toOne(stanza, session, () => (addressed ??= stanza.with({ to })))
    }
  }

  /** Unless one of both has something against it; nobody hears of that. */
  toOne(stanza: Stanza, session: Session, addressed: () => Stanza): void {
    const { from } = stanza
    if (!from) return
    // Without an addressee: nobody named this device, so nobody is told why it hears nothing.
    const refused = this.isRefused(stanza.to ? stanza.with({ to: undefined }) : stanza, from, session.jid)
    const done = andThen(refused, isRefused => {
      if (!isRefused) session.send(addressed())
    })
    this.#host.background(done, 'presence')
  }

  /** Throws, or rejects with, the StanzaError that tells a client why its own presence goes nowhere. */
  isRefused(stanza: Stanza, from: Jid, to: Jid): Now<boolean> {
    let refused: Now<boolean> = false
    for (const guard of this.#host.presence.guard) refused = andThen(refused, before => before || guard(stanza, from, to))
    return refused
  }
}
