/** A file in a message: a picture in a place of its own size, a sound or a film to be played, anything else as a card. Nothing moves when it comes. */
import { Match, Show, Suspense, Switch, createSignal, lazy } from 'solid-js'
import { kindOf } from '../../model/file.ts'
import type { FileOf } from '../../model/message.ts'
import { useApp } from '../app-context.ts'
import { Icon } from '../icons.tsx'
import { sizeName } from './amounts.ts'
import { boxOf } from './box.ts'

const Viewer = lazy(() => import('./viewer.tsx').then(({ Viewer }) => ({ default: Viewer })))
const Player = lazy(() => import('./player.tsx').then(({ Player }) => ({ default: Player })))

export function Attached(props: { readonly file: FileOf }) {
  const { session } = useApp()
  const [isBroken, setBroken] = createSignal(false)
  const kind = () => (isBroken() || !session.files.isShown(props.file.url) ? 'other' : kindOf(props.file))
  const broken = (): void => void setBroken(true)
  return (
    <Switch fallback={<Card file={props.file} />}>
      <Match when={kind() === 'picture'}>
        <Picture file={props.file} broken={broken} />
      </Match>
      <Match when={kind() === 'sound'}>
        <div class="sound">
          <Suspense>
            <Player url={props.file.url} length={props.file.length} name={props.file.name} broken={broken} />
          </Suspense>
        </div>
      </Match>
      <Match when={kind() === 'film'}>
        <video
          class="film"
          controls
          preload="metadata"
          src={props.file.url}
          aria-label={props.file.about ?? props.file.name}
          style={styleOf(boxOf(props.file))}
          onError={broken}
        />
      </Match>
    </Switch>
  )
}

const styleOf = ({ width, height }: ReturnType<typeof boxOf>) => ({ 'inline-size': `${width}px`, 'aspect-ratio': `${width} / ${height}` })

function Picture(props: { readonly file: FileOf; readonly broken: () => void }) {
  const { words } = useApp()
  const [isOpen, setOpen] = createSignal(false)
  return (
    <>
      <button
        type="button"
        class="picture"
        style={styleOf(boxOf(props.file))}
        aria-label={words().showPicture(props.file.about ?? props.file.name)}
        onClick={() => setOpen(true)}
      >
        <img
          src={props.file.url}
          alt={props.file.about ?? props.file.name}
          loading="lazy"
          decoding="async"
          referrerpolicy="no-referrer"
          onError={() => props.broken()}
        />
      </button>
      <Show when={isOpen()}>
        <Viewer file={props.file} close={() => setOpen(false)} />
      </Show>
    </>
  )
}

function Card(props: { readonly file: FileOf }) {
  const { words } = useApp()
  return (
    <a class="file" href={props.file.url} target="_blank" rel="noopener noreferrer" download={props.file.name}>
      <Icon name="file" />
      <span>
        <bdi>{props.file.name}</bdi>
        <small>
          {[props.file.size === undefined ? '' : sizeName(props.file.size, words().locale), hostOf(props.file.url)]
            .filter(text => text !== '')
            .join(' · ')}
        </small>
      </span>
    </a>
  )
}

/** Where it is from, if that is somewhere else than usual. */
const hostOf = (url: string): string => {
  const { hostname } = new URL(url)
  return hostname.endsWith(location.hostname) ? '' : hostname
}
