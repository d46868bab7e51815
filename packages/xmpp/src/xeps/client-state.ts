/** XEP-0352 (1.0.0): Client State Indication. The client says whether somebody looks at it; these are no stanzas. */
import { element } from './codec.ts'

export const CSI = 'urn:xmpp:csi:0'

/** In the stream features. */
export const ClientState = element(CSI, 'csi')
export const Active = element(CSI, 'active')
export const Inactive = element(CSI, 'inactive')
