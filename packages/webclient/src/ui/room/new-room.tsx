/** Makes a room: what it is called, then of which kind it is to be, as the server offers them (XEP-0045 §10.1.3). */
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import type { DataForm } from '@plodge/xmpp/xeps/data-form.ts'
import { ROOM_TEMPLATE } from '@plodge/xmpp/xeps/muc.ts'
import { For, Show, createSignal, onCleanup } from 'solid-js'
import { askedIn, localFor, submission } from '../../model/room-form.ts'
import { placeFor, useApp } from '../app-context.ts'
import { Dialogue } from './dialogue.tsx'
import { openSheet } from './sheets.ts'

export function NewRoomDialogue(props: { readonly name: string }) {
  const { session, state, router, words } = useApp()
  const { rooms } = session
  const [name, setName] = createSignal(props.name)
  const [purpose, setPurpose] = createSignal('')
  const [kind, setKind] = createSignal('open')
  const [taken, setTaken] = createSignal<string>()
  /** The room that waits for its form, and the form. */
  const [begun, setBegun] = createSignal<{ readonly room: string; readonly form: DataForm }>()
  const address = (): string => `${localFor(name())}@${state.roomService}`
  const kinds = () => {
    const form = begun()?.form
    return (form && askedIn(form).kinds?.options) ?? []
  }
  /** §10.1.3: who does not go on with it, gives it up. */
  const giveUp = (): void => {
    const made = begun()
    if (!made) return
    const cancel = { ...made.form, kind: 'cancel' as const, fields: [] }
    rooms.care.configure(made.room, cancel).catch(() => {})
  }
  let isMade = false
  onCleanup(() => {
    if (!isMade) giveUp()
  })
  const begin = async (): Promise<false> => {
    const room = address()
    setTaken(undefined)
    if (await rooms.service.about(room)) {
      setTaken(room)
      return false
    }
    if (!(await rooms.make(room, name().trim()))) {
      const joined = state.conversations[room]?.room?.joined
      if (joined?.kind === 'refused') throw new StanzaError('not-allowed', joined.why)
      setTaken(room)
      return false
    }
    const form = await rooms.care.form(room)
    if (form) setBegun({ room, form })
    return false
  }
  const finish = async (room: string, form: DataForm): Promise<void> => {
    const answers = {
      [ROOM_TEMPLATE]: [kind()],
      'muc#roomconfig_roomname': [name()],
      'muc#roomconfig_roomdesc': [purpose()],
      'muc#roomconfig_persistentroom': ['1'],
    }
    const filled = submission(form, answers)
    const usual = { ...form, kind: 'submit' as const, fields: [] }
    await rooms.care.configure(room, filled ?? usual)
    isMade = true
    await rooms.join(room, name().trim())
    router.go(placeFor('room', room))
  }
  const act = async (): Promise<void | false> => {
    const made = begun()
    return made ? finish(made.room, made.form) : begin()
  }
  return (
    <Dialogue
      title={words().newRoomTitle}
      action={begun() ? words().makeIt : words().next}
      isReady={begun() !== undefined || localFor(name()) !== ''}
      act={act}
    >
      <Show when={!begun()}>
        <label class="field">
          <span>{words().newRoomName}</span>
          <input autofocus maxlength="100" autocomplete="off" value={name()} onInput={event => setName(event.currentTarget.value)} />
        </label>
        <p class="quiet">{localFor(name()) === '' ? words().newRoomNoName : words().newRoomAddress(address())}</p>
        <Show when={taken()}>
          {room => (
            <p class="trouble" role="alert">
              {words().newRoomTaken}{' '}
              <a data-inside href={router.href(placeFor('room', room()))} onClick={() => openSheet(undefined)}>
                {words().goThere}
              </a>
            </p>
          )}
        </Show>
      </Show>
      <Show when={begun()}>
        <p>
          <b dir="auto">{name()}</b> <span class="quiet">{address()}</span>
        </p>
        <Show when={kinds().length > 0}>
          <fieldset>
            <legend>{words().newRoomKind}</legend>
            <For each={kinds()}>
              {option => (
                <label class="choice">
                  <input type="radio" name="kind" checked={kind() === option.value} onChange={() => setKind(option.value)} />
                  <span>
                    <b>{words().kinds[option.value]?.name ?? option.label}</b>
                    <small>{words().kinds[option.value]?.meaning}</small>
                  </span>
                </label>
              )}
            </For>
          </fieldset>
        </Show>
        <label class="field">
          <span>{words().newRoomFor}</span>
          <input maxlength="300" value={purpose()} onInput={event => setPurpose(event.currentTarget.value)} />
        </label>
      </Show>
    </Dialogue>
  )
}
