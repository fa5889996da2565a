import { describe, expect, it } from 'vitest'
import { noPublicAccessBlock } from '../../../src/iam/public-access-block.ts'
import { getBucketPolicyStatus } from '../../../src/s3/operations/get-bucket-policy-status.ts'
import { bucketRecord, contextWith, permissionsOf, run } from '../../support/bucket-store.ts'
import type { Bucket } from '../../../src/store/buckets.ts'

const url = '/photos?policyStatus'
const policyOf = (principal: unknown) =>
  JSON.stringify({
    Statement: { Effect: 'Allow', Principal: principal, Action: 's3:GetObject', Resource: 'arn:aws:s3:::photos/*' },
  })
const acl = JSON.stringify([{ grantee: { group: 'AllUsers' }, permission: 'READ' }])
const ignoring = JSON.stringify({ ...noPublicAccessBlock, IgnorePublicAcls: true })
const writer = { ownership: 'ObjectWriter' }

describe('GetBucketPolicyStatus', () => {
  it('needs s3:GetBucketPolicyStatus', () => {
    expect(permissionsOf(getBucketPolicyStatus, url)).toEqual(['s3:GetBucketPolicyStatus arn:aws:s3:::photos'])
  })

  it.each<[string, Partial<Bucket>, boolean]>([
    ['nothing', {}, false],
    ['a public policy', { configs: { policy: policyOf('*') } }, true],
    ['a policy for an account', { configs: { policy: policyOf({ AWS: '222222222222' }) } }, false],
    ['a public ACL', { ...writer, configs: { acl } }, true],
    ['a public ACL that does not count', { configs: { acl } }, false],
    ['a public ACL that is ignored', { ...writer, configs: { acl, publicAccessBlock: ignoring } }, false],
    [
      'a public ACL that the account ignores',
      { ...writer, configs: { acl }, accountPublicAccessBlock: ignoring },
      false,
    ],
    ['a public policy beside ignored ACLs', { configs: { policy: policyOf('*'), publicAccessBlock: ignoring } }, true],
  ])('with %s', async (_, facts, isPublic) => {
    const { body } = await run(getBucketPolicyStatus, url, contextWith({}, { bucket: bucketRecord(facts) }))
    expect(body).toContain(`><IsPublic>${isPublic}</IsPublic></PolicyStatus>`)
  })
})
