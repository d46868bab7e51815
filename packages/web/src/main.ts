/** Starts and stops the web tier. */
import { figuresServer } from './figures.ts'
import { secureContextOf, siteServer } from './http/server.ts'
import { closed, listen } from './listening.ts'
import { restoreSessions, saveSessions } from './saved-sessions.ts'
import type { Address, Log, WebTierSettings } from './settings.ts'
import { makeSite } from './site.ts'

export interface RunningWeb {
  readonly addresses: { readonly web: readonly Address[]; readonly webMetrics: readonly Address[] }
  /** Takes new keys, certificates and files of the client; what else has changed waits for a start. Rejects in words, and then all is as it was. */
  reload(changed: WebTierSettings): Promise<void>
  stop(): Promise<void>
}

const SWEEP_MS = 5000
/** For requests that are under way when it stops. */
const GRACE_MS = 3000

/** Rejects in words when something cannot be had; then nothing listens. */
export async function startWeb(settings: WebTierSettings, log: Log, clock: () => number = Date.now): Promise<RunningWeb> {
  const site = await makeSite(settings, log, clock)
  const { options, sessions, relays, watch, figures } = site
  await using opened = new AsyncDisposableStack()
  restoreSessions(settings.sessionsFile, sessions, settings, log)
  // This is done last of all: until then somebody may sign out.
  opened.defer(() => saveSessions(settings.sessionsFile, sessions, log))
  const onError = (error: Error): void => log.warn({ err: error }, 'a connection could not be accepted')
  const servers = settings.listen.map(() => siteServer(options))
  const web: Address[] = []
  for (const [i, server] of servers.entries()) {
    opened.defer(async () => {
      const cut = setTimeout(() => server.closeAllConnections(), GRACE_MS)
      server.closeIdleConnections()
      await closed(server)
      clearTimeout(cut)
    })
    web.push(await listen(server, settings.listen[i] as Address))
    server.on('error', onError)
  }
  const webMetrics: Address[] = []
  for (const address of settings.metrics) {
    const server = figuresServer(figures, () => relays.trouble)
    opened.defer(() => {
      server.closeAllConnections()
      return closed(server)
    })
    webMetrics.push(await listen(server, address))
    server.on('error', onError)
  }
  const sweeping = setInterval(() => sessions.sweep(), SWEEP_MS).unref()
  opened.defer(() => clearInterval(sweeping))
  watch.begin()
  opened.defer(() => watch.stop())
  opened.defer(() => relays.close())
  const running = opened.move()
  return {
    addresses: { web, webMetrics },
    async reload(changed) {
      const context = secureContextOf(changed.tls)
      await site.reload(changed)
      for (const server of servers) server.setSecureContext(context)
    },
    stop: () => running.disposeAsync(),
  }
}
