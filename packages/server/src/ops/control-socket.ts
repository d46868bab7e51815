/**
 * Administration of a running server: a socket in the data folder that only its owner can open. One question a connection, one line of
 * JSON each way.
 */
import { rmSync } from 'node:fs'
import { type Server, type Socket, connect, createServer } from 'node:net'
import { join } from 'node:path'
import type { Log } from '../routing/host.ts'
import { StorageError } from '../storage/repositories.ts'
import type { Administration } from './administration.ts'
import type { Outcome } from './outcome.ts'

const LONGEST_QUESTION = 65_536
const LONGEST_PATH = 103
const ANSWER_MS = 600_000

interface Question {
  readonly command: keyof Administration
  readonly question: object
}

/** Throws when the path is longer than the system allows for a socket. */
export function socketPath(folder: string): string {
  const path = join(folder, 'control.sock')
  if (Buffer.byteLength(path) > LONGEST_PATH)
    throw new Error(`The path ${path} is too long for a socket: choose a data folder with a path of at most ${LONGEST_PATH - 13} bytes`)
  return path
}

/** Only call it while holding the store's lock: a socket file that is there already is then a dead server's. */
export async function openControlSocket(folder: string, administration: Administration, log: Log): Promise<Server> {
  const path = socketPath(folder)
  rmSync(path, { force: true })
  const server = createServer({ allowHalfOpen: true }, socket => serve(socket, administration, log))
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  // The file is made in the call: nobody else can open it, not for a moment.
  const mask = process.umask(0o177)
  server.listen(path, resolve)
  process.umask(mask)
  await promise
  return server
}

function serve(socket: Socket, administration: Administration, log: Log): void {
  let text = ''
  socket.setEncoding('utf8')
  socket.setTimeout(ANSWER_MS, () => socket.destroy())
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk: string) => {
    text += chunk
    if (text.length > LONGEST_QUESTION) socket.destroy()
    const end = text.indexOf('\n')
    if (end < 0) return
    const line = text.slice(0, end)
    text = ''
    socket.pause()
    answer(line, administration, log).then(
      outcome => socket.end(`${JSON.stringify(outcome)}\n`),
      () => socket.destroy(),
    )
  })
}

async function answer(line: string, administration: Administration, log: Log): Promise<Outcome<unknown>> {
  const question = readQuestion(line, administration)
  if (!question) return { kind: 'refused', why: 'The server does not know this command: it may be of another version than this plodge' }
  try {
    const work = administration[question.command] as (question: object) => Promise<Outcome<unknown>>
    const outcome = await work(question.question)
    log.info({ command: question.command, outcome: outcome.kind }, 'administration')
    return outcome
  } catch (error) {
    if (error instanceof StorageError) return { kind: 'refused', why: error.message }
    log.error({ err: error, command: question.command }, 'administration failed')
    return { kind: 'refused', why: 'The server made a mistake; its log says where' }
  }
}

function readQuestion(line: string, administration: Administration): Question | undefined {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value !== 'object' || value === null || !('command' in value) || !('question' in value)) return undefined
    const { command, question } = value
    if (typeof command !== 'string' || !Object.hasOwn(administration, command) || typeof question !== 'object' || question === null)
      return undefined
    return { command: command as keyof Administration, question }
  } catch {
    return undefined
  }
}

/** Undefined when no server listens there. */
export async function askControlSocket(
  folder: string,
  command: keyof Administration,
  question: object,
): Promise<Outcome<unknown> | undefined> {
  const socket = connect(socketPath(folder))
  const { promise, resolve, reject } = Promise.withResolvers<Outcome<unknown> | undefined>()
  let text = ''
  socket.setEncoding('utf8')
  socket.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') resolve(undefined)
    else if (error.code === 'EACCES')
      reject(new Error(`${socketPath(folder)} may not be opened: only root and the user that runs the server may`))
    else reject(error)
  })
  socket.on('connect', () => socket.write(`${JSON.stringify({ command, question })}\n`))
  socket.on('data', (chunk: string) => {
    text += chunk
  })
  socket.on('end', () => {
    try {
      resolve(JSON.parse(text) as Outcome<unknown>)
    } catch {
      reject(new Error('The server closed the connection without an answer; its log may say why'))
    }
    socket.destroy()
  })
  return promise
}
