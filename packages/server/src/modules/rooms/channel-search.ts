/** XEP-0433: people find public rooms by words of their names, descriptions and addresses. The list is read now and then, not for each question. */
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import {
  AnswerSearch,
  BY_ADDRESS,
  BY_USERS,
  type Channel,
  type Found,
  NOT_ANONYMOUS,
  type Search,
  SEARCH_PARAMS,
  searchError,
} from '@plodge/xmpp/xeps/channel-search.ts'
import { type Answers, answersTo } from '@plodge/xmpp/xeps/data-form-answers.ts'
import { formField, namedForm } from '@plodge/xmpp/xeps/data-form.ts'
import { type ResultSet, WHOLE_SET } from '@plodge/xmpp/xeps/rsm.ts'
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { readSettings, type RoomSettings } from '../../rooms/settings.ts'
import { andThen, type Now } from '../../routing/now.ts'
import type { Service } from '../../routing/service.ts'
import { wordsOf } from '../../search/words.ts'
import type { Rooms } from '../../storage/repositories.ts'
import type { Directory } from './directory.ts'

const FRESH_MS = 30_000
const MOST_ROOMS = 20_000
const AT_ONCE = 200
const LONGEST_PAGE = 100
const LONGEST_SEARCH = 200

export interface ChannelSearchNeeds {
  readonly directory: Pick<Directory, 'inMemory'>
  readonly store: Pick<Rooms, 'list'>
  readonly domain: string
  readonly clock: () => number
}

interface Listed {
  readonly address: Jid
  readonly settings: RoomSettings
  readonly words: Readonly<Record<Part, readonly string[]>>
}

const PARTS = ['name', 'description', 'address'] as const
type Part = (typeof PARTS)[number]
const FLAGS: Readonly<Record<Part, readonly [field: string, label: string]>> = {
  name: ['sinname', 'Search in name'],
  description: ['sindescription', 'Search in description'],
  address: ['sinaddress', 'Search in address'],
}

/** §3.2. */
const FORM = namedForm('form', SEARCH_PARAMS, [
  formField('q', { type: 'text-single', label: 'Search for' }),
  formField('all', { type: 'boolean', label: 'List all rooms', values: ['false'] }),
  ...PARTS.map(part => formField(FLAGS[part][0], { type: 'boolean', label: FLAGS[part][1], values: ['true'] })),
  formField('types', {
    type: 'list-multi',
    label: 'Kinds of service',
    values: ['xep-0045'],
    options: [{ label: 'XEP-0045 Multi-User Chat', value: 'xep-0045' }],
  }),
  formField('key', {
    type: 'list-single',
    label: 'In order of',
    values: [BY_USERS],
    options: [
      { label: 'How many are inside', value: BY_USERS },
      { label: 'Address', value: BY_ADDRESS },
    ],
  }),
])

export function answerChannelSearch(service: Service, needs: ChannelSearchNeeds): void {
  const list = new PublicRooms(needs)
  const usersOf = ({ address }: Listed): number => needs.directory.inMemory(address)?.room.occupants.size ?? 0
  service.answer(AnswerSearch, ({ form, page }, { to }): Now<Search | Found> => {
    if (to.local !== '') throw new StanzaError('service-unavailable', 'Rooms are searched for at the service')
    if (!form) return { form: FORM, page: undefined }
    const isWanted = wishOf(form)
    const key = form.fields.find(({ name }) => name === 'key')?.values[0] ?? BY_USERS
    return andThen(list.all(), rooms => {
      const found = isWanted === undefined ? [] : rooms.filter(isWanted)
      const inOrder = key === BY_USERS ? found.toSorted((one, other) => usersOf(other) - usersOf(one)) : found
      return pageOf(inOrder, page, usersOf)
    })
  })
}

/** Which rooms are wanted; undefined where none of the kinds is ours. Throws StanzaError to refuse (§3.3.1–§3.3.6). */
function wishOf(form: NonNullable<Search['form']>): ((room: Listed) => boolean) | undefined {
  const key = form.fields.find(({ name }) => name === 'key')?.values[0]
  if (key !== undefined && key !== BY_USERS && key !== BY_ADDRESS)
    throw searchError('feature-not-implemented', 'modify', 'invalid-sort-key', 'Rooms come in order of address, or of how many are inside')
  const answers: Answers = answersTo(FORM, form)
  const q = answers.get('q')?.[0]?.trim() ?? ''
  const wantsAll = answers.get('all')?.[0] === 'true'
  if (wantsAll && q !== '') throw searchError('bad-request', 'modify', 'conflicting-fields', 'Either search for words, or list all rooms')
  if (!wantsAll && q === '') throw searchError('bad-request', 'modify', 'no-search-conditions', 'Say what to search for')
  if (answers.has('types') && !answers.get('types')?.includes('xep-0045')) return undefined
  if (wantsAll) return () => true
  const words = q.length > LONGEST_SEARCH ? [] : wordsOf(q)
  if (words.length === 0)
    throw searchError('bad-request', 'modify', 'invalid-search-terms', `Search for a word or some, of at most ${LONGEST_SEARCH} characters`)
  const parts = PARTS.filter(part => answers.get(FLAGS[part][0])?.[0] !== 'false')
  return room => words.every(word => parts.some(part => room.words[part].some(one => one.startsWith(word))))
}

/** XEP-0059: ids are addresses; a room that went meanwhile is where it would be only by address, so that another page begins anew. */
function pageOf(rooms: readonly Listed[], page: ResultSet | undefined, usersOf: (room: Listed) => number): Found {
  const max = Math.min(page?.max ?? LONGEST_PAGE, LONGEST_PAGE)
  const placeOf = (id: string): number => rooms.findIndex(({ address }) => address.full === id)
  const place = (id: string): number => {
    const at = placeOf(id)
    if (at < 0) throw new StanzaError('item-not-found', 'The list has changed: search anew')
    return at
  }
  const end = page?.before === undefined ? undefined : page.before === '' ? rooms.length : place(page.before)
  const start = end === undefined ? (page?.after === undefined ? (page?.index ?? 0) : place(page.after) + 1) : Math.max(0, end - max)
  const shown = rooms.slice(start, end === undefined ? start + max : end)
  const [first, last] = [shown[0], shown.at(-1)]
  return {
    items: shown.map(room => channelOf(room, usersOf(room))),
    page: {
      ...WHOLE_SET,
      first: first && { index: `${start}`, id: first.address.full },
      last: last?.address.full,
      count: rooms.length,
      max,
    },
  }
}

/** §4. */
function channelOf({ address, settings }: Listed, users: number): Channel {
  const isOpen = !settings.isMembersOnly && settings.password === undefined
  return {
    address: address.full,
    name: settings.name || address.local,
    description: settings.description || undefined,
    language: settings.language || undefined,
    users: `${users}`,
    type: 'xep-0045',
    isOpen: isOpen ? 'true' : 'false',
    anonymity: settings.whois === 'anyone' ? NOT_ANONYMOUS : 'muc_semianonymous',
  }
}

/** In order of address. */
class PublicRooms {
  readonly #needs: ChannelSearchNeeds
  #rooms: Now<readonly Listed[]> = []
  #readAt = -Infinity

  constructor(needs: ChannelSearchNeeds) {
    this.#needs = needs
  }

  all(): Now<readonly Listed[]> {
    const now = this.#needs.clock()
    if (now - this.#readAt < FRESH_MS) return this.#rooms
    this.#readAt = now
    const reading = this.#read()
    this.#rooms = reading
    reading.then(
      rooms => (this.#rooms = rooms),
      () => (this.#readAt = -Infinity),
    )
    return reading
  }

  async #read(): Promise<readonly Listed[]> {
    const { store, domain } = this.#needs
    const found: Listed[] = []
    for (let after: string | undefined; found.length < MOST_ROOMS;) {
      // Of nobody in particular: what is public.
      const { rooms } = await store.list({ person: '', after, max: AT_ONCE })
      for (const { name, settings: text } of rooms) {
        const address = Jid.of(name, domain)
        const settings = readSettings(text)
        if (address) found.push({ address, settings, words: wordsIn(name, settings) })
      }
      after = rooms.at(-1)?.name
      if (rooms.length < AT_ONCE) break
    }
    return found
  }
}

const wordsIn = (local: string, { name, description }: RoomSettings): Listed['words'] => ({
  name: wordsOf(name),
  description: wordsOf(description),
  address: wordsOf(local.replaceAll(/[-_.]/g, ' ')),
})
