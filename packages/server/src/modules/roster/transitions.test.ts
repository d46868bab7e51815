import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOBODY_KNOWN } from '../../accounts/roster.ts'
import type { RosterRow } from '../../storage/repositories.ts'
import { OUT, type SubscriptionType, goesOut, react } from './transitions.ts'

/** The nine states of RFC 6121 §A.1. */
const state = (subscription: RosterRow['subscription'], { out = false, into = false } = {}): RosterRow => ({
  contact: 'juliet@example.com',
  ...NOBODY_KNOWN,
  listed: true,
  subscription,
  ask: out,
  pendingIn: into ? '<presence/>' : undefined,
})
const STATES = {
  None: state('none'),
  'None + Pending Out': state('none', { out: true }),
  'None + Pending In': state('none', { into: true }),
  'None + Pending Out+In': state('none', { out: true, into: true }),
  To: state('to'),
  'To + Pending In': state('to', { into: true }),
  From: state('from'),
  'From + Pending Out': state('from', { out: true }),
  Both: state('both'),
} as const
type State = keyof typeof STATES

function nameOf(row: RosterRow): State {
  const found = Object.entries(STATES).find(
    ([, known]) =>
      known.subscription === row.subscription && known.ask === row.ask && (known.pendingIn === undefined) === (row.pendingIn === undefined),
  )
  assert.ok(found, JSON.stringify(row))
  return found[0] as State
}

/** RFC 6121 §A.2: state, whether it is routed, new state. */
const OUTBOUND: Readonly<Record<SubscriptionType, Readonly<Record<State, readonly [boolean, State]>>>> = {
  subscribe: {
    None: [true, 'None + Pending Out'],
    'None + Pending Out': [true, 'None + Pending Out'],
    'None + Pending In': [true, 'None + Pending Out+In'],
    'None + Pending Out+In': [true, 'None + Pending Out+In'],
    To: [true, 'To'],
    'To + Pending In': [true, 'To + Pending In'],
    From: [true, 'From + Pending Out'],
    'From + Pending Out': [true, 'From + Pending Out'],
    Both: [true, 'Both'],
  },
  unsubscribe: {
    None: [true, 'None'],
    'None + Pending Out': [true, 'None'],
    'None + Pending In': [true, 'None + Pending In'],
    'None + Pending Out+In': [true, 'None + Pending In'],
    To: [true, 'None'],
    'To + Pending In': [true, 'None + Pending In'],
    From: [true, 'From'],
    'From + Pending Out': [true, 'From'],
    Both: [true, 'From'],
  },
  subscribed: {
    None: [false, 'None'],
    'None + Pending Out': [false, 'None + Pending Out'],
    'None + Pending In': [true, 'From'],
    'None + Pending Out+In': [true, 'From + Pending Out'],
    To: [false, 'To'],
    'To + Pending In': [true, 'Both'],
    From: [false, 'From'],
    'From + Pending Out': [false, 'From + Pending Out'],
    Both: [false, 'Both'],
  },
  unsubscribed: {
    None: [false, 'None'],
    'None + Pending Out': [false, 'None + Pending Out'],
    'None + Pending In': [true, 'None'],
    'None + Pending Out+In': [true, 'None + Pending Out'],
    To: [false, 'To'],
    'To + Pending In': [true, 'To'],
    From: [true, 'None'],
    'From + Pending Out': [true, 'None + Pending Out'],
    Both: [true, 'To'],
  },
}

/** RFC 6121 §A.3: state, whether the devices hear of it, new state. */
const INBOUND: typeof OUTBOUND = {
  subscribe: {
    None: [true, 'None + Pending In'],
    'None + Pending Out': [true, 'None + Pending Out+In'],
    'None + Pending In': [false, 'None + Pending In'],
    'None + Pending Out+In': [false, 'None + Pending Out+In'],
    To: [true, 'To + Pending In'],
    'To + Pending In': [false, 'To + Pending In'],
    From: [false, 'From'],
    'From + Pending Out': [false, 'From + Pending Out'],
    Both: [false, 'Both'],
  },
  unsubscribe: {
    None: [false, 'None'],
    'None + Pending Out': [false, 'None + Pending Out'],
    'None + Pending In': [true, 'None'],
    'None + Pending Out+In': [true, 'None + Pending Out'],
    To: [false, 'To'],
    'To + Pending In': [true, 'To'],
    From: [true, 'None'],
    'From + Pending Out': [true, 'None + Pending Out'],
    Both: [true, 'To'],
  },
  subscribed: {
    None: [false, 'None'],
    'None + Pending Out': [true, 'To'],
    'None + Pending In': [false, 'None + Pending In'],
    'None + Pending Out+In': [true, 'To + Pending In'],
    To: [false, 'To'],
    'To + Pending In': [false, 'To + Pending In'],
    From: [false, 'From'],
    'From + Pending Out': [true, 'Both'],
    Both: [false, 'Both'],
  },
  unsubscribed: {
    None: [false, 'None'],
    'None + Pending Out': [true, 'None'],
    'None + Pending In': [false, 'None + Pending In'],
    'None + Pending Out+In': [true, 'None + Pending In'],
    To: [true, 'None'],
    'To + Pending In': [true, 'None + Pending In'],
    From: [false, 'From'],
    'From + Pending Out': [true, 'From'],
    Both: [true, 'From'],
  },
}

for (const type of ['subscribe', 'unsubscribe', 'subscribed', 'unsubscribed'] as const) {
  for (const [from, [isRouted, to]] of Object.entries(OUTBOUND[type]) as [State, readonly [boolean, State]][]) {
    test(`RFC 6121 §A.2: sending ${type} in ${from} leads to ${to}`, () => {
      assert.equal(nameOf(OUT[type](STATES[from])), to)
      assert.equal(goesOut(type, STATES[from]), isRouted)
    })
  }
  for (const [from, [isDelivered, to]] of Object.entries(INBOUND[type]) as [State, readonly [boolean, State]][]) {
    test(`RFC 6121 §A.3: receiving ${type} in ${from} leads to ${to}`, () => {
      const reaction = react(type, STATES[from], '<presence/>')
      assert.equal(nameOf(reaction.row), to)
      assert.equal(reaction.isDelivered, isDelivered)
    })
  }
}

test('RFC 6121 §3.4: an approval before the request answers it', () => {
  const approved = OUT.subscribed(STATES['None'])
  assert.equal(approved.approved, true)
  const reaction = react('subscribe', approved, '<presence/>')
  assert.deepEqual({ ...reaction, row: nameOf(reaction.row) }, { row: 'From', isDelivered: false, reply: 'subscribed' })
  assert.equal(reaction.row.approved, false)
})

test('RFC 6121 §3.1.3: who may see already is answered by the server', () => {
  assert.equal(react('subscribe', STATES['Both'], '').reply, 'subscribed')
})
