/** Waking this browser (XEP-0357 to a push service that speaks Web Push): asked for by the person, kept while they are signed in, undone when they leave. */
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { formField, formType, namedForm } from '@plodge/xmpp/xeps/data-form.ts'
import { AskInfo, AskItems } from '@plodge/xmpp/xeps/disco.ts'
import { DisablePush, EnablePush, PUBLISH_OPTIONS, PUSH } from '@plodge/xmpp/xeps/push.ts'
import type { Desk } from '../session/desk.ts'

/** What the server's own push service tells its key in. */
const WEB_PUSH = 'urn:plodge:web-push:0'
const MOST_ASKED = 10
/** A browser without its maker's service never answers. */
const PATIENCE_MS = 15_000

interface Service {
  readonly address: string
  readonly key: string
}

/** `page only`: the browser has no push service, or the server none: it tells only while a page is open. */
export type Waking = 'on' | 'page only'

export async function wake(desk: Desk): Promise<Waking> {
  const registration = await navigator.serviceWorker?.getRegistration()
  if (!registration || !('pushManager' in registration)) return 'page only'
  try {
    const service = await findService(desk)
    if (!service) return 'page only'
    const subscription = await withinReason(subscribed(registration, service))
    const node = await nodeOf(subscription)
    keep({ service: service.address, node })
    await desk.questions.ask(EnablePush, { service: service.address, node, options: formOf(subscription) })
    return 'on'
  } catch (error) {
    if (error instanceof StanzaError || error instanceof DOMException) return 'page only'
    throw error
  }
}

/** The page is not to be woken any more; settles when the server knows, if it can be reached. */
export async function letSleep(desk: Desk): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration()
  const subscription = await registration?.pushManager?.getSubscription()
  await subscription?.unsubscribe()
  const told = kept()
  if (!told) return
  await desk.questions.ask(DisablePush, told)
  localStorage.removeItem(TOLD)
}

/** What the server was told of this browser. It stays until the server knows that it is over: perhaps the line is away just then. */
interface Told {
  readonly service: string
  readonly node: string
}

const TOLD = 'push'

const keep = (told: Told): void => localStorage.setItem(TOLD, JSON.stringify(told))

function kept(): Told | undefined {
  try {
    const { service, node } = JSON.parse(localStorage.getItem(TOLD) ?? '{}') as Record<string, unknown>
    return typeof service === 'string' && typeof node === 'string' ? { service, node } : undefined
  } catch {
    return undefined
  }
}

/** A subscription for another key is of no use: the server has a new one. */
async function subscribed({ pushManager }: ServiceWorkerRegistration, { key }: Service): Promise<PushSubscription> {
  const known = await pushManager.getSubscription()
  const its = known?.options.applicationServerKey
  if (known && its && base64url(its) === key) return known
  await known?.unsubscribe()
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
}

async function findService({ questions, domain }: Desk): Promise<Service | undefined> {
  const { items } = await questions.ask(AskItems, { node: undefined }, domain)
  const services = items.map(({ jid }) => jid).filter(jid => !jid.includes('@'))
  // What it is called where nobody changed it, first.
  services.sort((one, other) => Number(other.startsWith('push.')) - Number(one.startsWith('push.')))
  for (const address of services.slice(0, MOST_ASKED)) {
    const info = await questions.ask(AskInfo, { node: undefined }, address).catch(() => undefined)
    const form = info?.forms.find(one => formType(one) === WEB_PUSH)
    const key = form?.fields.find(({ name }) => name === 'key')?.values[0]
    if (info?.features.includes(PUSH) && key !== undefined) return { address, key }
  }
  return undefined
}

function formOf(subscription: PushSubscription) {
  const key = (name: PushEncryptionKeyName): string => {
    const bytes = subscription.getKey(name)
    return bytes ? base64url(bytes) : ''
  }
  const values = { endpoint: subscription.endpoint, p256dh: key('p256dh'), auth: key('auth') }
  const fields = Object.entries(values).map(([name, value]) => formField(name, { values: [value] }))
  return namedForm('submit', PUBLISH_OPTIONS, fields)
}

/** A name of this browser that tells nothing. */
async function nodeOf({ endpoint }: PushSubscription): Promise<string> {
  return base64url(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(endpoint))).slice(0, 22)
}

const base64url = (bytes: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')

function withinReason<T>(promise: Promise<T>): Promise<T> {
  const late = new Promise<never>((_resolve, reject) => {
    setTimeout(() => reject(new DOMException('the push service does not answer', 'TimeoutError')), PATIENCE_MS)
  })
  return Promise.race([promise, late])
}
