/** The floor: what TLS, sockets and finding the ends of stanzas cost in Node, and nothing else. No server here can do less. */

import { fileURLToPath } from 'node:url'
import type { Server } from './server.ts'

const program = fileURLToPath(new URL('floor-program.ts', import.meta.url))

export const floor: Server = {
  name: 'floor',
  protocol: 'floor',
  version: () => `Node ${process.versions.node}`,
  remarks: 'A log-in is a TLS handshake and one greeting; there are no accounts, no rosters, no presence, no acknowledgements, no archive.',
  prepare: undefined,
  arrange: run => ({
    command: process.execPath,
    arguments: [program, String(run.port), run.certificate, run.key],
    environment: {},
    files: {},
  }),
}
