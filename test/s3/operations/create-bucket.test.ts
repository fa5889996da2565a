import { describe, expect, it } from 'vitest'
import { cannedAcl, type Acl } from '../../../src/iam/acl.ts'
import { fullPublicAccessBlock, noPublicAccessBlock } from '../../../src/iam/public-access-block.ts'
import { createBucket } from '../../../src/s3/operations/create-bucket.ts'
import { bucketRecord, configStore, contextWith, ownerId, permissionsOf, run } from '../../support/bucket-store.ts'
import type { Context } from '../../../src/s3/operation.ts'
import type { Bucket } from '../../../src/store/buckets.ts'
import type { BucketDefaults, NewBucket, Store } from '../../../src/store/store.ts'
import type { TestRequest } from '../../support/bucket-store.ts'

const configuration = (inner: string) => `<CreateBucketConfiguration>${inner}</CreateBucketConfiguration>`
const constraint = (location: string) => configuration(`<LocationConstraint>${location}</LocationConstraint>`)
const tags = (inner: string) => configuration(`<Tags>${inner}</Tags>`)
const tag = (key: string) => `<Tag><Key>${key}</Key><Value>v</Value></Tag>`
const tagged = configuration('<Tags><Tag><Key>team</Key><Value>a b</Value></Tag></Tags>')

type Created = Awaited<ReturnType<Store['createBucket']>>

interface Around {
  existing?: Bucket | null
  config?: 'stored' | 'missing'
  defaults?: Partial<BucketDefaults>
  accountBlock?: string | null
}

function creating(created: Created, facts: Partial<Context> = {}, around: Around = {}) {
  const { existing = bucketRecord(), config = 'stored' } = around
  const asked: NewBucket[] = []
  const { stored: configs, store: configuring } = configStore(config)
  const store: Partial<Store> = {
    async createBucket(bucket) {
      asked.push(bucket)
      return created
    },
    bucket: async () => existing,
    bucketDefaults: () => ({ ownership: 'BucketOwnerEnforced', blocksPublicAccess: false, ...around.defaults }),
    accountPublicAccessBlock: async () => around.accountBlock ?? null,
    accountsById: async (ids) =>
      ids.filter((id) => id === 'known').map((id) => ({ accountId: '2', canonicalId: id, displayName: 'bob' })),
    ...configuring,
  }
  return { asked, configs, context: contextWith(store, facts) }
}

const put = (context: Context, request: TestRequest = {}) => run(createBucket, '/photos', context, request)
const refused = (request: TestRequest) => expect(() => permissionsOf(createBucket, '/photos', request))

describe('CreateBucket', () => {
  it('is for buckets that need not exist', () => {
    expect(createBucket).toMatchObject({ bucketOptional: true, body: 'xml', anonymous: false })
  })

  it.each<[TestRequest, string[]]>([
    [{}, ['s3:CreateBucket']],
    [
      { headers: { 'x-amz-bucket-object-lock-enabled': 'True' } },
      ['s3:CreateBucket', 's3:PutBucketObjectLockConfiguration', 's3:PutBucketVersioning'],
    ],
    [
      { headers: { 'x-amz-object-ownership': 'ObjectWriter', 'x-amz-acl': 'private' } },
      ['s3:CreateBucket', 's3:PutBucketOwnershipControls', 's3:PutBucketAcl'],
    ],
    [{ body: tagged }, ['s3:CreateBucket', 's3:TagResource']],
  ])('needs the permissions of what it sets (%#)', (request, actions) => {
    expect(permissionsOf(createBucket, '/photos', request)).toEqual(
      actions.map((action) => `${action} arn:aws:s3:::photos`),
    )
  })

  it('makes a plain bucket', async () => {
    const { asked, configs, context } = creating({ outcome: 'created' })
    expect(await put(context)).toEqual({
      status: 200,
      headers: { location: '/photos', 'x-amz-bucket-arn': 'arn:aws:s3:::photos' },
    })
    expect(asked).toEqual([
      {
        name: 'photos',
        accountId: '111111111111',
        location: '',
        objectLock: false,
        ownership: 'BucketOwnerEnforced',
        versioning: 'unversioned',
        configs: {},
      },
    ])
    expect(configs).toEqual([])
  })

  it('turns versions on with object lock, and keeps ownership and tags', async () => {
    const { asked, context } = creating({ outcome: 'created' })
    const headers = { 'x-amz-bucket-object-lock-enabled': 'true', 'x-amz-object-ownership': 'BucketOwnerPreferred' }
    await put(context, { headers, body: tagged })
    expect(asked[0]).toMatchObject({ objectLock: true, versioning: 'enabled', ownership: 'BucketOwnerPreferred' })
    expect(asked[0]?.configs).toEqual({ tagging: '{"team":"a b"}' })
  })

  it('is made as the deployment says where the request says nothing', async () => {
    const defaults = { ownership: 'ObjectWriter', blocksPublicAccess: true }
    const { asked, context } = creating({ outcome: 'created' }, {}, { defaults })
    await put(context)
    expect(asked[0]?.ownership).toBe('ObjectWriter')
    expect(asked[0]?.configs).toEqual({ publicAccessBlock: JSON.stringify(fullPublicAccessBlock) })
    await put(context, { headers: { 'x-amz-object-ownership': 'BucketOwnerPreferred' } })
    expect(asked[1]?.ownership).toBe('BucketOwnerPreferred')
  })

  it.each([
    ['us-east-1', '', ''],
    ['us-east-1', constraint(''), ''],
    ['us-east-1', constraint('us-east-1'), ''],
    ['us-east-1', constraint('eu-west-1'), 'eu-west-1'],
    ['us-east-1', constraint('EU'), 'EU'],
    ['us-east-1', constraint('anything-9'), 'anything-9'],
    ['us-east-1', configuration(''), ''],
    ['auto', '', ''],
    ['eu-central-1', '', 'eu-central-1'],
    ['eu-central-1', constraint('us-east-1'), ''],
  ])('in %s, with %j, the location is %j', async (region, body, location) => {
    const { asked, context } = creating({ outcome: 'created' }, { region })
    await put(context, { body })
    expect(asked[0]?.location).toBe(location)
  })

  it.each<[string, Created, TestRequest, string, string | null]>([
    ['another account has it', { outcome: 'exists', accountId: '222222222222' }, {}, '', 'BucketAlreadyExists'],
    ['it is there, in us-east-1', { outcome: 'exists', accountId: '111111111111' }, {}, '', null],
    [
      'it is there, with tags',
      { outcome: 'exists', accountId: '111111111111' },
      { body: tagged },
      '',
      'BucketAlreadyOwnedByYou',
    ],
    ['it is there, elsewhere', { outcome: 'exists', accountId: '111111111111' }, {}, 'EU', 'BucketAlreadyOwnedByYou'],
    [
      'it is there, and asked for elsewhere',
      { outcome: 'exists', accountId: '111111111111' },
      { body: constraint('EU') },
      '',
      'BucketAlreadyOwnedByYou',
    ],
    ['there are too many', { outcome: 'too-many' }, {}, '', 'TooManyBuckets'],
  ])('answers when %s', async (...row) => {
    const [, created, request, location, code] = row
    const { configs, context } = creating(created, {}, { existing: bucketRecord({ location }) })
    if (code === null) expect(await put(context, request)).toMatchObject({ status: 200 })
    else await expect(put(context, request)).rejects.toMatchObject({ code })
    expect(configs).toEqual([])
  })

  const writer = { 'x-amz-object-ownership': 'ObjectWriter' }
  const owners = { owner: ownerId, bucketOwner: ownerId }

  it.each<[Record<string, string>, Acl | null]>([
    [{ ...writer }, null],
    [{ ...writer, 'x-amz-acl': 'private' }, null],
    [{ ...writer, 'x-amz-acl': 'public-read' }, cannedAcl('public-read', 'bucket', owners)],
    [{ ...writer, 'x-amz-grant-write': 'id=known' }, [{ grantee: { canonicalId: 'known' }, permission: 'WRITE' }]],
    [{ 'x-amz-acl': 'private' }, null],
    [{ 'x-amz-acl': 'bucket-owner-full-control' }, null],
    [{ 'x-amz-grant-full-control': `id=${ownerId}` }, null],
  ])('keeps the list of %j', async (headers, acl) => {
    const { asked, context } = creating({ outcome: 'created' })
    await put(context, { headers })
    expect(asked[0]?.configs).toEqual(acl === null ? {} : { acl: JSON.stringify(acl) })
  })

  const blocking = JSON.stringify({ ...noPublicAccessBlock, BlockPublicAcls: true })
  const ignoring = JSON.stringify({ ...noPublicAccessBlock, IgnorePublicAcls: true })
  it.each<[Record<string, string>, Around, string | null]>([
    [{ 'x-amz-acl': 'public-read' }, {}, 'InvalidBucketAclWithObjectOwnership'],
    [{ 'x-amz-grant-read': 'id=known' }, {}, 'InvalidBucketAclWithObjectOwnership'],
    [{ 'x-amz-grant-read': 'id=a' }, {}, 'InvalidArgument'],
    [{ 'x-amz-acl': 'public-read' }, { defaults: { ownership: 'ObjectWriter' } }, null],
    [
      { ...writer, 'x-amz-acl': 'public-read' },
      { defaults: { blocksPublicAccess: true } },
      'InvalidBucketAclWithBlockPublicAccessError',
    ],
    [{ ...writer, 'x-amz-acl': 'log-delivery-write' }, { defaults: { blocksPublicAccess: true } }, null],
    [{ ...writer, 'x-amz-acl': 'authenticated-read' }, { accountBlock: blocking }, 'AccessDenied'],
    [{ ...writer, 'x-amz-acl': 'authenticated-read' }, { accountBlock: ignoring }, null],
  ])('with the list of %j, in %j: %s', async (headers, around, code) => {
    const { asked, context } = creating({ outcome: 'created' }, {}, around)
    if (code === null) await put(context, { headers })
    else await expect(put(context, { headers })).rejects.toMatchObject({ code })
    expect(asked.length).toBe(code === null ? 1 : 0)
  })

  it.each<[string, Record<string, string>, Partial<Bucket>, string | null]>([
    ['with a list, without one', {}, { ownership: 'ObjectWriter', configs: { acl: '[]' } }, 'BucketAlreadyExists'],
    [
      'without a list, with one',
      { ...writer, 'x-amz-acl': 'public-read' },
      { ownership: 'ObjectWriter' },
      'BucketAlreadyExists',
    ],
    [
      'with a list, with the same',
      { ...writer, 'x-amz-acl': 'public-read' },
      {
        ownership: 'ObjectWriter',
        configs: { acl: JSON.stringify(cannedAcl('public-read', 'bucket', owners)) },
      },
      null,
    ],
    ['without a list', {}, { ownership: 'ObjectWriter' }, null],
    ['whose lists are disabled', {}, { configs: { acl: '[]' } }, null],
  ])('of a bucket that is there in us-east-1 %s', async (_, headers, facts, code) => {
    const exists: Created = { outcome: 'exists', accountId: '111111111111' }
    const { configs, context } = creating(exists, {}, { existing: bucketRecord(facts) })
    if (code === null) await put(context, { headers })
    else await expect(put(context, { headers })).rejects.toMatchObject({ code, status: 409 })
    expect(configs).toEqual([])
  })

  it.each([
    ['x-amz-acl', 'private'],
    ['x-amz-acl', ''],
    ['x-amz-bucket-namespace', 'global'],
    ['x-amz-bucket-object-lock-enabled', 'FALSE'],
  ])('accepts %s: %j', (name, value) => {
    permissionsOf(createBucket, '/photos', { headers: { [name]: value } })
  })

  it.each<[Record<string, string>, string, string]>([
    [{ 'x-amz-acl': 'fake-acl', ...writer }, 'InvalidArgument', ''],
    [{ 'x-amz-acl': 'private', 'x-amz-grant-read': 'id="a"' }, 'InvalidRequest', 'both Canned ACLs and Header Grants'],
    [{ 'x-amz-object-ownership': 'Nobody' }, 'InvalidArgument', 'Invalid x-amz-object-ownership header: Nobody'],
    [{ 'x-amz-object-ownership': '' }, 'InvalidArgument', 'Invalid x-amz-object-ownership header: '],
    [{ 'x-amz-bucket-object-lock-enabled': 'yes' }, 'InvalidArgument', 'x-amz-bucket-object-lock-enabled'],
    [{ 'x-amz-bucket-namespace': 'account-regional' }, 'NotImplemented', 'A header you provided'],
    [{ 'x-amz-bucket-namespace': 'mars' }, 'InvalidArgument', 'Invalid x-amz-bucket-namespace header: mars'],
  ])('refuses %j', (headers, code, message) => {
    const text: unknown = expect.stringContaining(message)
    refused({ headers }).toThrow(expect.objectContaining({ code, message: text }))
  })

  it.each([
    ['<Other/>', 'MalformedXML'],
    [constraint('not a region'), 'InvalidLocationConstraint'],
    [constraint('-x'), 'InvalidLocationConstraint'],
    [constraint('x'.repeat(65)), 'InvalidLocationConstraint'],
    [configuration('<Bucket><Type>Directory</Type></Bucket>'), 'NotImplemented'],
    [tags('<Tag><Key>k</Key></Tag>'), 'MalformedXML'],
    [tags(tag('k') + tag('k')), 'InvalidTag'],
    [tags(tag('aws:k')), 'InvalidTag'],
    [tags(Array.from({ length: 51 }, (_, index) => tag(`k${index}`)).join('')), 'InvalidTag'],
  ])('refuses the body %j', (body, code) => {
    refused({ body }).toThrow(expect.objectContaining({ code }))
  })

  it('has nothing to give to anonymous callers', async () => {
    const context = { ...contextWith(), identity: { kind: 'anonymous' as const } }
    await expect(put(context)).rejects.toMatchObject({ code: 'AccessDenied' })
  })
})
