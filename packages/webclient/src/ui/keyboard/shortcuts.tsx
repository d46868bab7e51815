/** What the keys do, in a list; and a switch for those of one sign. */
import { For, createSignal } from 'solid-js'
import { useApp } from '../app-context.ts'
import { actionsOf } from './actions.ts'
import { Dialog } from './dialog.tsx'
import { KeyCaps } from './key-caps.tsx'
import { hasSingleKeys, setSingleKeys } from './keys.ts'

export function Shortcuts(props: { readonly close: () => void }) {
  const app = useApp()
  const { words } = app
  const [isOn, setOn] = createSignal(hasSingleKeys())
  const rows = (): readonly (readonly [string, readonly string[]])[] => {
    const { keysFor: t } = words()
    return [
      ...actionsOf(app).flatMap(({ name, keys }) => (keys ? [[name, keys] as const] : [])),
      [t.inLists, ['ArrowUp', 'ArrowDown', 'Home', 'End']],
      [t.onMessage, ['r', 'e', 'a', 'Delete']],
      [t.editLast, ['ArrowUp']],
      [t.newLine, ['Shift+Enter']],
      [t.leaveIt, ['Escape']],
    ]
  }
  return (
    <Dialog title={words().keysFor.shortcuts} close={props.close}>
      <dl class="shortcuts">
        <For each={rows()}>
          {([name, keys]) => (
            <div>
              <dt>{name}</dt>
              <dd>
                <KeyCaps keys={keys} />
              </dd>
            </div>
          )}
        </For>
      </dl>
      <label class="check">
        <input
          type="checkbox"
          checked={isOn()}
          onChange={event => {
            setOn(event.currentTarget.checked)
            setSingleKeys(event.currentTarget.checked)
          }}
        />
        {words().keysFor.singleKeys}
      </label>
    </Dialog>
  )
}
