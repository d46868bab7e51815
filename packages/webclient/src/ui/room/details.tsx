/** A room beside its talk: what it is about, how one is told of it, what one can do, and who is there. */
import { type JSX, Show, createSignal, onMount } from 'solid-js'
import { type StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { mayInvite, maySetTopic } from '../../model/offices.ts'
import type { Conversation, RoomState } from '../../state/state.ts'
import { titleOf, useApp } from '../app-context.ts'
import { type IconName, Icon } from '../icons.tsx'
import { CrowdList } from './crowd-list.tsx'
import { isNarrow, openSheet, setDetailed } from './sheets.ts'
import { Trouble, refusalIn } from './trouble.tsx'
import '../styles/room.css'

const LEVELS = ['all', 'mentions', 'none'] as const

export function RoomDetails(props: { readonly conversation: Conversation }) {
  const { state, words } = useApp()
  const title = (): string => titleOf(state, props.conversation)
  let heading!: HTMLHeadingElement
  onMount(() => {
    // Where it lies over the talk.
    if (isNarrow()) heading.focus()
  })
  return (
    <aside
      class="details"
      aria-label={words().detailsOf(title())}
      onKeyDown={event => event.key === 'Escape' && !event.defaultPrevented && setDetailed(false)}
    >
      <header class="top">
        <h2 tabindex="-1" dir="auto" ref={element => (heading = element)}>
          {title()}
        </h2>
        <button type="button" class="icon-button" aria-label={words().close} onClick={() => setDetailed(false)}>
          <Icon name="close" />
        </button>
      </header>
      <Show when={props.conversation.room}>{room => <About conversation={props.conversation} room={room()} />}</Show>
      <CrowdList conversation={props.conversation} />
    </aside>
  )
}

interface AboutProps {
  readonly conversation: Conversation
  readonly room: RoomState
}

function About(props: AboutProps) {
  const { words } = useApp()
  return (
    <div class="about">
      <Show when={props.room.description}>
        <p class="quiet" dir="auto">
          {props.room.description}
        </p>
      </Show>
      <Topic {...props} />
      <Doing {...props} />
      <Notify {...props} />
      <p class="quiet count-here">{words().peopleHere(props.room.size)}</p>
    </div>
  )
}

function Topic(props: AboutProps) {
  const { session, words } = useApp()
  const [draft, setDraft] = createSignal<string>()
  const [refusal, setRefusal] = createSignal<StanzaError>()
  const save = (event: Event): void => {
    event.preventDefault()
    setRefusal(undefined)
    session.rooms.care.topic(props.conversation.address, (draft() ?? '').trim()).then(
      () => setDraft(undefined),
      (error: unknown) => setRefusal(refusalIn(error)),
    )
  }
  return (
    <section class="topic" aria-label={words().topic}>
      <Show
        when={draft() !== undefined}
        fallback={
          <>
            <p dir="auto" classList={{ quiet: props.room.subject === '' }}>
              {props.room.subject || words().noTopic}
            </p>
            <Show when={maySetTopic(props.room, props.room.maySetTopic)}>
              <button
                type="button"
                class="icon-button"
                aria-label={words().setTopic}
                title={words().setTopic}
                onClick={() => setDraft(props.room.subject)}
              >
                <Icon name="edit" />
              </button>
            </Show>
          </>
        }
      >
        <form onSubmit={save}>
          <label class="field">
            <span>{words().topic}</span>
            <input autofocus maxlength="500" value={draft() ?? ''} onInput={event => setDraft(event.currentTarget.value)} />
          </label>
          <Trouble error={refusal()} />
          <button class="button primary">{words().save}</button>{' '}
          <button type="button" class="button" onClick={() => setDraft(undefined)}>
            {words().cancel}
          </button>
        </form>
      </Show>
    </section>
  )
}

function Doing(props: AboutProps) {
  const { router, words } = useApp()
  const address = (): string => props.conversation.address
  const button = (icon: IconName, name: string, act: () => void): JSX.Element => (
    <li>
      <button type="button" onClick={act}>
        <Icon name={icon} />
        {name}
      </button>
    </li>
  )
  const isMembersOnly = (): boolean => props.room.features.includes('muc_membersonly')
  return (
    <ul class="doing">
      <Show when={mayInvite(props.room, isMembersOnly())}>
        {button('plus', words().invite, () => openSheet({ kind: 'invite', room: address() }))}
      </Show>
      {button('search', words().searchHere, () => router.go({ kind: 'search', words: '', within: address() }))}
      <Show when={props.room.affiliation === 'owner'}>
        {button('sliders', words().settingsOfRoom, () => openSheet({ kind: 'configure', room: address() }))}
      </Show>
      {button('leave', words().leaveRoom, () => openSheet({ kind: 'leave', room: address() }))}
      <Show when={props.room.affiliation === 'owner'}>
        {button('bin', words().destroyRoom, () => openSheet({ kind: 'destroy', room: address() }))}
      </Show>
    </ul>
  )
}

function Notify(props: AboutProps) {
  const { session, words, tell } = useApp()
  const choose = (level: Conversation['notify']): void =>
    void session.rooms.notify(props.conversation.address, level).then(
      () => tell(words().saved),
      (error: unknown) => tell(words().troubles[refusalIn(error).condition] ?? words().tryAgain),
    )
  return (
    <label class="field">
      <span>{words().tellMe}</span>
      <select onChange={event => choose(LEVELS.find(one => one === event.currentTarget.value) ?? 'mentions')}>
        {LEVELS.map(level => (
          <option value={level} selected={props.conversation.notify === level}>
            {words().notify[level]}
          </option>
        ))}
      </select>
    </label>
  )
}
