/** What a client asks for when it logs in by XEP-0388: who it is, and all that is to happen in the same breath. */
import { SaslError } from '@plodge/xmpp/sasl/errors.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { Bind2 } from '@plodge/xmpp/xeps/bind2.ts'
import type { Value } from '@plodge/xmpp/xeps/codec.ts'
import { FAST, Fast, RequestToken } from '@plodge/xmpp/xeps/fast.ts'
import { Authenticate } from '@plodge/xmpp/xeps/sasl2.ts'
import { UPGRADE } from '@plodge/xmpp/xeps/sasl-upgrade.ts'
import { Element } from '@plodge/xmpp/xml/element.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import type { RawElement } from '@plodge/xmpp/xml/raw.ts'
import { SM, readH } from '../management.ts'
import type { ResumeRequest } from '../resuming.ts'

export interface FastRequest {
  readonly count: number | undefined
  readonly isLast: boolean
}

export interface LoginRequest {
  readonly mechanism: string
  readonly initialResponse: string | undefined
  readonly userAgent: Value<typeof Authenticate>['userAgent']
  readonly resume: ResumeRequest | undefined
  readonly bind: BindRequest | undefined
  readonly fast: FastRequest | undefined
  /** The mechanism that the token is wanted for. */
  readonly requestToken: string | undefined
  /** Names of tasks (XEP-0480). */
  readonly upgrades: readonly string[]
}

export interface BindRequest {
  readonly tag: string | undefined
  /** What is to be enabled. */
  readonly features: readonly Element[]
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** As a tree; what it is made of is bounded by what the reader takes before log-in. */
export function treeOf({ ns, name, attributes, payload }: RawElement): Element {
  const named: Record<string, string> = {}
  for (let i = 0; i < attributes.length; i += 2) named[attributes[i] ?? ''] = attributes[i + 1] ?? ''
  const { children } = parse(`<x>${payload}</x>`, ns)
  return new Element(ns, name, named, children)
}

/** Throws a SaslError when it is none. */
export function readRequest(element: RawElement): LoginRequest {
  const tree = treeOf(element)
  const resume = tree.child(SM, 'resume')
  const bind = tree.child(Bind2.ns, Bind2.name)
  const requestToken = tree.child(FAST, 'request-token')
  try {
    const { mechanism, initialResponse, userAgent } = Authenticate.read(tree)
    if (userAgent?.id !== undefined && !UUID.test(userAgent.id)) throw malformed('The id of a user agent is a UUID')
    return {
      mechanism,
      initialResponse,
      userAgent: userAgent && { ...userAgent, id: userAgent.id?.toLowerCase() },
      resume: resume && { id: resume.attributes['previd'] ?? '', h: readH(resume.attributes['h']) },
      bind: bind && { tag: Bind2.read(bind).tag, features: bind.elements.filter(({ ns }) => ns !== Bind2.ns) },
      fast: readFast(tree.child(FAST, 'fast')),
      requestToken: requestToken && RequestToken.read(requestToken).mechanism,
      upgrades: [...new Set(tree.childrenNamed(UPGRADE, 'upgrade').map(({ text }) => text.trim()))],
    }
  } catch (error) {
    if (error instanceof StanzaError) throw malformed(error.text ?? 'Something is missing')
    throw error
  }
}

function readFast(found: Element | undefined): FastRequest | undefined {
  if (!found) return undefined
  const { count, invalidate } = Fast.read(found)
  if (count !== undefined && !/^\d{1,10}$/.test(count)) throw malformed('A count is a whole number')
  return { count: count === undefined ? undefined : Number(count), isLast: invalidate === 'true' || invalidate === '1' }
}

const malformed = (text: string): SaslError => new SaslError('malformed-request', text)
