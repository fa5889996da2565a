import { describe, expect, it } from 'vitest'
import {
  aclActions,
  aclGrant,
  aclNeed,
  aclPermissions,
  anonymousCanonicalId,
  cannedAcl,
  isCannedAcl,
  isPrivateAcl,
  isPublicAcl,
  privateAcl,
  withoutPublicGrants,
} from '../../src/iam/acl.ts'
import type { Acl, AclGroup, AclLevel, AclPermission, Grant } from '../../src/iam/acl.ts'

const owner = 'a'.repeat(64)
const bucketOwner = 'b'.repeat(64)
const other = 'c'.repeat(64)

const user = (canonicalId: string, permission: AclPermission): Grant => ({ grantee: { canonicalId }, permission })
const group = (name: AclGroup, permission: AclPermission): Grant => ({ grantee: { group: name }, permission })
const ownersControl = user(owner, 'FULL_CONTROL')

/** What a requester may do, as `READ WRITE …`; `!` where it needs no policy of its own. */
function grantedTo(acl: Acl | null, canonicalId: string | null): string {
  const requester = canonicalId === null ? null : { canonicalId }
  return (['READ', 'WRITE', 'READ_ACP', 'WRITE_ACP'] as const)
    .flatMap((permission) => {
      const grant = aclGrant(acl, owner, requester, permission)
      return grant === null ? [] : [grant.to === 'everyone' ? `${permission}!` : permission]
    })
    .join(' ')
}

const all = 'READ WRITE READ_ACP WRITE_ACP'

describe('aclGrant()', () => {
  it.each<[string, Acl | null, { owner: string; other: string; nobody: string }]>([
    ['no list', null, { owner: all, other: '', nobody: '' }],
    ['an empty list', [], { owner: 'READ_ACP WRITE_ACP', other: '', nobody: '' }],
    ['READ to an account', [user(other, 'READ')], { owner: 'READ_ACP WRITE_ACP', other: 'READ', nobody: '' }],
    [
      'FULL_CONTROL to an account',
      [ownersControl, user(other, 'FULL_CONTROL')],
      { owner: all, other: all, nobody: '' },
    ],
    [
      'two grants to one',
      [user(other, 'WRITE'), user(other, 'READ_ACP')],
      {
        owner: 'READ_ACP WRITE_ACP',
        other: 'WRITE READ_ACP',
        nobody: '',
      },
    ],
    [
      'READ to all users',
      [ownersControl, group('AllUsers', 'READ')],
      {
        owner: 'READ! WRITE READ_ACP WRITE_ACP',
        other: 'READ!',
        nobody: 'READ!',
      },
    ],
    [
      'FULL_CONTROL to all users',
      [group('AllUsers', 'FULL_CONTROL')],
      {
        owner: 'READ! WRITE! READ_ACP! WRITE_ACP!',
        other: 'READ! WRITE! READ_ACP! WRITE_ACP!',
        nobody: 'READ! WRITE! READ_ACP! WRITE_ACP!',
      },
    ],
    [
      'WRITE to every account',
      [group('AuthenticatedUsers', 'WRITE')],
      {
        owner: 'WRITE READ_ACP WRITE_ACP',
        other: 'WRITE',
        nobody: '',
      },
    ],
    [
      'WRITE to those who write logs',
      [group('LogDelivery', 'WRITE')],
      {
        owner: 'READ_ACP WRITE_ACP',
        other: '',
        nobody: '',
      },
    ],
    [
      'an account and everybody',
      [user(other, 'READ'), group('AllUsers', 'READ')],
      {
        owner: 'READ! READ_ACP WRITE_ACP',
        other: 'READ!',
        nobody: 'READ!',
      },
    ],
  ])('%s', (_, acl, expected) => {
    expect({
      owner: grantedTo(acl, owner),
      other: grantedTo(acl, other),
      nobody: grantedTo(acl, null),
    }).toEqual(expected)
  })

  it('names the grant', () => {
    const nameOf = (acl: Acl | null, canonicalId: string, permission: AclPermission) =>
      aclGrant(acl, owner, { canonicalId }, permission)?.name
    expect(nameOf([user(other, 'FULL_CONTROL')], other, 'READ')).toBe(`FULL_CONTROL to ${other}`)
    expect(nameOf([group('AllUsers', 'READ')], other, 'READ')).toBe('READ to AllUsers')
    expect(nameOf([], owner, 'READ_ACP')).toBe('READ_ACP to the owner')
    expect(nameOf(null, owner, 'WRITE')).toBe(`FULL_CONTROL to ${owner}`)
  })

  it('takes an unsigned request for nobody, even where nobody is the owner', () => {
    expect(aclGrant(null, anonymousCanonicalId, null, 'READ_ACP')).toBeNull()
  })
})

describe('aclNeed()', () => {
  it.each<[string, string]>([
    ['s3:ListBucket', 'bucket READ'],
    ['s3:ListBucketVersions', 'bucket READ'],
    ['s3:ListBucketMultipartUploads', 'bucket READ'],
    ['s3:PutObject', 'bucket WRITE'],
    ['s3:GetBucketAcl', 'bucket READ_ACP'],
    ['s3:PutBucketAcl', 'bucket WRITE_ACP'],
    ['s3:GetObject', 'object READ'],
    ['s3:GetObjectVersion', 'object READ'],
    ['s3:GetObjectAcl', 'object READ_ACP'],
    ['s3:GetObjectVersionAcl', 'object READ_ACP'],
    ['s3:PutObjectAcl', 'object WRITE_ACP'],
    ['s3:PutObjectVersionAcl', 'object WRITE_ACP'],
    ['s3:DeleteObject', 'bucket WRITE of own objects'],
    ['s3:DeleteObjectVersion', 'bucket WRITE of own objects'],
    ['s3:GetObjectTagging', 'none'],
    ['s3:PutBucketPolicy', 'none'],
    ['s3:DeleteBucket', 'none'],
    ['toString', 'none'],
  ])('%s: %s', (action, expected) => {
    const need = aclNeed(action)
    const text = need === null ? 'none' : `${need.level} ${need.permission}${need.ownObject ? ' of own objects' : ''}`
    expect(text).toBe(expected)
  })

  it('knows each action of the table', () => {
    for (const level of ['bucket', 'object'] as const) {
      for (const permission of ['READ', 'WRITE', 'READ_ACP', 'WRITE_ACP'] as const) {
        for (const action of aclActions[level][permission]) {
          expect(aclNeed(action)).toEqual({ level, permission, ownObject: false })
        }
      }
    }
  })
})

describe('cannedAcl()', () => {
  const rows: [string, AclLevel, Acl | null][] = [
    ['private', 'bucket', [ownersControl]],
    ['private', 'object', [ownersControl]],
    ['public-read', 'bucket', [ownersControl, group('AllUsers', 'READ')]],
    ['public-read', 'object', [ownersControl, group('AllUsers', 'READ')]],
    ['public-read-write', 'bucket', [ownersControl, group('AllUsers', 'READ'), group('AllUsers', 'WRITE')]],
    ['public-read-write', 'object', [ownersControl, group('AllUsers', 'READ'), group('AllUsers', 'WRITE')]],
    ['authenticated-read', 'bucket', [ownersControl, group('AuthenticatedUsers', 'READ')]],
    ['authenticated-read', 'object', [ownersControl, group('AuthenticatedUsers', 'READ')]],
    ['aws-exec-read', 'bucket', [ownersControl]],
    ['aws-exec-read', 'object', [ownersControl]],
    ['bucket-owner-read', 'bucket', [ownersControl]],
    ['bucket-owner-read', 'object', [ownersControl, user(bucketOwner, 'READ')]],
    ['bucket-owner-full-control', 'bucket', [ownersControl]],
    ['bucket-owner-full-control', 'object', [ownersControl, user(bucketOwner, 'FULL_CONTROL')]],
    ['log-delivery-write', 'bucket', [ownersControl, group('LogDelivery', 'WRITE'), group('LogDelivery', 'READ_ACP')]],
    ['log-delivery-write', 'object', null],
    ['Private', 'object', null],
    ['', 'bucket', null],
    ['constructor', 'bucket', null],
  ]

  it.each(rows)('%j on a %s', (name, level, expected) => {
    expect(cannedAcl(name, level, { owner, bucketOwner })).toEqual(expected)
    expect(isCannedAcl(name, level)).toBe(expected !== null)
  })

  it.each(['bucket-owner-read', 'bucket-owner-full-control'])('%s says nothing more to the owner itself', (name) => {
    expect(cannedAcl(name, 'object', { owner, bucketOwner: owner })).toEqual(privateAcl(owner))
  })
})

describe('isPublicAcl() and withoutPublicGrants()', () => {
  it.each<[string, Acl | null, boolean, Acl | null]>([
    ['no list', null, false, null],
    ['an empty list', [], false, []],
    ['the owner alone', [ownersControl], false, [ownersControl]],
    ['another account', [user(other, 'FULL_CONTROL')], false, [user(other, 'FULL_CONTROL')]],
    ['those who write logs', [group('LogDelivery', 'WRITE')], false, [group('LogDelivery', 'WRITE')]],
    ['all users', [ownersControl, group('AllUsers', 'READ')], true, [ownersControl]],
    ['every account', [group('AuthenticatedUsers', 'WRITE_ACP'), user(other, 'READ')], true, [user(other, 'READ')]],
  ])('%s', (_, acl, isPublic, rest) => {
    expect(isPublicAcl(acl)).toBe(isPublic)
    expect(withoutPublicGrants(acl)).toEqual(rest)
  })
})

describe('isPrivateAcl()', () => {
  it.each<[string, Acl | null, boolean]>([
    ['no list', null, true],
    ['the owner alone', [ownersControl], true],
    ['an empty list', [], false],
    ['less for the owner', [user(owner, 'READ')], false],
    ['another account alone', [user(other, 'FULL_CONTROL')], false],
    ['the owner and others', [ownersControl, user(other, 'READ')], false],
    ['a group', [group('AllUsers', 'FULL_CONTROL')], false],
  ])('%s: %#', (_, acl, expected) => {
    expect(isPrivateAcl(acl, owner)).toBe(expected)
  })
})

it('aclPermissions are the five of AWS', () => {
  expect(aclPermissions).toEqual(['FULL_CONTROL', 'READ', 'WRITE', 'READ_ACP', 'WRITE_ACP'])
})
