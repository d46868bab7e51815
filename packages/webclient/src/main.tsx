/** Begins: asks the tier who is signed in, then shows the app for them, or the way in. */
import { Match, Switch, createResource } from 'solid-js'
import { render } from 'solid-js/web'
import { makeLanguage } from './i18n/languages.ts'
import { Shell } from './ui/shell.tsx'
import { Outside } from './ui/outside.tsx'
import './ui/styles/main.css'

export interface SignedIn {
  readonly address: string | null
  readonly domain: string
  /** The origin that the page may show files from; null where there are none. */
  readonly uploads?: string | null
  /** Where the tier tells what a link leads to; null where it does not. */
  readonly previews?: string | null
}

async function whoIsThis(): Promise<SignedIn | undefined> {
  try {
    const answer = await fetch('/session', { headers: { Accept: 'application/json' } })
    return answer.ok ? ((await answer.json()) as SignedIn) : undefined
  } catch {
    return undefined
  }
}

const language = makeLanguage()

function Root() {
  const [who, { refetch }] = createResource(whoIsThis)
  const signedIn = (): SignedIn | undefined => (who.state === 'ready' && who()?.address ? who() : undefined)
  return (
    <Switch>
      <Match when={who.state === 'ready' && who() === undefined}>
        <Outside words={language.words()} why="unreachable" again={() => void refetch()} />
      </Match>
      <Match when={who.state === 'ready' && who()?.address === null}>
        <Outside words={language.words()} why="signed out" />
      </Match>
      <Match when={signedIn()}>
        {found => (
          <Shell
            own={found().address ?? ''}
            language={language}
            domain={found().domain}
            previews={found().previews ?? undefined}
            uploads={found().uploads ?? undefined}
          />
        )}
      </Match>
    </Switch>
  )
}

const root = document.querySelector('#app')
// No page in one language that is another a moment later.
await language.begin()
if (root) render(() => <Root />, root)
