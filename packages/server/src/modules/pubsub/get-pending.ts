/** The command by which an owner asks anew who wants to subscribe (XEP-0060 §8.7), at an account and at a service. */
import { PUBSUB } from '@plodge/xmpp/xeps/pubsub.ts'
import { AUTHORIZATION } from '../../pubsub/approve.ts'
import { nodesWithPending, sendPending } from '../../pubsub/pending.ts'
import type { Place } from '../../pubsub/place.ts'
import { choice } from '../../routing/command-fields.ts'
import { type Caller, type Command, command, refusal } from '../../routing/commands.ts'

const NODE = 'pubsub#node'

/** `placeOf`: where the nodes of that caller are. */
export const getPending = (placeOf: (caller: Caller) => Place | undefined): Command =>
  command({
    node: `${PUBSUB}#get-pending`,
    title: 'See who wants to subscribe to your nodes',
    instructions: 'Requests that wait for your answer are sent to you again.',
    who: ['person'],
    formType: AUTHORIZATION,
    fields: { [NODE]: choice('Node', [], { required: true }) },
    async prepare(caller) {
      const place = placeOf(caller)
      const nodes = place && caller.session ? await nodesWithPending(place, caller.session.jid) : []
      return { [NODE]: { options: nodes.map(value => ({ label: undefined, value })) } }
    },
    async run({ [NODE]: name }, caller) {
      const place = placeOf(caller)
      if (!place || !caller.session || name === undefined) return refusal('This is for the owners of nodes')
      const count = await sendPending(place, caller.session.jid, name)
      return { note: count === 1 ? 'One request is sent to you' : `${count} requests are sent to you` }
    },
  })
