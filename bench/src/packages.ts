/** Sees to it that Debian's packages are there: the servers to compare with, and openssl for the certificate. */

import { execFileSync, spawnSync } from 'node:child_process'

/** Installs what is missing when it may, and says what to install when it may not. Leaves no service of theirs running. */
export function ensurePackages(names: readonly string[]): void {
  const missing = names.filter(name => !isInstalled(name))
  if (missing.length === 0) return
  const commandLine = `apt-get install --no-install-recommends ${missing.join(' ')}`
  if (process.getuid?.() !== 0 || spawnSync('apt-get', ['--version']).error !== undefined) {
    throw new Error(`The bench needs Debian's packages ${missing.join(', ')}. Install them as root: ${commandLine}`)
  }
  console.log(`installing ${missing.join(', ')}`)
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
  const run = (...parts: readonly string[]) =>
    execFileSync('apt-get', ['-q', '-y', ...parts], { env: environment, stdio: ['ignore', 'ignore', 'inherit'] })
  try {
    run('install', '--no-install-recommends', ...missing)
  } catch {
    run('update')
    run('install', '--no-install-recommends', ...missing)
  }
  for (const name of missing) spawnSync('service', [name, 'stop'], { stdio: 'ignore' })
}

function isInstalled(name: string): boolean {
  const asked = spawnSync('dpkg-query', ['--showformat=${db:Status-Status}', '--show', name], { encoding: 'utf8' })
  return asked.stdout === 'installed'
}
