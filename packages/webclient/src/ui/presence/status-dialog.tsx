/** One's status, over whatever one is at. */
import { useApp } from '../app-context.ts'
import { Dialog } from '../keyboard/dialog.tsx'
import { StatusForm } from './status-form.tsx'

export function StatusDialog(props: { readonly close: () => void }) {
  const { words } = useApp()
  return (
    <Dialog title={words().howYouAre} close={props.close}>
      <StatusForm done={props.close} />
    </Dialog>
  )
}
