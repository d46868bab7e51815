/** From a line to a bound session, step by step, so that a test can stop or go astray at any step. */
import type { RawElement } from '@plodge/xmpp/xml/raw.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import type { Account, Target } from '../target/target.ts'
import { Line, type TlsChoice } from './line.ts'
import { type Binding, type Hash, bindingOf, scram } from './scram.ts'

export const SASL = 'urn:ietf:params:xml:ns:xmpp-sasl'
export const base64 = (text: string): string => Buffer.from(text).toString('base64')

export const header = (domain: string): string =>
  `<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='${domain}' version='1.0'>`

/** Sends the header; gives the features. */
export async function openStream(line: Line, domain: string): Promise<RawElement> {
  line.write(header(domain))
  return expected(await line.element(), 'features')
}

async function startTls(line: Line, target: Target, choice: TlsChoice = {}): Promise<void> {
  line.write(`<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>`)
  expected(await line.element(), 'proceed')
  await line.startTls(target, choice)
}

/** A line over TLS with its features, by STARTTLS. */
export async function secureLine(
  target: Target,
  choice: TlsChoice = {},
  port = target.port,
): Promise<{ readonly line: Line; readonly features: RawElement }> {
  const line = await Line.open(target.host, port)
  await openStream(line, target.domain)
  await startTls(line, target, choice)
  return { line, features: await openStream(line, target.domain) }
}

export interface Mechanism {
  readonly hash: Hash | undefined
  readonly binding: Binding | undefined
}
export const PLAIN: Mechanism = { hash: undefined, binding: undefined }

/** Gives <success/>, or <failure/> with its condition as an error. */
export async function authenticate(line: Line, account: Account, mechanism = PLAIN): Promise<void> {
  await (mechanism.hash === undefined ? plain(line, account) : byScram(line, account, mechanism.hash, mechanism.binding))
}

async function byScram(line: Line, account: Account, hash: Hash, binding: Binding | undefined): Promise<void> {
  const bound = binding && line.tls ? { kind: binding, data: bindingOf(line.tls, binding) } : undefined
  const exchange = scram(hash, account.name, account.password, bound)
  line.write(`<auth xmlns='${SASL}' mechanism='SCRAM-${hash}${bound ? '-PLUS' : ''}'>${base64(exchange.first)}</auth>`)
  const challenge = expected(await line.element(), 'challenge')
  line.write(`<response xmlns='${SASL}'>${base64(exchange.final(Buffer.from(challenge.payload, 'base64').toString()))}</response>`)
  const success = expected(await line.element(), 'success')
  if (!exchange.isRight(Buffer.from(success.payload, 'base64').toString()))
    throw new Error('The server did not prove that it knows the password')
}

async function plain(line: Line, { name, password }: Account): Promise<void> {
  line.write(`<auth xmlns='${SASL}' mechanism='PLAIN'>${base64(`\0${name}\0${password}`)}</auth>`)
  expected(await line.element(), 'success')
}

/** Gives the address that the server bound. */
export async function bind(line: Line, resource: string): Promise<string> {
  line.write(`<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>${resource}</resource></bind></iq>`)
  const result = expected(await line.element(), 'iq')
  const jid = /<jid>([^<]*)<\/jid>/.exec(result.payload)?.[1]
  if (jid === undefined) throw new Error(`The server did not bind: ${result.payload}`)
  return jid
}

export const mechanismsOf = (features: RawElement): readonly string[] =>
  parse(`<features xmlns='jabber:client'>${features.payload}</features>`)
    .child(SASL, 'mechanisms')
    ?.elements.map(({ text }) => text) ?? []

function expected(element: RawElement, name: string): RawElement {
  if (element.name === name) return element
  const condition = element.children[0]?.name ?? element.payload
  throw new Refusal(element.name, condition, `Expected <${name}/>, got <${element.name}/> with ${condition}`)
}

/** The server said no, in the protocol's words. */
class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly element: string
  readonly condition: string

  constructor(element: string, condition: string, message: string) {
    super(message)
    this.element = element
    this.condition = condition
  }
}
