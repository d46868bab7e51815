/** plodge sample: a campus to try things out with. */
import { resolve } from 'node:path'
import { type Command, OK, UsageError } from '../command.ts'
import { makeCampus } from '../sample/campus.ts'
import { busyPort, samplePorts } from '../sample/config.ts'
import { SAMPLE_PASSWORD, SAMPLE_PEOPLE } from '../sample/people.ts'

const HIGHEST_OFFSET = 65_535 - 9101

export const sample: Command = {
  name: 'sample',
  summary: 'Makes a sample campus in a folder: a configuration, a certificate, a dozen people. On loopback only.',
  words: ['FOLDER'],
  options: {
    'port-offset': { type: 'string', value: 'N', meaning: 'moves all its ports (5222, 5223, 5443, 8443, 8444, 9100, 9101) up by so much' },
  },
  examples: ['plodge sample ./data', 'plodge sample /tmp/campus --port-offset 10000 && plodge start --config /tmp/campus/plodge.toml'],
  notes: `Everybody's password is "${SAMPLE_PASSWORD}". This is what "npm start" does the first time.`,
  async run({ words, options, terminal }) {
    const [folder] = words
    if (folder === undefined) throw new UsageError('In which folder?')
    const offset = Number(options['port-offset'] ?? 0)
    if (!Number.isInteger(offset) || offset < 0 || offset > HIGHEST_OFFSET)
      throw new UsageError(`--port-offset must be a number from 0 to ${HIGHEST_OFFSET}`)
    const ports = samplePorts(offset)
    const busy = await busyPort(ports)
    if (busy !== undefined)
      throw new Error(
        `port ${busy} is in use by another program. Stop that one, or move the sample's ports: --port-offset 10000 (with npm: PLODGE_PORT_OFFSET=10000 npm start)`,
      )
    const file = await makeCampus(resolve(folder), ports)
    if (options['json'] === true)
      terminal.print(JSON.stringify({ config: file, ports, people: SAMPLE_PEOPLE.map(({ localpart }) => localpart) }))
    else terminal.print(`Made a sample campus of ${SAMPLE_PEOPLE.length} people. Run it: plodge start --config ${file}`)
    return OK
  },
}
