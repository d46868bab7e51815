/**
 * XEP-0050: the server's commands for clients, at the server's address and at each person's own. Everybody sees the commands that they may
 * call, and no others.
 */
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { ACTIONS, type Action, COMMANDS, type CommandPayload, Execute, NO_COMMAND, commandError } from '@plodge/xmpp/xeps/commands.ts'
import { type Answers, answersTo } from '@plodge/xmpp/xeps/data-form-answers.ts'
import { type DataForm, FORMS } from '@plodge/xmpp/xeps/data-form.ts'
import { type Caller, type Command, type Commands, type Role, mayCall } from '../../routing/commands.ts'
import type { Call, Host, Module } from '../../routing/host.ts'
import { type Now, andThen } from '../../routing/now.ts'
import type { Localpart } from '../../storage/repositories.ts'
import { type Execution, Executions } from './executions.ts'
import { completed } from '../../routing/command-result.ts'

/** Of all that is filled in together. */
const LONGEST_ANSWERS = 32_768

export interface CommandsOptions {
  readonly roleOf: (localpart: Localpart) => Role
}

export const commands = ({ roleOf }: CommandsOptions): Module => ({
  name: 'commands',
  implements: { 'XEP-0050': '1.3.0' },
  features: [COMMANDS],
  accountFeatures: [COMMANDS],
  install(host) {
    const executions = new Executions(host.clock)
    const callerOf = ({ session }: Pick<Call, 'session'>): Caller => {
      if (!session) throw new StanzaError('forbidden', 'Commands are for those who are logged in here')
      return { localpart: session.localpart, role: roleOf(session.localpart), session }
    }
    host.life.closed.push(({ jid }) => executions.forget(jid))
    host.nodes.push({
      info: (node, call) => infoOf(host, node, call.session ? callerOf(call) : undefined),
      items: (node, call) =>
        node === COMMANDS
          ? host.commands.for(callerOf(call).role).map(({ node: name, title }) => ({ jid: call.to.full, node: name, name: title }))
          : undefined,
    })
    host.execute = (commands, asked, call) => {
      const caller = callerOf(call)
      const found = commands.get(asked.node)
      if (!found) throw new StanzaError('item-not-found', 'There is no such command here')
      if (!mayCall(found, caller.role)) throw new StanzaError('forbidden', 'This command is not for you')
      if (asked.lang !== undefined && !/^en\b/i.test(asked.lang)) throw commandError('bad-locale', 'Commands are in English here')
      const action = readAction(asked.action)
      return asked.sessionId === undefined
        ? begin({ commands, executions, found, action, caller, call })
        : proceed(
            commands,
            executions,
            executions.find(asked.sessionId, { device: call.from, node: asked.node, target: call.to.full }),
            action,
            asked,
            caller,
          )
    }
    host.answer(Execute, ['server', 'self'], (asked, call) => host.execute(host.commands, asked, call))
  },
})

/** §3.1: what service discovery says of the list, and of each command. */
function infoOf(host: Host, node: string, caller: Caller | undefined) {
  const described = (type: string, name: string | undefined) => ({
    node,
    identities: [{ category: 'automation', type, name, lang: undefined }],
    features: [COMMANDS, FORMS],
    forms: [],
  })
  if (node === COMMANDS) return described('command-list', 'Commands')
  const found = host.commands.get(node)
  if (!found) return undefined
  if (!caller || !mayCall(found, caller.role)) throw new StanzaError('forbidden', 'This command is not for you')
  return described('command-node', found.title)
}

function readAction(written: string | undefined): Action {
  const action = ACTIONS.find(word => word === (written ?? 'execute'))
  if (!action) throw commandError('malformed-action', `An action is one of ${ACTIONS.join(', ')}`)
  return action
}

interface Beginning {
  readonly commands: Commands
  readonly executions: Executions
  readonly found: Command
  readonly action: Action
  readonly caller: Caller
  readonly call: Call
}

function begin({ commands, executions, found, action, caller, call }: Beginning): Now<CommandPayload> {
  if (action !== 'execute') throw commandError('bad-action', 'A command begins with execute')
  if (found.stages === 0) return andThen(commands.perform(found, new Map(), caller), result => completed(found, executions.newId(), result))
  const execution = executions.begin({ command: found, device: call.from, owner: caller.localpart, target: call.to.full })
  return show(execution, caller)
}

function proceed(
  commands: Commands,
  executions: Executions,
  execution: Execution,
  action: Action,
  { form }: CommandPayload,
  caller: Caller,
): Now<CommandPayload> {
  const { command, id, stage } = execution
  const isLast = stage === command.stages - 1
  const step = action === 'execute' ? (isLast ? 'complete' : 'next') : action
  if (step === 'cancel') {
    executions.end(execution)
    return { ...NO_COMMAND, node: command.node, sessionId: id, status: 'canceled' }
  }
  if (step === 'prev') {
    if (stage === 0) throw commandError('bad-action', 'There is nothing before this')
    execution.stage -= 1
    return show(execution, caller)
  }
  if ((step === 'complete') !== isLast)
    throw commandError('bad-action', isLast ? 'There is nothing after this' : 'There is more to fill in')
  return andThen(command.form(stage, caller, execution.answers), asked => {
    execution.answers = new Map([...execution.answers, ...accepted(asked, form)])
    if (!isLast) {
      execution.stage += 1
      return show(execution, caller)
    }
    // Before it runs: it runs once.
    executions.end(execution)
    return andThen(commands.perform(command, execution.answers, caller), result => completed(command, id, result))
  })
}

function show({ command, id, stage, answers }: Execution, caller: Caller): Now<CommandPayload> {
  const forward = stage === command.stages - 1 ? 'complete' : 'next'
  return andThen(command.form(stage, caller, answers), form => ({
    ...NO_COMMAND,
    node: command.node,
    sessionId: id,
    status: 'executing',
    actions: { execute: forward, steps: stage > 0 ? ['prev', forward] : [forward] },
    form,
  }))
}

/** §3.5.1: a form that is cancelled counts as submitted. */
function accepted(asked: DataForm, form: DataForm | undefined): Answers {
  if (!form) throw commandError('bad-payload', 'The form is missing')
  let length = 0
  for (const { values } of form.fields) for (const value of values) length += value.length
  if (length > LONGEST_ANSWERS) throw commandError('bad-payload', `What was filled in is longer than ${LONGEST_ANSWERS} characters`)
  try {
    return answersTo(asked, form.kind === 'cancel' ? { ...form, kind: 'submit' } : form)
  } catch (error) {
    if (error instanceof StanzaError) throw commandError('bad-payload', error.text)
    throw error
  }
}
