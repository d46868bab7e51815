/** Stanzas that a bound client may not send (RFC 6120 §8, XEP-0198). */
import type { Case } from './case.ts'

const SM = 'urn:xmpp:sm:3'
const bound = (name: string, send: Case['send'], expect: Case['expect']): Case => ({ name, stage: 'bound', send, expect })
const iq = (attributes: string, inside = `<ping xmlns='urn:xmpp:ping'/>`): string => `<iq ${attributes}>${inside}</iq>`

export const stanzaCases: readonly Case[] = [
  bound('a forged sender', `<message from='user1@localhost/phone' to='user2@localhost'><body>It is me</body></message>`, {
    stream: 'invalid-from',
  }),
  bound('a forged domain', `<message from='bank.example' to='user2@localhost'><body>Pay</body></message>`, { stream: 'invalid-from' }),
  bound('another own device', `<presence from='user0@localhost/other'/>`, { stream: 'invalid-from' }),
  bound('a sender that is no address', `<message from='@@' to='user2@localhost'/>`, { stream: 'invalid-from' }),
  bound('a recipient that is no address', `<message to='a b@@c' id='1'><body>x</body></message>`, {
    stanza: 'jid-malformed',
    type: 'modify',
  }),
  bound('an unknown stanza', '<massage/>', { stream: 'unsupported-stanza-type' }),
  bound('a stanza of another namespace', `<message xmlns='jabber:server'/>`, { stream: 'invalid-namespace' }),
  bound('a question without id', iq(`type='get'`), { stanza: 'bad-request', type: 'modify' }),
  bound('a question without type', iq(`id='1'`), { stanza: 'bad-request', type: 'modify' }),
  bound('a question of an unknown type', iq(`id='1' type='perhaps'`), { stanza: 'bad-request', type: 'modify' }),
  bound('a question without payload', iq(`id='1' type='get'`, ''), { stanza: 'bad-request', type: 'modify' }),
  bound('a question with two payloads', iq(`id='1' type='get'`, `<a xmlns='a'/><b xmlns='b'/>`), { stanza: 'bad-request', type: 'modify' }),
  bound('a question that nobody understands', iq(`id='1' type='get'`, `<a xmlns='urn:nobody'/>`), {
    stanza: 'service-unavailable',
    type: 'cancel',
  }),
  bound('presence of an unknown type', `<presence type='asleep' to='user1@localhost' id='1'/>`, { stanza: 'bad-request', type: 'modify' }),
  bound('binding twice', `<iq type='set' id='b2'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>second</resource></bind></iq>`, {
    stanza: 'service-unavailable',
    type: 'cancel',
  }),
  bound('a log-in while bound', `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGEAYg==</auth>`, {
    stream: 'unsupported-stanza-type',
  }),
  bound('STARTTLS while bound', `<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>`, { stream: 'unsupported-stanza-type' }),
  bound('another server', `<message to='someone@elsewhere.example' id='1'><body>x</body></message>`, {
    stanza: 'remote-server-not-found',
    type: 'cancel',
  }),
  bound('stream management twice', `<enable xmlns='${SM}'/><enable xmlns='${SM}'/>`, [
    { element: 'enabled' },
    { element: 'failed', child: 'unexpected-request' },
  ]),
  bound('an acknowledgement of what was never sent', `<enable xmlns='${SM}'/><a xmlns='${SM}' h='4000'/>`, [
    { element: 'enabled' },
    { stream: 'undefined-condition', detail: 'handled-count-too-high' },
  ]),
  bound('a resumption while bound', `<resume xmlns='${SM}' previd='x' h='0'/>`, { element: 'failed', child: 'unexpected-request' }),
  bound('a stanza without end, and goodbye', '<message><body>unfinished', { closes: true }),
]
