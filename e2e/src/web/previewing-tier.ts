/** A web tier that previews pages of one port of this machine, as if they were of the open internet. No configuration can say that. */
import process from 'node:process'
import { loadConfig } from '../../../packages/plodge/src/config/load.ts'
import { webTierOf } from '../../../packages/plodge/src/config/web-keys.ts'
import { startWeb } from '../../../packages/web/src/main.ts'

const [, , file = '', port = ''] = process.argv
const settings = loadConfig(file)
const tier = webTierOf(settings, settings.listen.https[0])
if (!tier) throw new Error(`${file} wants no web tier`)
const say = (details: object, message: string): void => console.error(message, details)
const instead = {
  mayReach: (address: string, at: number) => address === '127.0.0.1' && at === Number(port),
  resolve: async () => ['127.0.0.1'],
}
const web = await startWeb({ ...tier, previews: { never: [], instead } }, { info: () => {}, warn: say, error: say })
console.log('ready')
process.once('SIGTERM', () => void web.stop())
