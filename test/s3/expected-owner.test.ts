import { describe, expect, it } from 'vitest'
import { checkExpectedOwner, checkExpectedSourceOwner } from '../../src/s3/expected-owner.ts'
import { bucketOf, owner } from '../support/operation-call.ts'

describe.each([
  ['checkExpectedOwner()', checkExpectedOwner, 'x-amz-expected-bucket-owner'],
  ['checkExpectedSourceOwner()', checkExpectedSourceOwner, 'x-amz-source-expected-bucket-owner'],
] as const)('%s', (_, check, name) => {
  it('passes the owner and nobody in particular', () => {
    expect(() => check(new Headers(), bucketOf(), owner)).not.toThrow()
    expect(() => check(new Headers({ [name]: '111122223333' }), bucketOf(), owner)).not.toThrow()
  })
  it.each([
    ['999988887777', 'AccessDenied', 403],
    ['x', 'InvalidBucketOwnerAWSAccountID', 400],
    ['1111222233334', 'InvalidBucketOwnerAWSAccountID', 400],
  ])('refuses %s', (value, code, status) => {
    const headers = new Headers({ [name]: value })
    expect(() => check(headers, bucketOf(), owner)).toThrow(expect.objectContaining({ code, status }))
    const denied = expect.objectContaining({ code: 'AccessDenied', status: 403 })
    expect(() => check(headers, bucketOf(), { kind: 'anonymous' })).toThrow(denied)
  })
})
