/** Which nickname a person has in rooms: that of the address, which nobody else can have, or the one they wish for (XEP-0045). */
import { Jid } from '@plodge/xmpp/jid/jid.ts'

export type NicknameRule = (person: Jid, wished: string) => string

/** The local part for our own people; the whole address, which holds an @ and so is no CRSid, for others. */
export const byAddress =
  (domain: string): NicknameRule =>
  person =>
    person.domain === domain ? person.local : person.bare

export const free: NicknameRule = (_, wished) => wished
