/** Settings for tests: everything has a sensible value, and a test says only what it is about. */
import type { Limits, Settings } from '@plodge/server/settings.ts'

export const testLimits = (changes: Partial<Limits> = {}): Limits => ({
  stanzaBytes: 262_144,
  stanzaBytesBeforeLogin: 16_384,
  stanzaDepth: 64,
  stanzaElements: 10_000,
  elementAttributes: 100,
  rates: false,
  stanzasPerSecond: Infinity,
  stanzaBurst: Infinity,
  bytesPerSecond: Infinity,
  sessionsPerAccount: 20,
  connectionsPerAddress: 100,
  connectionsBeforeLogin: 100,
  loginSeconds: 60,
  failedLoginsPerMinute: 10,
  clientsPerAccount: 10,
  rosterItems: 1000,
  documentBytes: 65_536,
  documents: 100,
  blockedAddresses: 100,
  outputBytes: 4_194_304,
  idleSeconds: 600,
  resumeSeconds: 300,
  unackedStanzas: 1000,
  directedPresences: 100,
  ...changes,
})

export const testSettings = (changes: Partial<Settings> = {}): Settings => ({
  domain: 'chat.cam.ac.uk',
  data: '/nowhere',
  listen: { client: [], clientTls: [], https: [], metrics: [] },
  tls: { certificate: '', key: '', minimum: 'TLSv1.2' },
  users: { localpart: /^[a-z][a-z0-9]{1,15}$/, passwordFeed: undefined, feedMayShrink: 0.05, registration: false },
  services: { upload: 'upload.chat.cam.ac.uk', pubsub: 'pubsub.chat.cam.ac.uk', proxy: 'proxy.chat.cam.ac.uk' },
  contact: {},
  archive: { enabled: true, default: 'always', keepDays: undefined },
  limits: testLimits(),
  log: { level: 'error' },
  ...changes,
})
