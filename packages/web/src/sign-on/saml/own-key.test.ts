/** SAML with a key of our own: questions are signed with it, and answers encrypted for it. */
import assert from 'node:assert/strict'
import { constants, createCipheriv, createPublicKey, publicEncrypt, randomBytes, verify } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import type { SamlSettings } from '../../settings.ts'
import { Replays } from '../replays.ts'
import type { SignOnOutcome } from '../sign-on.ts'
import { EPPN, type Keys, type Wish, answerOf, makeKeys, questionIn, ANSWER, HOME, SITE, ownOf, settingsIn } from './provider.testing.ts'
import { samlSignOn } from './sign-on.ts'

const mine = ownOf('mine')

describe('SAML with a key of our own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plodge-saml-'))
  const [keys, evil] = [makeKeys(), makeKeys()]
  writeFileSync(join(folder, 'idp.pem'), keys.cert)
  after(() => rmSync(folder, { recursive: true }))
  function some({ own }: Partial<Pick<SamlSettings, 'own'>> = {}) {
    const signOn = samlSignOn({ ...settingsIn(folder), own }, HOME, ANSWER, new Replays())
    const answer = async (xml: string): Promise<SignOnOutcome> =>
      signOn.answer(new URLSearchParams({ SAMLResponse: Buffer.from(xml).toString('base64') }), mine)
    const says = async (wish: Partial<Wish> = {}, signer = keys): Promise<string> =>
      answerOf(signer, { id: questionIn(await signOn.begin(mine)).id, site: SITE, recipient: ANSWER, ...wish })
    return { signOn, answer, says, signsIn: async (wish: Partial<Wish> = {}) => answer(await says(wish)) }
  }
  const believes = (outcome: SignOnOutcome): void =>
    assert.deepEqual([outcome.kind, 'principal' in outcome && outcome.principal], ['person', 'spqr2'])
  const refuses = (outcome: SignOnOutcome, why: RegExp): void => {
    assert.equal(outcome.kind, 'refused')
    assert.match('why' in outcome ? outcome.why : '', why)
  }
  const ours = makeKeys()
  const own = { key: join(folder, 'own-key.pem'), certificate: join(folder, 'own.pem') }
  writeFileSync(own.key, ours.key)
  writeFileSync(own.certificate, ours.cert)
  const encryptedFor = ({ cert }: Keys, more = {}): Partial<Wish> => ({
    more: { encryptionCert: cert, encryptionPublicKey: createPublicKey(cert).export({ type: 'spki', format: 'pem' }), ...more },
  })

  test('questions are signed', async () => {
    const url = await some({ own }).signOn.begin(mine)
    const { searchParams } = new URL(url)
    assert.equal(searchParams.get('SigAlg'), 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256')
    // saml-bindings-2.0-os §3.4.4.1: over the query as it stands, without the signature.
    const [, signed = ''] = /\?(.*)&Signature=/.exec(url) ?? []
    const signature = Buffer.from(searchParams.get('Signature') ?? '', 'base64')
    assert.ok(verify('sha256', Buffer.from(signed), ours.cert, signature))
    assert.ok(!verify('sha256', Buffer.from(`${signed}x`), ours.cert, signature))
  })

  test('answers may be encrypted for us, signed inside or around', async () => {
    const { signsIn } = some({ own })
    believes(await signsIn())
    for (const more of [{}, { signResponse: true }, { signAssertion: false, signResponse: true }]) {
      const wish = encryptedFor(ours, more)
      const xml = await some({ own }).says(wish)
      assert.ok(xml.includes('EncryptedAssertion') && !xml.includes('spqr2'))
      believes(await signsIn(wish))
    }
  })

  test('what is encrypted is believed no more than what is not', async () => {
    const { says, signsIn, answer } = some({ own })
    refuses(await signsIn(encryptedFor(ours, { signAssertion: false })), /wrongly signed/)
    refuses(await answer(await says(encryptedFor(ours), evil)), /wrongly signed/)
    refuses(await signsIn(encryptedFor(ours, { signatureAlgorithm: 'rsa-sha1', digestAlgorithm: 'sha1' })), /signed in a way/)
    refuses(await signsIn({ ...encryptedFor(ours), attributes: { [EPPN]: 'spqr2@evil.test' } }), /of no one here/)
    const xml = await says(encryptedFor(ours))
    believes(await answer(xml))
    refuses(await answer(xml), /used already/)
  })

  test('what is encrypted for another, by other means, or altered is not read', async () => {
    const { says, signsIn, answer } = some({ own })
    refuses(await some().signsIn(encryptedFor(ours)), /no key for it/)
    refuses(await signsIn(encryptedFor(evil)), /for somebody else/)
    const cbc = { encryptionAlgorithm: 'http://www.w3.org/2001/04/xmlenc#aes256-cbc', disallowEncryptionWithInsecureAlgorithm: false }
    refuses(await signsIn(encryptedFor(ours, cbc)), /encrypted in a way/)
    const xml = await says(encryptedFor(ours))
    refuses(await answer(xml.replace('rsa-oaep-mgf1p', 'rsa-1_5')), /encrypted in a way/)
    const [value = ''] = xml.match(/[A-Za-z0-9+/]{400,}=*(?=<\/xenc:CipherValue>)/) ?? []
    refuses(
      await answer(xml.replace(value, `${value.slice(0, 40)}${value[40] === 'A' ? 'B' : 'A'}${value.slice(41)}`)),
      /for somebody else/,
    )
    const [data = ''] = /<xenc:EncryptedData[^]*<\/xenc:EncryptedData>/.exec(xml) ?? []
    assert.notEqual(data, '')
    refuses(await answer(xml.replace(data, data + data)), /malformed/)
  })

  test('what is encrypted is looked at no longer than what is not, whoever encrypted it', async () => {
    const { says, answer } = some({ own })
    const xml = await says(encryptedFor(ours))
    for (const text of ['x', '<a/>', '<a>'.repeat(20_000), `${'<a>'.repeat(9000)}${'</a>'.repeat(9000)}`, '<!DOCTYPE a><a/>']) {
      const [secret, nonce] = [randomBytes(32), randomBytes(12)]
      const cipher = createCipheriv('aes-256-gcm', secret, nonce)
      const sealed = Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]).toString('base64')
      const key = publicEncrypt({ key: ours.cert, padding: constants.RSA_PKCS1_OAEP_PADDING }, secret).toString('base64')
      const theirs = xml.replace(/(?<=<e:CipherValue>)[^<]*/, key).replace(/(?<=<xenc:CipherValue>)[^<]*/, sealed)
      const began = process.cpuUsage()
      refuses(await answer(theirs), /malformed|wrongly signed/)
      assert.ok(process.cpuUsage(began).user < 1_000_000)
    }
  })

  test('metadata hold its certificate, for both', () => {
    const metadata = some({ own }).signOn.metadata?.() ?? ''
    for (const use of ['signing', 'encryption']) assert.ok(metadata.includes(`use="${use}"`), use)
  })

  test('a key that is none is told of at the start', () => {
    assert.throws(() => some({ own: { ...own, key: join(folder, 'nowhere.pem') } }), /cannot be read/)
  })
})
