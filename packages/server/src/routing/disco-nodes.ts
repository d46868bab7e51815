/** What a module knows about nodes of service discovery (XEP-0030 §3.2, §4.2): a list of commands, nodes of personal eventing. */
import type { DiscoInfo, DiscoItem } from '@plodge/xmpp/xeps/disco.ts'
import type { Now } from './now.ts'
import type { Call } from './questions.ts'

/** Undefined where the node is none of its own. Throws StanzaError to refuse. */
export interface DiscoNodes {
  info(node: string, call: Call): Now<DiscoInfo | undefined>
  items(node: string, call: Call): Now<readonly DiscoItem[] | undefined>
}
