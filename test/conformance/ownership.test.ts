// Object ownership by requests: who owns what another account writes, and when ACLs count.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
import {
  CreateBucketCommand,
  DeleteBucketOwnershipControlsCommand,
  GetBucketOwnershipControlsCommand,
  GetObjectAclCommand,
  PutBucketAclCommand,
  PutBucketOwnershipControlsCommand,
  type ObjectOwnership,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Account } from '../support/endpoint.ts'
import { codeOf } from '../support/s3-error.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'
import { askOf } from '../support/unsigned.ts'

const server = sharedServer()
const ask = askOf(server)
const accounts: { owner: Account | null; writer: Account | null } = { owner: null, writer: null }

function account(name: 'owner' | 'writer'): Account {
  const found = accounts[name]
  if (found === null) throw new Error('The accounts are made first')
  return found
}

beforeAll(async () => {
  accounts.owner = await server.account('owner')
  accounts.writer = await server.account('writer')
})

/** A bucket in which the writer may do everything that a bucket policy can allow. */
async function newBucket(ownership: ObjectOwnership | null): Promise<string> {
  const Bucket = uniqueBucketName('ownership')
  const { client } = account('owner')
  await client.send(new CreateBucketCommand({ Bucket, ...(ownership !== null && { ObjectOwnership: ownership }) }))
  const arn = `arn:aws:s3:::${Bucket}`
  const statement = {
    Effect: 'Allow',
    Principal: { AWS: account('writer').accountId },
    Action: 's3:*',
    Resource: [arn, `${arn}/*`],
  }
  const body = JSON.stringify({ Version: '2012-10-17', Statement: statement })
  expect(await codeOf(ask(account('owner'), 'PUT', `/${Bucket}`, { query: { policy: '' }, body }))).toBe('204')
  return Bucket
}

async function ownershipOf(Bucket: string): Promise<string | undefined> {
  const { OwnershipControls } = await account('owner').client.send(new GetBucketOwnershipControlsCommand({ Bucket }))
  return OwnershipControls?.Rules?.[0]?.ObjectOwnership
}

async function setOwnership(Bucket: string, ownership: ObjectOwnership): Promise<void> {
  const OwnershipControls = { Rules: [{ ObjectOwnership: ownership }] }
  await account('owner').client.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }))
}

/** Writes by PutObject, CopyObject and multipart upload; gives the owner of each object, or the code of a refusal. */
async function ownersOf(bucket: string, acl: string | null): Promise<string[]> {
  const writer = account('writer')
  const headers: Record<string, string> = acl === null ? {} : { 'x-amz-acl': acl }
  const results: string[] = []
  results.push(await ownerAfter(bucket, 'put', await ask(writer, 'PUT', `/${bucket}/put`, { body: 'x', headers })))
  await ask(writer, 'PUT', `/${bucket}/source`, { body: 'x' })
  const copy = { 'x-amz-copy-source': `/${bucket}/source`, ...headers }
  results.push(await ownerAfter(bucket, 'copy', await ask(writer, 'PUT', `/${bucket}/copy`, { headers: copy })))
  const created = await ask(writer, 'POST', `/${bucket}/parts`, { query: { uploads: '' }, headers })
  results.push(created.ok ? await uploaded(bucket, await created.text()) : await codeOf(created))
  return results
}

async function uploaded(bucket: string, created: string): Promise<string> {
  const writer = account('writer')
  const uploadId = /<UploadId>([^<]+)/.exec(created)?.[1] ?? ''
  const path = `/${bucket}/parts`
  const part = await ask(writer, 'PUT', path, { query: { uploadId, partNumber: '1' }, body: 'x' })
  const listed = await (await ask(writer, 'GET', path, { query: { uploadId } })).text()
  expect(listed).toMatch(/<Initiator><ID>\w+<\/ID><DisplayName>writer<\/DisplayName><\/Initiator>/)
  const complete = `<Part><PartNumber>1</PartNumber><ETag>${part.headers.get('etag')}</ETag></Part>`
  const body = `<CompleteMultipartUpload>${complete}</CompleteMultipartUpload>`
  const completed = await ask(writer, 'POST', path, { query: { uploadId }, body })
  const owner = await ownerAfter(bucket, 'parts', completed)
  expect(listed).toContain(`<DisplayName>${owner}</DisplayName></Owner>`)
  return owner
}

async function ownerAfter(bucket: string, key: string, answer: Response): Promise<string> {
  if (!answer.ok) return codeOf(answer)
  await answer.text()
  for (const name of ['writer', 'owner'] as const) {
    const response = await ask(account(name), 'GET', `/${bucket}/${key}`, { query: { acl: '' } })
    const text = await response.text()
    if (response.ok) return /<DisplayName>(\w+)</.exec(text)?.[1] ?? 'nobody'
  }
  return 'unknown'
}

const refused = '400 AccessControlListNotSupported'

describe('an object of another account', () => {
  it.each<[ObjectOwnership, string | null, string]>([
    ['BucketOwnerEnforced', null, 'owner'],
    ['BucketOwnerEnforced', 'bucket-owner-full-control', 'owner'],
    ['BucketOwnerEnforced', 'private', refused],
    ['BucketOwnerEnforced', 'bucket-owner-read', refused],
    ['BucketOwnerEnforced', 'public-read', refused],
    ['BucketOwnerPreferred', null, 'writer'],
    ['BucketOwnerPreferred', 'bucket-owner-full-control', 'owner'],
    ['BucketOwnerPreferred', 'private', 'writer'],
    ['ObjectWriter', null, 'writer'],
    ['ObjectWriter', 'bucket-owner-full-control', 'writer'],
    ['ObjectWriter', 'private', 'writer'],
  ])('under %s with the ACL %s: %s', async (ownership, acl, expected) => {
    const bucket = await newBucket(ownership)
    expect(await ownersOf(bucket, acl)).toEqual([expected, expected, expected])
  })

  it('is listed with its owner', async () => {
    for (const [ownership, expected] of [
      ['BucketOwnerEnforced', 'owner'],
      ['ObjectWriter', 'writer'],
    ] as const) {
      const bucket = await newBucket(ownership)
      await ask(account('writer'), 'PUT', `/${bucket}/key`, { body: 'x' })
      const listing = await (await ask(account('owner'), 'GET', `/${bucket}`)).text()
      expect(listing).toContain(`<DisplayName>${expected}</DisplayName></Owner>`)
    }
  })
})

describe('ACLs', () => {
  it('cannot be set by others where they are disabled, and are not needed by the owner', async () => {
    const bucket = await newBucket('BucketOwnerEnforced')
    await ask(account('owner'), 'PUT', `/${bucket}/key`, { body: 'x' })
    const set = (who: 'owner' | 'writer', path: string, acl: string) =>
      codeOf(ask(account(who), 'PUT', path, { query: { acl: '' }, headers: { 'x-amz-acl': acl } }))
    for (const path of [`/${bucket}`, `/${bucket}/key`]) {
      expect(await set('writer', path, 'private')).toBe(refused)
      expect(await set('owner', path, 'public-read')).toBe(refused)
      expect(await set('owner', path, 'private')).toBe('200')
      expect(await set('owner', path, 'bucket-owner-full-control')).toBe('200')
    }
  })

  it('stop to count when they are disabled, and count again afterwards', async () => {
    const bucket = await newBucket('ObjectWriter')
    await ask(account('owner'), 'PUT', `/${bucket}/key`, { body: 'x', headers: { 'x-amz-acl': 'public-read' } })
    await ask(account('writer'), 'PUT', `/${bucket}/others`, { body: 'x' })
    const read = (key: string, who: Account | null) => codeOf(ask(who, 'GET', `/${bucket}/${key}`))
    const seen = async () => [await read('key', null), await read('others', account('owner'))]
    expect(await seen()).toEqual(['200', '403 AccessDenied'])
    await setOwnership(bucket, 'BucketOwnerEnforced')
    expect(await seen()).toEqual(['403 AccessDenied', '200'])
    const { Grants } = await account('owner').client.send(new GetObjectAclCommand({ Bucket: bucket, Key: 'key' }))
    expect(Grants?.map(({ Permission }) => Permission)).toEqual(['FULL_CONTROL'])
    await setOwnership(bucket, 'BucketOwnerPreferred')
    expect(await seen()).toEqual(['200', '403 AccessDenied'])
  })

  it('are not disabled while the bucket’s own grants something to others', async () => {
    const bucket = await newBucket('ObjectWriter')
    const { client } = account('owner')
    await client.send(new PutBucketAclCommand({ Bucket: bucket, ACL: 'public-read' }))
    await expect(setOwnership(bucket, 'BucketOwnerEnforced')).rejects.toMatchObject({
      name: 'InvalidBucketAclWithObjectOwnership',
    })
    expect(await ownershipOf(bucket)).toBe('ObjectWriter')
    await client.send(new PutBucketAclCommand({ Bucket: bucket, ACL: 'private' }))
    await setOwnership(bucket, 'BucketOwnerEnforced')
    expect(await ownershipOf(bucket)).toBe('BucketOwnerEnforced')
  })
})

const create = (headers: Record<string, string>) =>
  codeOf(ask(account('owner'), 'PUT', `/${uniqueBucketName('ownership')}`, { headers }))

describe('the tags of an object of another account', () => {
  const tagging = { query: { tagging: '' } }
  const body = '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>'

  it.each<[ObjectOwnership, 'owner' | 'writer', string]>([
    ['ObjectWriter', 'writer', '200 200 204'],
    ['ObjectWriter', 'owner', '403 AccessDenied 403 AccessDenied 403 AccessDenied'],
    ['BucketOwnerEnforced', 'owner', '200 200 204'],
    ['BucketOwnerEnforced', 'writer', '200 200 204'],
  ])('under %s, to the %s: %s', async (ownership, name, expected) => {
    const bucket = await newBucket(ownership)
    const path = `/${bucket}/key`
    await ask(account('writer'), 'PUT', path, { body: 'x' })
    const codes = [
      await codeOf(ask(account(name), 'PUT', path, { ...tagging, body })),
      await codeOf(ask(account(name), 'GET', path, tagging)),
      await codeOf(ask(account(name), 'DELETE', path, tagging)),
    ]
    expect(codes.join(' ')).toBe(expected)
  })

  it('are the owner’s where it replaced the other one', async () => {
    const bucket = await newBucket('ObjectWriter')
    for (const name of ['writer', 'owner'] as const) await ask(account(name), 'PUT', `/${bucket}/key`, { body: 'x' })
    expect(await codeOf(ask(account('owner'), 'PUT', `/${bucket}/key`, { ...tagging, body }))).toBe('200')
  })
})

describe('ownership controls', () => {
  it('are none where nobody said anything, so that ACLs count', async () => {
    const bucket = await newBucket(null)
    await expect(ownershipOf(bucket)).rejects.toMatchObject({ name: 'OwnershipControlsNotFoundError' })
    expect(await ownersOf(bucket, null)).toEqual(['writer', 'writer', 'writer'])
    const acl = { 'x-amz-acl': 'public-read' }
    expect(await create(acl)).toBe('200')
    expect(await create({ ...acl, 'x-amz-object-ownership': 'BucketOwnerEnforced' })).toBe(
      '400 InvalidBucketAclWithObjectOwnership',
    )
  })

  // What Terraform's aws_s3_bucket_ownership_controls does: put, read, replace, read, delete, read.
  it('come, change and go', async () => {
    const Bucket = await newBucket(null)
    const { client } = account('owner')
    for (const ownership of ['BucketOwnerPreferred', 'ObjectWriter', 'BucketOwnerEnforced'] as const) {
      await setOwnership(Bucket, ownership)
      expect(await ownershipOf(Bucket)).toBe(ownership)
    }
    await client.send(new DeleteBucketOwnershipControlsCommand({ Bucket }))
    await expect(ownershipOf(Bucket)).rejects.toMatchObject({ name: 'OwnershipControlsNotFoundError' })
    await client.send(new DeleteBucketOwnershipControlsCommand({ Bucket }))
    // Without controls ACLs count, and what a writer writes is the writer's.
    await client.send(new PutBucketAclCommand({ Bucket, ACL: 'public-read' }))
    expect(await ownersOf(Bucket, 'bucket-owner-full-control')).toEqual(['writer', 'writer', 'writer'])
  })
})

const errorOf = (sent: Promise<unknown>) =>
  sent.then(
    () => null,
    ({ name }: Error) => name,
  )

describe('a deployment that says otherwise', () => {
  let own: TestServer

  beforeAll(async () => {
    const environment = { EDGESHARD_OBJECT_OWNERSHIP: 'BucketOwnerEnforced', EDGESHARD_PUBLIC_ACCESS_BLOCK: 'on' }
    own = await startServer({ environment })
  })

  afterAll(() => own.stop())

  it('makes buckets as AWS does, with ACLs disabled and public access blocked', async () => {
    const Bucket = 'by-default'
    const client = own.client()
    await client.send(new CreateBucketCommand({ Bucket }))
    const ownership = async () => {
      const { OwnershipControls } = await client.send(new GetBucketOwnershipControlsCommand({ Bucket }))
      return OwnershipControls?.Rules
    }
    expect(await ownership()).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }])
    const block = await own.fetchSigned('GET', `/${Bucket}`, { query: { publicAccessBlock: '' } })
    expect((await block.text()).match(/true/g)?.length).toBe(4)
    const open = { Bucket: 'open-by-acl', ACL: 'public-read' } as const
    expect(await errorOf(client.send(new CreateBucketCommand(open)))).toBe('InvalidBucketAclWithObjectOwnership')
    const withAcls = { ...open, ObjectOwnership: 'ObjectWriter' } as const
    expect(await errorOf(client.send(new CreateBucketCommand(withAcls)))).toBe(
      'InvalidBucketAclWithBlockPublicAccessError',
    )
    const put = () => errorOf(client.send(new PutBucketAclCommand({ Bucket, ACL: 'public-read' })))
    expect(await put()).toBe('AccessDenied')
    await own.fetchSigned('DELETE', `/${Bucket}`, { query: { publicAccessBlock: '' } })
    expect(await put()).toBe('AccessControlListNotSupported')
  })
})
