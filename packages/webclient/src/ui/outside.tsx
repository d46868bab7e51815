/** Where somebody is who is not signed in: the way in, or why there is none just now. */
import { Show } from 'solid-js'
import type { Words } from '../i18n/en.ts'

export function Outside(props: {
  readonly words: Words
  readonly why: 'signed out' | 'over' | 'unreachable'
  readonly again?: () => void
  /** Where passwords are taken too. */
  readonly byPassword?: string | undefined
}) {
  const title = (): string => {
    const { signedOutTitle, sessionOver, unreachable } = props.words
    return { 'signed out': signedOutTitle, over: sessionOver, unreachable }[props.why]
  }
  const text = (): string => {
    const { signedOutText, sessionOverText, unreachableText } = props.words
    return { 'signed out': signedOutText, over: sessionOverText, unreachable: unreachableText }[props.why]
  }
  return (
    <main class="outside">
      <img src="/icon.svg" alt="" width="56" height="56" />
      <h1>{title()}</h1>
      <p>{text()}</p>
      <Show
        when={props.why === 'unreachable'}
        fallback={
          <a class="button primary" href="/sign-on">
            {props.words.signIn}
          </a>
        }
      >
        <button type="button" class="button primary" onClick={() => props.again?.()}>
          {props.words.tryAgain}
        </button>
      </Show>
      <Show when={props.why !== 'unreachable' && props.byPassword}>{path => <a href={path()}>{props.words.signInByPassword}</a>}</Show>
    </main>
  )
}
