/** What the server says to people of its own accord: announcements, a message of the day, a welcome. */
import { setImmediate } from 'node:timers/promises'
import type { Account } from '@plodge/xmpp/jid/jid.ts'
import { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { Element } from '@plodge/xmpp/xml/element.ts'
import { NOBODY } from '../../accounts/memory.ts'
import type { Host } from '../../routing/host.ts'
import type { Session } from '../../routing/session.ts'
import type { Documents, Localpart } from '../../storage/repositories.ts'

const KIND = 'plodge:notices'
const SEEN = 'plodge:motd-seen'
/** Sent in one turn of the event loop. */
const AT_ONCE = 200

interface Motd {
  readonly id: string
  readonly text: string
}

export class Notices {
  readonly #documents: Documents
  readonly #domain: Account
  readonly #clock: () => number
  #motd: Motd | undefined
  #welcome: string | undefined
  #isLoaded = false
  /** Who has the message of the day already, as far as it was asked since the start. */
  readonly #seen = new Set<Localpart>()
  #host: Host | undefined

  constructor({ documents, domain, clock }: { readonly documents: Documents; readonly domain: Account; readonly clock: () => number }) {
    this.#documents = documents
    this.#domain = domain
    this.#clock = clock
  }

  async load(): Promise<void> {
    if (this.#isLoaded) return
    const text = await this.#documents.get(NOBODY, KIND, 'motd')
    this.#motd = text === undefined ? undefined : (JSON.parse(text) as Motd)
    this.#welcome = await this.#documents.get(NOBODY, KIND, 'welcome')
    this.#isLoaded = true
  }

  /** From now on people are greeted. */
  attach(host: Host): void {
    this.#host = host
  }

  get motd(): string | undefined {
    return this.#motd?.text
  }

  get welcome(): string | undefined {
    return this.#welcome
  }

  /** A new one goes to everybody, to those who are here at once; an edited one to those who did not have it yet. */
  async setMotd(text: string, isNew: boolean): Promise<void> {
    const motd = { id: isNew || !this.#motd ? String(this.#clock()) : this.#motd.id, text }
    await this.#documents.set(NOBODY, KIND, 'motd', JSON.stringify(motd))
    const isOther = motd.id !== this.#motd?.id
    this.#motd = motd
    if (!isOther) return
    this.#seen.clear()
    this.#host?.background(
      this.#toAll(session => this.#showMotd(session)),
      'sending the message of the day',
    )
  }

  async deleteMotd(): Promise<void> {
    await this.#documents.set(NOBODY, KIND, 'motd', undefined)
    this.#motd = undefined
    this.#seen.clear()
  }

  async setWelcome(text: string | undefined): Promise<void> {
    await this.#documents.set(NOBODY, KIND, 'welcome', text)
    this.#welcome = text
  }

  /** Gives to how many sessions. */
  async announce(text: string): Promise<number> {
    let count = 0
    await this.#toAll(session => {
      this.#send(session, 'headline', 'Announcement', text)
      count += 1
    })
    return count
  }

  /** To somebody who became available. */
  async greet(session: Session, isFirst: Promise<boolean> | undefined): Promise<void> {
    if (this.#motd) await this.#showMotd(session)
    if (this.#welcome !== undefined && (await isFirst)) this.#send(session, 'normal', 'Welcome', this.#welcome)
  }

  async #showMotd(session: Session): Promise<void> {
    const { localpart } = session
    const motd = this.#motd
    if (!motd || this.#seen.has(localpart)) return
    this.#seen.add(localpart)
    if ((await this.#documents.get(localpart, SEEN, '')) === motd.id) return
    this.#send(session, 'headline', 'Message of the day', motd.text)
    await this.#documents.set(localpart, SEEN, '', motd.id)
  }

  async #toAll(work: (session: Session) => Promise<void> | void): Promise<void> {
    let sent = 0
    // Who leaves meanwhile changes the list.
    const sessions = Array.from(this.#host?.sessions.all() ?? [])
    for (const session of sessions) {
      if (!session.presence) continue
      await work(session)
      sent += 1
      if (sent % AT_ONCE === 0) await setImmediate()
    }
  }

  #send(session: Session, type: 'headline' | 'normal', subject: string, body: string): void {
    const child = (name: string, text: string): Element => new Element('jabber:client', name, {}, [text])
    session.send(
      Stanza.of('message', { to: session.jid, from: this.#domain, type, lang: 'en' }, [child('subject', subject), child('body', body)]),
    )
  }
}
