/** XEP-0441: whose messages each person wants kept. Read once, kept while it is used, written through. */
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import type { BareJid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { ArchivePreferences } from '@plodge/xmpp/xeps/mam-preferences.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import { type Now, andThen } from '../../routing/now.ts'
import { Remembered } from '../../storage/remembered.ts'
import type { Documents, Localpart } from '../../storage/repositories.ts'

const KIND = 'archive-preferences'
const MOST_ADDRESSES = 1000

export interface Contacts {
  isContact(owner: Localpart, peer: BareJid): Now<boolean>
}

interface Choice {
  readonly written: ArchivePreferences
  readonly always: ReadonlySet<string>
  readonly never: ReadonlySet<string>
}

export class Preferences {
  readonly #documents: Pick<Documents, 'get' | 'set'>
  readonly #rosters: Contacts
  readonly #usual: () => ArchivePreferences['default']
  readonly #choices: Remembered<Choice>

  constructor(documents: Pick<Documents, 'get' | 'set'>, rosters: Contacts, usual: () => ArchivePreferences['default']) {
    this.#documents = documents
    this.#rosters = rosters
    this.#usual = usual
    this.#choices = new Remembered(async owner => {
      const text = await documents.get(owner, KIND, '')
      return text === undefined ? UNTOUCHED : choice(ArchivePreferences.read(parse(text)))
    })
  }

  /** Of an account that was removed: whoever has the name next has none of it. */
  forget(owner: Localpart): void {
    this.#choices.forget(owner)
  }

  /** Whether the owner wants messages to or from the peer kept (§2.3). */
  wants(owner: Localpart, peer: Jid): Now<boolean> {
    return andThen(this.#choices.of(owner), ({ written, always, never }) => {
      if (always.size > 0 || never.size > 0) {
        // The narrower entry wins; between equals the one that keeps less.
        if (never.has(peer.full)) return false
        if (always.has(peer.full)) return true
        if (never.has(peer.bare)) return false
        if (always.has(peer.bare)) return true
      }
      const usual = written === UNTOUCHED.written ? this.#usual() : written.default
      if (usual !== 'roster') return usual === 'always'
      return this.#rosters.isContact(owner, peer.bare)
    })
  }

  of(owner: Localpart): Now<ArchivePreferences> {
    return andThen(this.#choices.of(owner), ({ written }) =>
      written === UNTOUCHED.written ? { ...written, default: this.#usual() } : written,
    )
  }

  /** Gives them as they are now, addresses normalised. */
  async set(owner: Localpart, wanted: ArchivePreferences): Promise<ArchivePreferences> {
    if (wanted.always.length + wanted.never.length > MOST_ADDRESSES) {
      throw new StanzaError('not-acceptable', `Preferences have at most ${MOST_ADDRESSES} addresses`)
    }
    const written = { default: wanted.default, always: normal(wanted.always), never: normal(wanted.never) }
    await this.#documents.set(owner, KIND, '', ArchivePreferences.write(written).toString())
    this.#choices.set(owner, choice(written))
    return written
  }
}

const choice = (written: ArchivePreferences): Choice => ({ written, always: new Set(written.always), never: new Set(written.never) })

/** Of who chose nothing: the default is the operator's, as it is when it is asked for. */
const UNTOUCHED = choice({ default: 'always', always: [], never: [] })

function normal(addresses: readonly string[]): readonly string[] {
  const jids = addresses.map(address => {
    const jid = Jid.parse(address)
    if (!jid) throw new StanzaError('jid-malformed', 'One of the addresses is not an address')
    return jid.full
  })
  return [...new Set(jids)]
}
