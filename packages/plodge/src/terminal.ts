/** Where a command reads and writes: the real terminal, or a test's. */
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'

export interface Terminal {
  print(text: string): void
  /** For what went wrong, and for what is worth knowing beside the result. */
  complain(text: string): void
  /** A password: typed without being shown, or the first line of standard input. */
  readPassword(question: string): Promise<string>
  /** All of standard input; empty where that is a keyboard. */
  readText(): Promise<string>
}

const LONGEST = 8192

export const terminal: Terminal = {
  print: text => void process.stdout.write(`${text}\n`),
  complain: text => void process.stderr.write(`${text}\n`),
  readPassword: question => (process.stdin.isTTY ? askTwice(question) : firstLine(process.stdin)),
  readText: async () => (process.stdin.isTTY ? '' : allOf(process.stdin)),
}

async function askTwice(question: string): Promise<string> {
  const password = await ask(question)
  if ((await ask('The same again: ')) !== password) throw new Error('The two passwords differ; nothing was changed')
  return password
}

async function ask(question: string): Promise<string> {
  process.stderr.write(question)
  const mute = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: mute, terminal: true })
  try {
    return await lines.question('')
  } finally {
    lines.close()
    process.stderr.write('\n')
  }
}

async function allOf(input: AsyncIterable<Buffer | string>): Promise<string> {
  let text = ''
  for await (const chunk of input) {
    text += chunk.toString()
    if (text.length > LONGEST) throw new Error(`That is longer than ${LONGEST} characters`)
  }
  return text
}

async function firstLine(input: AsyncIterable<Buffer | string>): Promise<string> {
  let text = ''
  for await (const chunk of input) {
    text += chunk.toString()
    if (text.includes('\n') || text.length > LONGEST) break
  }
  const [line = ''] = text.split(/\r?\n/, 1)
  if (line === '') throw new Error('No password came on standard input; try: printf %s "$PASSWORD" | plodge …')
  return line
}
