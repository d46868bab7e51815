/** plodge start: runs the server until it is told to stop. */
import { openStore } from '@plodge/server/store.ts'
import type { Address, Settings } from '@plodge/server/settings.ts'
import { type Logger, destination, pino } from 'pino'
import type { StopWish } from '@plodge/server/modules/administration/needs.ts'
import { AGAIN, type Command, FAILED, OK, UsageError } from '../command.ts'
import { findConfig } from '../config/find.ts'
import { type Configuration, loadConfig } from '../config/load.ts'
import { webTierOf } from '../config/web-keys.ts'

export const start: Command = {
  name: 'start',
  summary:
    'Runs the server in the foreground. Prints a line that begins with "ready" when it accepts connections; logs JSON lines on standard error.',
  words: [],
  options: { role: { type: 'string', value: 'ROLE', meaning: 'chat, web, or all, which is both if [web] says where' } },
  examples: ['plodge start --config /etc/plodge.toml', 'plodge start --role web --config /etc/plodge.toml'],
  notes:
    'SIGTERM stops it: every client is told, every write is put on disk. SIGHUP makes it read certificates, limits, the password feed, and the web tier’s keys and client again. ' +
    'When an operator restarts it by command it ends with 75, so that the supervisor starts it again.',
  async run({ options, terminal }) {
    const role = ROLES.find(name => name === (options['role'] ?? 'all'))
    if (!role) throw new UsageError(`There is no role ${String(options['role'])}; it is chat, web or all`)
    const file = findConfig(options['config'])
    const settings = loadConfig(file)
    const log = pino({ level: settings.log.level, base: null }, destination({ dest: 2, sync: true }))
    const wish = Promise.withResolvers<StopWish>()
    const server = await startRole(role, settings, log, wish.resolve)
    terminal.print(`ready: ${wordsFor(settings, server)}`)
    return serve(server, file, log, wish.promise)
  },
}

const ROLES = ['chat', 'web', 'all'] as const
type Role = (typeof ROLES)[number]

interface Running {
  readonly addresses: Readonly<Record<string, readonly Address[]>>
  reload(changed: Configuration): Promise<void>
  stop(): Promise<void>
}

/** Both in one process: the web tier stops first, and starts when there is somebody to speak to. */
async function startRole(role: Role, settings: Configuration, log: Logger, onStopWish: (wish: StopWish) => void): Promise<Running> {
  await using started = new AsyncDisposableStack()
  const chat = role === 'web' ? undefined : await startChat(settings, log, onStopWish)
  if (chat) started.defer(() => chat.stop())
  const tierOf = (from: Configuration) => (role === 'chat' ? undefined : webTierOf(from, chat?.addresses['https']?.[0]))
  const tier = tierOf(settings)
  if (role === 'web' && !tier) throw new Error('There is no web tier to start: [web] listen is not set')
  // Its libraries for signing on are many: a chat server alone starts the sooner without them.
  const web = tier && (await (await import('../../../web/src/main.ts')).startWeb(tier, log))
  if (web) started.defer(() => web.stop())
  const running = started.move()
  return {
    addresses: { ...chat?.addresses, ...web?.addresses },
    async reload(changed) {
      await chat?.reload(changed)
      const tier = tierOf(changed)
      if (tier) await web?.reload(tier)
    },
    stop: () => running.disposeAsync(),
  }
}

/** The store is opened by a thread of its own: it does so while this one still reads the rest of the server. */
async function startChat(settings: Configuration, log: Logger, onStopWish: (wish: StopWish) => void) {
  const store = openStore(settings)
  store.catch(() => {})
  const { startServer } = await import('@plodge/server/main.ts')
  const { openInternet } = await import('../../../web/src/previews/addresses.ts')
  const isOpen = openInternet(settings.webTier.previewsNever)
  return startServer(settings, { log, store, onStopWish, mayReach: (address, port) => port === 443 && isOpen(address) })
}

/** Settles with the exit code when the server has stopped. */
function serve(server: Running, file: string, log: Logger, wish: Promise<StopWish>): Promise<number> {
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

async function reload(server: Running, file: string, log: Logger): Promise<void> {
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

function wordsFor({ domain }: Settings, { addresses }: Running): string {
  const parts = Object.entries(addresses).flatMap(([name, list]) =>
    list.map((address: Address) => `${name} ${address.host}:${address.port}`),
  )
  return `${domain} on ${parts.join(', ')}`
}
