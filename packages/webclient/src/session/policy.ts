/** The data policy of one's own server, asked for once, when somebody is about to write. */
import { AskInfo } from '@plodge/xmpp/xeps/disco.ts'
import { type DataPolicy, policyIn } from '../model/policy.ts'
import type { Desk } from './desk.ts'

const known = new WeakMap<Desk, Promise<DataPolicy | undefined>>()

/** Undefined when it says nothing. */
export function policyOf(desk: Desk): Promise<DataPolicy | undefined> {
  const asked =
    known.get(desk) ??
    desk.questions.ask(AskInfo, { node: undefined }, desk.domain).then(
      ({ forms }) => policyIn(forms),
      () => void known.delete(desk),
    )
  known.set(desk, asked)
  return asked
}
