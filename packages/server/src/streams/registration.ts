/** XEP-0077 before log-in: somebody without an account asks for one. Over TLS only, and only where the settings say so. */
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { CLIENT, Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { REGISTER, RegisterFeature, Registration } from '@plodge/xmpp/xeps/register.ts'
import { write } from '@plodge/xmpp/xml/element.ts'
import type { RawElement } from '@plodge/xmpp/xml/raw.ts'
import type { Registrar } from './registrar.ts'
import type { Stream } from './stream.ts'

/** §8. */
export const registerFeature = ({ isOpen }: Registrar): string => (isOpen ? write(RegisterFeature.write({}), CLIENT) : '')

export const isRegistration = ({ ns, name, children }: RawElement): boolean =>
  ns === CLIENT && name === 'iq' && children[0]?.ns === REGISTER && children[0].name === 'query'

/** Answers on the stream, which is nobody's yet. Never rejects. */
export async function answerRegistration(element: RawElement, stream: Stream): Promise<void> {
  const envelope = { to: stream.context.host.domain, type: element.attribute('type'), id: element.attribute('id') }
  const iq = Stanza.read('iq', envelope, element.payload, element.children)
  stream.write((await answerTo(iq, stream)).toXml(stream.isFramed ? CLIENT : undefined))
}

async function answerTo(iq: Stanza, { context: { registrar, host }, address }: Stream): Promise<Stanza> {
  try {
    if (iq.type === 'get') return iq.result([Registration.write(registrar.form)])
    const filled = iq.type === 'set' ? iq.get(Registration) : undefined
    if (!filled || iq.id === undefined) throw new StanzaError('bad-request', 'To register, ask for the form or send it filled in')
    await registrar.register(filled, address)
    return iq.result()
  } catch (error) {
    if (error instanceof StanzaError) return iq.refused(error)
    host.log.error({ err: error }, 'an account could not be made')
    return iq.refused(new StanzaError('internal-server-error', 'The account could not be made; try again later'))
  }
}
