/** One's devices and browsers: where each is, when it was used last, and the button that ends it. Read when the settings are opened. */
import type { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { For, Show, createEffect, createSignal, on } from 'solid-js'
import { type OwnDevice, endDevice, listDevices } from '../../session/own-devices.ts'
import { useApp } from '../app-context.ts'
import { Trouble, refusalIn } from '../room/trouble.tsx'
import { shortTime, wholeTime } from '../times.ts'
import '../styles/devices.css'

export function OwnDevices() {
  const { session, state, words, tell } = useApp()
  const { questions } = session.desk
  const [devices, setDevices] = createSignal<readonly OwnDevice[]>()
  const [refusal, setRefusal] = createSignal<StanzaError>()
  const nameOf = (device: OwnDevice): string => device.name || words().devices.nameless
  let heading!: HTMLHeadingElement

  const look = async (): Promise<void> => {
    try {
      setDevices(await listDevices(questions))
      setRefusal(undefined)
    } catch (error) {
      setRefusal(refusalIn(error))
    }
  }
  const end = async (device: OwnDevice): Promise<void> => {
    try {
      await endDevice(questions, device)
      // The button that had the keyboard goes away.
      heading.focus()
      tell(words().devices.ended(nameOf(device)))
      await look()
    } catch (error) {
      setRefusal(refusalIn(error))
    }
  }
  createEffect(on([() => state.isReady, () => state.line.kind], ([isReady, line]) => void (isReady && line === 'online' && look())))
  return (
    <section class="card devices" aria-labelledby="own-devices">
      <h2 class="card-title" id="own-devices" tabindex="-1" ref={element => (heading = element)}>
        {words().devices.title}
      </h2>
      <Show when={devices()} fallback={<p class="hint">{words().oneMoment}</p>}>
        <ul class="list people">
          <For each={devices()}>{device => <Device device={device} name={nameOf(device)} end={() => void end(device)} />}</For>
        </ul>
      </Show>
      <Trouble error={refusal()} />
    </section>
  )
}

function Device(props: { readonly device: OwnDevice; readonly name: string; readonly end: () => void }) {
  const { words } = useApp()
  const [isAsked, setAsked] = createSignal(false)
  let ending!: HTMLButtonElement
  const { device } = props
  // A browser comes back by signing in; what has a password of its own needs another.
  const action = (): string => (device.isBrowser ? words().signOut : words().devices.shutOut)
  const press = (): void => void (device.isBrowser ? props.end() : setAsked(true))
  const cancel = (): void => {
    setAsked(false)
    queueMicrotask(() => ending.focus())
  }
  return (
    <li class="row">
      <span class="item two">
        <span class="text">
          <span class="title" dir="auto">
            {props.name}
          </span>
          <span class="preview">
            <Show when={device.place}>
              <bdi>{device.place}</bdi>
              {' · '}
            </Show>
            <LastUse device={device} />
          </span>
          <Show when={device.knowsPassword && !device.isOwn}>
            <span class="preview whole">{words().devices.knowsPassword}</span>
          </Show>
          <Show when={isAsked()}>
            <span class="preview whole">{words().devices.really}</span>
          </Show>
        </span>
      </span>
      <Show when={!device.isOwn && !device.knowsPassword}>
        <Show
          when={isAsked()}
          fallback={
            <button
              type="button"
              class="button"
              aria-label={`${action()}: ${props.name}`}
              ref={element => (ending = element)}
              onClick={press}
            >
              {action()}
            </button>
          }
        >
          <button type="button" class="button" onClick={cancel}>
            {words().cancel}
          </button>
          <button type="button" class="button risky" ref={element => queueMicrotask(() => element.focus())} onClick={() => props.end()}>
            {words().devices.shutOut}
          </button>
        </Show>
      </Show>
    </li>
  )
}

function LastUse(props: { readonly device: OwnDevice }) {
  const { words } = useApp()
  const { isOwn, isHere, lastSeen } = props.device
  if (isOwn) return <b>{words().devices.thisOne}</b>
  if (isHere) return <>{words().online}</>
  if (lastSeen === undefined) return <>{words().devices.never}</>
  return (
    <time dateTime={new Date(lastSeen).toISOString()} title={wholeTime(lastSeen, words().locale)}>
      {words().devices.lastUsed(shortTime(lastSeen, words().locale))}
    </time>
  )
}
