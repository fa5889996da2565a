import { describe, expect, it } from 'vitest'
import {
  checkOptionalAttributes,
  decodeToken,
  encodeToken,
  listPage,
  nextKey,
  parseListParameters,
} from '../../src/s3/listing.ts'
import { requestFor } from '../support/bucket-store.ts'

const parse = (query: string, limitName: 'max-keys' | 'max-uploads' = 'max-keys') =>
  parseListParameters(requestFor(`/photos?${query}`).query, limitName)

describe('parseListParameters()', () => {
  it.each([
    ['', { prefix: '', delimiter: '', limit: 1000, encodingType: null }],
    ['prefix=a%2Fb&delimiter=%2F', { prefix: 'a/b', delimiter: '/', limit: 1000, encodingType: null }],
    ['delimiter=ab%0A', { prefix: '', delimiter: 'ab\n', limit: 1000, encodingType: null }],
    ['encoding-type=url', { prefix: '', delimiter: '', limit: 1000, encodingType: 'url' }],
    ['max-keys=0', { prefix: '', delimiter: '', limit: 0, encodingType: null }],
    ['max-keys=7', { prefix: '', delimiter: '', limit: 7, encodingType: null }],
    ['max-keys=', { prefix: '', delimiter: '', limit: 1000, encodingType: null }],
    ['max-keys=1001', { prefix: '', delimiter: '', limit: 1000, encodingType: null }],
    ['max-keys=2147483647', { prefix: '', delimiter: '', limit: 1000, encodingType: null }],
  ])('reads %s', (query, expected) => {
    expect(parse(query)).toEqual(expected)
  })

  const outOfRange = 'must be an integer between 0 and 2147483647'
  it.each([
    ['max-keys=blah', 'max-keys', 'blah', 'Provided max-keys not an integer or within integer range'],
    ['max-keys=1.5', 'max-keys', '1.5', 'Provided max-keys not an integer or within integer range'],
    ['max-keys=2147483648', 'max-keys', '2147483648', 'Provided max-keys not an integer or within integer range'],
    ['max-keys=-1', 'maxKeys', '-1', `Argument maxKeys ${outOfRange}`],
    ['encoding-type=base64', 'encoding-type', 'base64', 'Invalid Encoding Method specified in Request'],
    ['encoding-type=', 'encoding-type', '', 'Invalid Encoding Method specified in Request'],
  ])('refuses %s', (query, name, value, message) => {
    const fields = { ArgumentName: name, ArgumentValue: value }
    expect(() => parse(query)).toThrow(expect.objectContaining({ code: 'InvalidArgument', message, fields }))
  })

  it('names max-uploads where that is the parameter', () => {
    expect(() => parse('max-uploads=-5', 'max-uploads')).toThrow(`Argument max-uploads ${outOfRange}`)
    expect(parse('max-uploads=3', 'max-uploads').limit).toBe(3)
  })
})

describe('checkOptionalAttributes()', () => {
  it('accepts RestoreStatus and refuses every other name', () => {
    const headers = new Headers()
    checkOptionalAttributes(headers)
    headers.set('x-amz-optional-object-attributes', 'RestoreStatus')
    checkOptionalAttributes(headers)
    headers.set('x-amz-optional-object-attributes', 'RestoreStatus,Owner')
    expect(() => checkOptionalAttributes(headers)).toThrow('Invalid attribute name specified')
  })
})

describe('continuation tokens', () => {
  it.each(['a', 'dir/', 'ключ 🗝', '\u0001', 'a'.repeat(1024)])('bring back %j, URL-safe', (after) => {
    const token = encodeToken(after)
    expect(token).toMatch(/^[A-Za-z0-9_-]+$/)
    expect(decodeToken(token)).toBe(after)
  })

  it.each(['', 'x', 'no token', '2abc', `${encodeToken('a')}=`, ` ${encodeToken('a')}`, 'MYA', 'Mv8', '\u00e9'])(
    'refuse %j',
    (token) => {
      expect(() => decodeToken(token)).toThrow(
        expect.objectContaining({
          code: 'InvalidArgument',
          message: 'The continuation token provided is incorrect',
          fields: { ArgumentName: 'continuation-token' },
        }),
      )
    },
  )
})

describe('listPage()', () => {
  const query = { prefix: '', delimiter: '', after: '', afterVersion: null, limit: 0 }

  it('asks nobody for a page of nothing', async () => {
    expect(await listPage(query, () => Promise.reject(new Error('asked')))).toEqual({ entries: [], isTruncated: false })
  })

  it('takes a page that is empty but not the last for a fault', async () => {
    const page = listPage({ ...query, limit: 1 }, async () => ({ entries: [], isTruncated: true }))
    await expect(page).rejects.toThrow('A page that is not the last')
  })
})

describe('nextKey()', () => {
  it('is the last key, the last prefix, or nothing after the last page', () => {
    const entry = { kind: 'entry' as const, entry: { key: 'k' } }
    const prefix = { kind: 'prefix' as const, prefix: 'p/' }
    expect(nextKey({ entries: [prefix, entry], isTruncated: true })).toBe('k')
    expect(nextKey({ entries: [entry, prefix], isTruncated: true })).toBe('p/')
    expect(nextKey({ entries: [entry], isTruncated: false })).toBeNull()
  })
})
