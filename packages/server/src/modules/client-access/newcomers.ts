/** Tells people's devices that one logged in which was not seen before. So many a person and hour: who has a password could make up clients. */
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { Element } from '@plodge/xmpp/xml/element.ts'
import { Allowance } from '../../accounts/allowance.ts'
import type { Host } from '../../routing/host.ts'
import type { ClientRecord } from '../../storage/repositories.ts'

const MOST_AN_HOUR = 5

export class Newcomers {
  readonly #host: Host
  readonly #allowance: Allowance

  constructor(host: Host) {
    this.#host = host
    this.#allowance = new Allowance(MOST_AN_HOUR, host.clock)
  }

  meet(newcomer: ClientRecord): void {
    const { sessions, domain } = this.#host
    const account = Jid.of(newcomer.localpart, domain.domain)
    const others = account ? sessions.of(account).filter(({ client, presence }) => presence && client !== newcomer.id) : []
    if (others.length === 0 || !this.#allowance.take(newcomer.localpart)) return
    const child = (name: string, text: string): Element => new Element('jabber:client', name, {}, [text])
    const content = [child('subject', 'A new device'), child('body', wordsOf(newcomer))]
    for (const session of others)
      session.send(Stanza.of('message', { to: session.jid, from: domain, type: 'headline', lang: 'en' }, content))
  }
}

function wordsOf({ software, device, address, appPassword }: ClientRecord): string {
  const name =
    device !== undefined && software !== undefined ? `${device} (${software})` : (device ?? software ?? 'A client without a name')
  const key = appPassword === undefined ? '' : ' with an app password'
  return `${name} has logged in to your account${key} for the first time${address === '' ? '' : `, from ${address}`}. If that was not you, shut it out: see the command “Your devices” of your account.`
}
