import { describe, expect, it } from 'vitest'
import { credentialRegion } from '../../src/auth/credential-region.ts'

const url = 'http://127.0.0.1:9000/bucket/key'

function region(authorization: string | null, at = url): string | null {
  return credentialRegion(new Headers(authorization === null ? {} : { authorization }), at)
}

describe('the region of a credential', () => {
  it.each([
    [
      'AWS4-HMAC-SHA256 Credential=AKIA/20261125/eu-west-1/s3/aws4_request, SignedHeaders=host, Signature=0',
      'eu-west-1',
    ],
    ['AWS4-HMAC-SHA256 SignedHeaders=host,Signature=0,Credential=a.b_c-d/20261125/auto/iam/aws4_request', 'auto'],
    ['AWS4-HMAC-SHA256 Credential=a/b/20261125/us-east-1/s3/aws4_request,Signature=0', 'us-east-1'],
    ['AWS4-ECDSA-P256-SHA256 Credential=AKIA/20261125/s3/aws4_request, Signature=0', null],
    ['AWS AKIA:c2lnbmF0dXJl', null],
    ['Credential='.repeat(5_000), null],
  ])('in the header %.60s is %s', (header, expected) => {
    expect(region(header)).toBe(expected)
  })

  it.each([
    ['X-Amz-Credential=AKIA%2F20261125%2Fus-west-2%2Fs3%2Faws4_request&X-Amz-Date=x', 'us-west-2'],
    ['X-Amz-Credential=AKIA/20261125/us-west-2/s3/aws4_request', 'us-west-2'],
    ['x-id=GetObject&X-Amz-Credential=AKIA%2f20261125%2fus-west-2%2fs3%2faws4_request', 'us-west-2'],
    ['AWSAccessKeyId=AKIA&Signature=x&Expires=1', null],
    ['', null],
  ])('in the query %s is %s', (query, expected) => {
    expect(region(null, `${url}?${query}`)).toBe(expected)
  })

  it('is the one of the header where a URL has one too', () => {
    expect(region('AWS AKIA:x', `${url}?X-Amz-Credential=AKIA/20261125/us-west-2/s3/aws4_request`)).toBeNull()
  })
})
