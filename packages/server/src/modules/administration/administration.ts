/** XEP-0133: administration for operators and helpdesk, as commands; and the record of who used them. */
import type { Commands } from '../../routing/commands.ts'
import type { Host, Module } from '../../routing/host.ts'
import type { Session } from '../../routing/session.ts'
import { countCommands } from './counts.ts'
import { lookupCommands } from './lookups.ts'
import type { AdministrationNeeds, StopWish } from './needs.ts'
import { noticeCommands } from './notice-commands.ts'
import { overviewCommands } from './overview-commands.ts'
import { peopleCommands } from './people.ts'
import { serviceCommands } from './service-commands.ts'
import type { UsageRecord } from './usage.ts'

/** What one entry of the record says at most about whom. */
const MOST_ABOUT = 100

export interface AdministrationOptions extends Omit<AdministrationNeeds, 'live' | 'presences'> {
  readonly usage: UsageRecord
  /** Begins to stop the server. */
  readonly stop: (wish: StopWish) => void
}

export const administration = (options: AdministrationOptions): Module & { close(): Promise<void> } => {
  let stopping: NodeJS.Timeout | undefined
  return {
    name: 'administration',
    implements: { 'XEP-0133': '1.3.1', 'XEP-0227': '1.1' },
    install(host) {
      const live = {
        sessions: host.sessions,
        since: host.clock(),
        stop(wish: StopWish, delayMs: number): boolean {
          if (stopping) return false
          stopping = setTimeout(() => options.stop(wish), delayMs)
          return true
        },
      }
      addCommands(host.commands, { ...options, presences: options.usage, live }, host.clock)
      options.usage.attach(host)
      greet(host, options)
    },
    async close() {
      clearTimeout(stopping)
      await options.usage.close()
    },
  }
}

/** The same commands wherever they are called from; each use is recorded before it happens. */
export function addCommands(commands: Commands, needs: AdministrationNeeds, clock: () => number): void {
  commands.register(
    ...peopleCommands(needs),
    ...lookupCommands(needs),
    ...countCommands(needs),
    ...noticeCommands(needs),
    ...serviceCommands(needs),
    ...overviewCommands(needs),
  )
  commands.record = (asked, answers, caller) =>
    needs.audit.append({
      at: clock(),
      who: caller.localpart === '' ? `plodge ${caller.by ?? ''}`.trim() : caller.localpart,
      role: caller.role,
      command: asked.node.split('#').at(-1) ?? asked.node,
      about: asked.about(answers).slice(0, MOST_ABOUT),
    })
}

function greet(host: Host, { notices, usage }: AdministrationOptions): void {
  host.background(notices.load(), 'reading the message of the day')
  notices.attach(host)
  // Asked when the session begins: a moment later it is no first one any more.
  const first = new WeakMap<Session, Promise<boolean>>()
  host.life.bound.unshift(session => {
    if (notices.welcome === undefined) return
    const isFirst = usage.lastLogin(session.localpart).then(time => time === undefined)
    host.background(isFirst, 'looking for a last log-in')
    first.set(session, isFirst)
  })
  host.presence.arrived.push(session => {
    if (notices.motd === undefined && notices.welcome === undefined) return
    host.background(notices.greet(session, first.get(session)), 'greeting somebody')
  })
}
