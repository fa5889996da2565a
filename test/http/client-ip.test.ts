import { describe, expect, it } from 'vitest'
import { clientAddress } from '../../src/http/client-ip.ts'

const forwarded = 'x-forwarded-for'

describe('clientAddress()', () => {
  it.each([
    ['203.0.113.7:51234', '203.0.113.7'],
    ['203.0.113.7', '203.0.113.7'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['2001:db8::1', '2001:db8::1'],
    [null, null],
  ])('takes the connection %s as %s', (connection, expected) => {
    expect(clientAddress(new Headers({ [forwarded]: '198.51.100.9' }), null, connection)).toBe(expected)
  })

  it.each([
    ['198.51.100.9', '198.51.100.9'],
    ['198.51.100.9, 203.0.113.7', '203.0.113.7'],
    ['spoofed,  203.0.113.7 ', '203.0.113.7'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['', null],
    ['198.51.100.9,', null],
  ])('takes the proxy that says %j at its word: %s', (value, expected) => {
    expect(clientAddress(new Headers({ [forwarded]: value }), forwarded, '127.0.0.1:1')).toBe(expected)
  })

  it('knows nothing when the trusted proxy says nothing', () => {
    expect(clientAddress(new Headers(), forwarded, '127.0.0.1:1')).toBeNull()
  })
})
