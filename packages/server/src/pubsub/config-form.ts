/** The form of a node's configuration (XEP-0060 §8.2, §16.4.4), and the preconditions of publishing, which are fields of it (§7.1.5). */
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { answersTo } from '@plodge/xmpp/xeps/data-form-answers.ts'
import {
  type DataForm,
  type FieldType,
  formField,
  type FormField,
  type FormKind,
  formType,
  namedForm,
} from '@plodge/xmpp/xeps/data-form.ts'
import { PUBSUB } from '@plodge/xmpp/xeps/pubsub.ts'
import { pubsubError } from '@plodge/xmpp/xeps/pubsub-errors.ts'
import { ACCESS_MODELS, ITEM_REPLIES, type NodeConfig, NOTIFICATION_TYPES, PUBLISH_MODELS, SEND_LAST } from './config.ts'

export const NODE_CONFIG = `${PUBSUB}#node_config`
const PUBLISH_OPTIONS = `${PUBSUB}#publish-options`

type Writable = { -readonly [K in keyof NodeConfig]?: NodeConfig[K] }

interface ConfigField {
  readonly name: string
  readonly type: FieldType
  readonly label: string
  readonly options: readonly string[]
  readonly read: (values: readonly string[], into: Writable) => void
  readonly write: (config: NodeConfig) => readonly string[]
}

function field<K extends keyof NodeConfig>(
  key: K,
  name: string,
  label: string,
  type: FieldType,
  read: (values: readonly string[]) => NodeConfig[K] | undefined,
  write: (value: NodeConfig[K]) => readonly string[],
  options: readonly string[] = [],
): ConfigField {
  return {
    name: `pubsub#${name}`,
    label,
    type,
    options,
    read(values, into) {
      const value = read(values)
      // No choice keeps what it was (XEP-0004 §3.6).
      if (value !== undefined) into[key] = value
    },
    write: config => write(config[key]),
  }
}

type KeysOf<T> = { [K in keyof NodeConfig]: NodeConfig[K] extends T ? (T extends NodeConfig[K] ? K : never) : never }[keyof NodeConfig]

const flag = (key: KeysOf<boolean>, name: string, label: string): ConfigField =>
  field(
    key,
    name,
    label,
    'boolean',
    ([value]) => (value === undefined ? undefined : value === 'true'),
    value => [String(value)],
  )

const MOST_TEXT = 1000
const words = (key: KeysOf<string>, name: string, label: string): ConfigField =>
  field(
    key,
    name,
    label,
    'text-single',
    ([value = '']) => {
      if (value.length > MOST_TEXT) throw new StanzaError('not-acceptable', `${label} has at most ${MOST_TEXT} characters`)
      return value
    },
    value => (value === '' ? [] : [value]),
  )

/** `max` is as much as the server allows. */
const amount = (key: KeysOf<number>, name: string, label: string): ConfigField =>
  field(
    key,
    name,
    label,
    'text-single',
    ([value = '']) => {
      const text = value.trim()
      if (text === '') return undefined
      if (text === 'max') return Infinity
      if (!/^\d{1,15}$/.test(text)) throw new StanzaError('not-acceptable', `${label} is a number, or max`)
      return Number(text)
    },
    value => [value === Infinity ? 'max' : String(value)],
  )

function choice<K extends keyof NodeConfig>(key: K, name: string, label: string, from: readonly (NodeConfig[K] & string)[]): ConfigField {
  return field<K>(
    key,
    name,
    label,
    'list-single',
    ([value]) => from.find(word => word === value),
    value => [String(value)],
    from,
  )
}

const MOST_GROUPS = 100
const FIELDS: readonly ConfigField[] = [
  words('title', 'title', 'A short name of the node'),
  words('description', 'description', 'What the node is about'),
  words('type', 'type', 'The namespace of what is published'),
  choice('accessModel', 'access_model', 'Who may subscribe and read', ACCESS_MODELS),
  field(
    'rosterGroups',
    'roster_groups_allowed',
    'Roster groups that may subscribe and read',
    'text-multi',
    values => [...new Set(values.filter(value => value !== ''))].slice(0, MOST_GROUPS).sort(),
    groups => groups,
  ),
  choice('publishModel', 'publish_model', 'Who may publish', PUBLISH_MODELS),
  flag('persistItems', 'persist_items', 'Whether items are kept'),
  amount('maxItems', 'max_items', 'How many items are kept'),
  amount('itemExpire', 'item_expire', 'For how many seconds items are kept'),
  amount('maxPayload', 'max_payload_size', 'The largest item, in bytes'),
  choice('sendLast', 'send_last_published_item', 'When the last item is sent', SEND_LAST),
  flag('notifies', 'deliver_notifications', 'Whether subscribers are notified'),
  flag('deliversPayloads', 'deliver_payloads', 'Whether notifications contain the item'),
  flag('notifiesConfig', 'notify_config', 'Whether subscribers are told of a new configuration'),
  flag('notifiesDelete', 'notify_delete', 'Whether subscribers are told that the node is deleted'),
  flag('notifiesRetract', 'notify_retract', 'Whether subscribers are told that items are deleted'),
  flag('notifiesSubscribers', 'notify_sub', 'Whether owners are told of subscribers'),
  flag('onlyPresent', 'presence_based_delivery', 'Whether only those who are online are notified'),
  flag('purgesOffline', 'purge_offline', 'Whether items go when their publisher goes offline'),
  choice('notificationType', 'notification_type', 'The type of notifications', NOTIFICATION_TYPES),
  choice('itemReply', 'itemreply', 'Who gets replies to notifications', ITEM_REPLIES),
  flag('takesSubscriptions', 'subscribe', 'Whether anybody may subscribe'),
]

/** What owners read and fill in. */
export const configForm = (kind: FormKind, config: NodeConfig): DataForm =>
  namedForm(
    kind,
    NODE_CONFIG,
    FIELDS.map(one => formOf(one, one.write(config), kind)),
  )

function formOf({ name, type, label, options }: ConfigField, values: readonly string[], kind: FormKind): FormField {
  if (kind !== 'form') return formField(name, { values, type })
  return formField(name, { type, label, values, options: options.map(value => ({ label: undefined, value })) })
}

/** Throws StanzaError not-acceptable where it cannot be so; fields of no node are ignored (§8.2.4). */
export function configured(config: NodeConfig, submitted: DataForm): NodeConfig {
  return changed(config, submitted, NODE_CONFIG)
}

function changed(config: NodeConfig, submitted: DataForm, name: string): NodeConfig {
  const asked = namedForm(
    'form',
    name,
    FIELDS.map(one => formOf(one, [], 'form')),
  )
  const answers = answersTo(asked, submitted)
  const changes: Writable = {}
  for (const one of FIELDS) {
    const values = answers.get(one.name)
    if (values) one.read(values, changes)
  }
  return { ...config, ...changes }
}

/** §7.1.5: the configuration that the publisher wants the node to have. Throws where a field is none of a node. */
export function preconditions(config: NodeConfig, form: DataForm): NodeConfig {
  if (formType(form) !== PUBLISH_OPTIONS) throw new StanzaError('bad-request', 'The options of publishing are a form of that name')
  for (const { name } of form.fields)
    if (name !== 'FORM_TYPE' && !FIELDS.some(one => one.name === name))
      throw pubsubError('precondition-not-met', `No node here has ${name?.slice(0, 100) ?? 'that'}`)
  return changed(config, form, PUBLISH_OPTIONS)
}

/** The fields in which two differ, numbers above what the server allows being that. */
export const differences = (one: NodeConfig, other: NodeConfig, mostItems: number): readonly string[] =>
  FIELDS.filter(({ write }) => {
    const [a, b] = [one, other].map(config => write({ ...config, maxItems: Math.min(config.maxItems, mostItems) }))
    return JSON.stringify(a) !== JSON.stringify(b)
  }).map(({ name }) => name)

/** As it is kept: what is not as usual. */
export function writeConfig(config: NodeConfig, usual: NodeConfig): string {
  const told = FIELDS.map(({ name, write }) => [name, write(config), write(usual)] as const)
  return JSON.stringify(
    Object.fromEntries(told.filter(([, is, was]) => JSON.stringify(is) !== JSON.stringify(was)).map(([name, is]) => [name, is])),
  )
}

export function readConfig(text: string, usual: NodeConfig): NodeConfig {
  const kept = JSON.parse(text) as Readonly<Record<string, readonly string[]>>
  const changes: Writable = {}
  for (const { name, read } of FIELDS) {
    const values = kept[name]
    if (values) read(values, changes)
  }
  return { ...usual, ...changes }
}
