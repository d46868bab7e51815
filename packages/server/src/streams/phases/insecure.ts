/** Before TLS: nothing but STARTTLS (RFC 6120 §5, RFC 7590). */
import { StreamError } from '@plodge/xmpp/stream/errors.ts'
import type { Phase } from '../stream.ts'
import { secure } from './secure.ts'

const TLS = 'urn:ietf:params:xml:ns:xmpp-tls'

export const insecure: Phase = {
  features: () => `<starttls xmlns='${TLS}'><required/></starttls>`,
  element(element, stream) {
    if (element.ns !== TLS || element.name !== 'starttls')
      throw new StreamError('not-authorized', 'TLS comes first on this connection: send <starttls/>')
    stream.write(`<proceed xmlns='${TLS}'/>`)
    stream.connection.startTls()
    // RFC 6120 §5.3.5: nothing said before TLS counts.
    stream.restart(secure(), { discard: true })
  },
}
