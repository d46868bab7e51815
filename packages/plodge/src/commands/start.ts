/** plodge start: runs the server until it is told to stop. */
import { type RunningServer, startServer } from '@plodge/server/main.ts'
import type { Address, Settings } from '@plodge/server/settings.ts'
import { type Logger, destination, pino } from 'pino'
import type { StopWish } from '@plodge/server/modules/administration/needs.ts'
import { AGAIN, type Command, FAILED, OK, UsageError } from '../command.ts'
import { findConfig } from '../config/find.ts'
import { loadConfig } from '../config/load.ts'

export const start: Command = {
  name: 'start',
  summary:
    'Runs the server in the foreground. Prints a line that begins with "ready" when it accepts connections; logs JSON lines on standard error.',
  words: [],
  options: { role: { type: 'string', value: 'ROLE', meaning: 'chat, the only one so far' } },
  examples: ['plodge start --config /etc/plodge.toml'],
  notes:
    'SIGTERM stops it: every client is told, every write is put on disk. SIGHUP makes it read certificates, limits and the password feed again. ' +
    'When an operator restarts it by command it ends with 75, so that the supervisor starts it again.',
  async run({ options, terminal }) {
    const role = options['role'] ?? 'chat'
    if (role !== 'chat' && role !== 'all') throw new UsageError(`There is no role ${String(role)}; it is chat, or nothing`)
    const file = findConfig(options['config'])
    const settings = loadConfig(file)
    const log = pino({ level: settings.log.level, base: null }, destination({ dest: 2, sync: true }))
    const wish = Promise.withResolvers<StopWish>()
    const server = await startServer(settings, { log, onStopWish: wish.resolve })
    terminal.print(`ready: ${wordsFor(settings, server)}`)
    return serve(server, file, log, wish.promise)
  },
}

/** Settles with the exit code when the server has stopped. */
function serve(server: RunningServer, file: string, log: Logger, wish: Promise<StopWish>): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>()
  let isStopping = false
  const stop = (signal: string, code = OK): void => {
    if (isStopping) return resolve(FAILED)
    isStopping = true
    log.info({ signal }, 'stopping')
    server.stop().then(
      () => resolve(code),
      (error: unknown) => {
        log.error({ err: error }, 'stopping failed')
        resolve(FAILED)
      },
    )
  }
  process.on('SIGTERM', () => stop('SIGTERM'))
  process.on('SIGINT', () => stop('SIGINT'))
  void wish.then(word => (isStopping ? undefined : stop(word, word === 'restart' ? AGAIN : OK)))
  process.on('SIGHUP', () => void reload(server, file, log))
  return promise
}

async function reload(server: RunningServer, file: string, log: Logger): Promise<void> {
  try {
    await server.reload(loadConfig(file))
    log.info({ file }, 'configuration read again')
  } catch (error) {
    log.error(
      { problem: error instanceof Error ? error.message : String(error) },
      'the configuration was not taken; the old one stays in effect',
    )
  }
}

function wordsFor({ domain }: Settings, { addresses }: RunningServer): string {
  const parts = Object.entries(addresses).flatMap(([name, list]) =>
    list.map((address: Address) => `${name} ${address.host}:${address.port}`),
  )
  return `${domain} on ${parts.join(', ')}`
}
