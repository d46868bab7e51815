/** What a command said, as XEP-0050 shows it: notes, and a form of the kind `result`. */
import { type CommandPayload, NO_COMMAND } from '@plodge/xmpp/xeps/commands.ts'
import { type DataForm, formField, namedForm } from '@plodge/xmpp/xeps/data-form.ts'
import type { Command, Result } from './commands.ts'

export function completed(command: Command, sessionId: string, result: Result): CommandPayload {
  const { note, severity } = result
  return {
    ...NO_COMMAND,
    node: command.node,
    sessionId,
    status: 'completed',
    notes: note === undefined ? [] : [{ severity: severity ?? 'info', text: note }],
    form: formOf(command, result),
    inForm: result.elements ?? [],
  }
}

function formOf({ formType, title }: Command, { fields = [], table }: Result): DataForm | undefined {
  if (fields.length === 0 && !table) return undefined
  return namedForm(
    'result',
    formType,
    fields.map(({ name, label, values, type }) =>
      formField(name, { label, values, type: type ?? (values.length > 1 ? 'text-multi' : 'text-single') }),
    ),
    {
      title,
      reported: table?.columns.map(({ name, label }) => formField(name, { label, type: 'text-single' })),
      items: (table?.rows ?? []).map(row => row.map((value, at) => formField(table?.columns[at]?.name ?? '', { values: [value] }))),
    },
  )
}
