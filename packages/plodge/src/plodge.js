#!/usr/bin/env node
/**
 * What is run as `plodge`. Plain JavaScript, so that an older Node can read it: that one looks for the Node which the lockfile pins,
 * and hands over to it.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const OLDEST = 24
/**
 * Of V8, in MB. Its nursery: with less, what is under way when it is full grows old before its time, and a busy server spends a tenth of
 * its CPU on that; with more, only memory is spent. What has grown old may become so much before it is looked through for the first time:
 * otherwise V8 does that again and again while a crowd logs in, for a quarter of the cost of a log-in.
 */
const FLAGS = ['--max-semi-space-size=8', '--initial-old-space-size=128']

if (Number(process.versions.node.split('.')[0]) < OLDEST) handOver(pinnedNode())
else if (process.argv[2] === 'start' && process.execve && !FLAGS.every(flag => process.execArgv.includes(flag))) {
  process.execve(process.execPath, [process.execPath, ...process.execArgv, ...FLAGS, ...process.argv.slice(1)])
} else await run()

async function run() {
  // Beside the code and not in the temporary folder, where others could put code for us to run.
  module.enableCompileCache(fileURLToPath(new URL('../../../.cache/compiled', import.meta.url)))
  module.registerHooks({ resolve: resolveOwn })
  const { main, terminal } = await import('./main.ts')
  process.exit(await main(process.argv.slice(2), terminal))
}

/**
 * Where our own files are: as they say, in src/ of the packages here. Node would look through folders and package.json for each of two
 * thousand imports, a fifth of the time until the server accepts.
 */
function resolveOwn(specifier, context, next) {
  const [, name, path] = /^@plodge\/(\w+)\/(.+\.ts)$/.exec(specifier) ?? []
  if (name !== undefined) return own(new URL(`../../${name}/src/${path}`, import.meta.url))
  const isOurs = specifier.startsWith('.') && specifier.endsWith('.ts') && context.parentURL?.endsWith('.ts')
  return isOurs ? own(new URL(specifier, context.parentURL)) : next(specifier, context)
}

function own({ href }) {
  return { url: href, format: 'module-typescript', shortCircuit: true }
}

function pinnedNode() {
  const name = `node-${process.platform}-${process.arch}`
  const folders = module.createRequire(import.meta.url).resolve.paths(name) ?? []
  return folders.map(folder => `${folder}/${name}/bin/node`).find(file => existsSync(file))
}

function handOver(node) {
  if (node === undefined) {
    console.error(
      `plodge: this is Node ${process.versions.node}, and Plodge needs ${OLDEST} or newer. Run "npm install", which brings one, or install it.`,
    )
    process.exit(1)
  }
  const flags = process.argv[2] === 'start' ? FLAGS : []
  const args = [...flags, fileURLToPath(import.meta.url), ...process.argv.slice(2)]
  if (process.execve) process.execve(node, [node, ...args])
  const child = spawn(node, args, { stdio: 'inherit' })
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) {
    process.on(signal, () => {
      // What is typed at a terminal reaches us both; twice would mean "at once".
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    })
  }
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}
