/** What a client may do on one connection, as words that a corpus can keep; most are right somewhere and wrong elsewhere. */
import type { Random } from '../random.ts'
import { mutate } from '../reader/mutate.ts'

const SASL = 'urn:ietf:params:xml:ns:xmpp-sasl'
const SASL2 = 'urn:xmpp:sasl:2'
const SM = 'urn:xmpp:sm:3'
const BIND = 'urn:ietf:params:xml:ns:xmpp-bind'
const HEADER = `<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='localhost' version='1.0'>`

/** Steps that are more than a text: the actor knows how. */
const ACTIONS = [
  'wait',
  'starttls',
  'plain right',
  'plain wrong',
  'scram right',
  'scram wrong',
  'sasl2 right',
  'sasl2 wrong',
  'sasl2 scram right',
  'sasl2 scram wrong',
  'token',
  'resume',
  'sasl2 resume',
  'close',
] as const
export type Action = (typeof ACTIONS)[number]
export const isAction = (step: string): step is Action => (ACTIONS as readonly string[]).includes(step)

const TEXTS = [
  HEADER,
  `<?xml version='1.0'?>${HEADER}`,
  HEADER.replace('localhost', 'elsewhere'),
  `<auth xmlns='${SASL}' mechanism='PLAIN'/>`,
  `<auth xmlns='${SASL}' mechanism='SCRAM-SHA-1'>biwsbj11c2VyMCxyPWFiYw==</auth>`,
  `<auth xmlns='${SASL}' mechanism='X'>=</auth>`,
  `<response xmlns='${SASL}'>Yz1iaXdzLHI9YWJjLHA9YWJj</response>`,
  `<response xmlns='${SASL}'/>`,
  `<abort xmlns='${SASL}'/>`,
  `<success xmlns='${SASL}'/>`,
  `<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>`,
  `<iq type='set' id='b'><bind xmlns='${BIND}'/></iq>`,
  `<iq type='set' id='b'><bind xmlns='${BIND}'><resource>r</resource></bind></iq>`,
  `<iq type='set' id='s'><session xmlns='urn:ietf:params:xml:ns:xmpp-session'/></iq>`,
  `<enable xmlns='${SM}' resume='true'/>`,
  `<enable xmlns='${SM}'/>`,
  `<r xmlns='${SM}'/>`,
  `<a xmlns='${SM}' h='0'/>`,
  `<a xmlns='${SM}' h='3'/>`,
  `<resume xmlns='${SM}' previd='x' h='0'/>`,
  '<presence/>',
  `<presence type='unavailable'/>`,
  `<presence to='user1@localhost' type='subscribe'/>`,
  `<message to='user0@localhost' id='m'><body>to me</body></message>`,
  `<message to='user1@localhost/r' type='chat'><body>to you</body></message>`,
  `<iq type='get' id='q'><query xmlns='jabber:iq:roster'/></iq>`,
  `<iq type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>`,
  `<iq type='set' id='c'><enable xmlns='urn:xmpp:carbons:2'/></iq>`,
  `<iq type='set' id='h'><query xmlns='urn:xmpp:mam:2'/></iq>`,
  `<iq type='get' id='d' to='localhost'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>`,
  `<iq type='set' id='k'><block xmlns='urn:xmpp:blocking'><item jid='user1@localhost'/></block></iq>`,
  `<authenticate xmlns='${SASL2}' mechanism='PLAIN'/>`,
  `<authenticate xmlns='${SASL2}' mechanism='X'><initial-response/></authenticate>`,
  `<authenticate xmlns='${SASL2}' mechanism='EXTERNAL'><initial-response>dXNlcjBAbG9jYWxob3N0</initial-response></authenticate>`,
  `<authenticate xmlns='${SASL2}' mechanism='SCRAM-SHA-1'><initial-response>biwsbj11c2VyMCxyPWFiYw==</initial-response><upgrade xmlns='urn:xmpp:sasl:upgrade:0'>UPGR-SCRAM-SHA-512</upgrade></authenticate>`,
  `<authenticate xmlns='${SASL2}' mechanism='HT-SHA-256-NONE'><initial-response>dXNlcjAA</initial-response><user-agent id='d4565fa7-4d72-4749-b3d3-740edbf87770'/><fast xmlns='urn:xmpp:fast:0' count='1'/></authenticate>`,
  `<response xmlns='${SASL2}'>Yz1iaXdzLHI9YWJjLHA9YWJj</response>`,
  `<response xmlns='${SASL2}'/>`,
  `<next xmlns='${SASL2}' task='UPGR-SCRAM-SHA-512'/>`,
  `<task-data xmlns='${SASL2}'><hash xmlns='urn:xmpp:scram-upgrade:0'>AAAA</hash></task-data>`,
  `<abort xmlns='${SASL2}'/>`,
  `<success xmlns='${SASL2}'/>`,
  ' ',
] as const

/** The way in, so that deep states are reached often. */
const WAYS: readonly [readonly string[], ...(readonly string[])[]] = [
  [HEADER, 'starttls', HEADER, 'plain right', HEADER, TEXTS[12], 'wait'],
  [HEADER, 'starttls', HEADER, 'sasl2 right', 'wait'],
]

export function sequence(random: Random): string[] {
  const way = random.pick(WAYS)
  const steps: string[] = way.slice(0, random.below(way.length + 1))
  for (let more = 1 + random.below(8); more > 0; more--) steps.push(step(random))
  if (random.oneIn(4)) steps.splice(random.below(steps.length), 1)
  return steps
}

/** A sequence changed a little. */
export function changed(random: Random, steps: readonly string[]): string[] {
  const at = random.below(steps.length + 1)
  switch (random.below(4)) {
    case 0:
      return steps.toSpliced(at, 1)
    case 1:
      return steps.toSpliced(at, 1, step(random))
    case 2:
      return steps.toSpliced(at, 0, steps[random.below(steps.length)] ?? 'wait')
    default:
      return steps.toSpliced(at, 0, step(random))
  }
}

function step(random: Random): string {
  if (random.oneIn(3)) return random.pick(ACTIONS)
  const text = random.pick(TEXTS)
  return random.oneIn(6) ? mutate(random, text, random.pick(TEXTS)) : text
}
