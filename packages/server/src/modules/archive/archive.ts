/** XEP-0313: every conversation is kept for both its sides, and each person can read their own. XEP-0441: and say what is kept. */
import type { Account } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import type { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { raw, type Value } from '@plodge/xmpp/xeps/codec.ts'
import { AskArchivePreferences, SetArchivePreferences } from '@plodge/xmpp/xeps/mam-preferences.ts'
import { AskFilterFields, AskMetadata, type Fin, filterFields, FULLTEXT, MAM, Metadata, QueryArchive } from '@plodge/xmpp/xeps/mam.ts'
import { RETRACT, TOMBSTONES } from '@plodge/xmpp/xeps/retract.ts'
import { RSM } from '@plodge/xmpp/xeps/rsm.ts'
import { SID } from '@plodge/xmpp/xeps/stanza-id.ts'
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import type { Call, Host, Module } from '../../routing/host.ts'
import type { Now } from '../../routing/now.ts'
import type { Settings } from '../../settings.ts'
import type { Archive, Documents, Localpart } from '../../storage/repositories.ts'
import { Commits } from './commits.ts'
import { Keeper } from './keeper.ts'
import { type Contacts, Preferences } from './preferences.ts'
import { finOf } from './pages.ts'
import { readQuery } from './query.ts'
import { ALL_HISTORY, readSoFar } from './read-so-far.ts'
import { metadataOf, sendPage } from './reading.ts'
import { Retractions } from './retractions.ts'

export interface ArchiveOptions {
  readonly archive: Archive
  readonly documents: Pick<Documents, 'get' | 'set'>
  readonly rosters: Contacts
  /** Without `tombstones` being false, what somebody takes back is out of history. */
  readonly settings: Pick<Settings['archive'], 'enabled' | 'default' | 'search'> & Partial<Pick<Settings['archive'], 'tombstones'>>
}

export interface ArchiveModule extends Module {
  /** Whether the owner's history has, or would have, the message. */
  readonly isInHistory: (message: Stanza, owner: Account) => Now<boolean>
}

/** Without `enabled` the archive holds messages for people who are away, and nobody has a history. */
export function archive({ archive, documents, rosters, settings }: ArchiveOptions): ArchiveModule {
  const preferences = settings.enabled ? new Preferences(documents, rosters, () => settings.default) : undefined
  const hasTombstones = preferences !== undefined && settings.tombstones !== false
  let keeper: Keeper | undefined
  return {
    name: 'archive',
    implements: {
      'XEP-0313': '1.1.3',
      'XEP-0441': '0.2.0',
      'XEP-0059': '1.0',
      'XEP-0297': '1.0',
      'XEP-0334': '1.0.0',
      'XEP-0359': '0.7.0',
      'XEP-0424': '0.4.2',
      ...(preferences && settings.search ? { 'XEP-0431': '0.2.0' } : {}),
    },
    // Some clients look among the features of the server (Profanity 0.13); XEP-0313 §9 has them look among those of the account.
    // XEP-0424 §2 has a server say that retractions are kept; §5 has the account say that there are tombstones.
    features: preferences ? [MAM, RETRACT] : [],
    accountFeatures: preferences
      ? [
          MAM,
          `${MAM}#extended`,
          `${MAM}#groupchat-field`,
          SID,
          RSM,
          ...(settings.search ? [FULLTEXT] : []),
          RETRACT,
          ...(hasTombstones ? [TOMBSTONES] : []),
        ]
      : [SID],
    isInHistory: (message, owner) => keeper?.isInHistory(message, owner) ?? false,
    install(host) {
      const installed = new Keeper(
        host,
        archive,
        new Commits(archive, host),
        preferences,
        hasTombstones ? new Retractions(archive, host) : undefined,
      )
      keeper = installed
      host.messages.keep = (message, passage) => installed.keep(message, passage)
      host.messages.stamp = (message, owner, mark) => installed.stamp(message, owner, mark)
      host.messages.rewrite.push(message => withoutForgedIds(message, host))
      if (!preferences) return
      host.presence.arrived.push(session => host.background(preferences.of(session.localpart), 'reading archive preferences'))
      answerQuestions(host, archive, settings.search)
      answerPreferences(host, preferences)
    },
  }
}

const AnyStanzaId = raw(SID, 'stanza-id')

/** XEP-0359 §3: nobody but us says what our ids are; those of other servers and rooms stay, and so do those of authors. */
function withoutForgedIds(message: Stanza, host: Host): Stanza {
  if (!message.has(AnyStanzaId)) return message
  return message.without(AnyStanzaId, ({ attributes }) => {
    const by = Jid.parse(attributes['by'] ?? '')
    return !by || host.isLocal(by) || attributes['id'] === undefined
  })
}

function answerQuestions(host: Host, archive: Archive, isSearchable: boolean): void {
  host.answer(QueryArchive, 'self', (question, call) => answerQuery(archive, isSearchable, question, call))
  host.answer(AskFilterFields, 'self', () => filterFields(isSearchable))
  const metadata = (owner: Localpart) => metadataOf(archive, owner)
  host.answer(AskMetadata, 'self', (_, { owner }) => metadata(owner))
  // XEP-0386 §4.2: a client that binds like this reads in its history what it missed.
  host.inline.push({
    feature: undefined,
    async bound(session) {
      session.readsHistory = ALL_HISTORY
      return Metadata.write(await metadata(session.localpart)).toString()
    },
  })
  host.answer(QueryArchive, 'account', refuse)
  host.answer(AskFilterFields, 'account', refuse)
  host.answer(AskMetadata, 'account', refuse)
}

async function answerQuery(
  archive: Archive,
  isSearchable: boolean,
  question: Value<typeof QueryArchive.request>,
  { owner, session }: Call,
): Promise<Value<typeof Fin>> {
  if (!session) return refuse()
  const wanted = readQuery(owner, question, isSearchable)
  const page = await sendPage(archive, wanted, question, { session, from: session.account })
  session.readsHistory = readSoFar(session.readsHistory, wanted.query, page)
  return finOf(page)
}

function answerPreferences(host: Host, preferences: Preferences): void {
  host.removed.push(owner => preferences.forget(owner))
  host.answer(AskArchivePreferences, 'self', (_, { owner }) => preferences.of(owner))
  host.answer(SetArchivePreferences, 'self', (wanted, { owner }) => preferences.set(owner, wanted))
  host.answer(AskArchivePreferences, 'account', refuse)
  host.answer(SetArchivePreferences, 'account', refuse)
}

/** XEP-0313 §8.1. */
function refuse(): never {
  throw new StanzaError('forbidden', 'Everybody reads their own history only')
}
