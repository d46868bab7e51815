/** XEP-0313 (1.1.3): Message Archive Management, with all of `urn:xmpp:mam:2#extended`. */
import { StanzaError } from '../stanza/errors.ts'
import { Element } from '../xml/element.ts'
import { attribute, type Codec, element, maybeAttribute, one, optional, present } from './codec.ts'
import { get, set } from './exchange.ts'
import { Forwarded } from './forward.ts'
import { ResultSet } from './rsm.ts'

export const MAM = 'urn:xmpp:mam:2'
/** XEP-0431 (0.2.0): the feature, and the field of the filter. */
export const FULLTEXT = 'urn:xmpp:fulltext:0'
export const FULLTEXT_FIELD = `{${FULLTEXT}}fulltext`
const FORMS = 'jabber:x:data'

/** A submitted filter (§4.1): values by field, FORM_TYPE left out. */
export type Filter = ReadonlyMap<string, readonly string[]>

export const FilterForm: Codec<Filter> = {
  ns: FORMS,
  name: 'x',
  read(from) {
    const fields = new Map<string, readonly string[]>()
    for (const field of from.childrenNamed(FORMS, 'field')) {
      const name = field.attributes['var']
      if (name === undefined || name === '') throw new StanzaError('bad-request', 'A field of the form has no name')
      if (fields.has(name)) throw new StanzaError('bad-request', `The form has the field ${name.slice(0, 100)} twice`)
      fields.set(
        name,
        field.childrenNamed(FORMS, 'value').map(value => value.text),
      )
    }
    if (from.attributes['type'] !== 'submit' || fields.get('FORM_TYPE')?.[0] !== MAM)
      throw new StanzaError('bad-request', `The form must be submitted, with the FORM_TYPE ${MAM}`)
    fields.delete('FORM_TYPE')
    return fields
  },
  write(value) {
    const fields = [...value].map(([name, values]) => formField(name, 'text-multi', values))
    return new Element(FORMS, 'x', { type: 'submit' }, [formField('FORM_TYPE', 'hidden', [MAM]), ...fields])
  },
}

const formField = (name: string, type: string, values: readonly string[] = [], more: readonly Element[] = []): Element =>
  new Element(FORMS, 'field', { var: name, type }, [...values.map(value => new Element(FORMS, 'value', {}, [value])), ...more])

/** Any value may be given, not only the options: there are too many ids to list (§4.1.5). */
const OPEN = new Element('http://jabber.org/protocol/xdata-validate', 'validate', { datatype: 'xs:string' }, [
  new Element('http://jabber.org/protocol/xdata-validate', 'open'),
])

/** §4.1.5: the form that says which fields a filter may have. */
export const filterFields = (isSearchable: boolean): Element =>
  new Element(FORMS, 'x', { type: 'form' }, [
    formField('FORM_TYPE', 'hidden', [MAM]),
    formField('with', 'jid-single'),
    formField('start', 'text-single'),
    formField('end', 'text-single'),
    formField('before-id', 'text-single'),
    formField('after-id', 'text-single'),
    formField('ids', 'list-multi', [], [OPEN]),
    formField('include-groupchat', 'boolean'),
    ...(isSearchable ? [formField(FULLTEXT_FIELD, 'text-single')] : []),
  ])

const Query = element(MAM, 'query', {
  queryId: maybeAttribute('queryid'),
  node: maybeAttribute('node'),
  filter: optional(FilterForm),
  page: optional(ResultSet),
  isFlipped: present(MAM, 'flip-page'),
})
export const ArchiveResult = element(MAM, 'result', { queryId: maybeAttribute('queryid'), id: attribute('id'), forwarded: one(Forwarded) })
export const Fin = element(MAM, 'fin', { complete: maybeAttribute('complete'), page: one(ResultSet) })

export const QueryArchive = set(Query, Fin)

const Form: Codec<Element> = {
  ns: MAM,
  name: 'query',
  read: from => from.child(FORMS, 'x') ?? from,
  write: form => new Element(MAM, 'query', {}, [form]),
}
export const AskFilterFields = get(element(MAM, 'query'), Form)

const edge = (name: string) => optional(element(MAM, name, { id: attribute('id'), timestamp: attribute('timestamp') }))
export const Metadata = element(MAM, 'metadata', { start: edge('start'), end: edge('end') })
export const AskMetadata = get(element(MAM, 'metadata'), Metadata)
