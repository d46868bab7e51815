/**
 * Coming back after the line was cut, session and all (XEP-0198 §5): by password as every client can, or by a token in one breath
 * (XEP-0388, 0386, 0484), for which the client must have logged in by `loginInOneBreath`.
 */

import { createHmac, randomUUID } from 'node:crypto'
import type { Client } from './client.ts'
import { authenticate, featuresEnd, header, payload, secure } from './login.ts'
import type { Endpoint, Way } from './orders.ts'
import { scram } from './scram.ts'

const sasl2 = 'urn:xmpp:sasl:2'
const mechanism = 'HT-SHA-256-NONE'
const outcome = /<success[^]*?<\/success>|<failure[^]*?<\/failure>/

/** SCRAM, a token, a resource, stream management: by one request and the answer to its challenge. */
export async function loginInOneBreath(client: Client, endpoint: Endpoint): Promise<void> {
  await secure(client, endpoint)
  const conversation = scram(client.name)
  const agent = randomUUID()
  client.write(header)
  await client.until(featuresEnd)
  const wishes = `<request-token xmlns='urn:xmpp:fast:0' mechanism='${mechanism}'/><bind xmlns='urn:xmpp:bind:0'><enable xmlns='urn:xmpp:sm:3' resume='true'/></bind>`
  client.write(asking('SCRAM-SHA-1', conversation.first, agent, wishes))
  const challenge = payload(await client.until(/<challenge[^>]*>[^<]*<\/challenge>|<failure.*<\/failure>/))
  client.write(`<response xmlns='${sasl2}'>${conversation.answer(challenge)}</response>`)
  const success = await client.until(outcome)
  const token = /<token[^>]*\stoken=['"]([^'"]+)/.exec(success)?.[1]
  if (token === undefined) throw new Error(`The server gave no token: ${success}`)
  client.token = { text: token, agent }
  client.managedAs(success)
  client.count()
}

export async function comeBack(client: Client, endpoint: Endpoint, way: Way): Promise<void> {
  const { resumption } = client
  if (resumption === undefined) throw new Error(`${client.name} has no session to come back to.`)
  const resume = `<resume xmlns='urn:xmpp:sm:3' previd='${resumption}' h='${client.handled}'/>`
  await secure(client, endpoint)
  if (way === 'token') await byToken(client, resume)
  else {
    await authenticate(client)
    client.write(header)
    await client.until(featuresEnd)
    client.write(resume)
    resumed(await client.until(/<resumed[^>]*>|<failed[^]*?<\/failed>/))
  }
  client.count()
}

/** Nothing is waited for before everything is said. */
async function byToken(client: Client, resume: string): Promise<void> {
  if (client.token === undefined) throw new Error(`${client.name} has no token.`)
  const { text, agent } = client.token
  const proof = Buffer.concat([Buffer.from(`${client.name}\0`), createHmac('sha256', text).update('Initiator').digest()])
  client.write(header + asking(mechanism, proof.toString('base64'), agent, `<fast xmlns='urn:xmpp:fast:0'/>${resume}`))
  resumed(await client.until(outcome))
}

function asking(by: string, first: string, agent: string, wishes: string): string {
  return `<authenticate xmlns='${sasl2}' mechanism='${by}'><initial-response>${first}</initial-response><user-agent id='${agent}'/>${wishes}</authenticate>`
}

function resumed(answer: string): void {
  if (!answer.includes('<resumed')) throw new Error(`The server did not resume a session: ${answer}`)
}
