/**
 * What the screens show: one store, changed only by the session. Fine-grained: whoever reads one presence is told of that one.
 * What may be set is not `readonly` here, because Solid's setter asks for that.
 */
import type { LineState } from '../connection/line.ts'
import type { Message } from '../model/message.ts'
import type { Presence } from '../model/presence.ts'
import { UNKNOWN } from '../model/presence.ts'
import type { Timeline } from '../model/timeline.ts'
import type { ThreadMark } from '../model/unread.ts'
import { createStore } from 'solid-js/store'

export interface Person {
  readonly address: string
  /** From the roster; undefined when there is none. */
  readonly name: string | undefined
  readonly groups: readonly string[]
  readonly subscription: 'none' | 'to' | 'from' | 'both'
  /** Asked, and not answered yet. */
  readonly isAsked: boolean
}

type Loading = { readonly kind: 'idle' } | { readonly kind: 'loading' } | { readonly kind: 'failed'; readonly why: string }

export interface Occupant {
  readonly nick: string
  /** What they are called for people, where that is not the nickname (XEP-0172). */
  readonly name: string | undefined
  /** Whatever the nickname (XEP-0421). */
  readonly id: string | undefined
  readonly address: string | undefined
  readonly affiliation: 'owner' | 'admin' | 'member' | 'none' | 'outcast'
  readonly role: 'moderator' | 'participant' | 'visitor' | 'none'
  readonly presence: Presence
}

/** Somebody who is, or was, in a room in this session. */
export interface Who {
  readonly name: string | undefined
  readonly address: string | undefined
}

type Joined =
  | { readonly kind: 'outside' }
  | { readonly kind: 'joining' }
  | { readonly kind: 'inside'; readonly nick: string }
  | {
      readonly kind: 'refused'
      readonly condition: string
      readonly why: string | undefined
      /** Where one is to go instead. */
      readonly alternative?: string | undefined
    }

interface Declined {
  readonly who: string
  readonly reason: string
}

export interface RoomState {
  joined: Joined
  subject: string
  description: string
  isBookmarked: boolean
  role: Occupant['role']
  affiliation: Occupant['affiliation']
  /** What the room said of itself (XEP-0030). */
  features: readonly string[]
  /** Whether participants may set the topic. */
  maySetTopic: boolean
  /** Changes when somebody comes, goes or is different: who is inside is asked of the session, because they may be thousands. */
  crowd: number
  size: number
  /** By nickname. */
  who: Record<string, Who>
  /** Of oneself (XEP-0421). */
  ownId: string | undefined
  /** Changes when one changed oneself who is what here, so that lists are asked for again. */
  lists: number
  /** Nicknames of those who ask for voice. */
  voiceRequests: readonly string[]
  declines: readonly Declined[]
  /** Up to where the room has it that one has read, where it keeps that (XEP-0333): what its archive calls the message. */
  readUpTo: string | undefined
}

export interface Conversation {
  address: string
  kind: 'person' | 'room'
  name: string | undefined
  messages: readonly Message[]
  older: Timeline['older']
  newer: Timeline['newer']
  loading: Loading
  /** Whether what is in hand reaches to the newest message of the archive. */
  isCurrent: boolean
  displayed: string | undefined
  /** How far its threads were read by themselves, and which are not to be heard of. */
  threads: Record<string, ThreadMark>
  unread: number
  mentions: number
  /** Who writes just now. */
  typing: readonly string[]
  notify: 'all' | 'mentions' | 'none'
  room: RoomState | undefined
}

export interface Invitation {
  readonly room: string
  readonly from: string
  /** By way of the room, which tells whoever invited that one does not come (XEP-0045 §7.8.2). */
  readonly isMediated: boolean
  readonly reason: string | undefined
}

export interface AppState {
  own: string
  domain: string
  /** Where rooms are: `group.chat.cam.ac.uk`. */
  roomService: string
  ownName: string | undefined
  ownPresence: Presence
  line: LineState
  /** Whether the list of people and conversations is known, be it from what the browser kept. */
  isKnown: boolean
  /** Whether it is what the server said since this page was opened; before that nothing can be asked of it. */
  isReady: boolean
  people: Record<string, Person>
  presences: Record<string, Presence>
  conversations: Record<string, Conversation>
  /** Who asks to see one's presence. */
  requests: readonly string[]
  invitations: readonly Invitation[]
  blocked: readonly string[]
}

const emptyState = (own: string, domain: string, roomService: string): AppState => ({
  own,
  domain,
  roomService,
  ownName: undefined,
  ownPresence: { ...UNKNOWN },
  line: { kind: 'connecting', isAgain: false },
  isKnown: false,
  isReady: false,
  people: {},
  presences: {},
  conversations: {},
  requests: [],
  invitations: [],
  blocked: [],
})

export const NO_ROOM: RoomState = {
  joined: { kind: 'outside' },
  subject: '',
  description: '',
  isBookmarked: false,
  role: 'none',
  affiliation: 'none',
  features: [],
  maySetTopic: false,
  crowd: 0,
  size: 0,
  who: {},
  ownId: undefined,
  lists: 0,
  voiceRequests: [],
  declines: [],
  readUpTo: undefined,
}

export const newConversation = (address: string, kind: Conversation['kind']): Conversation => ({
  address,
  kind,
  name: undefined,
  messages: [],
  older: 'unknown',
  newer: 'none',
  loading: { kind: 'idle' },
  isCurrent: false,
  displayed: undefined,
  threads: {},
  unread: 0,
  mentions: 0,
  typing: [],
  notify: kind === 'person' ? 'all' : 'mentions',
  room: kind === 'room' ? { ...NO_ROOM, who: {} } : undefined,
})

export const makeStore = (own: string, domain: string, roomService: string) => createStore<AppState>(emptyState(own, domain, roomService))
