/** Begins: shows what the browser kept of a person, asks the tier who is signed in, and then shows the app for them, or the way in. */
import { Match, Switch, createSignal } from 'solid-js'
import { render } from 'solid-js/web'
import type { SignedIn } from './early/begun.ts'
import { makeLanguage } from './i18n/languages.ts'
import { NewVersion } from './offline/new-version.tsx'
import type { Owner } from './store/database.ts'
import { Memory, NOTHING, type Remembered } from './store/memory.ts'
import { Shell } from './ui/shell.tsx'
import { Outside } from './ui/outside.tsx'
import './ui/styles/main.css'

type Here =
  | { readonly kind: 'asking' | 'unreachable' }
  /** `over`: somebody was until a moment ago. */
  | { readonly kind: 'nobody'; readonly why: 'signed out' | 'over'; readonly byPassword: string | undefined }
  | { readonly kind: 'somebody'; readonly who: Pick<Owner, 'address' | 'domain' | 'previews' | 'uploads'>; readonly remembered: Remembered }

async function whoIsThis(): Promise<SignedIn | undefined> {
  try {
    const answer = await fetch('/session', { credentials: 'include' })
    return answer.ok ? ((await answer.json()) as SignedIn) : undefined
  } catch {
    return undefined
  }
}

const language = makeLanguage()
const [here, setHere] = createSignal<Here>({ kind: 'asking' })
let isAsking = false

/** What the tier says counts; while it says nothing, what was shown stays. */
async function ask(memory: Memory, asked = whoIsThis(), why: 'signed out' | 'over' = 'signed out'): Promise<void> {
  if (isAsking) return
  isAsking = true
  const found = await asked
  isAsking = false
  const now = here()
  if (!found) return void (now.kind === 'somebody' || setHere({ kind: 'unreachable' }))
  if (found.address === null) {
    setHere({ kind: 'nobody', why, byPassword: found.signInByPassword })
    return memory.signedOut()
  }
  const who = { address: found.address, domain: found.domain, previews: found.previews ?? undefined, uploads: found.uploads ?? undefined }
  const claimed = memory.claim(who)
  if (!memory.isNew) await claimed
  if (now.kind !== 'somebody' || now.who.address !== who.address)
    setHere({ kind: 'somebody', who, remembered: memory.isNew ? NOTHING : await memory.read(who.address) })
}

async function begin(): Promise<void> {
  // Both at once: mostly the browser is quicker.
  globalThis.begun ??= { who: whoIsThis(), socket: undefined, isTaken: true }
  const asked = globalThis.begun.who
  const memory = await Memory.open()
  const owner = await memory.owner()
  // No page in one language that is another a moment later.
  await language.begin()
  if (owner) setHere({ kind: 'somebody', who: owner, remembered: await memory.read(owner.address) })
  const root = document.querySelector('#app')
  if (root) render(() => <Root memory={memory} />, root)
  addEventListener('online', () => void ask(memory))
  await ask(memory, asked)
}

function Root(props: { readonly memory: Memory }) {
  const somebody = (): Extract<Here, { kind: 'somebody' }> | undefined => {
    const now = here()
    return now.kind === 'somebody' ? now : undefined
  }
  const nobody = (): Extract<Here, { kind: 'nobody' }> | undefined => {
    const now = here()
    return now.kind === 'nobody' ? now : undefined
  }
  return (
    <>
      <NewVersion words={language.words()} />
      <Switch>
        <Match when={here().kind === 'unreachable'}>
          <Outside words={language.words()} why="unreachable" again={() => void ask(props.memory)} />
        </Match>
        <Match when={nobody()}>{nobody => <Outside words={language.words()} why={nobody().why} byPassword={nobody().byPassword} />}</Match>
        <Match when={somebody()} keyed>
          {({ who, remembered }) => (
            <Shell
              own={who.address}
              domain={who.domain}
              language={language}
              previews={who.previews}
              uploads={who.uploads}
              memory={props.memory}
              remembered={remembered}
              unreached={() => void ask(props.memory)}
              ended={() => void ask(props.memory, whoIsThis(), 'over')}
            />
          )}
        </Match>
      </Switch>
    </>
  )
}

void begin()
