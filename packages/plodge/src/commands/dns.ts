/** plodge dns: the records that a zone needs, and what is wrong with those that it has. */
import { Resolver } from 'node:dns/promises'
import { readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { type Command, FAILED, type Invocation, OK, UsageError } from '../command.ts'
import { findConfig } from '../config/find.ts'
import { loadConfig } from '../config/load.ts'
import { type Finding, checkSections } from '../dns/check.ts'
import { type Section, sectionsOf, toZone } from '../dns/records.ts'

export const dns: Command = {
  name: 'dns',
  summary:
    'Prints the DNS records that the configuration needs, ready to paste into a zone; with --check says what is wrong with the ones there are.',
  words: [],
  options: {
    host: { type: 'string', value: 'NAME', meaning: 'the name of this machine in DNS; otherwise the domain itself' },
    check: { type: 'boolean', meaning: 'ask a resolver and compare' },
    resolver: { type: 'string', value: 'ADDR:PORT', meaning: 'which resolver; otherwise the system’s' },
  },
  examples: ['plodge dns', 'plodge dns --host vm7.example.org >> zone', 'plodge dns --check --resolver 127.0.0.1:53'],
  notes:
    'XEP-0156: web clients ask for https://DOMAIN/.well-known/host-meta; the HTTPS listener answers it, so let the domain’s web server pass that path on.',
  async run(invocation) {
    const { options, terminal } = invocation
    const settings = loadConfig(findConfig(options['config']))
    const host = typeof options['host'] === 'string' ? options['host'].toLowerCase().replace(/\.$/, '') : settings.domain
    const sections = sectionsOf({ settings, host, addresses: ownAddresses(), certificate: readIfThere(settings.tls.certificate) })
    if (options['check'] === true) return check(sections, invocation)
    if (options['json'] === true) terminal.print(JSON.stringify(sections))
    else
      terminal.print(
        sections
          .filter(({ records }) => records.length > 0)
          .map(print)
          .join('\n\n'),
      )
    return OK
  },
}

function print({ about, records, isAdvice }: Section): string {
  return [`; ${about}${isAdvice ? ' (advice)' : ''}`, ...records.map(toZone)].join('\n')
}

async function check(sections: readonly Section[], { options, terminal }: Invocation): Promise<number> {
  const findings = await checkSections(sections, resolverAt(options['resolver']))
  if (options['json'] === true) terminal.print(JSON.stringify(findings))
  else for (const finding of findings) terminal.print(say(finding))
  return findings.some(({ grade }) => grade === 'wrong') ? FAILED : OK
}

const say = ({ grade, name, words }: Finding): string => `${grade.padEnd(8)}  ${name} ${words}`

function resolverAt(place: string | boolean | undefined): Resolver {
  const resolver = new Resolver({ timeout: 3000, tries: 2 })
  if (typeof place !== 'string') return resolver
  try {
    resolver.setServers([place])
  } catch (error) {
    throw new UsageError(`${place} is no address of a resolver; it looks like 192.0.2.53 or [2001:db8::53]:5353`, { cause: error })
  }
  return resolver
}

/** What other machines may reach it by; a machine behind a translator knows no better. */
function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap(addresses => addresses ?? [])
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80:'))
    .map(({ address }) => address)
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
