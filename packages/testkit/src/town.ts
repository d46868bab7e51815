/**
 * A town in memory: a server without sockets, its people, and their clients. Stanzas go through the real reader, router and modules;
 * only the network and the clock are made up. Every test builds its own.
 *
 *     const { client, befriend } = town({ modules: ({ store }) => [carbons(), blocking({ documents: store.documents })] })
 *     const laptop = client('romeo/laptop'), juliet = client('juliet/balcony')
 *     await laptop.comes()
 *     await laptop.asks(EnableCarbons, {})
 *     await juliet.says(`<message to='romeo@chat.cam.ac.uk' type='chat'><body>Wherefore?</body></message>`)
 *     assert.deepEqual(laptop.inbox, […])
 */
import { Rosters } from '@plodge/server/accounts/rosters.ts'
import { presence } from '@plodge/server/modules/presence/presence.ts'
import { roster } from '@plodge/server/modules/roster/roster.ts'
import { Subscriptions } from '@plodge/server/modules/roster/subscriptions.ts'
import { Host, type Module } from '@plodge/server/routing/host.ts'
import { isPending } from '@plodge/server/routing/now.ts'
import { Router } from '@plodge/server/routing/router.ts'
import type { Localpart, Store } from '@plodge/server/storage/repositories.ts'
import { type Account, type Device, Jid } from '@plodge/xmpp/jid/jid.ts'
import { Clock } from './clock.ts'
import { memoryStore } from './store/memory-store.ts'
import { TownClient } from './town-client.ts'
import { TownLog } from './town-log.ts'

const PEOPLE = ['romeo', 'juliet', 'mercutio', 'benvolio', 'nurse', 'tybalt']

/** What a town's modules may be made of. */
export interface TownParts {
  readonly host: Host
  readonly store: Store
  readonly rosters: Rosters
  readonly clock: Clock
  readonly log: TownLog
  /** Shows or hides an account's devices to somebody; the `show` of the presence module. */
  readonly show: (owner: Account, to: Jid, isVisible: boolean) => void
}

export interface TownOptions {
  /** The modules under test; presence and rosters (RFC 6121) are always there. */
  readonly modules?: (parts: TownParts) => readonly Module[]
  /** Who exists. */
  readonly people?: readonly Localpart[]
  readonly domain?: string
  /** Hears when somebody may see an account's presence who did not before. */
  readonly shown?: (owner: Account, to: Jid) => void
  /** In memory unless given. */
  readonly store?: (clock: () => number) => Store
}

export interface Town extends TownParts {
  readonly router: Router
  /** A new device, bound and not yet present: `client('romeo/laptop')`. With `acknowledges` it uses XEP-0198. */
  readonly client: (name: string, options?: { readonly acknowledges?: boolean }) => TownClient
  /** Both see each other's presence. */
  readonly befriend: (one: Localpart, other: Localpart) => Promise<void>
  /** Waits for the work that nobody waits for. */
  readonly settled: () => Promise<void>
}

export function town({ modules, people = PEOPLE, domain = 'chat.cam.ac.uk', shown, store: open = memoryStore }: TownOptions = {}): Town {
  const clock = new Clock()
  const log = new TownLog()
  const everybody = new Set(people)
  const host = new Host({ domain: account(domain), people: { exists: name => everybody.has(name) }, log, clock: clock.now })
  const settled = watchBackground(host)
  const router = new Router(host)
  const store = open(clock.now)
  const rosters = new Rosters(store.rosters)

  const present = presence({ rosters, mostDirected: () => 100 })
  const show = (owner: Account, to: Jid, isVisible: boolean): void => {
    present.show(owner, to, isVisible)
    if (isVisible) shown?.(owner, to)
  }
  const parts: TownParts = { host, store, rosters, clock, log, show }
  const subscriptions = new Subscriptions({ host, rosters, show, mostItems: () => 100 })
  host.install([present, roster({ rosters, subscriptions, mostItems: () => 100 }), ...(modules?.(parts) ?? [])])

  return {
    ...parts,
    router,
    settled,
    client: (name, options) => {
      const jid = Jid.parse(name.replace('/', `@${domain}/`))
      if (!jid?.resource) throw new Error(`${name} is not person/device`)
      return new TownClient(jid as Device, { host, router, settled, ...options })
    },
    async befriend(one, other) {
      for (const [owner, contact] of [
        [one, other],
        [other, one],
      ] as const) {
        const change = await rosters.change(owner, account(`${contact}@${domain}`).bare, row => ({
          ...row,
          listed: true,
          subscription: 'both',
        }))
        await change?.saved
      }
    },
  }
}

function account(address: string): Account {
  const jid = Jid.parse(address)
  if (!jid) throw new Error(`${address} is not an address`)
  return jid.account
}

/** Notes what is begun in the background, so that a test can wait for it. */
function watchBackground(host: Host): () => Promise<void> {
  const running = new Set<Promise<unknown>>()
  const background = host.background.bind(host)
  host.background = (work, what) => {
    background(work, what)
    if (!isPending(work)) return
    running.add(work)
    const forget = (): boolean => running.delete(work)
    work.then(forget, forget)
  }
  return async () => {
    while (running.size > 0) await Promise.allSettled(running)
  }
}
