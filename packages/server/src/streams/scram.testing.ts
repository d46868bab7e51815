/** A log-in by SCRAM (RFC 5802) as a client does it, bound to its TLS connection or not. */
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import { type ChannelBinding, SCRAM_HASHES, type ScramMechanism } from '@plodge/xmpp/sasl/mechanisms.ts'
import { checkServerFinal, clientFinal, clientFirst, type ClientBinding, type ScramClientCrypto } from '@plodge/xmpp/sasl/scram-client.ts'
import type { RawClient } from './raw-client.testing.ts'

const SASL = 'urn:ietf:params:xml:ns:xmpp-sasl'
const ANSWER = /<\/(?:challenge|failure|success)>/
const encode = (text: string): string => Buffer.from(text).toString('base64')
const decode = (element: string): string => Buffer.from(/>([^<]*)<\/\w+>$/.exec(element)?.[1] ?? '', 'base64').toString()

/** RFC 5929, RFC 9266: what a client has of each kind. */
export function bindingData(socket: TLSSocket, type: ChannelBinding): Uint8Array {
  switch (type) {
    case 'tls-exporter':
      return socket.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0))
    case 'tls-server-end-point':
      return createHash('sha256').update(socket.getPeerCertificate().raw).digest()
    case 'tls-unique':
      return (socket.isSessionReused() ? socket.getPeerFinished() : socket.getFinished()) ?? new Uint8Array(0)
  }
}

/** Gives the last thing that the server said of it: `<success…` or `<failure…`. */
export async function scram(
  client: RawClient,
  mechanism: ScramMechanism,
  password: string,
  binding: ClientBinding = 'none',
): Promise<string> {
  const name = typeof binding === 'object' ? `${mechanism}-PLUS` : mechanism
  const first = clientFirst({ username: 'romeo', nonce: randomBytes(12).toString('base64'), binding })
  const challenge = await client.asks(`<auth xmlns='${SASL}' mechanism='${name}'>${encode(first.text)}</auth>`, ANSWER)
  if (!challenge.includes('<challenge')) return challenge
  const final = await clientFinal(cryptoOf(mechanism), first, decode(challenge), password)
  const answer = await client.asks(`<response xmlns='${SASL}'>${encode(final.text)}</response>`, ANSWER)
  if (answer.includes('<success')) checkServerFinal(decode(answer), final)
  return answer
}

function cryptoOf(mechanism: ScramMechanism): ScramClientCrypto {
  const hash = SCRAM_HASHES[mechanism]
  const length = createHash(hash).digest().length
  return {
    hash: data => createHash(hash).update(data).digest(),
    hmac: (key, data) => createHmac(hash, key).update(data).digest(),
    pbkdf2: (password, salt, iterations) => pbkdf2Sync(password, salt, iterations, length, hash),
  }
}
