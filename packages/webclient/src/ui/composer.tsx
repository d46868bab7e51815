/** Where one writes. A draft is kept for each conversation, also when the page is closed. */
import { Show, createEffect, createSignal, lazy, on } from 'solid-js'
import type { Message } from '../model/message.ts'
import type { InThread } from '../model/threads.ts'
import { nameOf, useApp } from './app-context.ts'
import { AttachButtons, OutgoingFiles, useFiles } from './content/attach.tsx'
import { PolicyLine } from './content/policy-line.tsx'
import { Icon } from './icons.tsx'
import { MentionList, useMentions } from './room/mention-list.tsx'
import { nameInRoom } from './room/names.ts'
import type { Threads } from './threads/use-threads.ts'

const VoiceRecorder = lazy(() => import('./content/voice.tsx').then(({ VoiceRecorder }) => ({ default: VoiceRecorder })))

const ThreadName = lazy(() => import('./threads/thread-name.tsx').then(({ ThreadName }) => ({ default: ThreadName })))

const TYPING_MS = 4000
const MOST_TEXT = 20_000

export type Mode = { readonly kind: 'new' } | { readonly kind: 'reply' | 'edit'; readonly message: Message }

export function Composer(props: {
  readonly address: string
  readonly title: string
  readonly mode: Mode
  readonly threads: Threads
  readonly send: (text: string, thread: InThread | undefined) => void
  readonly leaveMode: () => void
  readonly editLast: () => void
}) {
  const { state, words, session } = useApp()
  const draft = (): string => session.drafts.get(props.address)
  const [text, setText] = createSignal(draft())
  let field!: HTMLTextAreaElement
  const [isRecording, setRecording] = createSignal(false)
  const { paste } = useFiles(() => props.address)
  const hasChosen = (): boolean => session.files.outgoing[props.address]?.some(({ state }) => state.kind === 'chosen') === true
  const mentions = useMentions({
    room: () => (state.conversations[props.address]?.kind === 'room' ? props.address : undefined),
    field: () => field,
    set: text => typed(text),
  })
  let saidTyping = 0
  createEffect(
    on(
      () => props.mode,
      mode => {
        if (mode.kind === 'edit') setText(mode.message.text)
        if (mode.kind !== 'new') field.focus()
      },
      { defer: true },
    ),
  )
  const author = (message: Message): string =>
    state.conversations[props.address]?.kind === 'room' ? nameInRoom(state, props.address, message.author) : nameOf(state, message.author)
  const typed = (value: string): void => {
    setText(value)
    if (props.mode.kind !== 'edit') session.drafts.set(props.address, value)
    const isTyping = value.trim() !== ''
    if (isTyping && Date.now() - saidTyping > TYPING_MS) {
      saidTyping = Date.now()
      session.speech.typing(props.address, true)
    } else if (!isTyping && saidTyping > 0) {
      saidTyping = 0
      session.speech.typing(props.address, false)
    }
  }
  const submit = (): void => {
    const value = text().trim()
    const wasEdit = props.mode.kind === 'edit'
    if (value === '' && (wasEdit || !hasChosen())) return
    if (!wasEdit && props.threads.naming()?.trim() === '') return field.form?.querySelector<HTMLElement>('.thread-name input')?.focus()
    const reply = props.mode.kind === 'reply' ? props.mode.message : undefined
    const thread = wasEdit ? undefined : props.threads.take(reply)
    if (hasChosen() && !wasEdit) {
      session.files.send(props.address, { reply: value === '' ? reply : undefined, thread })
      if (value === '') props.leaveMode()
    }
    if (value === '') return
    props.send(value, thread)
    setText(wasEdit ? draft() : '')
    if (!wasEdit) session.drafts.set(props.address, '')
    saidTyping = 0
    props.leaveMode()
    field.focus()
  }
  const leave = (): void => {
    if (props.mode.kind === 'edit') setText(draft())
    props.leaveMode()
  }
  return (
    <form
      class="composer"
      onSubmit={event => {
        event.preventDefault()
        submit()
      }}
    >
      <Show when={props.mode.kind !== 'new' && props.mode}>
        {mode => (
          <div class="mode">
            <span dir="auto">{mode().kind === 'edit' ? words().editing : words().replyingTo(author(mode().message))}</span>
            <span class="what" dir="auto">
              {mode().message.text.slice(0, 120)}
            </span>
            <button type="button" aria-label={words().cancel} onClick={leave}>
              <Icon name="close" />
            </button>
          </div>
        )}
      </Show>
      <Show when={props.mode.kind === 'new' && props.threads.naming() !== undefined}>
        <ThreadName threads={props.threads} />
      </Show>
      <MentionList mentions={mentions} />
      <OutgoingFiles address={props.address} />
      <div class="box" hidden={isRecording()}>
        <Show when={props.mode.kind !== 'edit'}>
          <AttachButtons address={props.address} />
          <Show when={state.conversations[props.address]?.kind === 'room'}>
            <button
              type="button"
              class="icon-button"
              aria-label={words().threads.begin}
              title={words().threads.begin}
              aria-expanded={props.threads.naming() !== undefined}
              onClick={() => props.threads.name(props.threads.naming() === undefined ? '' : undefined)}
            >
              <Icon name="thread" />
            </button>
          </Show>
        </Show>
        <textarea
          ref={element => (field = element)}
          rows="1"
          // What stands there before anything is written is in the language of the page.
          dir={text() === '' ? undefined : 'auto'}
          maxlength={MOST_TEXT}
          aria-label={words().messageTo(props.title)}
          placeholder={words().messageTo(props.title)}
          value={text()}
          role={mentions.offered().length > 0 ? 'combobox' : undefined}
          aria-expanded={mentions.offered().length > 0 ? 'true' : undefined}
          aria-controls={mentions.offered().length > 0 ? mentions.listId : undefined}
          aria-activedescendant={mentions.offered().length > 0 ? `${mentions.listId}-${mentions.active()}` : undefined}
          onInput={event => {
            typed(event.currentTarget.value)
            mentions.look()
          }}
          onBlur={mentions.shut}
          onPaste={paste}
          onKeyDown={event => {
            if (event.isComposing || mentions.key(event)) return
            if (event.key === 'Enter' && !event.shiftKey && !matchMedia('(pointer: coarse)').matches) {
              event.preventDefault()
              submit()
            } else if (event.key === 'Escape' && props.mode.kind !== 'new') leave()
            else if (event.key === 'ArrowUp' && !event.altKey && text() === '') {
              event.preventDefault()
              props.editLast()
            }
          }}
        />
        <Show when={text() === '' && !hasChosen() && props.mode.kind === 'new'}>
          <button
            type="button"
            class="icon-button"
            aria-label={words().recordVoice}
            title={words().recordVoice}
            onClick={() => setRecording(true)}
          >
            <Icon name="microphone" />
          </button>
        </Show>
        <button
          type="submit"
          class="send"
          disabled={text().trim() === '' && !hasChosen()}
          aria-label={props.mode.kind === 'edit' ? words().save : words().send}
        >
          <Icon name={props.mode.kind === 'edit' ? 'check' : 'send'} />
        </button>
      </div>
      <Show when={isRecording()}>
        <VoiceRecorder
          address={props.address}
          thread={() => props.threads.take(undefined)}
          close={() => {
            setRecording(false)
            field.focus()
          }}
        />
      </Show>
      <PolicyLine />
    </form>
  )
}
