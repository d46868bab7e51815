/**
 * Files that one sends, by conversation: chosen, then on their way one after the other, each to be cancelled or tried again. They go on while one
 * looks at something else. A file that has arrived is a message.
 */
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { type SetStoreFunction, createStore } from 'solid-js/store'
import { kindOf } from '../model/file.ts'
import type { FileOf, Message } from '../model/message.ts'
import { shown } from '../model/names.ts'
import type { InThread } from '../model/threads.ts'
import type { Desk } from './desk.ts'
import type { Speech } from './speech.ts'
import { UploadFailed, type UploadPlace, type UploadProblem, bring, findUploadPlace, problemOf } from './upload.ts'

export type FileState =
  | { readonly kind: 'chosen' }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'going'; readonly share: number }
  | { readonly kind: 'failed'; readonly problem: UploadProblem }

export interface OutgoingFile {
  readonly key: string
  readonly file: File
  readonly name: string
  /** Of what is to be seen before it is sent; ours to revoke. */
  readonly preview: string | undefined
  readonly kind: ReturnType<typeof kindOf>
  /** In words, for those who do not see or hear it. */
  about: string
  state: FileState
  /** Of a sound, in milliseconds. */
  readonly length: number | undefined
}

export const MOST_FILES = 10

interface Among {
  readonly reply?: Message | undefined
  readonly thread?: InThread | undefined
}

export class Files {
  readonly outgoing: Readonly<Record<string, readonly OutgoingFile[]>>
  readonly #set: SetStoreFunction<Record<string, OutgoingFile[]>>
  readonly #desk: Desk
  readonly #speech: Speech
  readonly #origin: string | undefined
  readonly #stops = new Map<string, AbortController>()
  /** What they answer, and the thread they belong to. */
  readonly #among = new Map<string, Among>()
  readonly #busy = new Set<string>()
  #place: Promise<UploadPlace | undefined> | undefined

  constructor(desk: Desk, speech: Speech, origin: string | undefined) {
    this.#origin = origin
    this.#desk = desk
    this.#speech = speech
    ;[this.outgoing, this.#set] = createStore<Record<string, OutgoingFile[]>>({})
  }

  /** Whether the page may show it: what is elsewhere would tell that somebody looked, and the page's policy forbids it. */
  isShown(url: string): boolean {
    return new URL(url).origin === this.#origin
  }

  /** Asked once; asked again when it could not be answered. */
  place(): Promise<UploadPlace | undefined> {
    this.#place ??= findUploadPlace(this.#desk).catch((error: unknown) => {
      this.#place = undefined
      throw error
    })
    return this.#place
  }

  /** Gives how many there was no room for. */
  choose(address: string, files: readonly File[]): number {
    const before = this.outgoing[address] ?? []
    const taken = files.slice(0, Math.max(0, MOST_FILES - before.length))
    this.#set(address, [...before, ...taken.map(file => chosen(file))])
    void this.#measure(address)
    return files.length - taken.length
  }

  /** That one is too large is said before it goes anywhere. */
  async #measure(address: string): Promise<void> {
    const most = (await this.place().catch(() => undefined))?.most
    if (most === undefined) return
    for (const { key, file } of this.outgoing[address] ?? [])
      if (file.size > most) this.#be(address, key, { kind: 'failed', problem: { kind: 'too large', most } })
  }

  describe(address: string, key: string, about: string): void {
    this.#set(address, one => one.key === key, 'about', about)
  }

  /** Away with it, however far it is. */
  drop(address: string, key: string): void {
    const found = this.outgoing[address]?.find(one => one.key === key)
    if (found?.preview !== undefined) URL.revokeObjectURL(found.preview)
    this.#set(
      address,
      (this.outgoing[address] ?? []).filter(one => one.key !== key),
    )
    this.#stops.get(key)?.abort()
    this.#among.delete(key)
  }

  /** The first of them answers what is answered. */
  send(address: string, { reply, thread }: Among): void {
    const [first, ...others] = (this.outgoing[address] ?? []).filter(({ state }) => state.kind === 'chosen')
    if (first) this.#among.set(first.key, { reply, thread })
    for (const { key } of others) this.#among.set(key, { thread: thread && { ...thread, isNew: false } })
    this.#set(address, one => one.state.kind === 'chosen', 'state', { kind: 'waiting' })
    void this.#run(address)
  }

  /** A sound that was recorded just now. */
  sendSound(address: string, file: File, length: number, thread: InThread | undefined): void {
    const sound: OutgoingFile = { ...chosen(file), length: Math.round(length), state: { kind: 'waiting' } }
    this.#among.set(sound.key, { thread })
    this.#set(address, [...(this.outgoing[address] ?? []), sound])
    void this.#run(address)
  }

  retry(address: string, key: string): void {
    this.#be(address, key, { kind: 'waiting' })
    void this.#run(address)
  }

  #be(address: string, key: string, state: FileState): void {
    this.#set(address, one => one.key === key, 'state', state)
  }

  /** One after the other, so that they arrive in the order in which they were chosen. */
  async #run(address: string): Promise<void> {
    if (this.#busy.has(address)) return
    this.#busy.add(address)
    addEventListener('beforeunload', askFirst)
    try {
      for (let next = this.#next(address); next; next = this.#next(address)) await this.#bring(address, next)
    } finally {
      this.#busy.delete(address)
      if (this.#busy.size === 0) removeEventListener('beforeunload', askFirst)
    }
  }

  #next = (address: string): OutgoingFile | undefined => this.outgoing[address]?.find(({ state }) => state.kind === 'waiting')

  async #bring(address: string, outgoing: OutgoingFile): Promise<void> {
    const { key } = outgoing
    const stop = new AbortController()
    this.#stops.set(key, stop)
    this.#be(address, key, { kind: 'going', share: 0 })
    try {
      const ready = await (await import('./pictures.ts')).prepared(outgoing.file)
      const place = await this.place()
      if (!place) throw new UploadFailed({ kind: 'no place' })
      if (place.most !== undefined && ready.file.size > place.most) throw new UploadFailed({ kind: 'too large', most: place.most })
      stop.signal.throwIfAborted()
      const { size } = ready.file
      const moved = (bytes: number): void => this.#be(address, key, { kind: 'going', share: Math.min(1, bytes / Math.max(1, size)) })
      const url = await bring(this.#desk, place, ready.file, { signal: stop.signal, moved })
      this.#speech.say(address, { text: '', file: described(url, ready, outgoing), ...this.#among.get(key) })
      this.drop(address, key)
    } catch (error) {
      if (!stop.signal.aborted) this.#be(address, key, { kind: 'failed', problem: whyOf(error) })
    } finally {
      this.#stops.delete(key)
    }
  }
}

/** A file that is on its way would not arrive. */
const askFirst = (event: Event): void => event.preventDefault()

function chosen(file: File): OutgoingFile {
  const kind = kindOf(file)
  return {
    key: crypto.randomUUID(),
    file,
    name: shown(file.name, 255) || 'file',
    preview: kind === 'picture' ? URL.createObjectURL(file) : undefined,
    kind,
    about: '',
    state: { kind: 'chosen' },
    length: undefined,
  }
}

function described(
  url: string,
  { file, width, height }: { readonly file: File; readonly width: number | undefined; readonly height: number | undefined },
  { about, length }: OutgoingFile,
): FileOf {
  const words = about.trim()
  const type = file.type === '' ? 'application/octet-stream' : file.type
  return { url, name: file.name, size: file.size, type, width, height, about: words === '' ? undefined : words, length }
}

function whyOf(error: unknown): UploadProblem {
  if (error instanceof UploadFailed) return error.problem
  if (error instanceof StanzaError) return problemOf(error)
  return { kind: 'refused', text: error instanceof Error ? error.message : String(error) }
}
