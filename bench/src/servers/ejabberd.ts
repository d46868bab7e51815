/** Debian's ejabberd with its default database, Mnesia, and the flags Debian gives the Erlang machine. */

import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { join } from 'node:path'
import { contactsOf, domain, iterations, keys, nameOf, people, salt } from '../people.ts'
import { end, launch } from './running.ts'
import type { Launch, Run, Server } from './server.ts'

export const ejabberd: Server = {
  name: 'ejabberd',
  protocol: 'xmpp',
  version: () => execFileSync('dpkg-query', ['--showformat=${Version}', '--show', 'ejabberd'], { encoding: 'utf8' }),
  remarks:
    'Accounts, rosters and the archive are in Mnesia, the default. Started without Erlang distribution, which one node does not need.',
  prepare,
  arrange: run => launchOf(run.folder, configuration(run), []),
}

/** As `ejabberdctl foreground` would, but as the present user and with folders of our own. */
function launchOf(folder: string, text: string, more: readonly string[]): Launch {
  return {
    command: 'erl',
    arguments: ['+K', 'true', '+P', '250000', '-mnesia', 'dir', `"${folder}/spool"`, '-s', 'ejabberd', '-noinput', ...more],
    environment: {
      ERL_LIBS: /^ERL_LIBS='(.*)'$/m.exec(readFileSync('/usr/sbin/ejabberdctl', 'utf8'))?.[1] ?? '',
      ERL_MAX_PORTS: '32000',
      ERL_MAX_ETS_TABLES: '1400',
      ERL_CRASH_DUMP_BYTES: '0',
      EJABBERD_CONFIG_PATH: join(folder, 'ejabberd.yml'),
      EJABBERD_LOG_PATH: join(folder, 'ejabberd.log'),
    },
    files: { 'ejabberd.yml': text },
  }
}

/** Starts it once and writes accounts and rosters into its tables, as the records of `ejabberd_auth_mnesia` and `mod_roster`. */
async function prepare(template: string): Promise<void> {
  mkdirSync(join(template, 'spool'), { recursive: true })
  writeFileSync(join(template, 'people.terms'), rosters())
  const seed = `
    {ok, People} = file:consult("${template}/people.terms"),
    Host = <<"${domain}">>,
    Secret = {scram, ${secret}, sha, ${iterations}},
    Write = fun({User, Contacts}) ->
      mnesia:write({passwd, {User, Host}, Secret}),
      [mnesia:write({roster, {User, Host, {Contact, Host, <<>>}}, {User, Host}, {Contact, Host, <<>>}, <<>>, both, none, [], <<>>, []})
        || Contact <- Contacts]
    end,
    {atomic, _} = mnesia:transaction(fun() -> [mnesia:write_lock_table(Table) || Table <- [passwd, roster]], lists:foreach(Write, People) end),
    mnesia:dump_log(),
    file:write_file("${template}/seeded", <<"yes">>), init:stop().`
  const text = configuration({ folder: template, port: 0, archive: true, security: 'tls', certificate: '', key: '' })
  const child = launch(launchOf(template, text, ['-eval', seed.replaceAll(/\s+/g, ' ')]), template, join(template, 'bench.log'))
  for (let waited = 0; child.exitCode === null && waited < 60_000; waited += 100) await pause(100)
  await end(child)
  try {
    readFileSync(join(template, 'seeded'))
  } catch {
    throw new Error(`ejabberd could not be given its accounts: ${readFileSync(join(template, 'bench.log'), 'utf8').slice(-500)}`)
  }
}

const binary = (text: string) => `<<"${text}">>`

const secret = [keys.storedKey, keys.serverKey, salt].map(part => binary(part.toString('base64'))).join(', ')

/** A term a person: the name, and the names of the contacts. */
function rosters(): string {
  return people
    .map(
      (name, index) =>
        `{${binary(name)},[${contactsOf(index)
          .map(contact => binary(nameOf(contact)))
          .join(',')}]}.\n`,
    )
    .join('')
}

function configuration({ port, archive, security, certificate, key }: Run): string {
  const files = certificate === '' ? '' : `certfiles:\n  - "${certificate}"\n  - "${key}"\n`
  const listener = `listen:
  - port: ${port}
    ip: "127.0.0.1"
    module: ejabberd_c2s
    ${security === 'tls' ? 'tls: true' : 'starttls_required: true'}
    max_stanza_size: 262144
    shaper: none
`
  return `loglevel: error
hosts:
  - ${domain}
${files}${port === 0 ? 'listen: []\n' : listener}c2s_protocol_options:
  - no_sslv3
  - no_tlsv1
  - no_tlsv1_1
  - cipher_server_preference
  - no_compression
auth_method: internal
auth_password_format: scram
disable_sasl_mechanisms:
  - digest-md5
  - X-OAUTH2
modules:
  mod_roster:
    versioning: true
  mod_disco: {}
  mod_ping: {}
  mod_carboncopy: {}
  mod_muc:
    host: group.@HOST@
    max_users: 5000
    default_room_options:
      max_users: 5000
      mam: ${archive}
  mod_stream_mgmt:
    resend_on_timeout: if_offline
${archive ? '  mod_mam:\n    db_type: mnesia\n    default: always\n' : ''}`
}
