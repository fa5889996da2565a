import { describe, expect, it } from 'vitest'
import { createBucket } from '../../../src/s3/operations/create-bucket.ts'
import { bucketRecord, configStore, contextWith, permissionsOf, run } from '../../support/bucket-store.ts'
import type { Context } from '../../../src/s3/operation.ts'
import type { Bucket } from '../../../src/store/buckets.ts'
import type { NewBucket, Store } from '../../../src/store/store.ts'
import type { TestRequest } from '../../support/bucket-store.ts'

const configuration = (inner: string) => `<CreateBucketConfiguration>${inner}</CreateBucketConfiguration>`
const constraint = (location: string) => configuration(`<LocationConstraint>${location}</LocationConstraint>`)
const tags = (inner: string) => configuration(`<Tags>${inner}</Tags>`)
const tag = (key: string) => `<Tag><Key>${key}</Key><Value>v</Value></Tag>`
const tagged = configuration('<Tags><Tag><Key>team</Key><Value>a b</Value></Tag></Tags>')

type Created = Awaited<ReturnType<Store['createBucket']>>

function creating(
  created: Created,
  facts: Partial<Context> = {},
  meanwhile: { existing?: Bucket | null; config?: 'stored' | 'missing' } = {},
) {
  const { existing = bucketRecord(), config = 'stored' } = meanwhile
  const asked: NewBucket[] = []
  const { stored: configs, store: configuring } = configStore(config)
  const store: Partial<Store> = {
    async createBucket(bucket) {
      asked.push(bucket)
      return created
    },
    bucket: async () => existing,
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
      },
    ])
    expect(configs).toEqual([])
  })

  it('turns versions on with object lock, and keeps ownership and tags', async () => {
    const { asked, configs, context } = creating({ outcome: 'created' })
    const headers = { 'x-amz-bucket-object-lock-enabled': 'true', 'x-amz-object-ownership': 'BucketOwnerPreferred' }
    await put(context, { headers, body: tagged })
    expect(asked[0]).toMatchObject({ objectLock: true, versioning: 'enabled', ownership: 'BucketOwnerPreferred' })
    expect(configs).toEqual([['photos', 'tagging', '{"team":"a b"}']])
  })

  it.each([
    ['found again', { existing: null }],
    ['tagged', { config: 'missing' as const }],
  ])('answers NoSuchBucket when it is deleted before it could be %s', async (_, meanwhile) => {
    const { context } = creating({ outcome: 'created' }, {}, meanwhile)
    const error = { code: 'NoSuchBucket', status: 404, fields: { BucketName: 'photos' } }
    await expect(put(context, { body: tagged })).rejects.toMatchObject(error)
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

  it.each([
    ['x-amz-acl', 'private'],
    ['x-amz-acl', ''],
    ['x-amz-bucket-namespace', 'global'],
    ['x-amz-bucket-object-lock-enabled', 'FALSE'],
  ])('accepts %s: %j', (name, value) => {
    permissionsOf(createBucket, '/photos', { headers: { [name]: value } })
  })

  const writer = { 'x-amz-object-ownership': 'ObjectWriter' }
  it.each<[Record<string, string>, string, string]>([
    [{ 'x-amz-acl': 'public-read' }, 'InvalidBucketAclWithObjectOwnership', 'BucketOwnerEnforced setting'],
    [{ 'x-amz-grant-read': 'id="a"' }, 'InvalidBucketAclWithObjectOwnership', 'BucketOwnerEnforced setting'],
    [{ 'x-amz-acl': 'public-read', ...writer }, 'NotImplemented', 'A header you provided'],
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
