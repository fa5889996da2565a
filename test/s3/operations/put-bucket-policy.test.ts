import { describe, expect, it } from 'vitest'
import { noPublicAccessBlock } from '../../../src/iam/public-access-block.ts'
import { putBucketPolicy } from '../../../src/s3/operations/put-bucket-policy.ts'
import { bucketRecord, configStore, contextWith, permissionsOf, run } from '../../support/bucket-store.ts'
import { stranger } from '../../support/operation-call.ts'
import type { NamedPrincipal } from '../../../src/iam/principal-matcher.ts'
import type { Context } from '../../../src/s3/operation.ts'
import type { Bucket } from '../../../src/store/buckets.ts'

const url = '/photos?policy'
const allow = (principal: unknown) =>
  JSON.stringify({
    Statement: [
      { Effect: 'Allow', Principal: principal, Action: 's3:GetObject', Resource: 'arn:aws:s3:::photos/*' },
      { Effect: 'Deny', Principal: '*', Action: 's3:DeleteObject', Resource: 'arn:aws:s3:::photos/*' },
    ],
  })
const blocking = (setting: string) => JSON.stringify({ ...noPublicAccessBlock, [setting]: true })
const bob = { AWS: ['arn:aws:iam::222222222222:user/bob', '333333333333'] }

function putting(facts: Partial<Bucket> = {}, more: Partial<Context> = {}, unknown: NamedPrincipal | null = null) {
  const { stored, store } = configStore()
  const asked: (readonly NamedPrincipal[])[] = []
  const unknownPrincipal = async (named: readonly NamedPrincipal[]) => {
    asked.push(named)
    return unknown
  }
  const context = contextWith({ ...store, unknownPrincipal }, { bucket: bucketRecord(facts), ...more })
  return { stored, asked, put: (body: string) => run(putBucketPolicy, url, context, { body }) }
}

describe('PutBucketPolicy', () => {
  it('needs s3:PutBucketPolicy, and looks at the document only then', () => {
    expect(permissionsOf(putBucketPolicy, url, { body: 'nonsense' })).toEqual([
      's3:PutBucketPolicy arn:aws:s3:::photos',
    ])
  })

  it('stores the document as it came', async () => {
    const { stored, asked, put } = putting()
    const text = ` ${allow(bob)}\n`
    expect(await put(text)).toEqual({ status: 204 })
    expect(stored).toEqual([['photos', 'policy', text]])
    expect(asked[0]?.map(({ type, value }) => `${type} ${value}`)).toEqual([
      'AWS arn:aws:iam::222222222222:user/bob',
      'AWS 333333333333',
    ])
  })

  it('stores none whose principals are not there', async () => {
    const { stored, put } = putting({}, {}, { type: 'AWS', value: '333333333333' })
    await expect(put(allow(bob))).rejects.toMatchObject({
      code: 'MalformedPolicy',
      message: 'Invalid principal in policy',
      fields: { Detail: '"AWS" : "333333333333"' },
    })
    expect(stored).toEqual([])
  })

  it('stores none that is malformed, and none of another account', async () => {
    const mine = putting()
    await expect(mine.put('{}')).rejects.toMatchObject({ code: 'MalformedPolicy' })
    const theirs = putting({}, { identity: stranger })
    await expect(theirs.put(allow(bob))).rejects.toMatchObject({ code: 'MethodNotAllowed', status: 405 })
    expect([...mine.stored, ...theirs.stored]).toEqual([])
  })

  it.each<[string, Partial<Bucket>]>([
    ['the bucket', { configs: { publicAccessBlock: blocking('BlockPublicPolicy') } }],
    ['the account', { accountPublicAccessBlock: blocking('BlockPublicPolicy') }],
  ])('stores no public one where %s blocks them', async (_, facts) => {
    const { stored, put } = putting(facts)
    await expect(put(allow('*'))).rejects.toMatchObject({
      code: 'AccessDenied',
      message:
        'User: arn:aws:iam::111111111111:root is not authorized to perform: s3:PutBucketPolicy on resource: ' +
        '"arn:aws:s3:::photos" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.',
    })
    await put(allow(bob))
    expect(stored.length).toBe(1)
  })

  it('stores a public one where other settings are on', async () => {
    const { stored, put } = putting({ configs: { publicAccessBlock: blocking('RestrictPublicBuckets') } })
    await put(allow('*'))
    expect(stored.length).toBe(1)
  })
})
