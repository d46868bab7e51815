import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Decoys } from './decoys.ts'
import { Passwords } from './passwords/passwords.ts'
import { ITERATIONS } from './passwords/scram.ts'
import { campus, feedOf } from './testing.ts'

const passwords = new Passwords()
after(() => passwords.close())

const PASSWORD = 'Pässwört 1'
const APR1 = '$apr1$.ac427Al$B9Vnk9.x.aY/ZRu9xa0L4/'
const SCRAM_256 =
  '{SCRAM-SHA-256}4096,9vjG22SPXce9a4rbL95uqg==,a1xbebxeWcW431kQzU3EDxLahrCGUpOMiMD0GX3WSew=,QzmCEAHUDxOSkFwl3N2gwGzk6flzFycguLb3MlTgtg0='
const HOME = '192.0.2.1'

test('the first right password of a crypt hash makes verifiers, and then SCRAM and PLAIN both use them', async t => {
  const { accounts, credentials } = await campus(t, passwords)
  await accounts.takeFeed(await feedOf([`fanf2:${APR1}`]))
  const decoy = (await credentials.secretsFor('fanf2', 'SCRAM-SHA-256', HOME)).verifier
  assert.equal((await credentials.verifyPlain('fanf2', PASSWORD, HOME)).kind, 'right')
  await credentials.settled()

  const account = await accounts.find('fanf2')
  assert.equal(account?.hash, APR1)
  assert.deepEqual(
    account?.verifiers.map(({ mechanism, iterations }) => [mechanism, iterations]),
    [
      ['SCRAM-SHA-1', ITERATIONS],
      ['SCRAM-SHA-256', ITERATIONS],
      ['SCRAM-SHA-512', ITERATIONS],
    ],
  )
  const verifier = (await credentials.secretsFor('fanf2', 'SCRAM-SHA-256', HOME)).verifier
  assert.deepEqual(verifier, account?.verifiers[1])
  assert.notEqual(verifier.storedKey, decoy.storedKey)
  assert.equal((await credentials.verifyPlain('fanf2', PASSWORD, HOME)).kind, 'right')
  assert.equal((await credentials.verifyPlain('fanf2', 'Passwort 1', HOME)).kind, 'wrong')
})

test('a new hash in the feed ends the verifiers of the old password', async t => {
  const { accounts, credentials } = await campus(t, passwords)
  await accounts.takeFeed(await feedOf([`fanf2:${APR1}`]))
  await credentials.verifyPlain('fanf2', PASSWORD, HOME)
  await credentials.settled()
  // "secret2" by SHA-1.
  await accounts.takeFeed(await feedOf(['fanf2:{SHA}xjbo4jj9evl+LlAPjG8PTAvtr7A=']))
  assert.deepEqual((await accounts.find('fanf2'))?.verifiers, [])
  assert.equal((await credentials.verifyPlain('fanf2', PASSWORD, HOME)).kind, 'wrong')
  assert.equal((await credentials.verifyPlain('fanf2', 'secret2', HOME)).kind, 'right')
})

test('verifiers made from a password that is no longer the password are not kept', async t => {
  const { accounts, credentials } = await campus(t, passwords)
  await accounts.takeFeed(await feedOf([`fanf2:${APR1}`]))
  const before = await accounts.find('fanf2')
  assert(before)
  const verifier = (await credentials.secretsFor('nobody', 'SCRAM-SHA-256', HOME)).verifier
  await accounts.takeFeed(await feedOf([`fanf2:${SCRAM_256}`]))
  await accounts.addVerifiers(before, [verifier])
  assert.equal((await accounts.find('fanf2'))?.verifiers.length, 1)
})

test('a verifier of the feed serves SCRAM at once, and PLAIN adds those of the other mechanisms', async t => {
  const { accounts, credentials } = await campus(t, passwords)
  await accounts.takeFeed(await feedOf([`fanf2:${SCRAM_256}`]))
  assert.equal((await credentials.secretsFor('fanf2', 'SCRAM-SHA-256', HOME)).verifier.salt, '9vjG22SPXce9a4rbL95uqg==')
  assert.equal((await credentials.verifyPlain('fanf2', PASSWORD, HOME)).kind, 'right')
  await credentials.settled()
  assert.equal((await accounts.find('fanf2'))?.verifiers.length, 3)
  await accounts.takeFeed(await feedOf([`fanf2:${SCRAM_256}`]))
  assert.equal((await accounts.find('fanf2'))?.verifiers.length, 3)
})

test('a stranger’s verifier is the same each time, another for each name, and looks like those of the feed', async t => {
  const { accounts, credentials } = await campus(t, passwords)
  await accounts.takeFeed(await feedOf([`fanf2:${SCRAM_256}`]))
  const stranger = (await credentials.secretsFor('nobody', 'SCRAM-SHA-256', HOME)).verifier
  assert.deepEqual((await credentials.secretsFor('nobody', 'SCRAM-SHA-256', HOME)).verifier, stranger)
  assert.notEqual((await credentials.secretsFor('noone', 'SCRAM-SHA-256', HOME)).verifier.salt, stranger.salt)
  const real = (await credentials.secretsFor('fanf2', 'SCRAM-SHA-256', HOME)).verifier
  assert.equal(stranger.iterations, real.iterations)
  for (const field of ['salt', 'storedKey', 'serverKey'] as const) assert.equal(stranger[field].length, real[field].length)
  assert.equal((await credentials.verifyPlain('nobody', PASSWORD, HOME)).kind, 'wrong')
})

test('the decoys are the same after a restart', async t => {
  const { store, credentials } = await campus(t, passwords, { onDisk: true })
  const before = (await credentials.secretsFor('nobody', 'SCRAM-SHA-1', HOME)).verifier
  assert.deepEqual((await Decoys.open(store.documents)).verifier('nobody', 'SCRAM-SHA-1'), before)
})

test('only whoever knows the password learns that the account is locked', async t => {
  const { accounts, credentials } = await campus(t, passwords)
  await accounts.add({ localpart: 'fanf2', password: 'pencil' })
  const before = (await credentials.secretsFor('fanf2', 'SCRAM-SHA-256', HOME)).verifier
  await accounts.lock('fanf2')
  assert.equal((await credentials.verifyPlain('fanf2', 'pencil', HOME)).kind, 'locked')
  assert.equal((await credentials.verifyPlain('fanf2', 'wrong', HOME)).kind, 'wrong')
  const after = (await credentials.secretsFor('fanf2', 'SCRAM-SHA-256', HOME)).verifier
  assert.equal(after.salt, before.salt)
  assert.notEqual(after.storedKey, before.storedKey)
})

test('too many wrong passwords are throttled, by PLAIN and by SCRAM together', async t => {
  const { accounts, credentials } = await campus(t, passwords, { failedLoginsPerMinute: 3 })
  await accounts.add({ localpart: 'fanf2', password: 'pencil' })
  assert.equal((await credentials.verifyPlain('fanf2', 'wrong', HOME)).kind, 'wrong')
  await credentials.secretsFor('fanf2', 'SCRAM-SHA-256', HOME)
  await credentials.secretsFor('fanf2', 'SCRAM-SHA-1', HOME)
  assert.equal((await credentials.verifyPlain('fanf2', 'pencil', HOME)).kind, 'throttled')
  assert.throws(() => credentials.secretsFor('fanf2', 'SCRAM-SHA-256', HOME), { condition: 'temporary-auth-failure' })
  assert.equal((await credentials.verifyPlain('nobody', 'wrong', HOME)).kind, 'wrong')
})

test('a right proof gives the attempt back', async t => {
  const { accounts, credentials } = await campus(t, passwords, { failedLoginsPerMinute: 2, refusalMillis: 250 })
  await accounts.add({ localpart: 'fanf2', password: 'pencil' })
  for (let i = 0; i < 10; i++) {
    await credentials.secretsFor('fanf2', 'SCRAM-SHA-256', HOME)
    assert.equal(credentials.scramResult('fanf2', HOME, true), 0)
  }
  assert.equal(credentials.scramResult('fanf2', HOME, false), 250)
})

test('a refusal takes as long for somebody who exists as for somebody who does not', async t => {
  const { accounts, credentials } = await campus(t, passwords, { failedLoginsPerMinute: 100, refusalMillis: 120 })
  await accounts.takeFeed(await feedOf([`fanf2:${APR1}`]))
  await credentials.verifyPlain('fanf2', 'wrong', HOME)
  for (const name of ['fanf2', 'nobody']) {
    const started = performance.now()
    assert.equal((await credentials.verifyPlain(name, 'wrong', HOME)).kind, 'wrong')
    assert(performance.now() - started >= 119)
  }
})

test('somebody without a password has nobody else’s', async t => {
  const { accounts, credentials } = await campus(t, passwords)
  await accounts.takeFeed(await feedOf([`fanf2:${APR1}`, 'rjd4:*']))
  await accounts.unlock('rjd4')
  for (const name of ['rjd4', 'nobody']) assert.equal((await credentials.verifyPlain(name, PASSWORD, HOME)).kind, 'wrong')
})
