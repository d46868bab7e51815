/** The web tier behind nginx and behind Apache, configured by the very words of docs/web.md. */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { unless } from '../clients/skip.ts'
import { ServerChild } from '../target/child.ts'
import { freePorts } from '../target/ports.ts'
import { type Campus, startCampus } from './campus.ts'
import { bindsAs, signIn } from './sign-in.ts'

const MANUAL = readFileSync(join(import.meta.dirname, '../../../docs/web.md'), 'utf8')

/** The example of the manual, with our names and places; each of them must be there. */
function example(language: string, replacements: readonly (readonly [string, string])[]): string {
  const found = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(MANUAL)?.[1] ?? assert.fail(`the manual has no ${language}`)
  return replacements.reduce((text, [theirs, ours]) => {
    assert.ok(text.includes(theirs), `the manual's ${language} has no ${theirs}`)
    return text.replaceAll(theirs, ours)
  }, found)
}

interface Place {
  readonly folder: string
  readonly port: number
  readonly tier: number
}

const certificates = ({ folder }: Place): readonly (readonly [string, string])[] => [
  ['/etc/plodge/fullchain.pem', join(folder, 'cert.pem')],
  ['/etc/plodge/privkey.pem', join(folder, 'key.pem')],
]

function nginx(place: Place): readonly string[] {
  const { folder, port, tier } = place
  const site = example('nginx', [
    ...certificates(place),
    ['127.0.0.1:8443', `127.0.0.1:${tier}`],
    ['listen 443 ssl', `listen 127.0.0.1:${port} ssl`],
    ['chat.cam.ac.uk', 'localhost'],
    ['/var/log/nginx/chat.log combined', join(folder, 'nginx.log')],
  ])
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(name => `${name}_temp_path ${folder}/${name};`).join('\n')
  const file = join(folder, 'nginx.conf')
  writeFileSync(
    file,
    `daemon off;\npid ${folder}/nginx.pid;\nuser root;\nevents { worker_connections 2048; }\nhttp {\n${temporary}\n${site}}\n`,
  )
  return ['-c', file, '-e', join(folder, 'nginx-error.log')]
}

function apache(place: Place): readonly string[] {
  const { folder, port, tier } = place
  const site = example('apache', [
    ...certificates(place),
    ['127.0.0.1:8443', `127.0.0.1:${tier}`],
    ['<VirtualHost *:443>', `<VirtualHost 127.0.0.1:${port}>`],
    ['chat.cam.ac.uk', 'localhost'],
  ])
  const modules = ['mpm_event', 'authz_core', 'ssl', 'proxy', 'proxy_http']
    .map(name => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`)
    .join('\n')
  const file = join(folder, 'apache.conf')
  const places = `ServerRoot ${folder}\nServerName localhost\nPidFile ${folder}/apache.pid\nErrorLog ${folder}/apache-error.log\nDefaultRuntimeDir ${folder}`
  writeFileSync(file, `${modules}\n${places}\nMutex pthread\nUser www-data\nGroup www-data\nListen 127.0.0.1:${port}\n${site}`)
  return ['-f', file, '-DFOREGROUND']
}

// One campus for all: its certificate is the only one of its name that this process trusts.
let campus: Campus
let proxyPort = 0
before(async () => {
  ;[proxyPort = 0] = await freePorts(1)
  campus = await startCampus(undefined, { proxyPort })
})
after(() => campus?.stop())

for (const { name, configure } of [
  { name: 'nginx', configure: nginx },
  { name: 'apache2', configure: apache },
]) {
  const program = `/usr/sbin/${name}`
  const missing = existsSync(program) ? undefined : `${program} is not there`
  describe(`behind ${name}`, { skip: unless(missing), timeout: 60_000 }, () => {
    let proxy: ServerChild
    before(async () => {
      const folder = join(campus.folder, name)
      mkdirSync(folder)
      for (const file of ['cert.pem', 'key.pem']) writeFileSync(join(folder, file), readFileSync(join(campus.folder, file)))
      const args = configure({ folder, port: proxyPort, tier: campus.port })
      const isReady = (): Promise<boolean> =>
        statusOf(campus.url, '127.0.0.1', '127.0.0.1').then(
          () => true,
          () => false,
        )
      proxy = new ServerChild({ file: program, args, isReady })
      await proxy.start()
    })
    after(() => proxy?.stop())

    test('people sign in, and talk over WebSocket', async () => {
      const cookie = await signIn(campus.url, 'fanf2')
      const { jid, socket } = await bindsAs(campus.url, cookie)
      assert.match(jid, /^fanf2@localhost\//)
      socket.close()
    })

    test('the policy of the tier arrives as it is, once', async () => {
      const { headers } = await fetch(campus.url)
      const [through, direct] = [headers.get('content-security-policy'), await policyOf(campus)]
      assert.ok(direct !== undefined && direct !== '')
      assert.equal(through, direct)
    })

    test('whoever makes up an address is counted by their own', async () => {
      const [liar, other] = name === 'nginx' ? ['127.0.0.2', '127.0.0.3'] : ['127.0.0.4', '127.0.0.5']
      const answers = await Promise.all(Array.from({ length: 400 }, (_, at) => statusOf(campus.url, liar, `203.0.113.${at % 250}`)))
      assert.ok(answers.includes(429), 'too much from one address is refused whatever it says')
      assert.equal(await statusOf(campus.url, other, liar), 200, 'and nobody else is')
    })
  })
}

/** What the tier itself says, without the proxy. */
const policyOf = ({ url, port }: Campus): Promise<string | undefined> =>
  new Promise((resolve, reject) => {
    const asked = request(`https://localhost:${port}/`, { headers: { Host: new URL(url).host } }, answer => {
      answer.resume()
      const policy = answer.headers['content-security-policy']
      resolve(typeof policy === 'string' ? policy : policy?.[0])
    })
    asked.on('error', reject).end()
  })

const statusOf = (url: string, localAddress: string, claim: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const { port } = new URL(url)
    const headers = { Host: `localhost:${port}`, 'X-Forwarded-For': claim }
    const asked = request({ host: '127.0.0.1', port, servername: 'localhost', path: '/session', localAddress, headers }, answer => {
      answer.resume()
      resolve(answer.statusCode ?? 0)
    })
    asked.on('error', reject).end()
  })
