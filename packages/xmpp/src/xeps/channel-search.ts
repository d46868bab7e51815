/** XEP-0433 (0.1.0): Extended Channel Search: which public rooms there are, by words. */
import { type Condition, type ErrorType, StanzaError } from '../stanza/errors.ts'
import { Element } from '../xml/element.ts'
import { attribute, type Codec, element, many, optional, text, type Value } from './codec.ts'
import { DataForm } from './data-form.ts'
import { get } from './exchange.ts'
import { ResultSet } from './rsm.ts'

const BASE = 'urn:xmpp:channel-search:0'
export const CHANNEL_SEARCH = `${BASE}:search`
/** FORM_TYPE (XEP-0068). */
export const SEARCH_PARAMS = `${BASE}:search-params`
export const BY_ADDRESS = `{${BASE}:order}address`
export const BY_USERS = `{${BASE}:order}nusers`
export const NOT_ANONYMOUS = `{${BASE}:anonymity}none`
const ERRORS = `${BASE}:error`

export const Search = element(CHANNEL_SEARCH, 'search', { form: optional(DataForm), page: optional(ResultSet) })
export type Search = Value<typeof Search>

const Channel = element(CHANNEL_SEARCH, 'item', {
  address: attribute('address'),
  name: text(CHANNEL_SEARCH, 'name'),
  description: text(CHANNEL_SEARCH, 'description'),
  language: text(CHANNEL_SEARCH, 'language'),
  users: text(CHANNEL_SEARCH, 'nusers'),
  type: text(CHANNEL_SEARCH, 'service-type'),
  isOpen: text(CHANNEL_SEARCH, 'is-open'),
  anonymity: text(CHANNEL_SEARCH, 'anonymity-mode'),
})
export type Channel = Value<typeof Channel>

const Found = element(CHANNEL_SEARCH, 'result', { items: many(Channel), page: optional(ResultSet) })
export type Found = Value<typeof Found>

/** §3.2: the form that is filled in. */
export const AskSearchForm = get(Search, Search)
/** §3.3: filled in, what it finds. */
export const SearchChannels = get(Search, Found)

/** As whoever answers knows them: by one question, with a form or with results. */
const Either: Codec<Search | Found> = {
  ns: CHANNEL_SEARCH,
  name: 'search',
  read: from => Search.read(from),
  write: value => ('items' in value ? Found.write(value) : Search.write(value)),
}
export const AnswerSearch = get(Search, Either)

export type SearchCondition =
  | 'invalid-sort-key'
  | 'invalid-search-terms'
  | 'full-set-retrieval-rejected'
  | 'conflicting-fields'
  | 'no-search-conditions'

/** §3.3.1–§3.3.6. */
export const searchError = (condition: Condition, type: ErrorType, detail: SearchCondition, text: string): StanzaError =>
  new StanzaError(condition, text, { type, detail: new Element(ERRORS, detail) })
