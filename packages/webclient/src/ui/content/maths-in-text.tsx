/** Maths in a text: as it was written until what sets it is here, which is fetched when the first of it is to be shown. */
import { Suspense, lazy } from 'solid-js'

const Maths = lazy(() => import('./maths.tsx').then(({ Maths }) => ({ default: Maths })))

export function MathsInText(props: { readonly text: string; readonly isBlock: boolean }) {
  const source = () => (
    <code class="maths-source" dir="ltr">
      {props.text}
    </code>
  )
  return (
    <span classList={{ 'maths-block': props.isBlock }} dir="ltr">
      <Suspense fallback={source()}>
        <Maths text={props.text} isBlock={props.isBlock} fallback={source()} />
      </Suspense>
    </span>
  )
}
