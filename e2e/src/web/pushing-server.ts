/** The server, chat and web tier, that sends Web Push to one port of this machine, as if it were of the open internet. No configuration can say that. */
import process from 'node:process'
import { loadConfig } from '../../../packages/plodge/src/config/load.ts'
import { webTierOf } from '../../../packages/plodge/src/config/web-keys.ts'
import { startServer } from '../../../packages/server/src/main.ts'
import { startWeb } from '../../../packages/web/src/main.ts'

const [, , file = '', port = ''] = process.argv
const say = (details: object, message: string): void => console.error(message, details)
const log = { debug: () => {}, info: () => {}, warn: say, error: say }
const settings = loadConfig(file)
const server = await startServer(settings, { log, mayReach: (address, at) => address === '127.0.0.1' && at === Number(port) })
const tier = webTierOf(settings, server.addresses['https']?.[0])
if (!tier) throw new Error(`${file} wants no web tier`)
const web = await startWeb(tier, log)
console.log('ready')
process.once('SIGTERM', () => void web.stop().then(() => server.stop()))
