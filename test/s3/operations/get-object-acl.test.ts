import { S3Error } from '../../../src/errors.ts'
import { describe, expect, it } from 'vitest'
import { getObjectAcl } from '../../../src/s3/operations/get-object-acl.ts'
import { bucketRecord, contextWith, foundFacts, permissionsOf, run, xmlOf } from '../../support/bucket-store.ts'
import type { Acl } from '../../../src/iam/acl.ts'

const url = '/photos/a/b.jpg?acl'
const publicRead: Acl = [{ grantee: { group: 'AllUsers' }, permission: 'READ' }]

describe('GetObjectAcl', () => {
  it('needs s3:GetObjectAcl, or s3:GetObjectVersionAcl with a version', () => {
    expect(permissionsOf(getObjectAcl, url)).toEqual(['s3:GetObjectAcl arn:aws:s3:::photos/a/b.jpg'])
    expect(permissionsOf(getObjectAcl, `${url}&versionId=v1`)).toEqual([
      's3:GetObjectVersionAcl arn:aws:s3:::photos/a/b.jpg',
    ])
  })

  it('gives the owner FULL_CONTROL, and names the version where there are versions', async () => {
    const store = foundFacts({ versionId: 'v1' })
    const answer = await run(getObjectAcl, url, contextWith(store))
    expect(xmlOf(answer)).toContain('<DisplayName>alice</DisplayName></Grantee><Permission>FULL_CONTROL</Permission>')
    expect(answer.headers).toEqual({})
    const versioned = contextWith(store, { bucket: bucketRecord({ versioning: 'enabled' }) })
    expect((await run(getObjectAcl, url, versioned)).headers).toEqual({ 'x-amz-version-id': 'v1' })
  })

  it('names the writer and shows its list where objects belong to their writers', async () => {
    const bucket = bucketRecord({ ownership: 'ObjectWriter' })
    const store = {
      ...foundFacts({ owner: '222222222222', acl: publicRead }),
      owner: async () => ({ canonicalId: 'bob-id', displayName: 'bob' }),
    }
    const answer = await run(getObjectAcl, url, contextWith(store, { bucket }))
    expect(xmlOf(answer)).toContain('<Owner><ID>bob-id</ID><DisplayName>bob</DisplayName></Owner>')
    expect(xmlOf(answer).match(/<Permission>\w+/g)).toEqual(['<Permission>READ'])
  })

  it('asks for nobody where it grants to both owners alone', async () => {
    const bucket = bucketRecord({ ownership: 'ObjectWriter' })
    const acl: Acl = ['bob-id', bucket.canonicalId].map((canonicalId) => ({
      grantee: { canonicalId },
      permission: 'FULL_CONTROL',
    }))
    const store = {
      ...foundFacts({ owner: '222222222222', acl }),
      owner: async () => ({ canonicalId: 'bob-id', displayName: 'bob' }),
    }
    const answer = xmlOf(await run(getObjectAcl, url, contextWith(store, { bucket })))
    expect(answer.match(/<DisplayName>\w+<\/DisplayName><\/Grantee>/g)).toEqual([
      '<DisplayName>bob</DisplayName></Grantee>',
      '<DisplayName>alice</DisplayName></Grantee>',
    ])
  })

  it("shows the bucket owner's full control where ACLs are disabled", async () => {
    const store = foundFacts({ owner: '222222222222', acl: publicRead })
    const answer = await run(getObjectAcl, url, contextWith(store))
    expect(xmlOf(answer)).toContain('<DisplayName>alice</DisplayName></Owner>')
    expect(xmlOf(answer).match(/<Permission>\w+/g)).toEqual(['<Permission>FULL_CONTROL'])
  })

  it.each([
    ['missing', { outcome: 'missing' as const }, 'NoSuchKey'],
    ['no such version', { outcome: 'no-such-version' as const }, 'NoSuchVersion'],
    ['deleted', { outcome: 'delete-marker' as const, versionId: 'm', modified: 0, named: false }, 'NoSuchKey'],
    ['a marker', { outcome: 'delete-marker' as const, versionId: 'm', modified: 0, named: true }, 'MethodNotAllowed'],
  ])('answers for an object that is %s', async (_what, outcome, code) => {
    const context = contextWith({ objectFacts: async () => outcome })
    await expect(run(getObjectAcl, url, context)).rejects.toMatchObject({ code })
  })

  it('tells nothing of an object whose list may not be read', async () => {
    const settled: unknown[] = []
    const settle = (facts: unknown) => Promise.reject(new S3Error('AccessDenied', { cause: settled.push(facts) }))
    await expect(run(getObjectAcl, url, contextWith(foundFacts({ seq: 8 }), { settle }))).rejects.toMatchObject({
      code: 'AccessDenied',
    })
    expect(settled).toMatchObject([{ outcome: 'found', seq: 8 }])
  })

  it('refuses an empty version id', () => {
    expect(() => permissionsOf(getObjectAcl, `${url}&versionId=`)).toThrow('Version id cannot be the empty string')
  })
})
