/** Blocks somebody (XEP-0191), and tells those who run the service why, if one wants that (XEP-0377). Says before what happens then. */
import { ABUSE, SPAM } from '@plodge/xmpp/xeps/reporting.ts'
import { Show, createResource, createSignal } from 'solid-js'
import { useApp } from '../app-context.ts'
import { Dialogue } from './dialogue.tsx'
import type { Somebody } from './sheets.ts'

const MOST_TEXT = 1000

export function BlockDialogue(props: { readonly who: Somebody }) {
  const { session, state, words, tell } = useApp()
  const [mayReport] = createResource(() => session.blocking.mayReport())
  const [isReport, setReport] = createSignal(props.who.message !== undefined)
  const [reason, setReason] = createSignal(ABUSE)
  const [text, setText] = createSignal('')
  const { who } = props
  const reports = (): boolean => mayReport() === true && isReport()
  const act = async (): Promise<void> => {
    const { address, message, room } = who
    if (address === undefined) return
    const messages = message?.archive === undefined ? [] : [{ by: room ?? state.own, id: message.archive }]
    const said = text().trim()
    const report = {
      reason: reason(),
      messages,
      text: said === '' ? undefined : { lang: words().locale, text: said },
      toOrigin: false,
      toThirdParty: false,
    }
    const isTold = reports()
    await session.blocking.block(address, isTold ? report : undefined)
    tell(isTold ? words().reported(who.name) : words().blocked(who.name))
  }
  const choice = (value: string, label: string) => (
    <label class="choice">
      <input type="radio" name="reason" value={value} checked={reason() === value} onChange={() => setReason(value)} />
      <span>{label}</span>
    </label>
  )
  return (
    <Dialogue title={words().blockTitle(who.name)} action={reports() ? words().doBlockAndReport : words().doBlock} isBad act={act}>
      <p>{words().blockText(who.name)}</p>
      <p class="quiet">{words().blockOwn}</p>
      <Show when={mayReport()}>
        <label class="choice">
          <input type="checkbox" checked={isReport()} onChange={event => setReport(event.currentTarget.checked)} />
          <span>{words().reportToo}</span>
        </label>
        <Show when={isReport()}>
          <fieldset>
            <legend>{words().reportWhy}</legend>
            {choice(ABUSE, words().reportAbuse)}
            {choice(SPAM, words().reportSpam)}
          </fieldset>
          <Show when={who.message}>
            {message => (
              <blockquote class="their-words" dir="auto">
                {message().text.slice(0, 300) || message().file?.name}
              </blockquote>
            )}
          </Show>
          <p class="quiet">{who.message ? words().reportWithMessage : words().reportWithout}</p>
          <label class="field">
            <span>{words().reportText}</span>
            <textarea rows="2" maxlength={MOST_TEXT} value={text()} onInput={event => setText(event.currentTarget.value)} />
          </label>
        </Show>
      </Show>
    </Dialogue>
  )
}
