// Grants of access control lists by requests: how they are given, and how they are shown.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAcl.html
import { GetBucketAclCommand, PutBucketAclCommand, PutObjectAclCommand, type Grant } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { AclWorld } from '../support/acl-world.ts'
import { codeOf } from '../support/s3-error.ts'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'

const server = sharedServer()
const world = new AclWorld(server)

beforeAll(() => world.begin())

const groups = 'http://acs.amazonaws.com/groups'

const documentOf = (owner: string, grants = '') =>
  `<AccessControlPolicy><Owner><ID>${owner}</ID></Owner><AccessControlList>${grants}</AccessControlList></AccessControlPolicy>`

const setList = (bucket: string, body: string) =>
  codeOf(world.ask(world.account('owner'), 'PUT', `/${bucket}`, { query: { acl: '' }, body }))

describe('grants', () => {
  it('are given by the SDK and come back with their names, groups first', async () => {
    const bucket = await world.newBucket()
    const { client } = world.account('owner')
    const Owner = { ID: world.canonicalId('owner') }
    const Grants: Grant[] = [
      { Grantee: { Type: 'CanonicalUser', ID: world.canonicalId('owner') }, Permission: 'FULL_CONTROL' },
      { Grantee: { Type: 'CanonicalUser', ID: world.canonicalId('other') }, Permission: 'READ_ACP' },
      { Grantee: { Type: 'Group', URI: `${groups}/s3/LogDelivery` }, Permission: 'WRITE' },
    ]
    await client.send(new PutBucketAclCommand({ Bucket: bucket, AccessControlPolicy: { Owner, Grants } }))
    expect(await world.bucketGrants(bucket)).toEqual(['WRITE LogDelivery', 'FULL_CONTROL owner', 'READ_ACP other'])
    const shown = await client.send(new GetBucketAclCommand({ Bucket: bucket }))
    expect(shown.Owner).toEqual({ ID: world.canonicalId('owner'), DisplayName: 'acl-owner' })
    expect(shown.Grants?.[2]?.Grantee).toEqual({
      Type: 'CanonicalUser',
      ID: world.canonicalId('other'),
      DisplayName: 'acl-other',
    })
    await world.put(world.account('owner'), `/${bucket}/key`)
    await client.send(
      new PutObjectAclCommand({ Bucket: bucket, Key: 'key', AccessControlPolicy: { Owner, Grants: Grants.slice(1) } }),
    )
    expect(await world.objectGrants(bucket, 'key')).toEqual(['WRITE LogDelivery', 'READ_ACP other'])
  })

  it('may be given by e-mail address, in whatever case', async () => {
    const bucket = await world.newBucket()
    const email = `${world.account('other').accessKeyId}@EXAMPLE.com`
    await world.put(world.account('owner'), `/${bucket}/key`, { 'x-amz-grant-read': `emailAddress="${email}"` })
    expect(await world.objectGrants(bucket, 'key')).toEqual(['READ other'])
    const grantee = `<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="AmazonCustomerByEmail"><EmailAddress>${email}</EmailAddress></Grantee>`
    const grant = `<Grant>${grantee}<Permission>WRITE</Permission></Grant>`
    expect(await setList(bucket, documentOf(world.canonicalId('owner'), grant))).toBe('200')
    expect(await world.bucketGrants(bucket)).toEqual(['WRITE other'])
  })

  it('may be taken away from all, the owner included, who still reads and changes the list', async () => {
    const bucket = await world.newBucket()
    await setList(bucket, documentOf(world.canonicalId('owner')))
    expect(await world.bucketGrants(bucket)).toEqual([])
    await world.ask(world.account('owner'), 'PUT', `/${bucket}`, {
      query: { acl: '' },
      headers: { 'x-amz-acl': 'private' },
    })
    expect(await world.bucketGrants(bucket)).toEqual(['FULL_CONTROL owner'])
  })

  it.each<[string, Record<string, string>, string]>([
    ['an unknown id', { 'x-amz-grant-read': 'id=_foo' }, '400 InvalidArgument'],
    ['an unknown address', { 'x-amz-grant-read': 'emailAddress=no@where' }, '400 UnresolvableGrantByEmailAddress'],
    ['an unknown group', { 'x-amz-grant-read': 'uri=http://acs.amazonaws.com/groups/x' }, '400 InvalidArgument'],
    ['no form at all', { 'x-amz-grant-read': 'everybody' }, '400 InvalidArgument'],
    ['an unknown canned ACL', { 'x-amz-acl': 'open' }, '400 InvalidArgument'],
    ['both at once', { 'x-amz-acl': 'private', 'x-amz-grant-read': 'id=x' }, '400 InvalidRequest'],
  ])('are refused on every operation that takes them: %s', async (_, headers, code) => {
    const bucket = await world.newBucket()
    const owner = world.account('owner')
    await world.put(owner, `/${bucket}/key`)
    const copy = { 'x-amz-copy-source': `/${bucket}/key` }
    const writer = { 'x-amz-object-ownership': 'ObjectWriter' }
    const codes = await Promise.all([
      codeOf(world.ask(owner, 'PUT', `/${bucket}/new`, { body: 'x', headers })),
      codeOf(world.ask(owner, 'PUT', `/${bucket}/new`, { headers: { ...copy, ...headers } })),
      codeOf(world.ask(owner, 'POST', `/${bucket}/new`, { query: { uploads: '' }, headers })),
      codeOf(world.ask(owner, 'PUT', `/${bucket}/key`, { query: { acl: '' }, headers })),
      codeOf(world.ask(owner, 'PUT', `/${bucket}`, { query: { acl: '' }, headers })),
      codeOf(world.ask(owner, 'PUT', `/${uniqueBucketName('acl')}`, { headers: { ...writer, ...headers } })),
    ])
    expect(codes).toEqual(codes.map(() => code))
    expect(await codeOf(world.ask(owner, 'GET', `/${bucket}/new`))).toBe('404 NoSuchKey')
  })

  it('of a document with another owner are refused', async () => {
    const bucket = await world.newBucket()
    expect(await setList(bucket, documentOf(world.canonicalId('other')))).toBe('403 AccessDenied')
    expect(await setList(bucket, documentOf('nobody'))).toBe('400 InvalidArgument')
    expect(await world.bucketGrants(bucket)).toEqual(['FULL_CONTROL owner'])
  })
})
