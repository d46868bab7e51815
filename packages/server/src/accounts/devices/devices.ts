/** The devices of a person: all that has access to their account, and how it is taken away. */
import type { Session } from '../../routing/session.ts'
import type { Localpart } from '../../storage/repositories.ts'
import type { Accounts } from '../accounts.ts'
import type { AppPasswords, Made } from '../app-passwords/app-passwords.ts'
import type { WebSessions } from '../web-sessions/web-sessions.ts'
import type { Clients } from '../clients/clients.ts'
import type { AccessingDevice } from './device.ts'
import { type DeviceRule, gather } from './gather.ts'

export interface DevicesOptions {
  readonly accounts: Pick<Accounts, 'find'>
  readonly clients: Pick<Clients, 'list' | 'withTokens' | 'revoke' | 'idOfSession'>
  readonly webSessions: Pick<WebSessions, 'list' | 'revoke'>
  readonly appPasswords: Pick<AppPasswords, 'make' | 'revoke'>
  readonly rule: () => DeviceRule
  /** Nobody's where no server runs. */
  readonly sessionsOf: (localpart: Localpart) => readonly Session[]
  readonly endSession: (session: Session) => void
  readonly clock: () => number
}

export class Devices {
  readonly #options: DevicesOptions

  constructor(options: DevicesOptions) {
    this.#options = options
  }

  async list(localpart: Localpart): Promise<readonly AccessingDevice[]> {
    const { accounts, clients, webSessions, rule, sessionsOf, clock } = this.#options
    const [account, known, withTokens, browsers] = await Promise.all([
      accounts.find(localpart),
      clients.list(localpart),
      clients.withTokens(localpart),
      webSessions.list(localpart),
    ])
    if (!account) return []
    return gather({
      account,
      clients: known,
      browsers,
      withTokens: new Set(withTokens),
      sessions: sessionsOf(localpart),
      rule: rule(),
      now: clock(),
      idOfSession: session => this.#idOf(session),
    })
  }

  async find(localpart: Localpart, id: string): Promise<AccessingDevice | undefined> {
    return (await this.list(localpart)).find(device => device.id === id)
  }

  /**
   * Ends its sessions; its tokens and its app password are worth nothing once this settles. One that knows the password of the account may come
   * back with that.
   */
  async revoke(localpart: Localpart, { id, kind, appPassword }: AccessingDevice): Promise<void> {
    const { clients, webSessions, appPasswords, sessionsOf, endSession } = this.#options
    // With it goes whatever uses it.
    if (appPassword) await appPasswords.revoke(localpart, appPassword.id)
    else if (kind === 'client') await clients.revoke(localpart, id)
    else if (kind === 'browser') await webSessions.revoke(localpart, id)
    else for (const session of sessionsOf(localpart)) if (this.#idOf(session) === id) endSession(session)
  }

  makeAppPassword(localpart: Localpart, name: string): Promise<Made> {
    return this.#options.appPasswords.make(localpart, name)
  }

  /** Whether a session is that device's. */
  isOf(session: Session, { id, kind }: AccessingDevice): boolean {
    return id === (kind === 'session' ? this.#idOf(session) : session.client)
  }

  #idOf({ localpart, jid, since }: Session): string {
    return this.#options.clients.idOfSession(localpart, { resource: jid.resource, since })
  }
}
