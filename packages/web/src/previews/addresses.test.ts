import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openInternet } from './addresses.ts'

const isOpen = openInternet(['131.111.0.0/16', '2a05:b400::/32'], ['198.41.0.5/24', '2606:4700::5/64'])

test('pages are fetched from the open internet', () => {
  for (const address of ['1.1.1.1', '93.184.216.34', '172.15.255.255', '172.32.0.1', '2606:2800:220:1::1', '2a00:1450:4009::8a'])
    assert.ok(isOpen(address), address)
})

test('and from nowhere else: nothing private, of this machine, of many, or set aside', () => {
  for (const address of [
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.192',
    '192.168.1.1',
    '198.18.0.1',
    '203.0.113.9',
    '224.0.0.1',
    '239.255.255.250',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::7f00:1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '3fff::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%lo',
    'fec0::1',
    'ff02::1',
  ])
    assert.equal(isOpen(address), false, address)
})

test('nor from where the machine itself is, nor from what the institution names', () => {
  for (const address of ['198.41.0.77', '2606:4700::9', '131.111.8.42', '2a05:b400:5::80']) assert.equal(isOpen(address), false, address)
})

test('what is no address is not open', () => {
  for (const text of ['', 'localhost', '127.1', '0x7f000001', '2130706433', '1.1.1.1:80', '[::1]']) assert.equal(isOpen(text), false, text)
})

test('what is no network is not configured', () => {
  assert.throws(() => openInternet(['campus']), /campus is neither/)
})
