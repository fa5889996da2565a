import { describe, expect, it } from 'vitest'
import { putObjectAcl } from '../../../src/s3/operations/put-object-acl.ts'
import { bucketRecord, contextWith, foundObject, permissionsOf, run } from '../../support/bucket-store.ts'

const url = '/photos/a.jpg?acl'
const canned = (name: string) => ({ method: 'PUT' as const, headers: { 'x-amz-acl': name } })

describe('PutObjectAcl', () => {
  it('needs s3:PutObjectAcl, or s3:PutObjectVersionAcl with a version', () => {
    expect(permissionsOf(putObjectAcl, url, canned('private'))).toEqual(['s3:PutObjectAcl arn:aws:s3:::photos/a.jpg'])
    expect(permissionsOf(putObjectAcl, `${url}&versionId=v1`, canned('private'))).toEqual([
      's3:PutObjectVersionAcl arn:aws:s3:::photos/a.jpg',
    ])
  })

  it.each(['private', 'bucket-owner-full-control'])('accepts %s', async (name) => {
    const context = contextWith(foundObject({ versionId: 'v1' }), { bucket: bucketRecord({ versioning: 'enabled' }) })
    const answer = { status: 200, headers: { 'x-amz-version-id': 'v1' } }
    expect(await run(putObjectAcl, url, context, canned(name))).toEqual(answer)
  })

  it.each([
    ['BucketOwnerEnforced', 'AccessControlListNotSupported'],
    ['ObjectWriter', 'NotImplemented'],
  ])('refuses public-read under %s', async (ownership, code) => {
    const context = contextWith(foundObject(), { bucket: bucketRecord({ ownership }) })
    await expect(run(putObjectAcl, url, context, canned('public-read'))).rejects.toMatchObject({ code })
  })

  it('answers NoSuchKey for a missing object', async () => {
    const context = contextWith({ open: async () => ({ outcome: 'missing' }) })
    await expect(run(putObjectAcl, url, context, canned('private'))).rejects.toMatchObject({ code: 'NoSuchKey' })
  })
})
