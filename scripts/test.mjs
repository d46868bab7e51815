/** `npm test`: sets up what is missing, then checks, unit tests, end-to-end tests and a minute of fuzzing; sums up in one line. */
import { spawn } from 'node:child_process'
import process from 'node:process'
import { ensurePackages } from './debian.mjs'
import { repository, setUp } from './setup.mjs'
import { buildWebClient } from './webclient.mjs'

/** A step that takes longer than `minutes` hangs, and is ended. */
const STEPS = [
  { name: 'check', args: ['run', 'check'], minutes: 5 },
  { name: 'unit', args: ['run', 'unit'], minutes: 8 },
  { name: 'e2e', args: ['run', 'e2e'], minutes: 25 },
  { name: 'fuzz', args: ['run', 'fuzz', '--', '--seconds', '60'], minutes: 3 },
]

const node = await setUp()
const trouble = await buildWebClient(node)
if (trouble !== undefined) {
  console.error(`The web client cannot be built:\n${trouble}`)
  process.exit(1)
}
await ensurePackages()
const outcomes = []
for (const step of STEPS) outcomes.push(await runStep(step))

console.log('')
for (const { name, passed, failed, skipped, seconds } of outcomes) {
  console.log(
    `${failed === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(6)} ${passed} passed, ${failed} failed, ${skipped} skipped (${seconds} s)`,
  )
}
const sum = what => outcomes.reduce((total, outcome) => total + outcome[what], 0)
console.log(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`)
process.exitCode = sum('failed') === 0 ? 0 : 1

/** The figures of the tests in it; a step without tests counts as one, and one that fails without saying how counts as failed. */
async function runStep({ name, args, minutes }) {
  console.log(`\n── ${name}: npm ${args.join(' ')}`)
  const started = Date.now()
  const { code, output } = await show('npm', args, minutes)
  const count = what =>
    [...output.matchAll(new RegExp(`^(?:ℹ|#) ${what} (\\d+)$`, 'gm'))].reduce((total, [, figure]) => total + Number(figure), 0)
  const failed = Math.max(count('fail') + count('cancelled'), code === 0 ? 0 : 1)
  const passed = count('pass') || (failed === 0 ? 1 : 0)
  return { name, passed, failed, skipped: count('skipped') + count('todo'), seconds: Math.round((Date.now() - started) / 1000) }
}

/** Shows what the program writes, and keeps it. */
function show(command, args, minutes) {
  return new Promise(resolve => {
    // A group of its own, so that all of it can be ended.
    const child = spawn(command, args, { cwd: repository, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    const end = signal => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, signal)
      } catch {
        // It is gone already.
      }
    }
    const overdue = setTimeout(() => {
      console.log(`\nnpm ${args.join(' ')} is not done after ${minutes} minutes; it is ended.`)
      end('SIGKILL')
    }, minutes * 60_000)
    const interrupt = signal => {
      end(signal)
      process.exit(1)
    }
    process.on('SIGINT', interrupt).on('SIGTERM', interrupt)
    const settle = outcome => {
      clearTimeout(overdue)
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
      resolve(outcome)
    }
    let output = ''
    child.stdout.setEncoding('utf8').on('data', text => {
      output += text
      process.stdout.write(text)
    })
    child.stderr.setEncoding('utf8').on('data', text => process.stderr.write(text))
    child.on('error', error => settle({ code: 1, output: error.message }))
    child.on('close', code => settle({ code: code ?? 1, output }))
  })
}
