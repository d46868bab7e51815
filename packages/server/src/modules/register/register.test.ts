import assert from 'node:assert/strict'
import test from 'node:test'
import { AskRegistration, NOTHING_REGISTERED, Register, type RegistrationField } from '@plodge/xmpp/xeps/register.ts'
import { town } from '@plodge/testkit/town.ts'
import { type OwnAccount, register } from './register.ts'
import { credentialsOf, registrationForm } from './form.ts'

const ELSEWHERE = 'Change your password at https://password.cam.ac.uk/'
const SERVER = { to: 'chat.cam.ac.uk' }
type Filled = readonly (readonly [RegistrationField, string])[]
const filled = (...fields: Filled): typeof NOTHING_REGISTERED => ({ ...NOTHING_REGISTERED, fields: new Map(fields) })

function here(): { readonly client: ReturnType<typeof town>['client']; readonly done: string[] } {
  const done: string[] = []
  const accounts: OwnAccount = {
    setPassword: async (localpart, password) => void done.push(`${localpart}: ${password}`),
    remove: async localpart => void done.push(`${localpart} removed`),
    isFromFeed: localpart => localpart === 'nurse',
  }
  return { client: town({ modules: () => [register({ accounts, elsewhere: ELSEWHERE })] }).client, done }
}

test('somebody changes their own password, at the server or at their account', async () => {
  const { client, done } = here()
  const romeo = client('romeo/orchard')
  await romeo.asks(Register, filled(['username', 'Romeo'], ['password', ' new pass']), SERVER)
  await romeo.asks(Register, filled(['username', 'romeo'], ['password', 'other']))
  assert.deepEqual(done, ['romeo:  new pass', 'romeo: other'])
})

test('a password change that is not one’s own, or not complete, changes nothing', async () => {
  const { client, done } = here()
  const romeo = client('romeo/orchard')
  const refused = (condition: string, ...fields: Filled): Promise<void> =>
    assert.rejects(romeo.asks(Register, filled(...fields), SERVER), { condition })
  await refused('not-allowed', ['username', 'juliet'], ['password', 'x'])
  await refused('bad-request', ['username', 'romeo'])
  await refused('bad-request', ['password', 'x'])
  await refused('bad-request', ['username', 'romeo'], ['password', ''])
  await refused('not-acceptable', ['username', 'romeo'], ['password', 'x'.repeat(1024)])
  assert.deepEqual(done, [])
})

test('people of the password feed are told where their password is changed', async () => {
  const { client, done } = here()
  const nurse = client('nurse/house')
  const error = { condition: 'not-allowed', message: ELSEWHERE }
  await assert.rejects(nurse.asks(Register, filled(['username', 'nurse'], ['password', 'x']), SERVER), error)
  await assert.rejects(nurse.asks(Register, { ...NOTHING_REGISTERED, isRemoval: true }, SERVER), error)
  const { isRegistered, instructions, fields } = await nurse.asks(AskRegistration, {}, SERVER)
  assert.deepEqual(
    { isRegistered, instructions, fields: [...fields] },
    { isRegistered: true, instructions: ELSEWHERE, fields: [['username', 'nurse']] },
  )
  assert.deepEqual(done, [])
})

test('who removes their account gets an answer, and then all their streams end', async () => {
  const { client, done } = here()
  const romeo = client('romeo/orchard')
  const phone = client('romeo/phone')
  await assert.rejects(romeo.asks(Register, { ...filled(['username', 'romeo']), isRemoval: true }), { condition: 'bad-request' })
  await romeo.asks(Register, { ...NOTHING_REGISTERED, isRemoval: true })
  assert.deepEqual(done, ['romeo removed'])
  assert.equal(romeo.ending?.condition, 'not-authorized')
  assert.equal(phone.ending?.condition, 'not-authorized')
})

test('the form for newcomers asks for a name and a password, and both must be filled in', () => {
  assert.deepEqual([...registrationForm('chat.cam.ac.uk').fields.keys()], ['username', 'password'])
  assert.deepEqual(credentialsOf(filled(['username', ' bill '], ['password', ' p '])), { username: 'bill', password: ' p ' })
  assert.throws(() => credentialsOf(filled(['username', 'bill'], ['password', ''])), { condition: 'not-acceptable' })
  assert.throws(() => credentialsOf(filled(['password', 'x'])), { condition: 'not-acceptable' })
})
