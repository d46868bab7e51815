/** The page's side of its worker: registers it when there is nothing better to do, and says when a new version waits. */

const PATH = '/service-worker.js'
/** A page may stay open for weeks. */
const LOOK_MS = 3_600_000

export interface Versions {
  /** Takes the new version, and loads the page anew with it. */
  readonly take: () => void
}

/** `waits` is called when a new version is there. Does nothing where there are no workers. */
export async function registerWorker(waits: (versions: Versions) => void): Promise<void> {
  if (!('serviceWorker' in navigator)) return
  const { serviceWorker } = navigator
  try {
    const registration = await serviceWorker.register(PATH, { updateViaCache: 'none' })
    const tell = (worker: ServiceWorker | null): void => {
      // The first of all replaces nothing.
      if (!worker || !serviceWorker.controller) return
      waits({ take: () => take(serviceWorker, worker) })
    }
    tell(registration.waiting)
    registration.addEventListener('updatefound', () => {
      const worker = registration.installing
      worker?.addEventListener('statechange', () => {
        if (worker.state === 'installed') tell(worker)
      })
    })
    setInterval(() => void registration.update().catch(() => {}), LOOK_MS)
  } catch {
    // Forbidden, or the certificate is none that the browser trusts: the app works without.
  }
}

function take(serviceWorker: ServiceWorkerContainer, worker: ServiceWorker): void {
  serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
  worker.postMessage('go')
}
