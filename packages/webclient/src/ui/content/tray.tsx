/** Files that one has chosen or sends: seen before they go, described in words, with how far each is, and a way to stop it or to try again. */
import { For, Match, Show, Switch, createResource } from 'solid-js'
import type { OutgoingFile } from '../../session/files.ts'
import type { UploadProblem } from '../../session/upload.ts'
import { useApp } from '../app-context.ts'
import { Icon } from '../icons.tsx'
import { sizeName } from './amounts.ts'

const MOST_ABOUT = 500

export function FileTray(props: { readonly address: string }) {
  const { session, words } = useApp()
  const files = (): readonly OutgoingFile[] => session.files.outgoing[props.address] ?? []
  const [place] = createResource(() => session.files.place().catch(() => null))
  const limit = (): number | undefined => (place.state === 'ready' ? place()?.most : undefined)
  return (
    <section class="tray" aria-label={words().filesToSend}>
      <ul>
        <For each={files()}>{one => <Outgoing address={props.address} one={one} />}</For>
      </ul>
      <Show when={limit()}>{most => <small>{words().fileLimit(sizeName(most(), words().locale))}</small>}</Show>
    </section>
  )
}

function Outgoing(props: { readonly address: string; readonly one: OutgoingFile }) {
  const { session, words } = useApp()
  const { files } = session
  const size = (): string => sizeName(props.one.file.size, words().locale)
  return (
    <li data-state={props.one.state.kind}>
      <Show when={props.one.preview} fallback={<Icon name={props.one.kind === 'sound' ? 'microphone' : 'file'} />}>
        {url => <img src={url()} alt="" />}
      </Show>
      <div class="about">
        <span class="name">
          <bdi>{props.one.name}</bdi> <small>{size()}</small>
        </span>
        <Switch>
          <Match when={props.one.state.kind === 'failed' && props.one.state}>
            {state => (
              <span class="bad" role="alert">
                {problemWords(state().problem, words())}
              </span>
            )}
          </Match>
          <Match when={props.one.state.kind === 'going' && props.one.state}>
            {state => <progress max="1" value={state().share} aria-label={words().sendingFile(props.one.name)} />}
          </Match>
          <Match when={props.one.state.kind === 'waiting'}>
            <progress max="1" value="0" aria-label={words().sendingFile(props.one.name)} />
          </Match>
          <Match when={props.one.kind === 'picture'}>
            <input
              type="text"
              dir="auto"
              maxlength={MOST_ABOUT}
              placeholder={words().describePicture}
              aria-label={words().describePictureNamed(props.one.name)}
              value={props.one.about}
              onInput={event => files.describe(props.address, props.one.key, event.currentTarget.value)}
              onKeyDown={event => {
                if (event.key !== 'Enter' || event.isComposing) return
                event.preventDefault()
                event.currentTarget.form?.requestSubmit()
              }}
            />
          </Match>
        </Switch>
      </div>
      <Show when={props.one.state.kind === 'failed' && !isFinal(props.one)}>
        <button type="button" class="button" onClick={() => files.retry(props.address, props.one.key)}>
          {words().retry}
        </button>
      </Show>
      <button
        type="button"
        class="icon-button"
        aria-label={props.one.state.kind === 'chosen' ? words().removeFile(props.one.name) : words().cancelFile(props.one.name)}
        onClick={() => files.drop(props.address, props.one.key)}
      >
        <Icon name="close" />
      </button>
    </li>
  )
}

const isFinal = ({ state }: OutgoingFile): boolean => state.kind === 'failed' && state.problem.kind === 'too large'

function problemWords(problem: UploadProblem, words: ReturnType<ReturnType<typeof useApp>['words']>): string {
  switch (problem.kind) {
    case 'no place':
      return words.noUploads
    case 'too large':
      return words.fileTooLarge(sizeName(problem.most, words.locale))
    case 'refused':
      return words.fileRefused(problem.text)
    case 'unreachable':
      return words.uploadUnreachable
  }
}
