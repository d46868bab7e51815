/** One message: who, when, what, and what one can do with it. */
import { For, Show, createSignal, lazy } from 'solid-js'
import { firstLink } from '../model/links.ts'
import type { Message } from '../model/message.ts'
import { inShort } from './content/in-short.ts'
import { Avatar } from './avatar.tsx'
import { nameOf, useApp } from './app-context.ts'
import { Attached } from './content/attached.tsx'
import { LinkPreview } from './content/link-preview.tsx'
import { Formatted } from './formatted.tsx'
import { Icon } from './icons.tsx'
import { addressInRoom, nameInRoom } from './room/names.ts'
import { ThreadLabel } from './threads/thread-label.tsx'
import { clockTime, wholeTime } from './times.ts'

const Acknowledgement = lazy(() => import('./room/acknowledgement.tsx').then(({ Acknowledgement }) => ({ default: Acknowledgement })))

const QUICK_SIGNS = ['👍', '❤️', '😂', '🎉', '💡', '🙏']

export interface RowActions {
  readonly reply: (message: Message) => void
  readonly edit: (message: Message) => void
  readonly remove: (message: Message) => void
  readonly react: (message: Message, sign: string) => void
  readonly retry: (message: Message) => void
  readonly discard: (message: Message) => void
  readonly link: (message: Message) => void
  /** All else that one can do about it, at the button. */
  readonly more: (message: Message, at: HTMLElement) => void
  readonly find: (id: string) => Message | undefined
  readonly goTo: (id: string) => void
}

interface RowProps {
  readonly message: Message
  /** Whether it begins what this author says in one go. */
  readonly isFirst: boolean
  /** Of the room in which it was said. */
  readonly room: string | undefined
  /** What one is called here. */
  readonly myName: string
  readonly isMentioned: boolean
  readonly isTarget: boolean
  readonly showsDelivery: boolean
  /** The room keeps who has read what. */
  readonly isAnnouncing: boolean
  readonly actions: RowActions
}

export function MessageRow(props: RowProps) {
  const { session, state, words } = useApp()
  const nameFor = (nick: string): string => (props.room === undefined ? nameOf(state, nick) : nameInRoom(state, props.room, nick))
  const author = (): string => nameFor(props.message.author)
  const address = (): string | undefined =>
    props.room === undefined ? props.message.author : addressInRoom(state, props.room, props.message.author)
  const [isUnfolded, unfold] = createSignal(false)
  /** Buttons nobody sees are not made: messages come by the hundred. */
  const [isLookedAt, setLookedAt] = createSignal(false)
  const look = (): boolean => setLookedAt(true)
  const isFolded = (): boolean =>
    !isUnfolded() &&
    !props.message.isMine &&
    [address() ?? '', `${props.room}/${props.message.author}`].some(one => state.blocked.includes(one))
  const quoted = (): Message | undefined => (props.message.reply ? props.actions.find(props.message.reply.id) : undefined)
  return (
    <article
      class="message"
      classList={{
        first: props.isFirst,
        mine: props.message.isMine,
        mentioned: props.isMentioned,
        target: props.isTarget,
        failed: props.message.delivery.kind === 'failed',
      }}
      data-key={props.message.key}
      tabindex="-1"
      onMouseOver={look}
      onFocusIn={look}
      aria-label={`${author()}, ${clockTime(props.message.time, words().locale)}`}
    >
      <Show when={props.isFirst} fallback={<time class="late">{clockTime(props.message.time, words().locale)}</time>}>
        <Avatar address={address() ?? props.message.author} name={author()} />
      </Show>
      <div class="body">
        <Show when={props.isFirst}>
          <header>
            <b dir="auto">{author()}</b>
            <Show when={props.room !== undefined && author() !== props.message.author}>
              <small class="nick">{props.message.author}</small>
            </Show>
            <time title={wholeTime(props.message.time, words().locale)}>{clockTime(props.message.time, words().locale)}</time>
            <ThreadLabel message={props.message} />
          </header>
        </Show>
        <Show when={props.message.reply && !props.message.removed}>
          <button type="button" class="quoted" dir="auto" onClick={() => props.message.reply && props.actions.goTo(props.message.reply.id)}>
            <Show when={quoted()} fallback={words().anEarlierMessage}>
              {original => (
                <>
                  <b>
                    <bdi>{nameFor(original().author)}</bdi>
                  </b>{' '}
                  {inShort(original(), words()).slice(0, 160)}
                </>
              )}
            </Show>
          </button>
        </Show>
        <Show when={isFolded()}>
          <p class="folded">
            {words().blockedMessage}
            <button type="button" onClick={() => unfold(true)}>
              {words().showAnyway}
            </button>
          </p>
        </Show>
        <Show
          when={!props.message.removed && !isFolded()}
          fallback={<Show when={props.message.removed}>{<p class="removed">{removal(props.message, words())}</p>}</Show>}
        >
          <Formatted text={props.message.text} />
          <Show when={props.message.file}>{file => <Attached file={file()} />}</Show>
          <Show when={session.previews.isOffered && firstLink(props.message.text)}>{href => <LinkPreview href={href()} />}</Show>
          <Show when={props.message.edited}>
            {time => (
              <small class="edited" title={wholeTime(time(), words().locale)}>
                ({words().edited})
              </small>
            )}
          </Show>
        </Show>
        <Reactions {...props} />
        <Show
          when={props.isAnnouncing && props.message.asks && !props.message.removed && props.room !== undefined && props.message.archive}
        >
          {archive => <Acknowledgement room={props.room ?? ''} archive={archive()} isMine={props.message.isMine} />}
        </Show>
        <Show
          when={
            props.message.isMine &&
            (props.showsDelivery || props.message.delivery.kind === 'failed' || props.message.delivery.kind === 'sending')
          }
        >
          <DeliveryWord message={props.message} actions={props.actions} />
        </Show>
      </div>
      <Show when={isLookedAt() && !props.message.removed && props.message.delivery.kind !== 'failed'}>
        <Actions message={props.message} actions={props.actions} />
      </Show>
    </article>
  )
}

function removal(message: Message, words: ReturnType<ReturnType<typeof useApp>['words']>): string {
  const { by, reason } = message.removed ?? {}
  return by === undefined ? words.removed : words.removedBy(by, reason ?? '')
}

function Reactions(props: RowProps) {
  const { state } = useApp()
  const entries = () => Object.entries(props.message.reactions)
  const names = (who: readonly string[]): string =>
    who.map(one => (props.room === undefined ? nameOf(state, one) : nameInRoom(state, props.room, one))).join(', ')
  const isMine = (who: readonly string[]): boolean => who.includes(props.myName)
  return (
    <Show when={entries().length > 0}>
      <div class="reactions">
        <For each={entries()}>
          {([sign, who]) => (
            <button
              type="button"
              aria-pressed={isMine(who)}
              title={names(who)}
              aria-label={`${sign} ${who.length}: ${names(who)}`}
              onClick={() => props.actions.react(props.message, sign)}
            >
              {sign} {who.length}
            </button>
          )}
        </For>
      </div>
    </Show>
  )
}

function DeliveryWord(props: { readonly message: Message; readonly actions: RowActions }) {
  const { words } = useApp()
  const { sending, onServer, delivered, read } = words()
  const why = (): string => (props.message.delivery.kind === 'failed' ? props.message.delivery.why : '')
  return (
    <Show
      when={props.message.delivery.kind === 'failed'}
      fallback={
        <small class="delivery" data-delivery={props.message.delivery.kind}>
          <Icon
            name={
              ({ sending: 'clock', server: 'check', delivered: 'checks', read: 'checks', failed: 'alert' } as const)[
                props.message.delivery.kind
              ]
            }
          />
          {{ sending, server: onServer, delivered, read, failed: '' }[props.message.delivery.kind]}
        </small>
      }
    >
      <div class="delivery bad" role="alert">
        <Icon name="alert" />
        <span>{words().failed(why())}</span>
        <button type="button" onClick={() => props.actions.retry(props.message)}>
          {words().retry}
        </button>
        <button type="button" onClick={() => props.actions.discard(props.message)}>
          {words().discard}
        </button>
      </div>
    </Show>
  )
}

function Actions(props: { readonly message: Message; readonly actions: RowActions }) {
  const { words } = useApp()
  const [isOpen, setOpen] = createSignal(false)
  const act = (what: () => void) => () => {
    setOpen(false)
    what()
  }
  return (
    <div class="actions" classList={{ open: isOpen() }} role="group" aria-label={words().actions}>
      <Show when={isOpen()}>
        <For each={QUICK_SIGNS}>
          {sign => (
            <button type="button" aria-label={`${words().react} ${sign}`} onClick={act(() => props.actions.react(props.message, sign))}>
              {sign}
            </button>
          )}
        </For>
      </Show>
      <button type="button" aria-label={words().react} title={words().react} aria-expanded={isOpen()} onClick={() => setOpen(!isOpen())}>
        <Icon name="smile" />
      </button>
      <button type="button" aria-label={words().reply} title={words().reply} onClick={act(() => props.actions.reply(props.message))}>
        <Icon name="reply" />
      </button>
      <Show when={props.message.isMine}>
        <button type="button" aria-label={words().edit} title={words().edit} onClick={act(() => props.actions.edit(props.message))}>
          <Icon name="edit" />
        </button>
        <button
          type="button"
          aria-label={words().takeBack}
          title={words().takeBack}
          onClick={act(() => props.actions.remove(props.message))}
        >
          <Icon name="bin" />
        </button>
      </Show>
      <Show when={props.message.archive !== undefined}>
        <button type="button" aria-label={words().copyLink} title={words().copyLink} onClick={act(() => props.actions.link(props.message))}>
          <Icon name="link" />
        </button>
      </Show>
      <Show when={!props.message.isMine}>
        <button
          type="button"
          aria-haspopup="menu"
          aria-label={words().messageMenu}
          title={words().messageMenu}
          onClick={event => props.actions.more(props.message, event.currentTarget)}
        >
          <Icon name="more" />
        </button>
      </Show>
    </div>
  )
}
