/** LaTeX as MathML, by Temml. What it cannot read is shown as it was written. Nothing that somebody wrote can name a link, a picture, a style or a class. */
import { type JSX, createMemo } from 'solid-js'
import temml from 'temml'

/** Of macros within macros, each of which may be many more. */
const MOST_EXPANSIONS = 200
/** In ems: nothing covers what is around it. */
const LARGEST = 20
const MOST_ELEMENTS = 2000

export function Maths(props: { readonly text: string; readonly isBlock: boolean; readonly fallback: JSX.Element }) {
  return <>{createMemo(() => setMaths(props.text, props.isBlock) ?? props.fallback)()}</>
}

function setMaths(text: string, displayMode: boolean): Element | undefined {
  const place = document.createElement('span')
  try {
    temml.render(text, place, {
      displayMode,
      trust: false,
      throwOnError: true,
      maxExpand: MOST_EXPANSIONS,
      maxSize: [LARGEST, LARGEST],
      strict: false,
    })
  } catch {
    return undefined
  }
  const { firstElementChild: maths } = place
  if (!maths || place.querySelectorAll('*').length > MOST_ELEMENTS) return undefined
  return maths
}
