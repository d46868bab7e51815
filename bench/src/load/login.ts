/** A client's way from a socket to being online, step by step as a real one goes: nothing is sent before it may be. */

import { connect as connectTcp } from 'node:net'
import { connect as connectTls, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls'
import { domain } from '../people.ts'
import type { Client } from './client.ts'
import type { Depth, Endpoint } from './orders.ts'
import { scram } from './scram.ts'

export const header = `<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='${domain}' version='1.0'>`
export const featuresEnd = /<\/stream:features>/

let context: { readonly certificate: string; readonly made: SecureContext } | undefined

/** One context for all sockets. Every server gets the same offer: TLS 1.3, one cipher, X25519, no session to resume. */
function contextFor(certificate: string): SecureContext {
  if (context?.certificate !== certificate) {
    const made = createSecureContext({ ca: certificate, minVersion: 'TLSv1.3', ciphers: 'TLS_AES_256_GCM_SHA384', ecdhCurve: 'X25519' })
    context = { certificate, made }
  }
  return context.made
}

export async function login(client: Client, endpoint: Endpoint, depth: Depth): Promise<void> {
  await secure(client, endpoint)
  if (endpoint.protocol === 'floor') {
    client.write(`<hello id='${client.index}'/>`)
    await client.until(/<welcome\/>/)
    client.count()
    return
  }
  await authenticate(client)
  await bind(client)
  client.count()
  if (depth === 'present') await appear(client)
}

export async function secure(client: Client, endpoint: Endpoint): Promise<void> {
  const shared = { secureContext: contextFor(endpoint.certificate), servername: domain, ALPNProtocols: ['xmpp-client'] }
  if (endpoint.security === 'tls') {
    return shaken(client, connectTls({ ...shared, host: '127.0.0.1', port: endpoint.port }))
  }
  const plain = connectTcp(endpoint.port, '127.0.0.1')
  client.attach(plain)
  client.write(header)
  await client.until(featuresEnd)
  client.write("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
  await client.until(/<proceed[^>]*>/)
  plain.removeAllListeners()
  return shaken(client, connectTls({ ...shared, socket: plain }))
}

function shaken(client: Client, socket: TLSSocket): Promise<void> {
  socket.setNoDelay(true)
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.once('secureConnect', () => {
      socket.removeListener('error', reject)
      client.attach(socket)
      resolve()
    })
  })
}

/** RFC 6120 §6 with SCRAM-SHA-1. */
export async function authenticate(client: Client): Promise<void> {
  const conversation = scram(client.name)
  client.write(header)
  await client.until(featuresEnd)
  client.write(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1'>${conversation.first}</auth>`)
  const challenge = payload(await client.until(/<challenge[^>]*>[^<]*<\/challenge>|<failure.*<\/failure>/))
  client.write(`<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>${conversation.answer(challenge)}</response>`)
  payload(await client.until(/<success[^>]*>[^<]*<\/success>|<failure.*<\/failure>/))
}

export function payload(element: string): string {
  if (element.startsWith('<failure')) throw new Error(`The server refused a log-in: ${element}`)
  return element.slice(element.indexOf('>') + 1, element.lastIndexOf('<'))
}

/** RFC 6120 §7. */
async function bind(client: Client): Promise<void> {
  client.write(header)
  await client.until(featuresEnd)
  client.write("<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>bench</resource></bind></iq>")
  const result = await client.until(/<iq[^>]*id=['"]bind['"][^]*?<\/iq>/)
  if (!/type=['"]result['"]/.test(result)) throw new Error(`The server refused to bind a resource: ${result}`)
}

/** What a client does next: roster, carbons, presence; done when the server has shown its own presence back (RFC 6121 §4.2.2). */
export async function appear(client: Client): Promise<void> {
  client.write("<iq type='get' id='roster'><query xmlns='jabber:iq:roster'/></iq>")
  const roster = await client.until(/<iq[^>]*id=['"]roster['"][^]*?<\/iq>/)
  if (!roster.includes('<item')) throw new Error(`${client.name} has no contacts on this server: ${roster}`)
  client.write("<iq type='set' id='carbons'><enable xmlns='urn:xmpp:carbons:2'/></iq>")
  await client.until(/<iq[^>]*id=['"]carbons['"]/)
  const own = client.until(new RegExp(`<presence[^>]*from=['"]${client.name}@`))
  client.write(
    "<presence><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='https://bench.example' ver='QgayPKawpkPSDYmwT/WM94uAlu0='/></presence>",
  )
  await own
}
