/** Servers of tests that run at the same time never get the same port. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { samplePorts } from '../../../packages/plodge/src/sample/config.ts'

const PORTS = join(import.meta.dirname, 'ports.ts')
/** The ports are its own as long as it lives: until nobody listens to it any more. */
const SCRIPT = `
import { freePorts, takeOffset } from ${JSON.stringify(PORTS)}
const offsets = [await takeOffset(), await takeOffset()]
console.log(JSON.stringify({ offsets, ports: await freePorts(60) }))
process.stdin.resume()
`

test('what four processes take at once is different, all of it', { timeout: 60_000 }, async () => {
  const children = Array.from({ length: 4 }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] }),
  )
  const outputs = await Promise.all(children.map(({ stdout }) => once(stdout, 'data') as Promise<[Buffer]>))
  for (const { stdin } of children) stdin.end()
  const taken = outputs.flatMap(([bytes]) => {
    const { offsets, ports } = JSON.parse(bytes.toString()) as { offsets: number[]; ports: number[] }
    return ports.concat(offsets.flatMap(offset => Object.values(samplePorts(offset))))
  })
  assert.equal(taken.length, 4 * (60 + 14))
  assert.deepEqual(
    taken.filter((port, at) => taken.indexOf(port) !== at),
    [],
  )
  assert.ok(Math.max(...taken) < 32_768, 'the system gives none of them to anybody else')
})
