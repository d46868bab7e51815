/**
 * Takes accounts out of a file of XEP-0227 (1.1). While one is being read its person is locked out, so that nobody meets half of it. What is
 * there already stays; reading the same file again changes nothing.
 */
import type { Account } from '@plodge/xmpp/jid/jid.ts'
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { readDateTime } from '@plodge/xmpp/xeps/datetime.ts'
import { DELAY } from '@plodge/xmpp/xeps/delay.ts'
import { FORWARD } from '@plodge/xmpp/xeps/forward.ts'
import { MAM } from '@plodge/xmpp/xeps/mam.ts'
import { PRIVATE } from '@plodge/xmpp/xeps/private-storage.ts'
import { PUBSUB } from '@plodge/xmpp/xeps/pubsub.ts'
import { PUBSUB_OWNER } from '@plodge/xmpp/xeps/pubsub-owner.ts'
import { ROSTER } from '@plodge/xmpp/xeps/roster.ts'
import type { Accounts } from '../accounts/accounts.ts'
import { readLocalpart } from '../accounts/localparts.ts'
import type { Rosters } from '../accounts/rosters.ts'
import type { Settings } from '../settings.ts'
import type { AccountRecord, Store } from '../storage/repositories.ts'
import { AccountImport, forgiving } from './import-account.ts'
import { HistoryImport } from './import-history.ts'
import { NodeImport, type NodeLimits } from './import-nodes.ts'
import { EXTRAS, keyOf, MESSAGE, PIE, PIE_MAM } from './names.ts'
import { partsOf } from './read-file.ts'
import { readElement, readMessage } from './read-part.ts'
import { type Imported, type ImportReport, Report } from './report.ts'
import { NotReadable, type Part } from './splitter.ts'

export interface ImportNeeds {
  readonly store: Pick<Store, 'documents' | 'nodes' | 'archive'>
  readonly accounts: Accounts
  readonly rosters: Rosters
  readonly domain: Account
  readonly settings: () => { readonly limits: NodeLimits; readonly users: Pick<Settings['users'], 'localpart'> }
  readonly clock: () => number
  /** What is in memory of somebody is not true any more. */
  readonly renewed: (localpart: string) => void
}

interface Person {
  readonly owner: Account
  readonly counts: Imported
  readonly before: AccountRecord
  readonly password: string | undefined
  readonly account: AccountImport
  readonly nodes: NodeImport
  readonly history: HistoryImport
}

const [HOST, USER, OFFLINE] = ['host', 'user', 'offline-messages'].map(name => keyOf(PIE, name)) as [string, string, string]
const ROSTER_QUERY = keyOf(ROSTER, 'query')
const PRIVATE_QUERY = keyOf(PRIVATE, 'query')
const OWNER_PUBSUB = keyOf(PUBSUB_OWNER, 'pubsub')
const ITEMS = keyOf(PUBSUB, 'items')
const RESULT = keyOf(MAM, 'result')
const FORWARDED = keyOf(FORWARD, 'forwarded')
const ARCHIVE = keyOf(PIE_MAM, 'archive')
const STAMP = keyOf(DELAY, 'delay')
const TITLE = keyOf(EXTRAS, 'title')

/** Throws NotReadable where the file is not as it must be; what was read until then stays. */
export async function importFile(file: string, needs: ImportNeeds): Promise<ImportReport> {
  const importing = new Importing(needs)
  try {
    for await (const part of partsOf(file)) await importing.take(part)
  } catch (error) {
    await importing.giveUp()
    throw error
  }
  return importing.report.done
}

class Importing {
  readonly report = new Report()
  readonly #needs: ImportNeeds
  readonly #path: string[] = []
  #host = ''
  /** Undefined while what is read is of nobody here. */
  #person: Person | undefined
  #result = { name: '', time: undefined as number | undefined, message: undefined as string | undefined }

  constructor(needs: ImportNeeds) {
    this.#needs = needs
  }

  async take(part: Part): Promise<void> {
    if (part.kind === 'whole') return this.#whole(part.key, part.text)
    if (part.kind === 'begin') {
      this.#path.push(part.key)
      return this.#begin(part.key, part.attributes)
    }
    this.#path.pop()
    return this.#end(part.key)
  }

  /** Somebody who is new stays locked: half of an account is none. */
  async giveUp(): Promise<void> {
    const person = this.#person
    this.#person = undefined
    if (!person) return
    this.#needs.renewed(person.owner.local)
    if (!person.counts.isNew && person.before.lockedAt === undefined) await this.#needs.accounts.unlock(person.owner.local)
  }

  async #begin(key: string, attributes: Readonly<Record<string, string>>): Promise<void> {
    if (key === HOST) this.#beginHost(attributes['jid'] ?? '')
    else if (key === USER) await this.#beginUser(attributes)
    else if (key === ITEMS) await this.#person?.nodes.beginItems(attributes['node'] ?? '')
    else if (key === RESULT) this.#result = { name: attributes['id'] ?? '', time: undefined, message: undefined }
  }

  async #end(key: string): Promise<void> {
    if (key === USER) await this.#endUser()
    else if (key === ITEMS) await this.#person?.nodes.endItems()
    else if (key === RESULT) await this.#endResult()
  }

  #beginHost(jid: string): void {
    this.#host = jid
    if (Jid.parse(jid)?.full !== this.#needs.domain.full)
      this.report.note(`The people of ${jid.slice(0, 100)} are left out: this server is ${this.#needs.domain.full}`)
  }

  async #beginUser({ name = '', password, [TITLE]: title }: Readonly<Record<string, string>>): Promise<void> {
    const { accounts, store, rosters, domain, settings, clock } = this.#needs
    // A file of a single user names no host: it is for this one.
    if (this.#host !== '' && Jid.parse(this.#host)?.full !== domain.full) return
    const localpart = readLocalpart(name, settings().users.localpart)
    const owner = localpart === undefined ? undefined : Jid.of(localpart, domain.domain)?.account
    if (!owner) return this.report.note(`${JSON.stringify(name.slice(0, 50))} is left out: [users] localpart allows no such name`)
    const known = await accounts.find(owner.local)
    const made = known
      ? undefined
      : await accounts.add({ localpart: owner.local, password: undefined, ...(title !== undefined && { name: title }) })
    if (made?.kind === 'refused') return this.report.note(made.why)
    const before = known ?? made?.account
    if (!before) return
    await accounts.lock(owner.local)
    const counts = this.report.begin(owner.local, !known)
    const common = { owner, counts, report: this.report }
    this.#person = {
      owner,
      counts,
      before,
      password,
      account: new AccountImport({ ...common, documents: store.documents, rosters }),
      nodes: await NodeImport.begin({ ...common, store, limits: settings().limits, now: clock }),
      history: await HistoryImport.begin(store.archive, owner, counts),
    }
  }

  async #whole(key: string, text: string): Promise<void> {
    const person = this.#person
    if (!person) return
    const within = this.#path.at(-1) ?? ''
    await forgiving(this.report, key, async () => {
      switch (within) {
        case USER:
          return person.account.part(readElement(text))
        case ROSTER_QUERY:
          return person.account.contact(readElement(text))
        case PRIVATE_QUERY:
          return person.account.private(readElement(text))
        case OWNER_PUBSUB:
          return person.nodes.about(readElement(text))
        case ITEMS:
          return person.nodes.item(readElement(text))
        case FORWARDED:
          if (key === MESSAGE) this.#result.message = text
          else if (key === STAMP) this.#result.time = readDateTime(readElement(text).attributes['stamp'] ?? '')
          return
        case OFFLINE:
          return this.#waiting(person, key, text)
        default:
          // What else a server says of its hosts is not about people.
          if (within !== ARCHIVE && within !== RESULT) this.report.note(`${key.slice(0, 200)} means nothing here, and is left out`)
      }
    })
  }

  async #waiting({ history }: Person, key: string, text: string): Promise<void> {
    const message = key === MESSAGE ? readMessage(text) : undefined
    if (message) await history.waiting(message, this.#host)
    else this.report.note('A message that waits has no sender, or is none')
  }

  async #endResult(): Promise<void> {
    const { name, time, message: text } = this.#result
    if (!this.#person) return
    const message = text === undefined ? undefined : readMessage(text)
    if (message && time !== undefined && time > 0) await this.#person.history.kept(message, name, time)
    else this.report.note('A message of history has no time, no sender, or is none')
  }

  async #endUser(): Promise<void> {
    const person = this.#person
    if (!person) return
    const { owner, before, nodes, history, account } = person
    if (account.bookmarks) await nodes.bookmarks(account.bookmarks)
    await history.finish()
    await this.#prove(person)
    this.#needs.renewed(owner.local)
    if (before.lockedAt === undefined) await this.#needs.accounts.unlock(owner.local)
    this.#person = undefined
  }

  /** Whoever has a password here keeps it. */
  async #prove({ owner, counts, password, account: { verifiers } }: Person): Promise<void> {
    const { accounts } = this.#needs
    const record = await accounts.find(owner.local)
    if (!record) throw new NotReadable(`${owner.local} was removed while the file was read`)
    if (record.hash !== undefined || record.verifiers.length > 0) {
      if (!counts.isNew) this.report.note(`${owner.local} keeps the password that they have here`)
    } else if (verifiers.length > 0) {
      await accounts.addVerifiers(record, verifiers)
      counts.hasPassword = true
    } else if (password !== undefined) {
      const change = await accounts.setPassword(owner.local, password)
      if (change.kind === 'refused') this.report.note(`The password of ${owner.local} is not taken: ${change.why}`)
      else counts.hasPassword = true
    } else this.report.note(`${owner.local} has no password yet; give them one: plodge user password ${owner.local}`)
  }
}
