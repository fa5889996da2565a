import { describe, expect, it } from 'vitest'
import { isCharged, isRequesterCharged, payerOf, withRequestCharged } from '../../src/s3/request-payment.ts'
import { OPERATIONS } from '../../src/s3/operations.ts'
import { bucketOf, owner, stranger } from '../support/operation-call.ts'
import type { Identity } from '../../src/auth/identity.ts'

const pays = bucketOf({ configs: { requestPayment: '{"payer":"Requester"}' } })
const nobody: Identity = { kind: 'anonymous' }
const headersOf = (payer: string | null) => new Headers(payer === null ? {} : { 'x-amz-request-payer': payer })

describe('isRequesterCharged()', () => {
  it.each<[string, Identity, string | null, boolean | 'AccessDenied']>([
    ['the owner', owner, null, false],
    ['the owner, who offers to pay', owner, 'requester', false],
    ['another account', stranger, null, 'AccessDenied'],
    ['another account that offers something else', stranger, 'me', 'AccessDenied'],
    ['another account that pays', stranger, 'requester', true],
    ['another account that pays, in capitals', stranger, 'Requester', true],
    ['nobody', nobody, null, 'AccessDenied'],
    ['nobody, who offers to pay', nobody, 'requester', 'AccessDenied'],
  ])('%s', (_, identity, payer, expected) => {
    const charged = () => isRequesterCharged(headersOf(payer), { identity, bucket: pays })
    if (expected === 'AccessDenied') expect(charged).toThrow(expect.objectContaining({ code: expected, status: 403 }))
    else expect(charged()).toBe(expected)
    expect(isRequesterCharged(headersOf(payer), { identity, bucket: bucketOf() })).toBe(false)
  })
})

it('payerOf() is the owner unless it is said otherwise', () => {
  expect([payerOf(bucketOf()), payerOf(pays)]).toEqual(['BucketOwner', 'Requester'])
})

it('isCharged(): everything about objects, listings and DeleteObjects', () => {
  const charged = OPERATIONS.filter(isCharged)
    .filter(({ route }) => route.level !== 'object')
    .map(({ name }) => name)
  expect(charged.toSorted()).toEqual([
    'DeleteObjects',
    'ListMultipartUploads',
    'ListObjectVersions',
    'ListObjects',
    'ListObjectsV2',
    'PostObject',
    'SelectObjects',
  ])
  const free = OPERATIONS.filter((one) => !isCharged(one) && one.route.level === 'object')
  expect(free.every(({ anonymous }) => anonymous)).toBe(true)
  expect(isCharged({ name: 'OptionsObject', route: { method: 'OPTIONS', level: 'object' }, anonymous: true })).toBe(
    false,
  )
})

it('withRequestCharged() keeps what the answer says', () => {
  expect(withRequestCharged({ status: 206, headers: { etag: '"x"' }, contentLength: 3 })).toEqual({
    status: 206,
    headers: { etag: '"x"', 'x-amz-request-charged': 'requester' },
    contentLength: 3,
  })
})
