/**
 * A copy of all that somebody has here, by a command that anybody may run on their own account (XEP-0050): a zip that they can read, at an
 * address of the upload service that nobody can guess, for a day.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { CLIENT, Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { Element } from '@plodge/xmpp/xml/element.ts'
import { command, refusal, type Result } from '../../routing/commands.ts'
import type { Host, Module } from '../../routing/host.ts'
import type { Localpart } from '../../storage/repositories.ts'

/** A file for its owner alone, for a while. */
interface Gift {
  readonly owner: Localpart
  readonly name: string
  readonly type: string
  readonly content: AsyncIterable<Buffer>
  readonly lastsMs: number
}

export interface OwnDataOptions {
  /** The zip, made while it is taken; undefined when the person is gone. */
  readonly make: (owner: Localpart) => Promise<AsyncIterable<Buffer> | undefined>
  /** Puts it where the person can get it; undefined when there is no room. */
  readonly give: (gift: Gift) => Promise<string | undefined>
  /** How long a client that waits is kept waiting; after that the address comes as a message. */
  readonly patienceMs?: number
}

const LASTS_MS = 86_400_000
const HOUR_MS = 3_600_000
/** Of all people together. */
const MOST_AT_ONCE = 2
const OOB = 'jabber:x:oob'

export const ownData = ({ make, give, patienceMs = 15_000 }: OwnDataOptions): Module => ({
  name: 'own-data',
  implements: {},
  install(host) {
    const running = new Set<Localpart>()
    /** Who had one when, the first first; an hour of them. */
    const made = new Map<Localpart, number>()

    async function copy(owner: Localpart): Promise<string | undefined> {
      running.add(owner)
      try {
        const content = await make(owner)
        const day = new Date(host.clock()).toISOString().slice(0, 10)
        const url = content && (await give({ owner, name: `${owner}-${day}.zip`, type: 'application/zip', content, lastsMs: LASTS_MS }))
        if (url !== undefined) made.set(owner, host.clock())
        return url
      } finally {
        running.delete(owner)
      }
    }

    host.commands.register(
      command({
        node: 'copy-of-own-data',
        title: 'Get a copy of everything you have here',
        who: ['person'],
        async run(_, { localpart, session }): Promise<Result> {
          if (!session) return refusal('At the machine, use: plodge user export --readable')
          for (const [name, time] of made) if (time <= host.clock() - HOUR_MS) made.delete(name)
          if (made.has(localpart))
            return refusal('You had a copy within the last hour: its address is still good, and another can be made later')
          if (running.has(localpart)) return refusal('Your copy is being made: its address will come as a message')
          if (running.size >= MOST_AT_ONCE) return refusal('Copies for others are being made; try again in some minutes')
          const copying = copy(localpart)
          const url = await Promise.race([copying, sleep(patienceMs, 'later' as const, { ref: false })])
          if (url === 'later') {
            host.background(
              copying.then(found => tell(host, localpart, found)),
              'making a copy of somebody’s data',
            )
            return { note: 'This takes a while: the address of your copy will come as a message.' }
          }
          return url === undefined ? refusal(NO_ROOM) : { note: READY, fields: [{ name: 'url', label: 'Address', values: [url] }] }
        },
      }),
    )
  },
})

const READY = 'Your copy is ready, for a day. Whoever has its address can read it: keep it to yourself.'
const NO_ROOM = 'There is no room for it on the server now; ask its operators'

/** When it took longer than a client waits. */
function tell(host: Host, owner: Localpart, url: string | undefined): void {
  const body = new Element(CLIENT, 'body', {}, [url === undefined ? NO_ROOM : `${READY}\n${url}`])
  const oob = url === undefined ? [] : [new Element(OOB, 'x', {}, [new Element(OOB, 'url', {}, [url])])]
  for (const session of host.sessions.all())
    if (session.localpart === owner && session.presence)
      session.send(Stanza.of('message', { to: session.jid, from: host.domain, type: 'normal', lang: 'en' }, [body, ...oob]))
}
