// What a request may do, from the stored policies and lists to the verdict.
import { describe, expect, it } from 'vitest'
import { anonymousCanonicalId } from '../../src/iam/acl.ts'
import { bucketArn, type Permission } from '../../src/iam/permission.ts'
import { bucketOf } from '../support/operation-call.ts'
import {
  owner,
  other,
  nobody,
  ownerRoot,
  ownerUser,
  otherRoot,
  otherUser,
  documentOf,
  allow,
  read,
  list,
  write,
  accessOf,
  verdictOf,
  objectOf,
  everybodyReads,
  policyFor,
  blocked,
  lists,
  type World,
} from '../support/access-world.ts'

const abort: Permission = { ...write, action: 's3:AbortMultipartUpload' }

describe('Access.decide()', () => {
  const rows: [title: string, world: World, permission: Permission, expected: string][] = [
    ['the account in its own bucket', { identity: ownerRoot }, read, 'allowed by ownership'],
    ['a user without a policy', { identity: ownerUser }, read, 'no identity'],
    ['a user with one', { identity: ownerUser, policies: [allow('s3:GetObject')] }, read, 'allowed by identity'],
    ['a user of another action', { identity: ownerUser, policies: [allow('s3:PutObject')] }, read, 'no identity'],
    ['a user who is gone', { identity: ownerUser, policies: null }, read, 'no identity'],
    ['another account', { identity: otherRoot }, read, 'no resource'],
    ['another account that allows itself', { identity: otherUser, policies: [allow('s3:*')] }, read, 'no resource'],
    ['nobody', { identity: nobody }, read, 'no resource'],
    // Bucket policies.
    ['nobody, for everybody', { identity: nobody, bucket: policyFor('*') }, read, 'allowed by resource'],
    ['nobody, for another action', { identity: nobody, bucket: policyFor('*') }, write, 'no resource'],
    [
      'another account, by the policy',
      { identity: otherRoot, bucket: policyFor({ AWS: other }) },
      read,
      'allowed by resource',
    ],
    ['its user, by the policy alone', { identity: otherUser, bucket: policyFor({ AWS: other }) }, read, 'no identity'],
    [
      'its user, by both',
      { identity: otherUser, bucket: policyFor({ AWS: other }), policies: [allow('s3:GetObject')] },
      read,
      'allowed by resource',
    ],
    [
      'a user whom the policy names',
      { identity: ownerUser, bucket: policyFor({ AWS: `arn:aws:iam::${owner}:user/alice` }) },
      read,
      'allowed by resource',
    ],
    [
      'the account itself, denied by its policy',
      { identity: ownerRoot, bucket: policyFor('*', 's3:GetObject', { Effect: 'Deny' }) },
      read,
      'denied by resource',
    ],
    [
      'the account itself, which is never locked out',
      {
        identity: ownerRoot,
        bucket: {
          configs: {
            policy: documentOf({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::bucket' }),
          },
        },
      },
      { action: 's3:PutBucketPolicy', resource: bucketArn('bucket') },
      'allowed by ownership',
    ],
    [
      'a condition on where the request comes from',
      {
        identity: nobody,
        bucket: policyFor('*', 's3:GetObject', { Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } }),
      },
      read,
      'allowed by resource',
    ],
    // Block Public Access.
    [
      'nobody, where public policies count for the account alone',
      { identity: nobody, bucket: { ...policyFor('*'), accountPublicAccessBlock: blocked('RestrictPublicBuckets') } },
      read,
      'no resource',
    ],
    [
      'a user of the account all the same',
      {
        identity: ownerUser,
        bucket: { configs: { ...policyFor('*').configs, publicAccessBlock: blocked('RestrictPublicBuckets') } },
      },
      read,
      'allowed by resource',
    ],
    [
      'another account that the policy names, where it is not public',
      {
        identity: otherRoot,
        bucket: { ...policyFor({ AWS: other }), accountPublicAccessBlock: blocked('RestrictPublicBuckets') },
      },
      read,
      'allowed by resource',
    ],
    // Lists.
    [
      'nobody, by the list',
      { identity: nobody, bucket: lists, facts: objectOf(owner, everybodyReads) },
      read,
      'allowed by acl',
    ],
    ['nobody, by the list, where lists are off', { identity: nobody }, read, 'no resource'],
    [
      'nobody, where public grants do not count',
      {
        identity: nobody,
        bucket: { ...lists, accountPublicAccessBlock: blocked('IgnorePublicAcls') },
        facts: objectOf(owner, everybodyReads),
      },
      read,
      'no resource',
    ],
    [
      'nobody listing, by the list of the bucket',
      { identity: nobody, bucket: { ...lists, configs: { acl: JSON.stringify(everybodyReads) } } },
      list,
      'allowed by acl',
    ],
    [
      "the bucket's account, of another's object",
      { identity: ownerRoot, bucket: lists, facts: objectOf(other) },
      read,
      'no resource',
    ],
    [
      "the bucket's account, of what nobody owns",
      { identity: ownerRoot, bucket: lists, facts: objectOf(anonymousCanonicalId) },
      read,
      'allowed by ownership',
    ],
    [
      'another account, of what nobody owns',
      { identity: otherRoot, bucket: lists, facts: objectOf(anonymousCanonicalId) },
      read,
      'no resource',
    ],
    [
      "the bucket's policy, which allows nothing on another's object",
      { identity: nobody, bucket: { ...lists, ...policyFor('*') }, facts: objectOf(other) },
      read,
      'no resource',
    ],
    [
      "the bucket's policy, which may deny it",
      {
        identity: otherRoot,
        bucket: { ...lists, ...policyFor('*', 's3:GetObject', { Effect: 'Deny' }) },
        facts: objectOf(other),
      },
      read,
      'denied by resource',
    ],
    [
      "the writer, of its object in another's bucket",
      { identity: otherRoot, bucket: lists, facts: objectOf(other) },
      read,
      'allowed by ownership',
    ],
    [
      'who may not list, of an object that is not there',
      { identity: nobody, bucket: lists, facts: { outcome: 'missing' } },
      read,
      'no resource',
    ],
    [
      'who may list, of an object that is not there',
      {
        identity: nobody,
        bucket: { ...lists, configs: { acl: JSON.stringify(everybodyReads) } },
        facts: { outcome: 'missing' },
      },
      read,
      'allowed by ownership',
    ],
    // Tags of the object.
    [
      'a tag that fits',
      {
        identity: ownerUser,
        policies: [
          allow('s3:GetObject', '*', { Condition: { StringEquals: { 's3:ExistingObjectTag/class': 'open' } } }),
        ],
        facts: objectOf(owner, null, { class: 'open' }),
      },
      read,
      'allowed by identity',
    ],
    [
      'a tag that does not',
      {
        identity: ownerUser,
        policies: [
          allow('s3:GetObject', '*', { Condition: { StringEquals: { 's3:ExistingObjectTag/class': 'open' } } }),
        ],
        facts: objectOf(owner, null, { class: 'secret' }),
      },
      read,
      'no identity',
    ],
    // Who began an upload may stop it.
    [
      'the initiator of the upload',
      { identity: ownerUser, query: { uploadId: 'u' }, initiator: `arn:aws:iam::${owner}:user/alice` },
      abort,
      'allowed by ownership',
    ],
    [
      'the account of the initiator, in the bucket of another',
      { identity: otherRoot, query: { uploadId: 'u' }, initiator: `arn:aws:iam::${other}:user/alice` },
      abort,
      'allowed by ownership',
    ],
    [
      'another user than the initiator',
      { identity: ownerUser, query: { uploadId: 'u' }, initiator: `arn:aws:iam::${owner}:user/bob` },
      abort,
      'no identity',
    ],
    [
      'the initiator whom the bucket denies it',
      {
        identity: ownerUser,
        query: { uploadId: 'u' },
        initiator: `arn:aws:iam::${owner}:user/alice`,
        bucket: policyFor('*', 's3:AbortMultipartUpload', { Effect: 'Deny' }),
      },
      abort,
      'denied by resource',
    ],
    [
      'the initiator, of another action',
      { identity: ownerUser, query: { uploadId: 'u' }, initiator: `arn:aws:iam::${owner}:user/alice` },
      read,
      'no identity',
    ],
    // Who may write by the list of the bucket may give what it writes its tags.
    [
      'the tags of what nobody writes',
      {
        identity: nobody,
        bucket: {
          ...lists,
          configs: { acl: JSON.stringify([{ grantee: { group: 'AllUsers' }, permission: 'WRITE' }]) },
        },
      },
      { ...write, action: 's3:PutObjectTagging', ofNewObject: 'bucket' },
      'allowed by acl',
    ],
    // The object that a request makes belongs to who makes it.
    [
      "the list of one's own new object",
      { identity: otherRoot, bucket: lists },
      { ...write, action: 's3:PutObjectAcl', ofNewObject: 'writer' },
      'allowed by ownership',
    ],
    [
      'the same where the bucket owns it',
      { identity: otherRoot },
      { ...write, action: 's3:PutObjectAcl', ofNewObject: 'writer' },
      'no resource',
    ],
  ]
  it.each(rows)('%s', async (_title, world, permission, expected) => {
    expect(await verdictOf(world, permission)).toBe(expected)
  })

  it('looks at the version that is asked for, once', async () => {
    const { access, asked } = accessOf({
      identity: nobody,
      facts: objectOf(owner, everybodyReads),
      query: { versionId: 'v1' },
    })
    const permission = { ...read, action: 's3:GetObjectVersion' }
    await access.decide(bucketOf(lists), [permission, permission])
    expect(asked).toEqual([{ key: 'k', versionId: 'v1' }])
  })

  it('looks at the version that the operation names before that of the query', async () => {
    const { access, asked } = accessOf({ identity: nobody, facts: objectOf(owner), query: { versionId: 'v1' } })
    const permission = { ...read, action: 's3:GetObjectVersion', conditions: { 's3:versionid': ['v2'] } }
    await access.decide(bucketOf(lists), [permission])
    expect(asked).toEqual([{ key: 'k', versionId: 'v2' }])
  })

  it('stops at the first permission that is missing', async () => {
    const { access } = accessOf({ identity: ownerUser, policies: [allow('s3:PutObject')] })
    const verdict = await access.decide(bucketOf(), [write, read, list])
    expect(verdict).toMatchObject({ allowed: false, permission: read })
  })
})
