/** Debian's Prosody, with the generational garbage collector, which suits it best. */

import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { contactsOf, domain, iterations, keys, nameOf, people, salt } from '../people.ts'
import type { Run, Server } from './server.ts'

export const prosody: Server = {
  name: 'prosody',
  protocol: 'xmpp',
  version: () => execFileSync('dpkg-query', ['--showformat=${Version}', '--show', 'prosody'], { encoding: 'utf8' }),
  remarks: 'Accounts, rosters and the archive are in its own flat files, the default storage.',
  async prepare(template) {
    const host = join(template, 'data', domain.replaceAll('.', '%2e'))
    for (const store of ['accounts', 'roster']) mkdirSync(join(host, store), { recursive: true })
    for (const [index, name] of people.entries()) {
      writeFileSync(join(host, 'accounts', `${name}.dat`), account)
      writeFileSync(join(host, 'roster', `${name}.dat`), roster(index))
    }
  },
  arrange: run => ({
    command: 'prosody',
    arguments: ['--config', join(run.folder, 'prosody.cfg.lua'), '-F'],
    environment: {},
    files: { 'prosody.cfg.lua': configuration(run) },
  }),
}

const account = `return {
	["iteration_count"] = ${iterations};
	["salt"] = "${salt.toString('latin1')}";
	["stored_key"] = "${keys.storedKey.toString('hex')}";
	["server_key"] = "${keys.serverKey.toString('hex')}";
};
`

function roster(index: number): string {
  const items = contactsOf(index).map(contact => `	["${nameOf(contact)}@${domain}"] = { ["subscription"] = "both"; ["groups"] = {}; };`)
  return `return {\n	[false] = { ["version"] = 1; ["pending"] = {}; };\n${items.join('\n')}\n};\n`
}

function configuration({ folder, port, archive, security, certificate, key }: Run): string {
  const [plain, tls] = security === 'tls' ? ['', port] : [port, '']
  return `run_as_root = true
data_path = "${folder}/data"
pidfile = "${folder}/prosody.pid"
log = { warn = "*console" }
gc = { mode = "generational" }
interfaces = { "127.0.0.1" }
c2s_ports = { ${plain} }
c2s_direct_tls_ports = { ${tls} }
s2s_ports = { }
http_ports = { }
https_ports = { }
c2s_require_encryption = true
authentication = "internal_hashed"
storage = "internal"
modules_enabled = { "roster", "saslauth", "tls", "disco", "carbons", "smacks", "ping"${archive ? ', "mam"' : ''} }
modules_disabled = { "s2s", "offline" }
default_archive_policy = true
archive_expires_after = "never"
ssl = { certificate = "${certificate}", key = "${key}", protocol = "tlsv1_2+" }
VirtualHost "${domain}"
Component "group.${domain}" "muc"
${archive ? 'modules_enabled = { "muc_mam" }\nmuc_log_by_default = true\n' : ''}`
}
