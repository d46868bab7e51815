/** Every module of the server, installed once and closed again, without network or disk: for what is made from their declarations. */
import type { Change } from '@plodge/server/accounts/accounts.ts'
import { Devices } from '@plodge/server/accounts/devices/devices.ts'
import { networkOf } from '@plodge/server/accounts/network.ts'
import { Roles } from '@plodge/server/accounts/roles.ts'
import { Rosters } from '@plodge/server/accounts/rosters.ts'
import { installModules } from '@plodge/server/modules.ts'
import { Blobs } from '@plodge/server/modules/upload/blobs.ts'
import { externalServices } from '@plodge/server/modules/external-services/external-services.ts'
import { Meetings } from '@plodge/server/modules/proxy/meetings.ts'
import { proxy } from '@plodge/server/modules/proxy/proxy.ts'
import { type Upload, upload } from '@plodge/server/modules/upload/upload.ts'
import { Host, type Module } from '@plodge/server/routing/host.ts'
import type { Store } from '@plodge/server/storage/repositories.ts'
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { Clock } from './clock.ts'
import { testSettings } from './settings.ts'
import { memoryStore } from './store/memory-store.ts'
import { TownLog } from './town-log.ts'

export async function allModules(): Promise<readonly Module[]> {
  const settings = testSettings()
  const { now } = new Clock()
  const domain = Jid.parse(settings.domain)?.account
  if (!domain) throw new Error(`${settings.domain} is no domain`)
  const store = memoryStore(now)
  const host = new Host({ domain, people: { exists: () => false }, log: new TownLog(), clock: now })
  const installed = installModules({
    host,
    settings: () => settings,
    store,
    rosters: new Rosters(store.rosters),
    accounts: { setPassword: async () => {}, remove: async () => {}, isFromFeed: () => false },
    upload: filesOf(host, store),
    proxy: proxy({
      domain: Jid.parse('proxy.chat.cam.ac.uk')?.account ?? host.domain,
      meetings: new Meetings(() => settings.proxy, networkOf, host.log),
      place: () => undefined,
    }),
    webPush: undefined,
    external: externalServices([]),
    devices: noDevices,
    clients: { onNew: () => {} },
    webSessions: { left: () => {}, expire: async () => {} },
    administration: {
      accounts: nobody,
      roles: await Roles.open({ documents: store.documents, configured: () => settings.roles }),
      stop: () => {},
    },
  })
  await installed.close()
  return installed.modules
}

const noDevices = new Devices({
  accounts: { find: () => undefined },
  clients: { list: async () => [], withTokens: async () => [], revoke: async () => false, idOfSession: () => '' },
  webSessions: { list: async () => [], revoke: async () => false },
  appPasswords: { make: async () => ({ kind: 'refused', why: 'there is nobody' }), revoke: async () => false },
  rule: () => ({ appPasswords: true, mainPassword: 'always' }),
  sessionsOf: () => [],
  endSession: () => {},
  clock: () => 0,
})
const refuse = async (): Promise<Change> => ({ kind: 'refused', why: 'there is nobody' })
const nobody = {
  find: () => undefined,
  list: async () => [],
  count: async () => 0,
  add: refuse,
  lock: refuse,
  unlock: refuse,
  remove: refuse,
  setPassword: refuse,
}

const filesOf = (host: Host, store: Store): Upload =>
  upload({
    host,
    domain: Jid.parse('upload.chat.cam.ac.uk')?.account ?? host.domain,
    uploads: store.uploads,
    documents: store.documents,
    blobs: new Blobs('/nowhere'),
    key: Buffer.alloc(32),
    settings: () => testSettings().upload,
    baseUrl: () => 'https://chat.cam.ac.uk/upload/',
  })
