import { describe, expect, it } from 'vitest'
import {
  checkBypassGovernance,
  checkObjectLock,
  writeConditions,
  writePermissions,
} from '../../src/s3/write-headers.ts'
import { bucketOf } from '../support/operation-call.ts'

const enforced = bucketOf()

describe('checkObjectLock()', () => {
  const headers = new Headers({ 'x-amz-object-lock-mode': 'GOVERNANCE' })
  it('needs a bucket with object lock, and says what is not there yet', () => {
    expect(() => checkObjectLock(new Headers(), enforced)).not.toThrow()
    expect(() => checkObjectLock(headers, enforced)).toThrow('Bucket is missing Object Lock Configuration')
    expect(() => checkObjectLock(headers, bucketOf({ objectLock: true }))).toThrow(
      expect.objectContaining({ code: 'NotImplemented' }),
    )
  })
})

describe('checkBypassGovernance()', () => {
  const headers = new Headers({ 'x-amz-bypass-governance-retention': 'true' })
  it('has a meaning under object lock alone', () => {
    expect(() => checkBypassGovernance(headers, bucketOf({ objectLock: true }))).not.toThrow()
    expect(() => checkBypassGovernance(headers, enforced)).toThrow(expect.objectContaining({ code: 'InvalidArgument' }))
  })
})

describe('writeConditions()', () => {
  it.each([
    [{}, null],
    [{ 'if-none-match': '*' }, { ifNoneMatch: '*' }],
    [{ 'if-match': '"abc"' }, { ifMatch: ['abc'] }],
    [{ 'if-none-match': '"a", "b"' }, { ifNoneMatch: ['a', 'b'] }],
  ])('reads %j', (headers, conditions) => {
    expect(writeConditions(new Headers(headers as Record<string, string>))).toEqual(conditions)
  })
  it.each([
    { 'if-match': 'a', 'if-none-match': '*' },
    { 'if-modified-since': 'Sun, 06 Nov 1994 08:49:37 GMT' },
    { 'if-unmodified-since': 'Sun, 06 Nov 1994 08:49:37 GMT' },
  ])('refuses %j', (headers) => {
    expect(() => writeConditions(new Headers(headers as Record<string, string>))).toThrow(
      expect.objectContaining({ code: 'NotImplemented', status: 501 }),
    )
  })
})

describe('writePermissions()', () => {
  const object = { bucket: 'bucket', key: 'a/b' }
  const resource = 'arn:aws:s3:::bucket/a/b'
  const put = { action: 's3:PutObject', resource }
  const tagging = { action: 's3:PutObjectTagging', resource, ofNewObject: 'bucket' }
  const acl = { action: 's3:PutObjectAcl', resource, ofNewObject: 'writer' }
  const conditions = { 's3:requestobjecttagkeys': ['a'], 's3:requestobjecttag/a': ['1'] }
  const withTags = (permission: object) => ({ ...permission, conditions })
  it.each([
    [{}, { kind: 'none' as const }, [put]],
    [{ a: '1' }, { kind: 'none' as const }, [put, tagging].map(withTags)],
    [{}, { kind: 'canned' as const, name: 'private' }, [put, acl]],
    [{ a: '1' }, { kind: 'grants' as const, grants: [] }, [put, tagging, acl].map(withTags)],
  ])('with tags %j and the ACL %j', (tags, wanted, expected) => {
    expect(writePermissions(object, { tags, acl: wanted })).toEqual(expected)
  })
})
