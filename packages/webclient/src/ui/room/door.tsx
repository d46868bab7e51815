/** What stands between a room's head and its talk: the way in where one is outside, and what waits for an answer where one is inside. */
import { For, Match, Show, Switch, createSignal } from 'solid-js'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { localOf } from '../../model/address.ts'
import type { Conversation, RoomState } from '../../state/state.ts'
import { nameOf, placeFor, useApp } from '../app-context.ts'

interface RoomProps {
  readonly address: string
  readonly room: RoomState
}

export function RoomStrips(props: { readonly conversation: Conversation }) {
  const { words } = useApp()
  return (
    <Show when={props.conversation.room}>
      {room => (
        <Switch fallback={<Door address={props.conversation.address} room={room()} />}>
          <Match when={room().joined.kind === 'joining'}>
            <div class="strip">{words().joining}</div>
          </Match>
          <Match when={room().joined.kind === 'inside'}>
            <Waiting address={props.conversation.address} room={room()} />
          </Match>
        </Switch>
      )}
    </Show>
  )
}

/** Why one is outside, and the way in. */
function Door(props: RoomProps) {
  const { session, state, router, words, tell } = useApp()
  const [password, setPassword] = createSignal('')
  const refused = () => (props.room.joined.kind === 'refused' ? props.room.joined : undefined)
  const why = (): string => {
    const now = refused()
    if (!now) return words().outsideRoom
    return words().doors[now.condition] ?? words().doors['other'] ?? ''
  }
  const isOver = (): boolean => ['destroyed', 'gone', 'banned', 'forbidden'].includes(refused()?.condition ?? '')
  const wantsPassword = (): boolean => refused()?.condition === 'not-authorized'
  const join = (event: Event): void => {
    event.preventDefault()
    session.rooms.join(props.address, undefined, wantsPassword() ? password() : undefined).catch((error: unknown) => {
      if (!(error instanceof StanzaError)) throw error
      tell(words().troubles[error.condition] ?? words().tryAgain)
    })
  }
  const invitation = () => state.invitations.find(({ room }) => room === props.address)
  return (
    <form class="strip door" onSubmit={join}>
      <p>
        {invitation()
          ? words().invitedBy(nameOf(state, invitation()?.from ?? ''), localOf(props.address), invitation()?.reason ?? '')
          : why()}
        <Show when={refused()?.why}>{text => <small dir="auto"> “{text()}”</small>}</Show>
      </p>
      <Show when={refused()?.alternative}>
        {room => (
          <a class="button" data-inside href={router.href(placeFor('room', room()))}>
            {words().alternative(localOf(room()))}
          </a>
        )}
      </Show>
      <Show when={wantsPassword()}>
        <label class="field">
          <span>{words().password}</span>
          <input type="password" autocomplete="off" value={password()} onInput={event => setPassword(event.currentTarget.value)} />
        </label>
      </Show>
      <Show when={!isOver()}>
        <button class="button primary" disabled={!state.isReady}>
          {words().join}
        </button>
      </Show>
    </form>
  )
}

/** What others wait for, and what one may not do oneself. */
function Waiting(props: RoomProps) {
  const { session, state, words, tell } = useApp()
  const { care } = session.rooms
  const [isAsked, setAsked] = createSignal(false)
  const nameIn = (nick: string): string => props.room.who[nick]?.name ?? nick
  const complain = (error: unknown): void => {
    if (!(error instanceof StanzaError)) throw error
    tell(words().troubles[error.condition] ?? words().tryAgain)
  }
  const ask = (): void => {
    care.askForVoice(props.address).then(() => setAsked(true), complain)
  }
  return (
    <>
      <For each={props.room.voiceRequests}>
        {nick => (
          <div class="strip door" role="status">
            <p>{words().wantsVoice(nameIn(nick))}</p>
            <button type="button" class="button primary" onClick={() => void care.answerVoice(props.address, nick, true).catch(complain)}>
              {words().giveVoice}
            </button>
            <button type="button" class="button" onClick={() => void care.answerVoice(props.address, nick, false)}>
              {words().notNow}
            </button>
          </div>
        )}
      </For>
      <For each={props.room.declines}>
        {({ who, reason }) => (
          <div class="strip door" role="status">
            <p>{words().declined(nameOf(state, who), reason)}</p>
            <button type="button" class="button" onClick={() => care.forgetDeclines(props.address)}>
              {words().understood}
            </button>
          </div>
        )}
      </For>
      <Show when={props.room.role === 'visitor'}>
        <div class="strip door" role="status">
          <p>{isAsked() ? words().askedVoice : words().onlyListening}</p>
          <Show when={!isAsked()}>
            <button type="button" class="button" onClick={ask}>
              {words().askVoice}
            </button>
          </Show>
        </div>
      </Show>
    </>
  )
}
