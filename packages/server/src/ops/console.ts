/** Commands called by the operator at the machine: answers to all forms at once, by the names of their fields. */
import { formField } from '@plodge/xmpp/xeps/data-form.ts'
import { type Answers, answersTo } from '@plodge/xmpp/xeps/data-form-answers.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import type { Caller, Command, Commands, Result } from '../routing/commands.ts'
import type { Outcome } from './outcome.ts'

export interface ConsoleQuestion {
  readonly node: string
  readonly values: Readonly<Record<string, readonly string[]>>
  /** Who is at the machine, for the audit record. */
  readonly by?: string
}

export async function callFromConsole(commands: Commands, { node, values, by }: ConsoleQuestion): Promise<Outcome<Result>> {
  const command = commands.get(node)
  if (!command) return { kind: 'refused', why: 'The server does not know this command: it may be of another version than this plodge' }
  const caller: Caller = { localpart: '', role: 'operator', session: undefined, ...(by !== undefined && { by }) }
  try {
    const { elements: _, ...result } = await commands.perform(command, await fillIn(command, caller, values), caller)
    return result.severity === 'error' ? { kind: 'refused', why: result.note ?? 'It was not done' } : { kind: 'done', value: result }
  } catch (error) {
    if (error instanceof StanzaError) return { kind: 'refused', why: error.message }
    throw error
  }
}

async function fillIn(command: Command, caller: Caller, values: ConsoleQuestion['values']): Promise<Answers> {
  let answers: Answers = new Map()
  for (let stage = 0; stage < command.stages; stage++) {
    const asked = await command.form(stage, caller, answers)
    const fields = Object.entries(values).map(([name, given]) => formField(name, { values: given }))
    const submitted = { kind: 'submit', title: undefined, instructions: [], fields, reported: undefined, items: [] } as const
    answers = new Map([...answers, ...answersTo(asked, submitted)])
  }
  return answers
}
