/**
 * What people can ask the server to do, each written once: a typed function with a form. XEP-0050 and the `plodge` command are faces of
 * this list. A module adds its own:
 *
 *     host.commands.register(command({
 *       node: 'app-password', title: 'Make an app password', who: ['person'],
 *       fields: { device: line('Which device is it for?', { required: true }) },
 *       run: async ({ device }, { localpart }) => ({ fields: [{ name: 'password', label: 'Password', values: [await make(localpart, device)] }] }),
 *     }))
 */
import type { DataForm, FieldType, FormField } from '@plodge/xmpp/xeps/data-form.ts'
import { formField, namedForm } from '@plodge/xmpp/xeps/data-form.ts'
import type { Answers } from '@plodge/xmpp/xeps/data-form-answers.ts'
import type { Element } from '@plodge/xmpp/xml/element.ts'
import type { Localpart } from '../storage/repositories.ts'
import type { Fields, Values } from './command-fields.ts'
import { type Now, andThen } from './now.ts'
import type { Session } from './session.ts'

/** Everybody with an account is a `person`; an operator may do what helpdesk may, and both what a person may. */
export type Role = 'operator' | 'helpdesk' | 'person'

export interface Caller {
  /** '' for the operator at the machine itself, who uses `plodge`. */
  readonly localpart: Localpart
  readonly role: Role
  readonly session: Session | undefined
  /** Who that operator is to the machine, for the audit record. */
  readonly by?: string
}

export interface ResultField {
  readonly name: string
  readonly label?: string
  readonly type?: FieldType
  readonly values: readonly string[]
}

/** What a command says when it is done: some or none of a sentence, fields and a table. */
export interface Result {
  readonly note?: string
  /** `error`: it did not do what it was asked to (XEP-0050 §3.6). */
  readonly severity?: 'info' | 'warn' | 'error'
  readonly fields?: readonly ResultField[]
  readonly table?: {
    readonly columns: readonly { readonly name: string; readonly label: string }[]
    /** A cell a column. */
    readonly rows: readonly (readonly string[])[]
  }
  /** What other specifications say in its form, such as a roster. */
  readonly elements?: readonly Element[]
}

/** The command was understood and not done; in words for whoever asked. */
export const refusal = (why: string): Result => ({ note: why, severity: 'error' })

export interface Declaration<F extends Fields> {
  /** Its name in the protocol (XEP-0050 §3.1) and for the control socket. */
  readonly node: string
  /** For menus: what it does. */
  readonly title: string
  readonly instructions?: string
  /** Who may call it, besides operators, who may call everything. */
  readonly who: readonly Role[]
  /** FORM_TYPE (XEP-0068); the node unless given. */
  readonly formType?: string
  readonly fields?: F
  /** Which fields are asked when, where not all at once. */
  readonly stages?: readonly (readonly (keyof F & string)[])[]
  /** What is known only when the form is shown: values it starts with, choices. */
  prepare?(caller: Caller, soFar: Values<F>): Now<{ readonly [K in keyof F]?: Partial<FormField> }>
  /** Whom it is about, for the audit record. */
  about?(values: Values<F>): readonly string[]
  run(values: Values<F>, caller: Caller): Now<Result>
}

export interface Command {
  readonly node: string
  readonly title: string
  readonly who: readonly Role[]
  readonly formType: string
  /** How many forms it asks for, one after another. */
  readonly stages: number
  form(stage: number, caller: Caller, soFar: Answers): Now<DataForm>
  about(answers: Answers): readonly string[]
  run(answers: Answers, caller: Caller): Now<Result>
}

export function command<F extends Fields>(declaration: Declaration<F>): Command {
  const { node, title, who, instructions, formType = node } = declaration
  const fields: Fields = declaration.fields ?? {}
  const names = Object.keys(fields)
  const stages = declaration.stages ?? (names.length > 0 ? [names] : [])
  const valuesOf = (answers: Answers): Values<F> =>
    Object.fromEntries(names.map(name => [name, fields[name]?.read(answers.get(name) ?? [])])) as Values<F>
  return {
    node,
    title,
    who,
    formType,
    stages: stages.length,
    form: (stage, caller, soFar) =>
      andThen(declaration.prepare?.(caller, valuesOf(soFar)) ?? {}, prepared => {
        const more = prepared as Readonly<Record<string, Partial<FormField>>>
        const shown = (stages[stage] ?? []).map(name => fieldToShow(name, fields, more[name], soFar.get(name)))
        return namedForm('form', formType, shown, { title, instructions: instructions === undefined ? [] : [instructions] })
      }),
    about: answers => declaration.about?.(valuesOf(answers)) ?? [],
    run: (answers, caller) => declaration.run(valuesOf(answers), caller),
  }
}

/** What was filled in before is there again, but no secret. */
function fieldToShow(name: string, fields: Fields, more: Partial<FormField> | undefined, given: readonly string[] | undefined): FormField {
  const field = formField(name, { ...fields[name]?.form, ...more })
  return given === undefined || field.type === 'text-private' ? field : { ...field, values: given }
}

/** Everything there is to be asked for. */
export class Commands {
  readonly #commands = new Map<string, Command>()
  /** Asked once an administrative command is about to run; what it gives is waited for. One owner: the audit record. */
  record: (command: Command, answers: Answers, caller: Caller) => Now<void> = () => {}

  /** Two of the same node are a mistake found at start. */
  register(...commands: readonly Command[]): void {
    for (const added of commands) {
      if (this.#commands.has(added.node)) throw new Error(`two commands are called ${added.node}`)
      this.#commands.set(added.node, added)
    }
  }

  get(node: string): Command | undefined {
    return this.#commands.get(node)
  }

  for(role: Role): readonly Command[] {
    return [...this.#commands.values()].filter(offered => mayCall(offered, role))
  }

  /** Runs it, once it is in the audit record. */
  perform(asked: Command, answers: Answers, caller: Caller): Now<Result> {
    const recorded = asked.who.includes('person') ? undefined : this.record(asked, answers, caller)
    return andThen(recorded, () => asked.run(answers, caller))
  }
}

export const mayCall = ({ who }: Command, role: Role): boolean =>
  role === 'operator' || who.includes('person') || (role === 'helpdesk' && who.includes('helpdesk'))
