/** XEP-0377: why somebody was blocked, in the record that operators read. Blocking never fails because of it; what is too much is left out. */
import type { Account } from '@plodge/xmpp/jid/jid.ts'
import { ABUSE, type Report, SPAM } from '@plodge/xmpp/xeps/reporting.ts'
import type { Log } from '../../routing/host.ts'
import type { Audit, Localpart } from '../../storage/repositories.ts'

const MOST_A_DAY = 20
const MOST_MESSAGES = 10
const MOST_TEXT = 1000
const MOST_NAME = 200
const DAY_MS = 86_400_000

export interface ReportsNeeds {
  readonly audit: Pick<Audit, 'append'>
  readonly clock: () => number
  readonly log: Pick<Log, 'warn'>
}

/** As operators read it. */
const REASONS: ReadonlyMap<string, string> = new Map([
  [ABUSE, 'abuse'],
  [SPAM, 'spam'],
])

export class Reports {
  readonly #needs: ReportsNeeds
  /** Of today, so that nobody fills the record, which only ever grows. */
  readonly #counts = new Map<Localpart, number>()
  #day = 0

  constructor(needs: ReportsNeeds) {
    this.#needs = needs
  }

  /** Settles when it is on disk. */
  async take(by: Account, about: string, { reason, text, messages }: Report): Promise<void> {
    const { audit, clock, log } = this.#needs
    if (!this.#mayReport(by.local)) return
    const which = messages.slice(0, MOST_MESSAGES).map(({ by: archive, id }) => `${archive.slice(0, MOST_NAME)}/${id.slice(0, MOST_NAME)}`)
    const why = REASONS.get(reason) ?? reason.slice(0, MOST_NAME)
    const words = text === undefined || text.text.trim() === '' ? [] : [text.text.trim().slice(0, MOST_TEXT)]
    log.warn({ by: by.bare, about, why }, 'somebody was reported: see "plodge audit"')
    await audit.append({ at: clock(), who: by.local, role: 'person', command: 'report', about: [about, why, ...which, ...words] })
  }

  #mayReport(who: Localpart): boolean {
    const today = Math.floor(this.#needs.clock() / DAY_MS)
    if (today !== this.#day) this.#counts.clear()
    this.#day = today
    const count = (this.#counts.get(who) ?? 0) + 1
    this.#counts.set(who, count)
    return count <= MOST_A_DAY
  }
}
