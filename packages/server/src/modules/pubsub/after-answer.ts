/** What is to come after the answer, and not before it. */
import type { After } from '../../pubsub/subscribe.ts'
import type { Call, Host } from '../../routing/host.ts'

export const afterAnswer =
  (host: Host, call: Call): After =>
  run => {
    call.afterwards = () => host.background(run(), 'what follows an answer')
  }
