/** What the stream features say of a session that is, or will be: what each module adds, and stream management. */
import type { StreamContext } from '../stream.ts'
import { SM } from '../management.ts'

/** `isManaged`: XEP-0198 is on already. */
export function sessionFeatures({ host }: StreamContext, isManaged: boolean): string {
  const more = host.streamFeatures.map(feature => (typeof feature === 'string' ? feature : feature()))
  return `${isManaged ? '' : `<sm xmlns='${SM}'/>`}${more.join('')}`
}
