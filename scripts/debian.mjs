/** Debian's packages for the tests: installed when that may be done, otherwise named. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import process from 'node:process'
import { run } from './setup.mjs'

/** Services that come with them and that nobody here wants running. */
const SERVICES = ['named', 'dovecot', 'coturn', 'nginx', 'apache2']

export async function ensurePackages() {
  const missing = packagesIn(new URL('debian-packages.txt', import.meta.url)).filter(name => !isInstalled(name))
  if (missing.length === 0) return
  const command = `apt-get install --no-install-recommends ${missing.join(' ')}`
  if (!exists('apt-get')) {
    console.log(`Some tests need programs that Debian has in these packages, and are skipped without: ${missing.join(', ')}`)
  } else if (process.getuid() !== 0) {
    console.log(`Some tests need Debian's ${missing.join(', ')}, and are skipped without. To install them: sudo ${command}`)
  } else {
    console.log(`Installing Debian's ${missing.join(', ')} …`)
    if (!(await install(missing))) console.log(`Go on without them: some tests are skipped. By hand: ${command}`)
  }
}

const packagesIn = file =>
  readFileSync(file, 'utf8')
    .split('\n')
    .map(line => line.replace(/#.*/, '').trim())
    .filter(name => name !== '')

const exists = program => spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined

function isInstalled(name) {
  const { stdout } = spawnSync('dpkg-query', ['--showformat=${db:Status-Status}', '--show', name], { encoding: 'utf8' })
  return stdout === 'installed'
}

async function install(names) {
  // With a run level of 1 Debian's scripts start no services, at least outside systemd.
  const options = { isQuiet: true, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' } }
  const attempt = () => run('apt-get', ['-q', '-y', 'install', '--no-install-recommends', ...names], options)
  let { code, output } = await attempt()
  if (code !== 0) {
    await run('apt-get', ['-q', 'update'], options)
    ;({ code, output } = await attempt())
  }
  for (const service of SERVICES) spawnSync('service', [service, 'stop'], { stdio: 'ignore' })
  if (code !== 0) console.log(output.trimEnd())
  return code === 0
}
