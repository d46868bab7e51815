/** Bound: stanzas go to routing, and XEP-0198 counts them. */
import { StreamError } from '@plodge/xmpp/stream/errors.ts'
import { CSI } from '@plodge/xmpp/xeps/client-state.ts'
import type { RawElement } from '@plodge/xmpp/xml/raw.ts'
import { type Now, isPending } from '../../routing/now.ts'
import type { BoundSession } from '../bound-session.ts'
import type { Phase, Stream } from '../stream.ts'
import { UNEXPECTED, enable } from '../enabling.ts'
import { type Management, SM, readH, tooHigh } from '../management.ts'
import { readStanza } from '../stanzas.ts'
import { sessionFeatures } from './session-features.ts'

export const bound: Phase = {
  // Said to whoever bound while logging in (XEP-0386).
  features: ({ context, session }) => sessionFeatures(context, session?.management !== undefined),
  element(element, stream) {
    const { session } = stream
    if (!session) return undefined
    if (element.ns === SM) return onManagement(element, session, stream)
    return element.ns === CSI ? onClientState(element, session, stream) : onStanza(element, session, stream)
  },
}

function onStanza(element: RawElement, session: BoundSession, stream: Stream): Now<void> {
  const received = readStanza(element, session.jid, stream.lang)
  session.management?.count()
  if (received.kind === 'stanza') return stream.context.router.receive(received.stanza, session)
  if (received.stanza.type !== 'error' && received.stanza.type !== 'result') session.send(received.stanza.refused(received.error))
  return undefined
}

/** XEP-0352 §4.2. */
function onClientState({ name }: RawElement, session: BoundSession, { context }: Stream): void {
  session.isMobile = true
  if (name === 'inactive') session.rest(context.host.clock(), context.limits().inactiveStanzas)
  else if (name === 'active') session.wake()
  else throw new StreamError('unsupported-stanza-type', `There is no ${name} in client state indication`)
}

function onManagement(element: RawElement, session: BoundSession, stream: Stream): void {
  const { management } = session
  switch (element.name) {
    case 'enable':
      return stream.write(enable(element.attribute('resume'), session, stream.context))
    case 'r':
      return management ? answer(management, session, stream) : undefined
    case 'a': {
      const h = readH(element.attribute('h'))
      if (!management || h === undefined) return undefined
      if (!management.acknowledge(h)) throw tooHigh(h, management)
      return undefined
    }
    case 'resume':
      return stream.write(UNEXPECTED)
    default:
      throw new StreamError('unsupported-stanza-type', `There is no ${element.name} in stream management`)
  }
}

/** What is acknowledged is on disk: the answer waits for the commit that holds what was received until now. */
function answer(management: Management, session: BoundSession, stream: Stream): void {
  const h = management.received
  const say = (): void => {
    if (session.line === stream) stream.write(`<a xmlns='${SM}' h='${h}'/>`)
  }
  const committed = stream.context.archive.committed()
  // A failed commit was told to the senders of what it held: that is handled too (XEP-0198 §4).
  if (isPending(committed)) committed.then(say, say)
  else say()
}
