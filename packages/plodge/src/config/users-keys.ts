/** Keys about people: who may have an address, and how they prove it. */
import { key } from './key.ts'
import { limit, listOfFingerprints, oneOf, orFalse, path, pattern, share, trueOrFalse } from './kinds.ts'

export const USERS = {
  localpart: key(
    'users.localpart',
    pattern,
    '^[a-z][a-z0-9]{1,7}$',
    'What names people can have, before the @. The default is the rule for CRSids.',
    'localpart = "^[a-z][a-z0-9]{1,7}$"',
  ),
  passwordFeed: key<string | undefined>(
    'users.password_feed',
    orFalse(path),
    false,
    'A file of names and password hashes that is watched: docs/password-feed.md.',
    'password_feed = "hermes.passwd"',
  ),
  feedMayShrink: key(
    'users.feed_may_shrink',
    share,
    0.05,
    'A feed that would remove more than this share of its people is refused whole.',
    'feed_may_shrink = 0.05',
  ),
  tokenDays: key<number | undefined>(
    'users.token_days',
    orFalse(limit),
    30,
    'How many days a client may stay away and still come back without the password (XEP-0484); false gives no tokens.',
    'token_days = 30',
  ),
  appPasswords: key(
    'users.app_passwords',
    trueOrFalse,
    true,
    'Whether people can have a password for each device, which is made for it and can be taken back: docs/devices.md.',
    'app_passwords = true',
  ),
  mainPassword: key(
    'users.main_password',
    oneOf('always', 'first', 'never'),
    'always',
    'When a client may log in with the account’s own password, which may open other doors too: "first" is while the account has no app password. Clients that are logged in stay.',
    'main_password = "first"',
  ),
  keepAppPasswords: key(
    'users.keep_app_passwords',
    trueOrFalse,
    true,
    'Whether app passwords stay good when the account’s own password changes.',
    'keep_app_passwords = true',
  ),
  clientDays: key<number | undefined>(
    'users.client_days',
    orFalse(limit),
    365,
    'For how many days a client is remembered that is not used any more; false remembers it for ever.',
    'client_days = 90',
  ),
  keepAddresses: key(
    'users.keep_addresses',
    trueOrFalse,
    true,
    'Whether people and operators are shown from which network address a client that is not connected was used last.',
    'keep_addresses = true',
  ),
  tellOfNewDevices: key(
    'users.tell_of_new_devices',
    trueOrFalse,
    true,
    'Whether a person’s devices show a notice when one logs in that was not seen before.',
    'tell_of_new_devices = true',
  ),
  registration: key(
    'users.registration',
    trueOrFalse,
    false,
    'Whether anybody may make an account from a client (XEP-0077).',
    'registration = false',
  ),
  certificateAuthorities: key<string | undefined>(
    'users.certificate_authorities',
    orFalse(path),
    false,
    'People may log in with certificates that these authorities issued themselves, instead of a password: docs/certificates.md. In PEM; read again on SIGHUP.',
    'certificate_authorities = "people-ca.pem"',
  ),
  refusedCertificates: key<readonly string[]>(
    'users.refused_certificates',
    listOfFingerprints,
    [],
    'Certificates that are not good any more though they have not expired: those of lost devices.',
    `refused_certificates = ["${'3f'.repeat(32)}"]`,
  ),
}
