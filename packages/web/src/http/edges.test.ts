import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Clock } from '@plodge/testkit/clock.ts'
import { cookieIn } from './cookies.ts'
import { Rates } from './rates.ts'
import { Proxies, networkOf } from './visitor.ts'

test('a cookie is found by its whole name', () => {
  assert.equal(cookieIn('a=1; __Host-x=word; b=2', '__Host-x'), 'word')
  assert.equal(cookieIn('__Host-xx=word', '__Host-x'), undefined)
  assert.equal(cookieIn('y__Host-x=word', '__Host-x'), undefined)
  assert.equal(cookieIn(undefined, '__Host-x'), undefined)
})

test('of two cookies of a name neither is believed, nor one that we could not have set', () => {
  assert.equal(cookieIn('x=one; x=two', 'x'), undefined)
  for (const value of ['', 'a b', '"a"', 'a=b', 'x'.repeat(129)]) assert.equal(cookieIn(`x=${value}`, 'x'), undefined)
})

describe('the address of a visitor', () => {
  const proxies = new Proxies(['127.0.0.1', '10.1.0.0/16', '2001:db8::/32'])

  test('is that of the connection when no proxy of ours is there, whatever is claimed', () => {
    assert.equal(proxies.addressOf('192.0.2.1', '198.51.100.7'), '192.0.2.1')
    assert.equal(new Proxies([]).addressOf('127.0.0.1', '198.51.100.7'), '127.0.0.1')
  })

  test('is what our nearest proxy says, not what was said to it', () => {
    assert.equal(proxies.addressOf('::ffff:127.0.0.1', '1.1.1.1, 198.51.100.7'), '198.51.100.7')
    assert.equal(proxies.addressOf('10.1.2.3', '1.1.1.1, 198.51.100.7, 2001:db8::1'), '198.51.100.7')
  })

  test('is the proxy’s when what it says is no address', () => {
    assert.equal(proxies.addressOf('127.0.0.1', 'unknown'), '127.0.0.1')
    assert.equal(proxies.addressOf('127.0.0.1', undefined), '127.0.0.1')
  })

  test('what is neither an address nor a network is not configured', () => {
    for (const text of ['proxy', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', ''])
      assert.throws(() => new Proxies([text]), /neither an address/)
  })

  test('belongs to a network', () => {
    assert.equal(networkOf('192.0.2.1'), '192.0.2.1')
    assert.equal(networkOf('2001:db8:0:1::5'), networkOf('2001:0db8::1:ffff:0:0:9'))
    assert.notEqual(networkOf('2001:db8:0:1::5'), networkOf('2001:db8:0:2::5'))
    assert.equal(networkOf('::1'), '0:0:0:0')
  })
})

test('who does something too often waits, and nobody else does', () => {
  const clock = new Clock()
  const rates = new Rates({ perSecond: 1, burst: 2 }, clock.now)
  assert.deepEqual([rates.take('a'), rates.take('a'), rates.take('a'), rates.take('b')], [true, true, false, true])
  clock.advance({ seconds: 1 })
  assert.deepEqual([rates.take('a'), rates.take('a')], [true, false])
})
