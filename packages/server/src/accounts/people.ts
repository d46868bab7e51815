/** The accounts put together: who exists, how they prove it, and the password feed that says so. */
import type { Log } from '../routing/host.ts'
import { type Now, andThen } from '../routing/now.ts'
import type { Settings } from '../settings.ts'
import type { Localpart, Store } from '../storage/repositories.ts'
import { Accounts } from './accounts.ts'
import { Clients } from './clients/clients.ts'
import { sealWith } from './clients/sealing.ts'
import { Tokens } from './clients/tokens.ts'
import { Credentials } from './credentials.ts'
import { Decoys } from './decoys.ts'
import { FeedWatch, type TakenFile } from './feed/watch.ts'
import { AppPasswords } from './app-passwords/app-passwords.ts'
import { type PasswordRule, hasAppPassword } from './app-passwords/rule.ts'
import { ACCOUNTS_KIND, NOBODY } from './memory.ts'
import { Passwords } from './passwords/passwords.ts'
import { WebSessions } from './web-sessions/web-sessions.ts'

/** Everybody logs in at once after a restart; the feed is looked at when that is over. */
const AFTER_THE_RUSH_MS = 2000

export interface PeopleOptions {
  readonly store: Store
  /** What tokens are sealed with on disk: 32 bytes. */
  readonly tokenKey: Buffer
  readonly settings: () => Settings
  readonly log: Log
  readonly clock: () => number
}

export interface People {
  readonly accounts: Accounts
  readonly credentials: Credentials
  /** What software they use, and what shuts it out. */
  readonly clients: Clients
  readonly tokens: Tokens
  /** The browsers that they are signed in with. */
  readonly webSessions: WebSessions
  readonly appPasswords: AppPasswords
  exists(localpart: Localpart): Now<boolean>
  /** Exists and is not locked, and has the app password that was proven, if it was one. */
  mayLogIn(localpart: Localpart, appPassword?: string): Now<boolean>
  /** Judges the password feed again, which may be another file by now. */
  reread(): Promise<void>
  close(): Promise<void>
}

export async function openPeople({ store, tokenKey, settings, log, clock }: PeopleOptions): Promise<People> {
  const passwords = new Passwords()
  const accounts = await Accounts.open({ store, passwords, settings, log, clock })
  const decoys = await Decoys.open(store.documents)
  const rule = (): PasswordRule => settings().users
  const credentials = new Credentials({ accounts, passwords, decoys, limits: () => settings().limits, rule, log, clock })
  const clients = await Clients.open({
    store,
    log,
    clock,
    most: () => settings().limits.clientsPerAccount,
    keepsAddresses: () => settings().users.keepAddresses,
  })
  const webSessions = new WebSessions({ store, log, clock, keepsAddresses: () => settings().users.keepAddresses })
  const appPasswords = new AppPasswords({
    accounts,
    passwords,
    clients,
    clock,
    isOn: () => rule().appPasswords,
    most: () => settings().limits.appPasswords,
  })
  const seal = sealWith(tokenKey)
  const tokens = new Tokens({ store, accounts, credentials, clients, seal, clock, days: () => settings().users.tokenDays ?? 0 })
  // Whoever changes a password because somebody else has it must be rid of what that one got by it. What was on disk went in the same
  // commit as the old password (accounts.ts); this is for what was seen and not yet written down.
  accounts.onLoss((localparts, loss) => (loss === 'password' ? clients.passwordChanged(localparts) : undefined))
  let file = settings().users.passwordFeed
  let watch = watchOf(file)

  function watchOf(file: string | undefined): FeedWatch | undefined {
    if (file === undefined) return undefined
    const rules = (): { localpart: RegExp; now: number } => ({ localpart: settings().users.localpart, now: clock() })
    return new FeedWatch({
      file,
      rules,
      log,
      apply: feed => accounts.takeFeed(feed),
      taken: takenFile(store, () => settings().users.localpart, clock),
    })
  }

  // The first time there is nobody yet; later those who are known need not wait while the feed is read.
  const isFirst = (await accounts.count()) === 0
  if (isFirst) await watch?.start()
  const later = isFirst ? undefined : setTimeout(() => void watch?.start(), AFTER_THE_RUSH_MS)

  return {
    accounts,
    credentials,
    clients,
    tokens,
    webSessions,
    appPasswords,
    exists: localpart => accounts.exists(localpart),
    mayLogIn: (localpart, appPassword) =>
      andThen(
        accounts.find(localpart),
        account =>
          account?.lockedAt === undefined &&
          account !== undefined &&
          hasAppPassword(account, appPassword) &&
          (appPassword === undefined || rule().appPasswords),
      ),
    async reread() {
      clearTimeout(later)
      if (settings().users.passwordFeed === file) return void (await watch?.reread())
      await watch?.close()
      file = settings().users.passwordFeed
      watch = watchOf(file)
      await watch?.start()
    },
    async close() {
      clearTimeout(later)
      await watch?.close()
      await credentials.settled()
      await accounts.settled()
      await clients.flush()
      await passwords.close()
    },
  }
}

const A_DAY_MS = 86_400_000

/** A feed that was taken is not taken again by the next start, unless the rule for names changed, or a day has passed: lines may expire. */
function takenFile({ documents }: Store, rule: () => RegExp, clock: () => number): TakenFile {
  const words = (checksum: string, day: number): string => `${checksum} ${day} ${rule().source}`
  const today = (): number => Math.floor(clock() / A_DAY_MS)
  return {
    is: async checksum => (await documents.get(NOBODY, ACCOUNTS_KIND, 'file')) === words(checksum, today()),
    set: checksum => documents.set(NOBODY, ACCOUNTS_KIND, 'file', words(checksum, today())),
  }
}
