/** XEP-0085 (2.1): Chat State Notifications: what somebody is doing in a conversation. */
import { element } from './codec.ts'

export const CHAT_STATES = 'http://jabber.org/protocol/chatstates'

export const ChatStates = ['active', 'inactive', 'gone', 'composing', 'paused'].map(name => element(CHAT_STATES, name))
