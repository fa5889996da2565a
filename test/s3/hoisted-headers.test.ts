import { describe, expect, it } from 'vitest'
import { parseQuery } from '../../src/s3/address.ts'
import { withHoistedHeaders } from '../../src/s3/hoisted-headers.ts'

const signed = 'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=ab&X-Amz-Security-Token=t'

function hoisted(query: string, headers: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(withHoistedHeaders(new Headers(headers), parseQuery(query)))
}

describe('withHoistedHeaders()', () => {
  it.each([
    [
      'a presigned URL gives its headers',
      `${signed}&x-amz-acl=private&X-Amz-Meta-A=b%20c`,
      {},
      { 'x-amz-acl': 'private', 'x-amz-meta-a': 'b c' },
    ],
    [
      'a header that was sent counts first',
      `${signed}&x-amz-acl=private`,
      { 'x-amz-acl': 'public-read' },
      { 'x-amz-acl': 'public-read' },
    ],
    ['without a signature in the query nothing is moved', 'x-amz-acl=private', {}, {}],
    ['parameters of other names stay parameters', `${signed}&acl=&prefix=x`, {}, {}],
    ['the signature itself is no header', signed, {}, {}],
    ['a name that no header can have is left out', `${signed}&x-amz-meta-%0A=x`, {}, {}],
    ['and so is a value', `${signed}&x-amz-meta-a=x%0Ay`, {}, {}],
  ])('%s', (_title, query, headers, expected) => {
    expect(hoisted(query, headers)).toEqual(expected)
  })

  it('gives the same headers where there is nothing to move', () => {
    const headers = new Headers()
    expect(withHoistedHeaders(headers, parseQuery(signed))).toBe(headers)
  })
})
