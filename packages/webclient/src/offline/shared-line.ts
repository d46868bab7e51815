/**
 * One stream for all tabs of a person: whoever holds a lock leads and has it, the others speak and hear through the leader (BroadcastChannel). When the leader
 * goes the next one gets the lock, and all begin a new session. One that sleeps, as phones let tabs sleep, is deposed by who looks at another.
 */
import { MUC_USER } from '@plodge/xmpp/xeps/muc.ts'
import { RECEIPTS } from '@plodge/xmpp/xeps/receipts.ts'
import type { Element } from '@plodge/xmpp/xml/element.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import type { Line, LineState, Listener } from '../connection/line.ts'
import { thisTab } from './tabs.ts'

/** A leader that is awake answers at once. */
const PATIENCE_MS = 3000
/** Presences that whoever comes later is told of. */
const MOST_PRESENCES = 5000

type Said =
  /** To the leader. */
  | { readonly kind: 'hello'; readonly from: string }
  | { readonly kind: 'send'; readonly from: string; readonly stanza: string }
  | { readonly kind: 'presences'; readonly from: string }
  /** From the leader; `to` is one tab, or all. */
  | { readonly kind: 'state'; readonly to: string | undefined; readonly state: LineState }
  | { readonly kind: 'online'; readonly to: string | undefined; readonly how: 'fresh' | 'resumed'; readonly address: string }
  | { readonly kind: 'heard'; readonly to: string | undefined; readonly stanza: string }
  | { readonly kind: 'confirmed'; readonly to: undefined; readonly stanza: string }

/** Without locks or channels each tab has a stream of its own. */
export function sharedLine(own: string, open: (listener: Listener) => Line, listener: Listener): Line {
  return 'locks' in navigator && 'BroadcastChannel' in globalThis ? new SharedLine(own, open, listener) : open(listener)
}

class SharedLine implements Line, Listener {
  readonly #name: string
  readonly #open: (listener: Listener) => Line
  readonly #listener: Listener
  readonly #channel: BroadcastChannel
  readonly #given = new AbortController()
  /** The stream, when this tab leads. */
  #stream: Line | undefined
  #state: LineState = { kind: 'connecting', isAgain: false }
  #address = ''
  /** Whether this tab's session has begun on the leader's stream, and was told of presence. */
  #isIn = false
  #isShown = false
  #isClosed = false
  /** How people are, as the leader heard it: by device. */
  readonly #presences = new Map<string, Element>()
  /** Nothing is written out for nobody. */
  #hasOthers = false
  #step: (() => void) | undefined
  #doubt: ReturnType<typeof setTimeout> | undefined

  constructor(own: string, open: (listener: Listener) => Line, listener: Listener) {
    this.#name = `plodge line ${own}`
    this.#open = open
    this.#listener = listener
    this.#channel = new BroadcastChannel(this.#name)
    this.#channel.addEventListener('message', ({ data }: MessageEvent<Said>) => this.#said(data))
    this.#wait()
    this.#ask()
  }

  send(stanza: Element): void {
    if (this.#stream) return this.#stream.send(stanza)
    if (isLeadersToSay(stanza)) return
    const { to, type } = stanza.attributes
    // The first of a session would make the server tell of everybody: the leader knows, and how one is was said already.
    if (stanza.name === 'presence' && to === undefined && type === undefined && !this.#isShown) {
      this.#isShown = true
      return this.#say({ kind: 'presences', from: thisTab })
    }
    return this.#say({ kind: 'send', from: thisTab, stanza: stanza.toString() })
  }

  hurry(): void {
    if (this.#stream) this.#stream.hurry()
    else this.#ask()
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#doubt)
    this.#given.abort()
    this.#stream?.close()
    this.#stream = undefined
    this.#step?.()
    this.#channel.close()
  }

  // What the stream tells the leader, which tells the others.

  heard(stanza: Element): void {
    this.#remember(stanza)
    if (this.#hasOthers) this.#say({ kind: 'heard', to: undefined, stanza: stanza.toString() })
    this.#listener.heard(stanza)
  }

  online(how: 'fresh' | 'resumed', address: string): void {
    if (how === 'fresh') this.#presences.clear()
    this.#address = address
    this.#say({ kind: 'online', to: undefined, how, address })
    this.#listener.online(how, address)
  }

  lineIs(state: LineState): void {
    this.#state = state
    this.#say({ kind: 'state', to: undefined, state })
    this.#listener.lineIs(state)
  }

  confirmed(stanza: Element): void {
    if (this.#hasOthers) this.#say({ kind: 'confirmed', to: undefined, stanza: stanza.toString() })
    this.#listener.confirmed(stanza)
  }

  /** Until the lock is ours; a leader that sleeps loses it. */
  #wait(steal = false): void {
    const lead = (): Promise<void> => {
      if (this.#isClosed) return Promise.resolve()
      clearTimeout(this.#doubt)
      this.#stream = this.#open(this)
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#step = resolve
      return promise
    }
    const held = steal
      ? navigator.locks.request(this.#name, { steal: true }, lead)
      : navigator.locks.request(this.#name, { signal: this.#given.signal }, lead)
    held.catch(() => this.#deposed())
  }

  /** Somebody took the lock while we slept: their stream is the one now. */
  #deposed(): void {
    if (this.#isClosed || !this.#stream) return
    this.#stream.close()
    this.#stream = undefined
    this.#isIn = false
    this.#wait()
    this.#ask()
  }

  #ask(): void {
    if (this.#stream) return
    this.#say({ kind: 'hello', from: thisTab })
    clearTimeout(this.#doubt)
    this.#doubt = setTimeout(() => {
      if (!this.#stream && !this.#isClosed && document.visibilityState === 'visible') this.#wait(true)
    }, PATIENCE_MS)
  }

  #say(said: Said): void {
    if (!this.#isClosed) this.#channel.postMessage(said)
  }

  #said(said: Said): void {
    this.#hasOthers = true
    switch (said.kind) {
      case 'hello':
        if (!this.#stream) return
        this.#say({ kind: 'state', to: said.from, state: this.#state })
        if (this.#state.kind === 'online') this.#say({ kind: 'online', to: said.from, how: 'resumed', address: this.#address })
        return
      case 'send':
        return this.#stream?.send(parse(said.stanza))
      case 'presences':
        if (this.#stream)
          for (const stanza of this.#presences.values()) this.#say({ kind: 'heard', to: said.from, stanza: stanza.toString() })
        return
      case 'state':
      case 'online':
      case 'heard':
      case 'confirmed':
        if (!this.#stream && (said.to === undefined || said.to === thisTab)) this.#follow(said)
    }
  }

  #follow(said: Extract<Said, { readonly to: string | undefined }>): void {
    clearTimeout(this.#doubt)
    switch (said.kind) {
      case 'state':
        return this.#listener.lineIs(said.state)
      case 'heard':
        // Before it has asked for everything it could not tell what that is about.
        return this.#isIn ? this.#listener.heard(parse(said.stanza)) : undefined
      case 'confirmed':
        return this.#isIn ? this.#listener.confirmed(parse(said.stanza)) : undefined
      case 'online': {
        const how = this.#isIn ? said.how : 'fresh'
        // Whether it is there was asked of a leader that is: nothing has happened.
        if (this.#isIn && said.to !== undefined) return
        if (how === 'fresh') this.#isShown = false
        this.#isIn = true
        this.#listener.online(how, said.address)
        return this.#listener.lineIs({ kind: 'online' })
      }
    }
  }

  #remember(stanza: Element): void {
    const { from, type } = stanza.attributes
    if (stanza.name !== 'presence' || from === undefined || stanza.child(MUC_USER, 'x')) return
    if (type === 'unavailable') this.#presences.delete(from)
    else if ((type === undefined || type === 'subscribe') && this.#presences.size < MOST_PRESENCES) this.#presences.set(from, stanza)
  }
}

/** What is answered for all tabs is answered once: questions of others, and that a message has arrived. */
export const isLeadersToSay = (stanza: Element): boolean => {
  const { type } = stanza.attributes
  if (stanza.name === 'iq') return type === 'result' || type === 'error'
  return stanza.name === 'message' && stanza.child(RECEIPTS, 'received') !== undefined
}
