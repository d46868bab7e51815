/** What a module knows about nodes of service discovery (XEP-0030 §3.2, §4.2): a list of commands, nodes of personal eventing. */
import type { DiscoInfo, DiscoItem } from '@plodge/xmpp/xeps/disco.ts'
import type { Now } from './now.ts'
import type { Call } from './questions.ts'

/** Undefined where the node is none of its own. Throws StanzaError to refuse. */
export interface DiscoNodes {
  info(node: string, call: Call): Now<DiscoInfo | undefined>
  items(node: string, call: Call): Now<readonly DiscoItem[] | undefined>
  /** Nodes that are listed beside the devices of an account. */
  list?(call: Call): Now<readonly DiscoItem[]>
  /** They are at accounts, and other people may ask about them: it looks itself who. */
  readonly isOfAccounts?: true
}
