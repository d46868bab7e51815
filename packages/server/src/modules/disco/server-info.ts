/** What this server says of itself to service discovery: the features all modules declare, and whom to write to (XEP-0157). */
import { namedForm, formField } from '@plodge/xmpp/xeps/data-form.ts'
import { DISCO_INFO, DISCO_ITEMS, type DiscoInfo } from '@plodge/xmpp/xeps/disco.ts'
import type { Host, Module } from '../../routing/host.ts'
import type { Settings } from '../../settings.ts'
import { type PolicySettings, dataPolicy } from './data-policy.ts'
import { SOFTWARE } from '../../ops/release.ts'

const SERVER_INFO = 'http://jabber.org/network/serverinfo'
/** XEP-0157 §7.1. */
const CONTACTS = ['abuse', 'admin', 'feedback', 'sales', 'security', 'status', 'support']

export type DescribedSettings = Pick<Settings, 'contact'> & PolicySettings

/** Complete once all modules are installed. */
export function serverInfo(host: Host, settings: DescribedSettings): DiscoInfo {
  const { contact } = settings
  const exports = host.modules.some(module => 'XEP-0227' in module.implements)
  const fields = CONTACTS.filter(kind => contact[kind]?.length).map(kind =>
    formField(`${kind}-addresses`, { type: 'list-multi', values: contact[kind] ?? [] }),
  )
  return {
    node: undefined,
    identities: [{ category: 'server', type: 'im', name: SOFTWARE, lang: undefined }],
    features: features(host, module => module.features),
    forms: [...(fields.length > 0 ? [namedForm('result', SERVER_INFO, fields)] : []), dataPolicy(settings, exports)],
  }
}

export function accountInfo(host: Host): DiscoInfo {
  return {
    node: undefined,
    identities: [
      { category: 'account', type: 'registered', name: undefined, lang: undefined },
      ...host.modules.flatMap(({ accountIdentities = [] }) => accountIdentities),
    ],
    features: features(host, module => module.accountFeatures),
    forms: [],
  }
}

function features(host: Host, declared: (module: Module) => readonly string[] | undefined): readonly string[] {
  return [...new Set([DISCO_INFO, DISCO_ITEMS, ...host.modules.flatMap(module => declared(module) ?? [])])].sort()
}
