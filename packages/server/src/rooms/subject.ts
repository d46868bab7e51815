/** XEP-0045 §8.1, §7.2.15: the subject, which everybody hears last of all that was before them. */
import { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { writeDateTime } from '@plodge/xmpp/xeps/datetime.ts'
import { Delay } from '@plodge/xmpp/xeps/delay.ts'
import { Body, Subject, Thread } from '@plodge/xmpp/xeps/muc.ts'
import type { Room } from './room.ts'

/** §8.1: a message with a subject and no body; one with a body is speech. */
export const isSubject = (message: Stanza): boolean => message.has(Subject) && !message.has(Body) && !message.has(Thread)

export function currentSubject({ address, subject }: Room): Stanza {
  if (!subject) return Stanza.of('message', { from: address, type: 'groupchat' }, [Subject.write('')])
  return subject.message.plus(Delay, { from: address.full, stamp: writeDateTime(subject.at), reason: '' })
}
