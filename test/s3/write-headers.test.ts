import { describe, expect, it } from 'vitest'
import {
  checkAcl,
  checkBypassGovernance,
  checkObjectLock,
  objectOwner,
  writeConditions,
} from '../../src/s3/write-headers.ts'
import { bucketOf, owner } from '../support/operation-call.ts'

const enforced = bucketOf()
const preferred = bucketOf({ ownership: 'BucketOwnerPreferred' })
const ownerGrant = `id="${'c'.repeat(64)}"`

describe('checkAcl()', () => {
  it.each([
    {},
    { 'x-amz-acl': '' },
    { 'x-amz-acl': 'private' },
    { 'x-amz-acl': 'bucket-owner-full-control' },
    { 'x-amz-acl': 'bucket-owner-read' },
    { 'x-amz-grant-full-control': ownerGrant },
  ])('accepts %j', (headers) => {
    expect(() => checkAcl(new Headers(headers as Record<string, string>), enforced)).not.toThrow()
  })
  it.each([
    [{ 'x-amz-acl': 'public-read' }, 'AccessControlListNotSupported', 'NotImplemented'],
    [{ 'x-amz-acl': 'authenticated-read' }, 'AccessControlListNotSupported', 'NotImplemented'],
    [{ 'x-amz-grant-read': 'id=x' }, 'AccessControlListNotSupported', 'NotImplemented'],
    [
      { 'x-amz-grant-full-control': ownerGrant, 'x-amz-grant-read': 'id=x' },
      'AccessControlListNotSupported',
      'NotImplemented',
    ],
    [{ 'x-amz-acl': 'nonsense' }, 'InvalidArgument', 'InvalidArgument'],
    [{ 'x-amz-acl': 'private', 'x-amz-grant-read': 'id=x' }, 'InvalidRequest', 'InvalidRequest'],
  ])('refuses %j', (headers, underEnforced, otherwise) => {
    const sent = new Headers(headers as Record<string, string>)
    expect(() => checkAcl(sent, enforced)).toThrow(expect.objectContaining({ code: underEnforced }))
    expect(() => checkAcl(sent, preferred)).toThrow(expect.objectContaining({ code: otherwise }))
  })
})

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

describe('objectOwner()', () => {
  const writer = { ...owner, accountId: '999988887777' } as const
  it('is the bucket’s owner where that is enforced, or nobody signed', () => {
    expect(objectOwner(writer, enforced)).toBe('111122223333')
    expect(objectOwner(writer, preferred)).toBe('999988887777')
    expect(objectOwner({ kind: 'anonymous' }, preferred)).toBe('111122223333')
  })
})
