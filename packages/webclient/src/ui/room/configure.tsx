/** What a room is, as its form asks (XEP-0045 §10.2): what people look for first, the rest when they want it. */
import type { DataForm } from '@plodge/xmpp/xeps/data-form.ts'
import { For, Match, Show, Switch, createResource, createSignal } from 'solid-js'
import { type Answers, type AskedField, askedIn, isYes, submission } from '../../model/room-form.ts'
import { titleOf, useApp } from '../app-context.ts'
import { Dialogue } from './dialogue.tsx'
import { Trouble, refusalIn } from './trouble.tsx'

export function ConfigureDialogue(props: { readonly room: string }) {
  const { session, state, words, tell } = useApp()
  const [form] = createResource(() =>
    session.rooms.care.form(props.room).then(
      found => ({ found, refusal: undefined }),
      (error: unknown) => ({ found: undefined, refusal: refusalIn(error) }),
    ),
  )
  const [answers, setAnswers] = createSignal<Answers>({})
  const title = (): string => {
    const found = state.conversations[props.room]
    return found ? titleOf(state, found) : props.room
  }
  const act = async (): Promise<void> => {
    const asked = form()?.found
    const filled = asked && submission(asked, answers())
    if (!filled) return
    await session.rooms.care.configure(props.room, filled)
    await session.rooms.ask(props.room)
    tell(words().saved)
  }
  return (
    <Dialogue title={words().settingsTitle(title())} action={words().save} isReady={form()?.found !== undefined} act={act}>
      <Trouble error={form()?.refusal} />
      <Show when={form()?.found} fallback={<Show when={form.loading}>{words().oneMoment}</Show>}>
        {found => <Fields form={found()} answers={answers()} change={(name, values) => setAnswers({ ...answers(), [name]: values })} />}
      </Show>
    </Dialogue>
  )
}

interface FieldsProps {
  readonly form: DataForm
  readonly answers: Answers
  readonly change: (name: string, values: readonly string[]) => void
}

function Fields(props: FieldsProps) {
  const { words } = useApp()
  const asked = () => askedIn(props.form)
  return (
    <>
      <For each={asked().first}>{field => <Asked field={field} {...props} />}</For>
      <Show when={asked().rest.length > 0}>
        <details>
          <summary>{words().moreSettings}</summary>
          <For each={asked().rest}>{field => <Asked field={field} {...props} />}</For>
        </details>
      </Show>
    </>
  )
}

function Asked(props: FieldsProps & { readonly field: AskedField }) {
  const { words } = useApp()
  const { field } = props
  const values = (): readonly string[] => props.answers[field.name] ?? field.values
  const label = (): string => words().roomFields[field.short] ?? field.label
  const set = (...given: readonly string[]): void => props.change(field.name, given)
  const optionLabel = (value: string, given: string): string => words().roomOptions[value] ?? given
  const toggle = (value: string, isOn: boolean): void => set(...values().filter(one => one !== value), ...(isOn ? [value] : []))
  return (
    <Switch
      fallback={
        <label class="field">
          <span>{label()}</span>
          <input
            type={field.type === 'text-private' ? 'password' : 'text'}
            autocomplete="off"
            value={values()[0] ?? ''}
            onInput={event => set(event.currentTarget.value)}
          />
        </label>
      }
    >
      <Match when={field.type === 'boolean'}>
        <label class="choice">
          <input type="checkbox" checked={isYes(values())} onChange={event => set(event.currentTarget.checked ? '1' : '0')} />
          <span>{label()}</span>
        </label>
      </Match>
      <Match when={field.type === 'list-single'}>
        <label class="field">
          <span>{label()}</span>
          <select onChange={event => set(event.currentTarget.value)}>
            <For each={field.options}>
              {option => (
                <option value={option.value} selected={values()[0] === option.value}>
                  {optionLabel(option.value, option.label)}
                </option>
              )}
            </For>
          </select>
        </label>
      </Match>
      <Match when={field.type === 'list-multi'}>
        <fieldset>
          <legend>{label()}</legend>
          <For each={field.options}>
            {option => (
              <label class="choice">
                <input
                  type="checkbox"
                  checked={values().includes(option.value)}
                  onChange={event => toggle(option.value, event.currentTarget.checked)}
                />
                <span>{optionLabel(option.value, option.label)}</span>
              </label>
            )}
          </For>
        </fieldset>
      </Match>
      <Match when={field.type === 'jid-multi' || field.type === 'text-multi'}>
        <label class="field">
          <span>{label()}</span>
          <textarea rows="3" value={values().join('\n')} onInput={event => set(...event.currentTarget.value.split('\n'))} />
        </label>
      </Match>
    </Switch>
  )
}
