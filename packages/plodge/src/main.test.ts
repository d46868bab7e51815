import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { COMMANDS } from './commands.ts'
import { main } from './main.ts'
import type { Terminal } from './terminal.ts'

function workshop(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'plodge-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const config = join(folder, 'plodge.toml')
  writeFileSync(config, 'domain = "chat.cam.ac.uk"\ndata = "data"\n[tls]\ncertificate = "c.pem"\nkey = "k.pem"\n')
  const run = async (line: string, password = '') => {
    const [printed, complained]: [string[], string[]] = [[], []]
    const terminal: Terminal = {
      print: text => void printed.push(text),
      complain: text => void complained.push(text),
      readPassword: () => Promise.resolve(password),
      readText: () => Promise.resolve(''),
    }
    const code = await main([...line.split(' '), '--config', config], terminal)
    return { code, out: printed.join('\n'), err: complained.join('\n') }
  }
  return { folder, run }
}

test('without a server running, people are added, shown, locked, given passwords and removed', async t => {
  const { run } = workshop(t)
  assert.equal((await run('user add fanf2 --name Tony', 'hunter2')).code, 0)
  assert.match((await run('user show fanf2')).out, /name +Tony/)
  assert.match((await run('user add fanf2', 'x')).err, /exists already/)
  assert.equal((await run('user add Not_A_CRSid', 'x')).code, 1)
  assert.equal((await run('user add dpc22', '')).code, 1)
  const locked = JSON.parse((await run('user lock fanf2 --json')).out) as { lockedAt: number | null }
  assert.equal(typeof locked.lockedAt, 'number')
  assert.match((await run('user list')).out, /fanf2@chat\.cam\.ac\.uk +locked/)
  assert.equal((await run('user unlock fanf2@chat.cam.ac.uk')).code, 0)
  assert.equal((await run('user password fanf2', 'correct horse')).code, 0)
  const refused = await run('user remove fanf2')
  assert.deepEqual([refused.code, /--yes/.test(refused.err)], [2, true])
  assert.equal((await run('user remove fanf2 --yes')).code, 0)
  assert.equal((await run('user show fanf2')).code, 1)
})

test('without a server running, devices are listed, given passwords and shut out', async t => {
  const { run } = workshop(t)
  await run('user add fanf2', 'hunter2')
  const made = await run('user devices fanf2@chat.cam.ac.uk add-password phone')
  assert.match(made.out, /^[a-z2-9]{4}(-[a-z2-9]{4}){3}$/)
  assert.match((await run('user devices fanf2 add-password phone')).err, /There is one called "phone" already/)
  const [device] = JSON.parse((await run('user devices fanf2 --json')).out) as { id: string; name: string }[]
  assert.equal(device?.name, 'phone')
  assert.match((await run('user devices fanf2 list')).out, new RegExp(`^${device?.id} +phone +- +never +app password “phone”$`))
  assert.match((await run(`user devices fanf2 revoke ${device?.id}`)).out, /^phone is shut out, and its app password “phone” revoked$/)
  assert.equal((await run(`user devices fanf2 revoke ${device?.id}`)).code, 1)
  assert.equal((await run('user devices fanf2 --json')).out, '[]')
  assert.equal((await run('user devices nobody')).code, 1)
  for (const wrong of ['', ' fanf2 revoke', ' fanf2 add-password', ' fanf2 list x', ' fanf2 delete x'])
    assert.equal((await run(`user devices${wrong}`)).code, 2, wrong)
})

test('a backup brings everything back, and never overwrites anything unasked', async t => {
  const { run, folder } = workshop(t)
  const file = join(folder, 'backup.db')
  await run('user add fanf2', 'hunter2')
  assert.equal((await run(`backup ${file}`)).code, 0)
  assert.equal((await run(`backup ${file}`)).code, 1)
  await run('user remove fanf2 --yes')
  assert.match((await run(`restore ${file}`)).err, /--replace/)
  assert.equal((await run(`restore ${file} --replace`)).code, 0)
  assert.equal((await run('user show fanf2')).code, 0)
})

test('a feed is tried before it is taken', async t => {
  const { run, folder } = workshop(t)
  const feed = join(folder, 'feed')
  writeFileSync(feed, 'fanf2:{SSHA}AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==\nnot a line\n')
  assert.match((await run(`passwords import ${feed} --dry-run`)).out, /Would take: 1 people, 1 new/)
  assert.equal((await run('user list --json')).out, '[]')
  assert.equal((JSON.parse((await run(`passwords import ${feed} --json`)).out) as { added: number }).added, 1)
  assert.equal((await run(`passwords import ${join(folder, 'none')}`)).code, 1)
})

test('every command has help with examples, and what is called wrongly says how it is called', async t => {
  const { run } = workshop(t)
  for (const { name } of COMMANDS) {
    const { code, out } = await run(`${name} --help`)
    assert.equal(code, 0)
    assert.match(out, new RegExp(`Usage: plodge ${name}`))
    assert.match(out, /Examples:\n {2}\S/)
  }
  const wrong = await run('usr add')
  assert.deepEqual([wrong.code, /is "user add" meant/.test(wrong.err)], [2, true])
  assert.equal((await run('user show')).code, 2)
  assert.equal((await run('user show a b')).code, 2)
  assert.equal((await run('user show a --nonsense')).code, 2)
})

test('a configuration that names what is not there is found before the server starts', async t => {
  const { run } = workshop(t)
  const { code, err } = await run('config check')
  assert.equal(code, 1)
  assert.match(err, /c\.pem cannot be read; it is named in \[tls\]/)
})
