/** What may lie over the page, loaded when it is wanted. */
import { Match, Suspense, Switch, lazy } from 'solid-js'
import { useApp } from '../app-context.ts'

const Palette = lazy(() => import('./palette.tsx').then(({ Palette }) => ({ default: Palette })))
const Shortcuts = lazy(() => import('./shortcuts.tsx').then(({ Shortcuts }) => ({ default: Shortcuts })))
const StatusDialog = lazy(() => import('../presence/status-dialog.tsx').then(({ StatusDialog }) => ({ default: StatusDialog })))

export function Overlays() {
  const { overlay, show } = useApp()
  const close = (): void => show(undefined)
  return (
    <Suspense>
      <Switch>
        <Match when={overlay() === 'palette'}>
          <Palette close={close} />
        </Match>
        <Match when={overlay() === 'shortcuts'}>
          <Shortcuts close={close} />
        </Match>
        <Match when={overlay() === 'status'}>
          <StatusDialog close={close} />
        </Match>
      </Switch>
    </Suspense>
  )
}
