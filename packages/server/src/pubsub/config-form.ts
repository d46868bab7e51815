/** The form of a node's configuration (XEP-0060 §8.2), and the preconditions of publishing, which are fields of it (§7.1.5). */
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { answersTo } from '@plodge/xmpp/xeps/data-form-answers.ts'
import { type DataForm, formField, type FormField, type FormKind, formType, namedForm } from '@plodge/xmpp/xeps/data-form.ts'
import { PUBSUB } from '@plodge/xmpp/xeps/pubsub.ts'
import { pubsubError } from '@plodge/xmpp/xeps/pubsub-errors.ts'
import type { NodeConfig } from './config.ts'
import { type ConfigField, PERSONAL_FIELDS, SERVICE_FIELDS, type Writable } from './config-fields.ts'

const NODE_CONFIG = `${PUBSUB}#node_config`
const PUBLISH_OPTIONS = `${PUBSUB}#publish-options`

/** Where the node is. */
export type PlaceKind = 'account' | 'service'
const fieldsAt = (place: PlaceKind): readonly ConfigField[] => (place === 'account' ? PERSONAL_FIELDS : SERVICE_FIELDS)

/** What owners read and fill in. */
export const configForm = (kind: FormKind, config: NodeConfig, place: PlaceKind): DataForm =>
  namedForm(
    kind,
    NODE_CONFIG,
    fieldsAt(place).map(one => formOf(one, one.write(config), kind)),
  )

function formOf({ name, type, label, options }: ConfigField, values: readonly string[], kind: FormKind): FormField {
  if (kind !== 'form') return formField(name, { values, type })
  return formField(name, { type, label, values, options: options.map(value => ({ label: undefined, value })) })
}

/** Throws StanzaError not-acceptable where it cannot be so; fields of no node are ignored (§8.2.4). */
export function configured(config: NodeConfig, submitted: DataForm, place: PlaceKind): NodeConfig {
  return changed(config, submitted, NODE_CONFIG, place)
}

function changed(config: NodeConfig, submitted: DataForm, name: string, place: PlaceKind): NodeConfig {
  const fields = fieldsAt(place)
  const asked = namedForm(
    'form',
    name,
    fields.map(one => formOf(one, [], 'form')),
  )
  const answers = answersTo(asked, submitted)
  const changes: Writable = {}
  for (const one of fields) {
    const values = answers.get(one.name)
    if (values) one.read(values, changes)
  }
  return { ...config, ...changes }
}

/** §7.1.5: the configuration that the publisher wants the node to have. Throws where a field is none of a node. */
export function preconditions(config: NodeConfig, form: DataForm, place: PlaceKind): NodeConfig {
  if (formType(form) !== PUBLISH_OPTIONS) throw new StanzaError('bad-request', 'The options of publishing are a form of that name')
  for (const { name } of form.fields)
    if (name !== 'FORM_TYPE' && !fieldsAt(place).some(one => one.name === name))
      throw pubsubError('precondition-not-met', `No node here has ${name?.slice(0, 100) ?? 'that'}`)
  return changed(config, form, PUBLISH_OPTIONS, place)
}

/** The fields in which two differ, numbers above what the server allows being that. */
export const differences = (one: NodeConfig, other: NodeConfig, mostItems: number): readonly string[] =>
  PERSONAL_FIELDS.filter(({ write }) => {
    const [a, b] = [one, other].map(config => write({ ...config, maxItems: Math.min(config.maxItems, mostItems) }))
    return JSON.stringify(a) !== JSON.stringify(b)
  }).map(({ name }) => name)

/** As it is kept: what is not as usual. */
export function writeConfig(config: NodeConfig, usual: NodeConfig): string {
  const told = PERSONAL_FIELDS.map(({ name, write }) => [name, write(config), write(usual)] as const)
  return JSON.stringify(
    Object.fromEntries(told.filter(([, is, was]) => JSON.stringify(is) !== JSON.stringify(was)).map(([name, is]) => [name, is])),
  )
}

export function readConfig(text: string, usual: NodeConfig): NodeConfig {
  const kept = JSON.parse(text) as Readonly<Record<string, readonly string[]>>
  const changes: Writable = {}
  for (const { name, read } of PERSONAL_FIELDS) {
    const values = kept[name]
    if (values) read(values, changes)
  }
  return { ...usual, ...changes }
}
