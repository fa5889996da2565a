import { describe, expect, it } from 'vitest'
import { parseUserMetadata, userMetadataHeaders } from '../../src/s3/user-metadata.ts'

// Node's Headers hold Latin-1 only; workerd's hold what came as UTF-8.
const headersOf = (values: Record<string, string>) => new Map(Object.entries(values)) as unknown as Headers

describe('parseUserMetadata()', () => {
  it.each([
    ['plain', 'plain'],
    ['', ''],
    ['ÄMÄ', 'ÄMÄ'],
    ['=?UTF-8?B?w4RNw4Q=?=', 'ÄMÄ'],
    ['=?utf-8?q?=C3=84M_x?=', 'ÄM x'],
    ['=?UTF-8?B?w4Q=?= =?UTF-8?B?w4Q=?=', 'ÄÄ'],
    ['=?iso-8859-1?Q?=E9?=', 'é'],
    ['=?UTF-8?B?%%%?=', '=?UTF-8?B?%%%?='],
    ['=?koi8-r?B?AAAA?=', '=?koi8-r?B?AAAA?='],
  ])('reads %j as %j', (sent, read) => {
    expect(parseUserMetadata(headersOf({ 'x-amz-meta-a': sent }))).toEqual({ 'x-amz-meta-a': read })
  })

  it('counts names and values in UTF-8 bytes, prefix excluded', () => {
    const fits = 'é'.repeat(1023)
    expect(parseUserMetadata(headersOf({ 'x-amz-meta-ab': fits }))).toEqual({ 'x-amz-meta-ab': fits })
    expect(() => parseUserMetadata(headersOf({ 'x-amz-meta-abc': fits }))).toThrow(
      expect.objectContaining({ code: 'MetadataTooLarge', fields: { Size: '2049', MaxSizeAllowed: '2048' } }),
    )
  })

  it('refuses an encoded word of any length', () => {
    const long = `=?iso-8859-1?Q?${'a'.repeat(200_000)}?=`
    expect(() => parseUserMetadata(headersOf({ 'x-amz-meta-a': long }))).toThrow(
      expect.objectContaining({ code: 'MetadataTooLarge' }),
    )
  })
})

describe('userMetadataHeaders()', () => {
  it('encodes what is not printable US-ASCII', () => {
    expect(userMetadataHeaders({ 'x-amz-meta-a': 'ÄMÄ', 'x-amz-meta-b': 'b', 'content-type': 'c' })).toEqual({
      'x-amz-meta-a': '=?UTF-8?B?w4RNw4Q=?=',
      'x-amz-meta-b': 'b',
    })
  })
  it('counts names no header can have', () => {
    expect(userMetadataHeaders({ 'x-amz-meta-a b': '1', 'x-amz-meta-c': '2' })).toEqual({
      'x-amz-meta-c': '2',
      'x-amz-missing-meta': '1',
    })
  })
  it('gives back what was parsed from its own words', () => {
    const headers = userMetadataHeaders({ 'x-amz-meta-a': '日本 \n語' })
    expect(parseUserMetadata(headersOf(headers))).toEqual({ 'x-amz-meta-a': '日本 \n語' })
  })
})
