/** `npm start`: sets up what is missing, makes a sample campus the first time, and runs it. */
import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { repository, run, setUp } from './setup.mjs'
import { buildWebClient } from './webclient.mjs'

const folder = join(repository, 'data')
const config = join(folder, 'plodge.toml')
const logFile = join(folder, 'plodge.log')
const command = join(repository, 'packages/plodge/src/plodge.js')
const signOn = join(repository, 'packages/testkit/src/sign-on/main.ts')

const node = await setUp()
if (!existsSync(config)) await makeSample()
else if (process.env.PLODGE_PORT_OFFSET)
  console.log('PLODGE_PORT_OFFSET counts only for a new campus; edit data/plodge.toml to move this one.')
const trouble = await buildWebClient(node)
if (trouble !== undefined) console.error(`The web client could not be built; people get a plain page.\n${trouble}`)
serve()

async function makeSample() {
  const offset = process.env.PLODGE_PORT_OFFSET ?? '0'
  const { code, output } = await run(node, [command, 'sample', folder, '--port-offset', offset], { isQuiet: true })
  if (code !== 0) fail(output.trimEnd(), code)
  console.log('Made a sample campus of a dozen people in ./data')
}

/** Runs the server with its log in a file, and says what to do next when it is ready. */
function serve() {
  const logFrom = existsSync(logFile) ? statSync(logFile).size : 0
  const log = openSync(logFile, 'a', 0o600)
  const child = spawn(node, [command, 'start', '--config', config], { stdio: ['ignore', 'pipe', log] })
  const others = signOnPort() === undefined ? [] : [spawn(node, [signOn, folder, signOnPort()], { stdio: ['ignore', 'ignore', log] })]
  closeSync(log)
  let isReady = false
  let output = ''
  child.stdout.setEncoding('utf8')
  child.stdout.on('data', text => {
    output += text
    if (isReady || !/^ready\b.*\n/m.test(output)) return
    isReady = true
    console.log(welcome(placesIn(output)))
  })
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) {
    process.on(signal, () => {
      // What is typed at a terminal reaches the server too; twice would mean "at once".
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    })
  }
  child.on('error', error => fail(`The pinned Node cannot be run: ${error.message}`, 1))
  child.on('close', code => {
    if (!isReady)
      fail(
        `The server did not start:\n${readFileSync(logFile, 'utf8').slice(logFrom).trimEnd()}\n\nIts configuration is data/plodge.toml.`,
        code,
      )
    for (const other of others) other.kill()
    process.exit(code ?? 1)
  })
}

/** That of the sample's own sign-on server, when the campus has one. */
function signOnPort() {
  const [, port] = /^sign_on = .*"https:\/\/localhost:(\d+)\/auth\/authenticate/m.exec(readFileSync(config, 'utf8')) ?? []
  return port
}

function fail(why, code) {
  console.error(why)
  process.exit(code ?? 1)
}

/** Where it listens, from its ready line: `client 127.0.0.1:5222`. */
function placesIn(output) {
  const places = {}
  for (const [, kind, port] of output.matchAll(/\b(\w+) \S+:(\d+)(?=,|\s|$)/g)) places[kind] ??= Number(port)
  return places
}

function welcome({ client, clientTls, https, metrics, web }) {
  const browser = web
    ? `
  web        https://localhost:${web}      sign in as any of the sample people, password "test"`
    : ''
  const port = client === 5222 ? '' : ` port ${client}`
  return `
  Plodge · chat on localhost · data in ./data (SQLite), log in ./data/plodge.log
${browser}
  XMPP       localhost:${client} (STARTTLS), localhost:${clientTls} (TLS)
  WebSocket  wss://localhost:${https}/xmpp-websocket
  figures    http://localhost:${metrics}/metrics and /health
  people     fanf2@localhost, amt33@localhost and ten more, with the password "test";
             all of them: npx plodge user list

  Try it     In two terminals start an XMPP client, such as profanity, and there
               /connect fanf2@localhost${port} tls trust
               /connect amt33@localhost${port} tls trust
             and say hello: /msg fanf2@localhost Good morning
  Stop it    Ctrl-C
  Next       docs/getting-started.md
`
}
