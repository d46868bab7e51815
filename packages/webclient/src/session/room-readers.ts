/** Who has read an announcement that asks for it: for owners and admins, by a command at the room's address (XEP-0050). Read when it is wanted. */
import { Execute, NO_COMMAND } from '@plodge/xmpp/xeps/commands.ts'
import { formField, namedForm } from '@plodge/xmpp/xeps/data-form.ts'
import type { Desk } from './desk.ts'

const NODE = 'urn:plodge:rooms:acknowledged'

export interface Readers {
  readonly read: readonly string[]
  readonly unread: readonly string[]
}

/** Bare addresses. Throws StanzaError where the room does not tell. */
export async function readersOf({ questions }: Desk, room: string, archive: string): Promise<Readers> {
  const form = namedForm('submit', NODE, [formField('announcement', { values: [archive] })])
  const answer = await questions.ask(Execute, { ...NO_COMMAND, node: NODE, form }, room)
  const rows = (answer.form?.items ?? []).map(item => new Map(item.map(({ name, values }) => [name, values[0] ?? ''])))
  const those = (read: string): readonly string[] => rows.flatMap(row => (row.get('read') === read ? [row.get('person') ?? ''] : []))
  return { read: those('yes'), unread: those('no') }
}
