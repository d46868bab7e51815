import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { type Feed, type ParsedFeed, parseFeed } from './parse.ts'

const SHA512 = '$6$NCae7wNQOBpT/REx$I89iwdGiz3a.J4GcSIxO3MwaT7ekFNT3cNe99oDs4ebnHzKP7/fmr/m.AucTv0MKEy3y998hHRG43YU1o261D0'
const APR1 = '$apr1$.ac427Al$B9Vnk9.x.aY/ZRu9xa0L4/'
const SSHA = '{SSHA}Av73n00JXI+Hh0V9zaLMk2uY7YFIIafX'
const SCRAM = '{SCRAM-SHA-1}4096,ZECME9z+iuO7T8k3Y4GoEg==,K8dtQ0uMDFS+DkjY+Qhagcxk2wY=,o67u0Y6jHx0YA499P2e4mizKjQ8='
const CRSID = /^[a-z][a-z0-9]{1,7}$/
const NOON = Date.parse('2026-06-01T12:00:00Z')

const parse = (text: string | Buffer): Promise<ParsedFeed> => parseFeed([Buffer.from(text)], { localpart: CRSID, now: NOON })

async function feedOf(...lines: readonly string[]): Promise<Feed> {
  const parsed = await parse(lines.map(line => `${line}\n`).join(''))
  assert(parsed.kind === 'feed')
  return parsed.feed
}

async function personOf(line: string) {
  const { people, bad } = await feedOf(line)
  assert.deepEqual(bad, [])
  const [person] = people.values()
  assert(person)
  return person
}

const withTrailer = (text: string, generation: number): string =>
  `${text}# sha256 ${createHash('sha256').update(text).digest('hex')} generation ${generation}\n`

test('a passwd line gives the hash, and the name from its gecos field', async () => {
  const person = await personOf(`fanf2:${SHA512}:1001:1001:Tony Finch,Room 3,,:/home/fanf2:/bin/sh`)
  assert.deepEqual(person, { localpart: 'fanf2', name: 'Tony Finch', hash: SHA512, verifier: undefined, isLocked: false, concern: 'none' })
})

test('an ampersand in the gecos field is the login', async () => {
  assert.equal((await personOf(`rjd4:${SHA512}:1:1:& Dowling:/:/bin/sh`)).name, 'Rjd4 Dowling')
})

test('a shadow line has no name, and its numbers are none', async () => {
  const person = await personOf(`fanf2:${SHA512}:19500:0:99999:7:::`)
  assert.equal(person.name, undefined)
  assert.equal(person.isLocked, false)
})

test('a shadow line that has expired is locked from that day on', async () => {
  const day = Math.floor(NOON / 86_400_000)
  assert.equal((await personOf(`fanf2:${SHA512}:19500:0:99999:7::${day}:`)).isLocked, true)
  assert.equal((await personOf(`fanf2:${SHA512}:19500:0:99999:7::${day + 1}:`)).isLocked, false)
})

test('an htpasswd line is a name and a hash', async () => {
  assert.equal((await personOf(`fanf2:${APR1}`)).hash, APR1)
})

test('a line of Dovecot keeps its scheme, and nologin locks', async () => {
  assert.equal((await personOf(`fanf2:${SSHA}:::Tony Finch::`)).hash, SSHA)
  assert.equal((await personOf(`fanf2:${SSHA}::::::`)).isLocked, false)
  assert.equal((await personOf(`fanf2:${SSHA}::::::userdb_quota_rule=*:storage=1G nologin`)).isLocked, true)
  assert.equal((await personOf(`fanf2:${SSHA}::::::nologin=left allow_nets=192.0.2.0/24`)).isLocked, true)
  assert.equal((await personOf(`fanf2:${SSHA}::::::nologin=no`)).isLocked, false)
})

test('a verifier is kept as a verifier', async () => {
  const person = await personOf(`fanf2:${SCRAM}`)
  assert.equal(person.hash, undefined)
  assert.equal(person.verifier?.iterations, 4096)
})

test('an exclamation mark or an asterisk locks, and what follows is still the hash', async () => {
  for (const mark of ['!', '!!', '*']) {
    const person = await personOf(`fanf2:${mark}${SHA512}:1:1::/:/bin/sh`)
    assert.deepEqual([person.isLocked, person.hash], [true, SHA512])
  }
  for (const nothing of ['!', '!!', '*', '*LK*']) {
    const person = await personOf(`fanf2:${nothing}:19500::::::`)
    assert.deepEqual([person.isLocked, person.hash], [true, undefined])
  }
})

test('names are lower-cased, and comments, blank lines, carriage returns and a byte order mark do not matter', async () => {
  const { people, bad } = await feedOf(`\ufeffFANF2:${APR1}\r`, '', '  # a comment: with a colon', `Rjd4:${APR1}`)
  assert.deepEqual([...people.keys()], ['fanf2', 'rjd4'])
  assert.deepEqual(bad, [])
  assert.equal(people.get('fanf2')?.hash, APR1)
})

test('a name in Latin-1 is read as well as one in UTF-8', async () => {
  for (const encoding of ['latin1', 'utf8'] as const) {
    const parsed = await parse(Buffer.from(`zb1:${APR1}:1:1:Zoë Böll:/:/bin/sh\n`, encoding))
    assert(parsed.kind === 'feed')
    assert.equal(parsed.feed.people.get('zb1')?.name, 'Zoë Böll')
  }
})

test('bad lines are told by number and reason, without anything of the hash', async () => {
  const { people, bad, unclear, badLines } = await feedOf(
    `fanf2:${APR1}`,
    `not-a-crsid:${APR1}`,
    'nothing at all',
    `rjd4:${SHA512.slice(0, -1)}`,
    `spqr1:`,
    `fanf2:${SSHA}`,
    `abc1:${'x'.repeat(5000)}`,
  )
  assert.deepEqual([...people.keys()], ['fanf2'])
  assert.equal(people.get('fanf2')?.hash, APR1)
  assert.deepEqual(
    bad.map(({ line }) => line),
    [2, 3, 4, 5, 6, 7],
  )
  assert.equal(badLines, 6)
  assert.deepEqual([...unclear], ['rjd4', 'spqr1'])
  assert.doesNotMatch(JSON.stringify(bad), /NCae7|xFyZ|xxxx/)
})

test('a checksum that fits is taken with its generation', async () => {
  const parsed = await parse(withTrailer(`fanf2:${APR1}\n`, 42))
  assert(parsed.kind === 'feed')
  assert.equal(parsed.feed.generation, 42)
})

const BROKEN: readonly (readonly [string, string, RegExp])[] = [
  ['an empty file', '', /empty/],
  ['a last line without its end', `fanf2:${APR1}`, /newline/],
  ['a checksum of something else', withTrailer(`fanf2:${APR1}\n`, 1).replace('fanf2', 'fanf3'), /checksum/],
  ['a trailer that is not one', `fanf2:${APR1}\n# sha256 abc\n`, /generation <number>/],
  ['lines after the checksum', `${withTrailer(`fanf2:${APR1}\n`, 1)}rjd4:${APR1}\n`, /line 3 comes after/],
  ['a binary file', `fanf2:\0\0\n`, /NUL/],
  ['a file without lines', 'x'.repeat(20_000), /does not end/],
]

for (const [what, text, why] of BROKEN) {
  test(`${what} is not taken for a feed`, async () => {
    const parsed = await parse(text)
    assert(parsed.kind === 'broken')
    assert.match(parsed.why, why)
  })
}

test('it does not matter where the chunks are cut', async () => {
  const whole = Buffer.from(withTrailer(`fanf2:${APR1}:1:1:Zoë:/:\nrjd4:${SHA512}\n`, 7))
  for (const size of [1, 7, 64]) {
    const chunks = Array.from({ length: Math.ceil(whole.length / size) }, (_, i) => whole.subarray(i * size, (i + 1) * size))
    const parsed = await parseFeed(chunks, { localpart: CRSID, now: NOON })
    assert(parsed.kind === 'feed')
    assert.deepEqual([parsed.feed.people.size, parsed.feed.generation, parsed.feed.badLines], [2, 7, 0])
    assert.equal(parsed.feed.people.get('fanf2')?.name, 'Zoë')
  }
})
