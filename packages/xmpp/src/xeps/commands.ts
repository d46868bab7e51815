/** XEP-0050 (1.3.0): Ad-Hoc Commands: what a server can be asked to do, one form after another. */
import { StanzaError } from '../stanza/errors.ts'
import { Element } from '../xml/element.ts'
import type { Codec } from './codec.ts'
import { DataForm } from './data-form.ts'
import { set } from './exchange.ts'

export const COMMANDS = 'http://jabber.org/protocol/commands'

export const ACTIONS = ['execute', 'cancel', 'prev', 'next', 'complete'] as const
export type Action = (typeof ACTIONS)[number]
const STEPS = ['prev', 'next', 'complete'] as const
export type Step = (typeof STEPS)[number]
const STATUSES = ['executing', 'completed', 'canceled'] as const
const SEVERITIES = ['info', 'warn', 'error'] as const

export interface Note {
  readonly severity: (typeof SEVERITIES)[number] | undefined
  readonly text: string
}

export interface Actions {
  /** What `execute` means at this stage; `next` where it is not said (§3.4). */
  readonly execute: Action | undefined
  readonly steps: readonly Step[]
}

export interface CommandPayload {
  readonly node: string
  readonly sessionId: string | undefined
  /** As it came: whether it is an action is for the responder to say (§4.4, malformed-action). */
  readonly action: string | undefined
  readonly status: (typeof STATUSES)[number] | undefined
  readonly lang: string | undefined
  readonly actions: Actions | undefined
  readonly notes: readonly Note[]
  readonly form: DataForm | undefined
  /** What other specifications put into the form: XEP-0133 §4.8 a roster. */
  readonly inForm: readonly Element[]
}

export const NO_COMMAND: CommandPayload = {
  node: '',
  sessionId: undefined,
  action: undefined,
  status: undefined,
  lang: undefined,
  actions: undefined,
  notes: [],
  form: undefined,
  inForm: [],
}

export const CommandPayload: Codec<CommandPayload> = {
  ns: COMMANDS,
  name: 'command',
  read(from) {
    const { node, sessionid: sessionId, action, status, 'xml:lang': lang } = from.attributes
    if (node === undefined) throw new StanzaError('bad-request', 'The command has no node')
    const actions = from.child(COMMANDS, 'actions')
    const form = from.child(DataForm.ns, DataForm.name)
    return {
      node,
      sessionId,
      action,
      // §4.1: whoever asks has no say in it.
      status: STATUSES.find(word => word === status),
      lang,
      actions: actions && readActions(actions),
      notes: from.childrenNamed(COMMANDS, 'note').map(readNote),
      form: form && readForm(form),
      inForm: form?.elements.filter(({ ns }) => ns !== DataForm.ns) ?? [],
    }
  },
  write({ node, sessionId, action, status, lang, actions, notes, form, inForm }) {
    const attributes = {
      node,
      ...(sessionId !== undefined && { sessionid: sessionId }),
      ...(action !== undefined && { action }),
      ...(status && { status }),
      ...(lang !== undefined && { 'xml:lang': lang }),
    }
    const written = form && DataForm.write(form)
    return new Element(COMMANDS, 'command', attributes, [
      ...(actions ? [writeActions(actions)] : []),
      ...notes.map(({ severity, text }) => new Element(COMMANDS, 'note', severity ? { type: severity } : {}, [text])),
      ...(written ? [new Element(written.ns, written.name, written.attributes, [...written.children, ...inForm])] : []),
    ])
  },
}

function readActions(from: Element): Actions {
  const steps = STEPS.filter(name => from.child(COMMANDS, name))
  return { execute: ACTIONS.find(name => name === from.attributes['execute']), steps }
}

const writeActions = ({ execute, steps }: Actions): Element =>
  new Element(
    COMMANDS,
    'actions',
    execute ? { execute } : {},
    steps.map(name => new Element(COMMANDS, name)),
  )

const readNote = (from: Element): Note => ({ severity: SEVERITIES.find(word => word === from.attributes['type']), text: from.text })

/** A form that breaks the rules of forms is a payload that cannot be accepted (§4.4). */
function readForm(from: Element): DataForm {
  try {
    return DataForm.read(from)
  } catch (error) {
    if (error instanceof StanzaError) throw commandError('bad-payload', error.text)
    throw error
  }
}

export const Execute = set(CommandPayload, CommandPayload)

export type CommandCondition = 'malformed-action' | 'bad-action' | 'bad-locale' | 'bad-payload' | 'bad-sessionid' | 'session-expired'

/** §4.4. */
export const commandError = (condition: CommandCondition, text?: string): StanzaError =>
  new StanzaError(condition === 'session-expired' ? 'not-allowed' : 'bad-request', text, { detail: new Element(COMMANDS, condition) })
