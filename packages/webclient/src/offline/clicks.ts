/** A notification that was pressed says where to go; the worker brings this window to the front, and it goes there. Returns how to stop. */

export function followClicks(): () => void {
  const { serviceWorker } = navigator
  if (!serviceWorker) return () => {}
  const go = ({ data }: MessageEvent): void => {
    const path = (data as { readonly go?: unknown } | null)?.go
    if (typeof path !== 'string' || !path.startsWith('/') || path.startsWith('//')) return
    history.pushState(null, '', path)
    dispatchEvent(new PopStateEvent('popstate'))
  }
  serviceWorker.addEventListener('message', go)
  return () => serviceWorker.removeEventListener('message', go)
}
