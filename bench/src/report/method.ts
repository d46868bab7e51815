/** How the figures come about, in prose, for whoever doubts them. */

import { iterations, population } from '../people.ts'
import type { Options } from '../options.ts'

export function roundsInWords(rounds: number): string {
  return rounds === 1 ? 'one round' : `${rounds} rounds`
}

export function howItIsMeasured({ lengths, rounds }: Options): string {
  return `## How it is measured
- Each server runs alone on 127.0.0.1, one after the other, ${roundsInWords(rounds)}, and another one begins each round. Every run starts from a fresh copy of the
  same data: ${population} accounts (SCRAM-SHA-1, ${iterations} iterations), 20 mutual contacts each.
- Direct TLS (XEP-0368), TLS 1.3 with TLS_AES_256_GCM_SHA384, X25519, an ECDSA P-256 certificate, no resumption.
- CPU is user and system time of all the server's processes and threads, from \`/proc\`, over the measured time, divided by messages delivered or log-ins.
  It is exact to about 20 %; ratios within one run are better. Throughput and latencies depend on the generator sharing the cores: trust them roughly.
- A message has 301 bytes: body, active chat state, receipt request, origin-id; it goes to the partner's bare address. Closed loop: 500 pairs, each with one
  message under way, answered as soon as it arrives; ${lengths.warmSeconds} s to warm up, ${lengths.windowSeconds} s measured. Steady: 1000 messages a second among the same users,
  latency from the write to the arrival. A phase in which a message is lost or comes twice fails.
- With stream management every client enables XEP-0198, answers each \`<r/>\` and sends one with every fifth message of its own.
- What a server puts off until it is quieter (Plodge its search index, a second after a message or when fewer than 500 come in a second) is
  counted too, until it rests: CPU for all messages of both phases with the archive on.
- Log-ins: eight at a time, after a thousand that warm every server up and 3 s of rest, ${lengths.logins} of the short form; 500 of the long one, each with all 20 contacts online.
- Memory: proportional set size of all processes, 3 s after the last log-in, less what it was before (after 50 people had come and gone), divided by sessions.
  Of the peers, memory and the cost beside a crowd are measured in the first round only, and so are of all servers memory with 0198, returning, phones, rooms and browsers: Prosody takes minutes to let ${lengths.crowds[1]} people in.
- 500 users chat beside ${lengths.crowds[1]} sessions with 0198 enabled by all, and the same 500 alone, with 0198 as well.
- Return: the lines of ${lengths.crowds[0]} clients with 0198 are cut at once, and all connect again at once (TLS, SCRAM, \`<resume/>\`; or a token of XEP-0484
  and resumption in the first message after TLS); the second time is measured. Neither peer's package has XEP-0484.
- A phone's night, archive on: the lines of 20 clients with 0198 are cut, 500 messages are written to each, and each comes back to its session by SCRAM and
  \`<resume/>\`: the time from its first byte until it has the last message.
- A room: 25 come in at once, and the next 25 when each of those has been told the subject; then 4000 copies a second, whatever the size of the room.
- The load generator is one process: prepared bytes, a scan for the ends of stanzas, keys derived beforehand. Its own CPU stands below each figure.
- The floor forwards stanzas between the connections of a pair: TLS, sockets and the search for the end of a stanza, in Node.
- The long history: ${lengths.archived} entries of 1000 people; then 1000 pages of 50: the last, the one before it, the last with one contact. Its words are
  in the search index, as those of a history that grew day by day are; then 1000 searches (XEP-0431) for two words, a page of 50 each.
- The raw samples of each run are in \`.cache/bench\`.`
}
