/** What becomes of what one writes here: a line where one writes, and the rest for who wants to know. */
import { Show, createResource } from 'solid-js'
import type { DataPolicy, Span } from '../../model/policy.ts'
import { policyOf } from '../../session/policy.ts'
import { useApp } from '../app-context.ts'
import { spanName } from './amounts.ts'

export function PolicyLine() {
  const { session, state, words } = useApp()
  const [policy] = createResource(
    () => state.isReady,
    () => policyOf(session.desk),
  )
  return (
    <div class="policy">
      <Show when={policy()}>{found => <details>{rows(found(), words())}</details>}</Show>
    </div>
  )
}

type Words = ReturnType<ReturnType<typeof useApp>['words']>

function rows({ kept, backups, seenByOperators, encryptedAtRest, canBeExported, terms, notes }: DataPolicy, words: Words) {
  const { policyWords: say } = words
  const span = (one: Span): string | undefined => (one.kind === 'hours' ? spanName(one.hours, words.locale) : undefined)
  const keptWords = kept.kind === 'for good' ? say.keptForGood : kept.kind === 'unknown' ? say.keptUnknown : say.keptFor(span(kept) ?? '')
  return (
    <>
      <summary>{keptWords}</summary>
      <ul>
        <Show when={backups && backups.kind !== 'unknown' && backups}>
          {found => <li>{found().kind === 'hours' ? say.backupsFor(span(found()) ?? '') : say.backupsForGood}</li>}
        </Show>
        <Show when={seenByOperators !== undefined}>
          <li>{seenByOperators ? say.operatorsMaySee : say.operatorsMayNot}</li>
        </Show>
        <li>{encryptedAtRest ? say.encrypted : say.notEncrypted}</li>
        <Show when={canBeExported}>
          <li>{say.canBeExported}</li>
        </Show>
        <Show when={notes !== ''}>
          <li dir="auto">{notes}</li>
        </Show>
        <Show when={terms}>
          {href => (
            <li>
              <a href={href()} target="_blank" rel="noopener noreferrer">
                {say.terms}
              </a>
            </li>
          )}
        </Show>
      </ul>
    </>
  )
}
