/** Sees to it that the dependencies and the pinned Node are there. Plain JavaScript for the Node that happens to be installed. */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

export const repository = fileURLToPath(new URL('..', import.meta.url))

const OLDEST_TO_RUN = 24
const OLDEST_TO_SET_UP = 20

/** Gives the Node to run everything with. Ends the process, in words, when it cannot be had. */
export async function setUp() {
  const version = process.versions.node
  if (major(version) < OLDEST_TO_SET_UP) stop(`This is Node ${version}; Node ${OLDEST_TO_SET_UP} or newer is needed to set things up.`)
  if (!isInstalled()) await install()
  const pinned = join(repository, `node_modules/node-${process.platform}-${process.arch}/bin/node`)
  if (existsSync(pinned)) return pinned
  if (major(version) >= OLDEST_TO_RUN) return process.execPath
  return stop(
    `Plodge runs on Node ${OLDEST_TO_RUN} or newer, and this is ${version}. There is no packaged one for ${process.platform} on ${process.arch}; install it and try again.`,
  )
}

/** Whether everything in package-lock.json is in node_modules, in its version: npm keeps its own list of what it put there. */
function isInstalled() {
  const wanted = packagesIn('package-lock.json')
  const there = packagesIn('node_modules/.package-lock.json')
  if (!wanted) stop('package-lock.json cannot be read; is this a whole checkout?')
  if (!there) return false
  return Object.entries(wanted).every(([path, { version, optional, peer, link, resolved }]) => {
    if (!path.startsWith('node_modules/')) return true
    const found = there[path]
    if (link) return found?.resolved === resolved
    // What is optional is left out where it does not fit the machine.
    return found ? found.version === version : Boolean(optional || peer)
  })
}

function packagesIn(file) {
  try {
    return JSON.parse(readFileSync(join(repository, file), 'utf8')).packages
  } catch {
    return undefined
  }
}

async function install() {
  const started = Date.now()
  const seconds = () => Math.round((Date.now() - started) / 1000)
  const line = () => `Installing dependencies and the pinned Node (npm install) … ${seconds()} s`
  const isShown = process.stdout.isTTY
  if (!isShown) console.log('Installing dependencies and the pinned Node (npm install) …')
  const ticking = setInterval(() => isShown && process.stdout.write(`\r${line()}`), 250)
  // Not `npm ci`: it refuses a lockfile without the tools' packages for other systems, which not every registry has. What is in the
  // lockfile is taken as it says, hashes included, and the lockfile stays as it is.
  const { code, output } = await run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: repository,
    isQuiet: true,
  })
  clearInterval(ticking)
  if (isShown) process.stdout.write(`\r${line()}\n`)
  if (code === 0) return
  stop(
    `npm install failed:\n${output.trimEnd()}\n\nIt needs the npm registry, or a mirror of it named in ~/.npmrc. When that is reachable, try again.`,
  )
}

/** Runs a program to its end. With `isQuiet` what it writes is kept; otherwise it is shown. */
export function run(command, args, { isQuiet = false, ...options } = {}) {
  return new Promise(resolve => {
    const child = spawn(command, args, { stdio: ['ignore', isQuiet ? 'pipe' : 'inherit', isQuiet ? 'pipe' : 'inherit'], ...options })
    let output = ''
    const keep = bytes => (output = (output + bytes).slice(-8000))
    child.stdout?.on('data', keep)
    child.stderr?.on('data', keep)
    child.on('error', error => resolve({ code: 1, output: `${command} cannot be run: ${error.message}` }))
    child.on('close', (code, signal) => resolve({ code: code ?? 1, output: signal ? `${output}\nended by ${signal}` : output }))
  })
}

const major = version => Number(version.split('.')[0])

function stop(why) {
  console.error(why)
  process.exit(1)
}
