import { describe, expect, it } from 'vitest'
import { isInRange, isWithin, parseIpAddress, parseIpRange } from '../../src/iam/ip-address.ts'

describe('parseIpAddress()', () => {
  const good: [text: string, version: number, groups: string][] = [
    ['192.0.2.1', 4, 'c000 201'],
    ['0.0.0.0', 4, '0 0'],
    ['255.255.255.255', 4, 'ffff ffff'],
    ['::', 6, '0 0 0 0 0 0 0 0'],
    ['::1', 6, '0 0 0 0 0 0 0 1'],
    ['1::', 6, '1 0 0 0 0 0 0 0'],
    ['2001:DB8::8:800:200C:417A', 6, '2001 db8 0 0 8 800 200c 417a'],
    ['1:2:3:4:5:6:7:8', 6, '1 2 3 4 5 6 7 8'],
    ['1:2:3:4:5:6:7::', 6, '1 2 3 4 5 6 7 0'],
    ['1:2:3:4:5:6:1.2.3.4', 6, '1 2 3 4 5 6 102 304'],
    ['::1.2.3.4', 6, '0 0 0 0 0 0 102 304'],
    ['::ffff:192.0.2.1', 4, 'c000 201'],
    ['::FFFF:c000:201', 4, 'c000 201'],
    ['0:0:0:0:0:ffff:192.0.2.1', 4, 'c000 201'],
  ]
  for (const [text, version, groups] of good) {
    it(`reads ${text}`, () => {
      const address = parseIpAddress(text)
      expect(address?.version).toBe(version)
      expect(address?.groups.map((group) => group.toString(16)).join(' ')).toBe(groups)
    })
  }

  const bad = [
    '',
    '1',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '1.2.3.04',
    '010.0.0.1',
    '1.2.3.-4',
    ' 1.2.3.4',
    '1.2.3.4 ',
    '1.2.3.4, 5.6.7.8',
    '0x1.2.3.4',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '12345::',
    'g::',
    '::1%eth0',
    '[::1]',
    '1.2.3.4::',
    '::1.2.3',
    '1:',
  ]
  for (const text of bad) {
    it(`refuses ${JSON.stringify(text)}`, () => expect(parseIpAddress(text)).toBeNull())
  }
})

describe('parseIpRange()', () => {
  for (const text of [
    '1.2.3.4/33',
    '1.2.3.4/-1',
    '1.2.3.4/',
    '1.2.3.4/08',
    '1.2.3.4/8/8',
    '/8',
    '::/129',
    '::/1e1',
    '*',
    '::ffff:1.2.3.4/95',
  ]) {
    it(`refuses ${text}`, () => expect(parseIpRange(text)).toBeNull())
  }
  const table: [range: string, address: string, isIn: boolean][] = [
    ['192.0.2.0/24', '192.0.2.255', true],
    ['192.0.2.0/24', '192.0.3.0', false],
    ['192.0.2.128/25', '192.0.2.127', false],
    ['192.0.2.77/24', '192.0.2.1', true],
    ['0.0.0.0/0', '255.255.255.255', true],
    ['192.0.2.1', '192.0.2.1', true],
    ['192.0.2.1/32', '192.0.2.2', false],
    ['10.0.0.0/9', '10.127.255.255', true],
    ['10.0.0.0/9', '10.128.0.0', false],
    ['2001:db8::/33', '2001:db8:7fff::', true],
    ['2001:db8::/33', '2001:db8:8000::', false],
    ['::/0', '192.0.2.1', false],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['::ffff:192.0.2.0/120', '192.0.2.9', true],
    ['::ffff:0:0/96', '192.0.2.9', true],
    ['192.0.2.0/24', '::ffff:192.0.2.9', true],
    ['2001:db8::1', '2001:db8:0:0:0:0:0:1', true],
  ]
  for (const [range, address, isIn] of table) {
    it(`${address} is ${isIn ? '' : 'not '}in ${range}`, () => {
      expect(isInRange(parseIpAddress(address)!, parseIpRange(range)!)).toBe(isIn)
    })
  }
  it('compares ranges', () => {
    expect(isWithin(parseIpRange('10.1.0.0/16')!, parseIpRange('10.0.0.0/8')!)).toBe(true)
    expect(isWithin(parseIpRange('10.0.0.0/7')!, parseIpRange('10.0.0.0/8')!)).toBe(false)
    expect(isWithin(parseIpRange('11.0.0.0/8')!, parseIpRange('10.0.0.0/8')!)).toBe(false)
  })
})
