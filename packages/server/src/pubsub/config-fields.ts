/** The fields of a node's configuration (XEP-0060 §16.4.4): how each is asked, read and written. */
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import type { FieldType } from '@plodge/xmpp/xeps/data-form.ts'
import { ACCESS_MODELS, type AccessModel, ITEM_REPLIES, type NodeConfig, NOTIFICATION_TYPES, PUBLISH_MODELS, SEND_LAST } from './config.ts'

export type Writable = { -readonly [K in keyof NodeConfig]?: NodeConfig[K] }

export interface ConfigField {
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
const accessModel = (models: readonly AccessModel[]): ConfigField =>
  choice('accessModel', 'access_model', 'Who may subscribe and read', models)

/** What every node has. */
const COMMON: readonly ConfigField[] = [
  words('title', 'title', 'A short name of the node'),
  words('description', 'description', 'What the node is about'),
  words('type', 'type', 'The namespace of what is published'),
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
  choice('notificationType', 'notification_type', 'The type of notifications', NOTIFICATION_TYPES),
  choice('itemReply', 'itemreply', 'Who gets replies to notifications', ITEM_REPLIES),
  flag('takesSubscriptions', 'subscribe', 'Whether anybody may subscribe'),
]

/** At an account, which knows presence and has a roster. */
export const PERSONAL_FIELDS: readonly ConfigField[] = [
  accessModel(ACCESS_MODELS),
  field(
    'rosterGroups',
    'roster_groups_allowed',
    'Roster groups that may subscribe and read',
    'text-multi',
    values => [...new Set(values.filter(value => value !== ''))].slice(0, MOST_GROUPS).sort(),
    groups => groups,
  ),
  ...COMMON,
  flag('purgesOffline', 'purge_offline', 'Whether items go when their publisher goes offline'),
]

/** At a service (§4.5). */
export const SERVICE_FIELDS: readonly ConfigField[] = [accessModel(['open', 'authorize', 'whitelist']), ...COMMON]
