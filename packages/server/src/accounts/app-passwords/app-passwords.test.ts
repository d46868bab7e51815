/** Passwords of single devices: made, used beside the account's own, and taken back. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Mechanism } from '../passwords/scram.ts'
import { MECHANISMS } from '../passwords/scram.ts'
import { Passwords } from '../passwords/passwords.ts'
import { campus, feedOf } from '../testing.ts'
import { sharedSalts } from './salts.ts'
import { looksLikeAppPassword, makeAppPassword } from './words.ts'

const passwords = new Passwords()
after(() => passwords.close())

const HOME = '192.0.2.1'
const PASSWORD = 'Pässwört 1'
const APR1 = '$apr1$.ac427Al$B9Vnk9.x.aY/ZRu9xa0L4/'
type Campus = Awaited<ReturnType<typeof campus>>

async function made({ appPasswords }: Campus, localpart = 'fanf2', name = 'phone'): Promise<{ id: string; password: string }> {
  const outcome = await appPasswords.make(localpart, name)
  assert(outcome.kind === 'made', outcome.kind === 'refused' ? outcome.why : '')
  return outcome
}

/** Who a SCRAM exchange would say it is: 'main', an id, or undefined. */
async function provenBy({ credentials }: Campus, mechanism: Mechanism, password: string, localpart = 'fanf2'): Promise<string | undefined> {
  const secrets = await credentials.secretsFor(localpart, mechanism, HOME)
  const all = [secrets.verifier, ...secrets.appPasswords.map(({ verifier }) => verifier)]
  for (const { salt, iterations } of all) assert.deepEqual([salt, iterations], [secrets.verifier.salt, secrets.verifier.iterations])
  const at = await passwords.whichFits(all, password)
  return at === 0 ? 'main' : secrets.appPasswords[(at ?? 0) - 1]?.id
}

const plain = async ({ credentials }: Campus, password: string, localpart = 'fanf2') => {
  const outcome = await credentials.verifyPlain(localpart, password, HOME)
  return outcome.kind === 'right' ? (outcome.appPassword ?? 'main') : outcome.kind
}

test('an app password is four groups of four, and nobody’s guess', () => {
  const all = new Set(Array.from({ length: 200 }, makeAppPassword))
  assert.equal(all.size, 200)
  for (const one of all) assert(looksLikeAppPassword(one), one)
  for (const other of ['', 'abcd-efgh-ijkm-npq', 'ABCD-EFGH-IJKM-NPQR', 'abcdefghijkmnpqr', 'abcd-efgh-ijkm-npq0', 'abcd-efgh-ijkm-npqr '])
    assert(!looksLikeAppPassword(other), other)
})

test('it opens the account by PLAIN and by every SCRAM mechanism, beside the account’s own password', async t => {
  const town = await campus(t, passwords)
  await town.accounts.add({ localpart: 'fanf2', password: 'pencil' })
  const [phone, laptop] = [await made(town), await made(town, 'fanf2', 'laptop')]
  for (const mechanism of MECHANISMS) {
    assert.equal(await provenBy(town, mechanism, phone.password), phone.id)
    assert.equal(await provenBy(town, mechanism, laptop.password), laptop.id)
    assert.equal(await provenBy(town, mechanism, 'pencil'), 'main')
    assert.equal(await provenBy(town, mechanism, 'pencils'), undefined)
  }
  assert.equal(await plain(town, laptop.password), laptop.id)
  assert.equal(await plain(town, 'pencil'), 'main')
  assert.equal(await plain(town, makeAppPassword()), 'wrong')
  assert.equal(await plain(town, phone.password.toUpperCase()), 'wrong')
  assert.equal(await plain(town, phone.password, 'nobody'), 'wrong')
})

test('somebody known by a crypt hash only uses it with SCRAM before any log-in by PLAIN, and the verifiers made later join in', async t => {
  const town = await campus(t, passwords)
  await town.accounts.takeFeed(await feedOf([`fanf2:${APR1}`]))
  const phone = await made(town)
  for (const mechanism of MECHANISMS) {
    assert(town.credentials.isOffered(mechanism))
    assert.equal(await provenBy(town, mechanism, phone.password), phone.id)
  }
  assert.equal(await plain(town, PASSWORD), 'main')
  await town.credentials.settled()
  for (const mechanism of MECHANISMS) {
    assert.equal(await provenBy(town, mechanism, phone.password), phone.id)
    assert.equal(await provenBy(town, mechanism, PASSWORD), 'main')
  }
})

test('it stays when the feed has another password, unless the settings say otherwise', async t => {
  for (const keepAppPasswords of [true, false]) {
    const town = await campus(t, passwords, { keepAppPasswords })
    await town.accounts.takeFeed(await feedOf([`fanf2:${APR1}`]))
    const phone = await made(town)
    await plain(town, PASSWORD)
    await town.credentials.settled()
    await town.accounts.takeFeed(await feedOf(['fanf2:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=']))
    assert.deepEqual((await town.accounts.find('fanf2'))?.verifiers, [])
    assert.equal(await plain(town, phone.password), keepAppPasswords ? phone.id : 'wrong')
    assert.equal(await provenBy(town, 'SCRAM-SHA-1', phone.password), keepAppPasswords ? phone.id : undefined)
    assert.equal(await plain(town, 'password'), 'main')
    assert.equal(await plain(town, PASSWORD), 'wrong')
  }
})

test('it stays when somebody changes their password here, unless the settings say otherwise', async t => {
  for (const keepAppPasswords of [true, false]) {
    const town = await campus(t, passwords, { keepAppPasswords })
    await town.accounts.add({ localpart: 'fanf2', password: 'pencil' })
    const phone = await made(town)
    await town.accounts.setPassword('fanf2', 'crayon')
    for (const mechanism of MECHANISMS) {
      assert.equal(await provenBy(town, mechanism, phone.password), keepAppPasswords ? phone.id : undefined)
      assert.equal(await provenBy(town, mechanism, 'crayon'), 'main')
      assert.equal(await provenBy(town, mechanism, 'pencil'), undefined)
    }
  }
})

test('where a feed of verifiers brings another salt, it opens by PLAIN, and from then on by SCRAM again', async t => {
  const town = await campus(t, passwords)
  const feed = async (password: string) => {
    const [verifier] = (await passwords.derive(password, { mechanisms: ['SCRAM-SHA-256'] })) ?? []
    return feedOf([`fanf2:{SCRAM-SHA-256}${verifier?.iterations},${verifier?.salt},${verifier?.storedKey},${verifier?.serverKey}`])
  }
  await town.accounts.takeFeed(await feed('pencil'))
  const phone = await made(town)
  await town.accounts.takeFeed(await feed('crayon'))
  assert.equal(await provenBy(town, 'SCRAM-SHA-256', 'crayon'), 'main')
  assert.equal(await provenBy(town, 'SCRAM-SHA-256', phone.password), undefined)
  assert.equal(await provenBy(town, 'SCRAM-SHA-1', phone.password), phone.id)
  assert.equal(await plain(town, phone.password), phone.id)
  await town.credentials.settled()
  for (const mechanism of MECHANISMS) assert.equal(await provenBy(town, mechanism, phone.password), phone.id)
})

test('a locked account opens for none, and what a client sees of it stays the same', async t => {
  const town = await campus(t, passwords)
  await town.accounts.takeFeed(await feedOf([`fanf2:${APR1}`]))
  const phone = await made(town)
  const shown = (await town.credentials.secretsFor('fanf2', 'SCRAM-SHA-256', HOME)).verifier.salt
  await town.accounts.lock('fanf2')
  const secrets = await town.credentials.secretsFor('fanf2', 'SCRAM-SHA-256', HOME)
  assert.equal(secrets.verifier.salt, shown)
  assert.equal(await provenBy(town, 'SCRAM-SHA-256', phone.password), undefined)
  assert.equal(await plain(town, phone.password), 'locked')
  await town.accounts.unlock('fanf2')
  assert.equal(await plain(town, phone.password), phone.id)
})

test('the account’s own password will do always, while there is no other, or never', async t => {
  for (const [mainPassword, before, with1] of [
    ['always', 'main', 'main'],
    ['first', 'main', 'wrong'],
    ['never', 'wrong', 'wrong'],
  ] as const) {
    const town = await campus(t, passwords, { mainPassword })
    await town.accounts.add({ localpart: 'fanf2', password: 'pencil' })
    assert.equal(await plain(town, 'pencil'), before)
    const phone = await made(town)
    assert.equal(await plain(town, 'pencil'), with1)
    assert.equal(await provenBy(town, 'SCRAM-SHA-256', 'pencil'), with1 === 'main' ? 'main' : undefined)
    assert.equal(await provenBy(town, 'SCRAM-SHA-256', phone.password), phone.id)
    assert.equal(await plain(town, phone.password), phone.id)
    await town.appPasswords.revoke('fanf2', phone.id)
    assert.equal(await plain(town, 'pencil'), before)
  }
})

test('one that is revoked is worth nothing, on disk and at once, and no other is touched', async t => {
  const town = await campus(t, passwords, { onDisk: true })
  await town.accounts.add({ localpart: 'fanf2', password: 'pencil' })
  const [phone, laptop] = [await made(town), await made(town, 'fanf2', 'laptop')]
  town.clients.saw({ localpart: 'fanf2', way: 'app-password', address: HOME, appPassword: phone.id })
  const ended: string[] = []
  town.appPasswords.onRevoked((localpart, id) => ended.push(`${localpart} ${id}`))
  assert.equal(await town.appPasswords.revoke('fanf2', phone.id), true)
  assert.deepEqual(ended, [`fanf2 ${phone.id}`])
  assert.deepEqual(
    (await town.store.accounts.find('fanf2'))?.appPasswords?.map(({ name }) => name),
    ['laptop'],
  )
  assert.deepEqual(await town.clients.list('fanf2'), [])
  assert.equal(await plain(town, phone.password), 'wrong')
  assert.equal(await provenBy(town, 'SCRAM-SHA-256', phone.password), undefined)
  assert.equal(await plain(town, laptop.password), laptop.id)
  assert.equal(await town.appPasswords.revoke('fanf2', phone.id), false)
})

test('an account has so many, each with a name of its own, and none where the settings say so', async t => {
  const town = await campus(t, passwords)
  await town.accounts.add({ localpart: 'fanf2', password: 'pencil' })
  const make = async (name: string, localpart = 'fanf2') => (await town.appPasswords.make(localpart, name)).kind
  assert.equal(await make('phone', 'nobody'), 'refused')
  assert.equal(await make(' \u202e '), 'refused')
  assert.equal(await make('phone'), 'made')
  assert.equal(await make(' phone\n'), 'refused')
  assert.deepEqual([await make('tablet'), await make('laptop'), await make('watch')], ['made', 'made', 'refused'])
  town.rule.appPasswords = false
  assert.equal(await make('watch'), 'refused')
})

test('where the settings allow none any more, those there are open nothing', async t => {
  const town = await campus(t, passwords, { mainPassword: 'never' })
  await town.accounts.add({ localpart: 'fanf2', password: 'pencil' })
  const phone = await made(town)
  town.rule.appPasswords = false
  assert.equal(await plain(town, phone.password), 'wrong')
  assert.equal(await provenBy(town, 'SCRAM-SHA-256', phone.password), undefined)
  assert.equal(await plain(town, 'pencil'), 'main')
})

test('made while the password changes, it has the salt that the account has then', async t => {
  const town = await campus(t, passwords)
  await town.accounts.add({ localpart: 'fanf2', password: 'pencil' })
  const [change, ...outcomes] = await Promise.all([
    town.accounts.setPassword('fanf2', 'crayon'),
    town.appPasswords.make('fanf2', 'phone'),
    town.appPasswords.make('fanf2', 'laptop'),
  ])
  const account = await town.accounts.find('fanf2')
  assert(account)
  const used = change.kind === 'done' ? 'crayon' : 'pencil'
  for (const mechanism of MECHANISMS) {
    assert.equal(await provenBy(town, mechanism, used), 'main')
    for (const outcome of outcomes) if (outcome.kind === 'made') assert.equal(await provenBy(town, mechanism, outcome.password), outcome.id)
  }
  assert.equal(sharedSalts(account).length, 3)
})
