import { describe, expect, it } from 'vitest'
import { claimedAccessKeyId } from '../../src/auth/claimed-key.ts'

const scope = '20130524/us-east-1/s3/aws4_request'
const id = 'AKIAIOSFODNN7EXAMPLE'
const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
const v4 = (credential: string) => `AWS4-HMAC-SHA256 Credential=${credential},SignedHeaders=host,Signature=f00d`

describe('claimedAccessKeyId()', () => {
  it.each<[string, string, string, string | null]>([
    ['SigV4', v4(`${id}/${scope}`), '', id],
    ['SigV4 with blanks', `AWS4-HMAC-SHA256 SignedHeaders=host, Credential=${id}/${scope}, Signature=f`, '', id],
    [
      'SigV4A, without a region',
      `AWS4-ECDSA-P256-SHA256 Credential=${id}/20130524/s3/aws4_request,Signature=f`,
      '',
      id,
    ],
    ['SigV2', `AWS ${id}:frJIUN8DYpKDtOLCwo//yllqDzg=`, '', id],
    ['a presigned URL', '', `X-Amz-Credential=${id}%2F${scope.replaceAll('/', '%2F')}&X-Amz-Signature=f00d`, id],
    ['a presigned URL of SigV2', '', `AWSAccessKeyId=${id}&Expires=1&Signature=f%3D`, id],
    ['the header before the query', v4(`HEADER/${scope}`), `AWSAccessKeyId=${id}`, 'HEADER'],
    ['nothing', '', 'prefix=x', null],
    ['another scheme', 'Basic dXNlcjpwYXNz', '', null],
    ['a password as a scheme', secret, '', null],
    ['a secret in its place', v4(`${secret}/${scope}`), '', null],
    ['a secret without slashes in its place', v4(`${secret.replaceAll('/', 'x')}/${scope}`), '', null],
    ['a secret in its place of SigV2', `AWS ${secret}:x`, '', null],
    ['a broken credential', v4(`${id}/x`), '', null],
    ['markup', v4(`<b>/${scope}`), '', null],
  ])('%s', (_, authorization, query, expected) => {
    expect(claimedAccessKeyId(new Headers(authorization === '' ? {} : { authorization }), query)).toBe(expected)
  })
})
