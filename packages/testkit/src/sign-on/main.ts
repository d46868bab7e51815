/**
 * The sample campus's sign-on server, as a program: `main.ts FOLDER PORT`, of the folder of the campus. On loopback only, and part of no
 * server that is run in earnest.
 */
import { createPrivateKey } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { wlsServer } from './serve.ts'
import { Wls } from './wls.ts'

const [folder = '', port = ''] = process.argv.slice(2)
const read = (name: string): string => readFileSync(join(folder, name), 'utf8')
const kid = readdirSync(join(folder, 'sign-on'))
  .map(name => /^pubkey(\d+)$/.exec(name)?.[1])
  .find(kid => kid !== undefined)
if (kid === undefined) throw new Error(`${folder} has no key for a sign-on server`)
const people = read('sign-on/people').split('\n').filter(Boolean)
const wls = new Wls({
  people: people.map(principal => ({ principal, isCurrent: true })),
  password: 'test',
  signer: { kid, key: createPrivateKey(read('sign-on/signing.pem')) },
  clock: Date.now,
})
const server = wlsServer(wls, { cert: read('cert.pem'), key: read('key.pem') })
server.listen(Number(port), '127.0.0.1')
await once(server, 'listening')
console.log(`ready: sign-on 127.0.0.1:${port}`)
process.on('SIGTERM', () => {
  server.closeAllConnections()
  server.close()
})
