/** plodge config check: what is wrong with the configuration, before a server is started with it. */
import { existsSync } from 'node:fs'
import { readAuthorities } from '@plodge/server/accounts/certificates/authorities.ts'
import { ServerTls } from '@plodge/server/net/tls.ts'
import { socketPath } from '@plodge/server/ops/control-socket.ts'
import { type Command, FAILED, OK } from '../command.ts'
import { findConfig } from '../config/find.ts'
import { type Configuration, ConfigError, loadConfig } from '../config/load.ts'
import { webTierOf } from '../config/web-keys.ts'

export const configCheck: Command = {
  name: 'config check',
  summary: 'Reads the configuration and all files it names, and says everything that is wrong.',
  words: [],
  options: {},
  examples: ['plodge config check', 'plodge config check --config /etc/plodge.toml --json'],
  async run({ options, terminal }) {
    const file = findConfig(options['config'])
    const problems = problemsOf(file)
    if (options['json'] === true) terminal.print(JSON.stringify({ file, problems }))
    else if (problems.length === 0) terminal.print(`${file} is fine`)
    else for (const problem of problems) terminal.complain(problem)
    return problems.length === 0 ? OK : FAILED
  },
}

function problemsOf(file: string): readonly string[] {
  try {
    return problemsWith(loadConfig(file))
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

function problemsWith(settings: Configuration): readonly string[] {
  const problems: string[] = []
  const attempt = (work: () => unknown): void => {
    try {
      work()
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error))
    }
  }
  attempt(() => new ServerTls(settings.tls))
  attempt(() => socketPath(settings.data))
  attempt(() => webTierOf(settings, settings.listen.https[0]))
  const { passwordFeed, certificateAuthorities } = settings.users
  if (certificateAuthorities !== undefined) attempt(() => readAuthorities(certificateAuthorities))
  if (passwordFeed !== undefined && !existsSync(passwordFeed))
    problems.push(`${passwordFeed} is not there; it is named in [users] password_feed`)
  return problems
}
