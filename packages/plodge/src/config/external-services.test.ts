import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EXTERNAL_SERVICES } from './external-services.ts'

const { kind } = EXTERNAL_SERVICES
const TURN = { type: 'turn', host: 'turn.cam.ac.uk' }

test('a service with a secret is restricted unless told otherwise, and its file is beside the configuration', () => {
  const read = kind.read(
    [
      { ...TURN, port: 3478, transport: 'udp', secret_file: 'turn.secret' },
      { type: 'stun', host: '2001:db8::1' },
    ],
    '/etc/plodge',
  )
  assert.ok(read.kind === 'value')
  assert.deepEqual(read.value, [
    {
      ...TURN,
      port: 3478,
      transport: 'udp',
      name: undefined,
      secretFile: '/etc/plodge/turn.secret',
      lifetimeSeconds: 43_200,
      isRestricted: true,
    },
    {
      type: 'stun',
      host: '2001:db8::1',
      port: undefined,
      transport: undefined,
      name: undefined,
      secretFile: undefined,
      lifetimeSeconds: 43_200,
      isRestricted: false,
    },
  ])
})

test('what is wrong with one is not taken', () => {
  const wrong: unknown[] = [
    { host: 'turn.cam.ac.uk' },
    { type: 'turn' },
    { ...TURN, type: 'TURN server' },
    { ...TURN, host: 'a b' },
    { ...TURN, host: 'me@turn.cam.ac.uk' },
    { ...TURN, port: 0 },
    { ...TURN, port: 65_536 },
    { ...TURN, port: 3478.5 },
    { ...TURN, transport: 'sctp' },
    { ...TURN, name: 1 },
    { ...TURN, secret_file: '' },
    { ...TURN, secret: 'in the open' },
    { ...TURN, lifetime_seconds: 0 },
    { ...TURN, restricted: 'yes' },
    'turn.cam.ac.uk',
    null,
  ]
  for (const service of wrong) assert.equal(kind.read([service], '/').kind, 'wrong', JSON.stringify(service))
  assert.equal(kind.read(TURN, '/').kind, 'wrong')
  assert.equal(
    kind.read(
      Array.from({ length: 51 }, () => TURN),
      '/',
    ).kind,
    'wrong',
  )
})
