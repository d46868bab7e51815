/** Logging in out of order, as somebody else, or not at all (RFC 6120 §5, §6, §7). */
import { base64 } from '../client/login.ts'
import type { Account } from '../target/target.ts'
import type { Case } from './case.ts'

const SASL = 'urn:ietf:params:xml:ns:xmpp-sasl'
const auth = (mechanism: string, message: string): string => `<auth xmlns='${SASL}' mechanism='${mechanism}'>${message}</auth>`
const plain = (text: string): string => auth('PLAIN', base64(text))
const response = (text: string): string => `<response xmlns='${SASL}'>${base64(text)}</response>`
const NOT_AUTHORIZED = { stream: 'not-authorized' } as const
const BIND = `<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>`
const MESSAGE = `<message to='user1@localhost'><body>not yet</body></message>`
const SM = 'urn:xmpp:sm:3'

/** `other` is somebody whose resumable session has the id. */
export function loginCases({ name, password }: Account, other: Account, resumeId: string): readonly Case[] {
  const at =
    (stage: Case['stage']) =>
    (name: string, send: Case['send'], expect: Case['expect']): Case => ({ name, stage, send, expect })
  const [beforeTls, secure, known] = [at('plain'), at('secure'), at('known')]
  return [
    beforeTls('a message before TLS', MESSAGE, NOT_AUTHORIZED),
    beforeTls('a log-in before TLS', plain(`\0${name}\0${password}`), NOT_AUTHORIZED),
    beforeTls('binding before TLS', BIND, NOT_AUTHORIZED),
    beforeTls('a resumption before TLS', `<resume xmlns='${SM}' previd='${resumeId}' h='0'/>`, NOT_AUTHORIZED),

    secure('a message before log-in', MESSAGE, NOT_AUTHORIZED),
    secure('presence before log-in', '<presence/>', NOT_AUTHORIZED),
    secure('binding before log-in', BIND, NOT_AUTHORIZED),
    secure('a resumption before log-in', `<resume xmlns='${SM}' previd='${resumeId}' h='0'/>`, NOT_AUTHORIZED),
    secure('TLS inside TLS', `<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>`, NOT_AUTHORIZED),
    secure('a mechanism that nobody offers', auth('X-BACKDOOR', ''), { sasl: 'invalid-mechanism' }),
    secure('no mechanism', `<auth xmlns='${SASL}'/>`, { sasl: 'invalid-mechanism' }),
    secure('EXTERNAL without a certificate', auth('EXTERNAL', '='), { sasl: 'invalid-mechanism' }),
    secure('what is no base64', auth('PLAIN', 'AGZ!!'), { sasl: 'incorrect-encoding' }),
    secure('base64 with padding in the middle', auth('PLAIN', 'AG==AGZv'), { sasl: 'incorrect-encoding' }),
    secure('an element inside base64', auth('PLAIN', '<x/>'), { sasl: 'incorrect-encoding' }),
    secure('a response to no challenge', response('x'), { sasl: 'malformed-request' }),
    secure('an abort of nothing', `<abort xmlns='${SASL}'/>`, { sasl: 'aborted' }),
    secure(
      'an exchange inside an exchange',
      [auth('PLAIN', ''), plain(`\0${name}\0${password}`)],
      [{ element: 'challenge' }, { sasl: 'malformed-request' }],
    ),
    secure(
      'guessing on one connection',
      Array.from({ length: 6 }, () => plain(`\0${name}\0guess`)),
      [...Array.from({ length: 5 }, () => ({ sasl: 'not-authorized' })), { stream: 'policy-violation' }],
    ),
    secure('PLAIN without separators', plain('name and password'), { sasl: 'malformed-request' }),
    secure('PLAIN with a separator too many', plain(`\0${name}\0${password}\0x`), { sasl: 'malformed-request' }),
    secure('PLAIN that is no UTF-8', auth('PLAIN', Buffer.from([0, 0xff, 0, 0xfe]).toString('base64')), { sasl: 'malformed-request' }),
    secure('PLAIN without a name', plain('\0\0secret'), { sasl: 'malformed-request' }),
    secure('PLAIN without a password', plain(`\0${name}\0`), { sasl: 'malformed-request' }),
    secure('a wrong password', plain(`\0${name}\0wrong`), { sasl: 'not-authorized' }),
    secure('somebody who does not exist', plain('\0nobody\0secret'), { sasl: 'not-authorized' }),
    secure('acting as somebody else', plain(`${other.name}@localhost\0${name}\0${password}`), { sasl: 'invalid-authzid' }),
    secure('acting as somebody elsewhere', plain(`${name}@example.org\0${name}\0${password}`), { sasl: 'invalid-authzid' }),
    secure('SCRAM with nonsense', auth('SCRAM-SHA-1', base64('nonsense')), { sasl: 'malformed-request' }),
    secure('SCRAM acting as somebody else', auth('SCRAM-SHA-1', base64(`n,a=${other.name}@localhost,n=${name},r=abc`)), {
      sasl: 'invalid-authzid',
    }),
    secure('SCRAM with an extension that must be understood', auth('SCRAM-SHA-1', base64(`n,,m=x,n=${name},r=abc`)), {
      sasl: 'malformed-request',
    }),
    secure('SCRAM whose client says it was not offered channel binding', auth('SCRAM-SHA-1', base64(`y,,n=${name},r=abc`)), {
      sasl: 'not-authorized',
    }),
    secure('SCRAM-PLUS without channel binding', auth('SCRAM-SHA-1-PLUS', base64(`n,,n=${name},r=abc`)), { sasl: 'malformed-request' }),
    secure('SCRAM-PLUS with a binding that is not there', auth('SCRAM-SHA-1-PLUS', base64(`p=tls-moon,,n=${name},r=abc`)), {
      sasl: 'malformed-request',
    }),

    known('a message before binding', MESSAGE, NOT_AUTHORIZED),
    known('presence before binding', '<presence/>', NOT_AUTHORIZED),
    known('a second log-in', plain(`\0${other.name}\0${other.password}`), NOT_AUTHORIZED),
    known('stream management before binding', `<enable xmlns='${SM}'/>`, { element: 'failed', child: 'unexpected-request' }),
    known(`the session of somebody else`, `<resume xmlns='${SM}' previd='${resumeId}' h='0'/>`, {
      element: 'failed',
      child: 'item-not-found',
    }),
    known('a session that never was', `<resume xmlns='${SM}' previd='${'x'.repeat(200)}' h='0'/>`, {
      element: 'failed',
      child: 'item-not-found',
    }),
    known('a resource that is too long', BIND.replace('/></iq>', `><resource>${'r'.repeat(1024)}</resource></bind></iq>`), {
      stanza: 'bad-request',
      type: 'modify',
    }),
  ]
}
