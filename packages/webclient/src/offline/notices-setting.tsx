/** Whether one is told of new messages when one looks elsewhere. */
import { Show, createSignal } from 'solid-js'
import { useApp } from '../ui/app-context.ts'

export function NoticesSetting() {
  const { notices, words } = useApp()
  const [wish, setWish] = createSignal(notices.wish)
  const [note, setNote] = createSignal('')
  const change = async (isWanted: boolean): Promise<void> => {
    if (isWanted) {
      const how = await notices.turnOn()
      setNote(how === 'page only' ? words().noticesPageOnly : '')
    } else {
      setNote('')
      await notices.turnOff()
    }
    setWish(notices.wish)
  }
  return (
    <section class="card setting notices">
      <label>
        <input
          type="checkbox"
          checked={wish() === 'on'}
          disabled={wish() === 'impossible' || wish() === 'forbidden'}
          onChange={event => void change(event.currentTarget.checked)}
        />
        <span>{words().notices}</span>
      </label>
      <p class="hint" role="status">
        <Show when={wish() === 'forbidden'} fallback={note() === '' ? words().noticesHint : note()}>
          {words().noticesForbidden}
        </Show>
      </p>
    </section>
  )
}
