// Access control lists by requests: who may do what under each, how they are given, and how they are shown.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
import {
  CreateBucketCommand,
  GetBucketAclCommand,
  GetObjectAclCommand,
  PutBucketAclCommand,
  PutObjectAclCommand,
  type Grant,
} from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Account } from '../support/endpoint.ts'
import { codeOf } from '../support/s3-error.ts'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'
import { askOf, type Caller } from '../support/unsigned.ts'

const server = sharedServer()
const ask = askOf(server)
const canonicalIds = { owner: '', other: '' }
const accounts: { owner: Account | null; other: Account | null } = { owner: null, other: null }

const nobodysId = '65a011a29cdf8ec533ec3d1ccaae921c'
const groups = 'http://acs.amazonaws.com/groups'

function account(name: 'owner' | 'other'): Account {
  const found = accounts[name]
  if (found === null) throw new Error('The accounts are made first')
  return found
}

/** The owner of the bucket, another account, and nobody. */
const callers = (): [string, Caller][] => [
  ['owner', account('owner')],
  ['other', account('other')],
  ['nobody', null],
]

beforeAll(async () => {
  for (const name of ['owner', 'other'] as const) {
    accounts[name] = await server.account(`acl-${name}`)
    const own = await newBucket(name)
    const { Owner } = await account(name).client.send(new GetBucketAclCommand({ Bucket: own }))
    canonicalIds[name] = Owner?.ID ?? ''
  }
})

/** A bucket whose objects belong to their writers and whose ACLs count. */
async function newBucket(of: 'owner' | 'other' = 'owner', acl: Record<string, string> = {}): Promise<string> {
  const bucket = uniqueBucketName('acl')
  const headers = { 'x-amz-object-ownership': 'ObjectWriter', ...acl }
  expect(await codeOf(ask(account(of), 'PUT', `/${bucket}`, { headers }))).toBe('200')
  return bucket
}

async function put(caller: Caller, path: string, headers: Record<string, string> = {}): Promise<void> {
  expect(await codeOf(ask(caller, 'PUT', path, { body: 'content', headers }))).toBe('200')
}

/** `READ other`, `WRITE AllUsers`, as the document has them. */
function grantsOf(grants: Grant[] | undefined): string[] {
  return (grants ?? []).map(({ Grantee, Permission }) => {
    const who = Grantee?.Type === 'Group' ? Grantee.URI?.split('/').at(-1) : nameOf(Grantee?.ID)
    return `${Permission} ${who}`
  })
}

function nameOf(id: string | undefined): string {
  return Object.entries(canonicalIds).find(([, canonicalId]) => canonicalId === id)?.[0] ?? id ?? ''
}

async function objectGrants(bucket: string, key: string, by: 'owner' | 'other' = 'owner'): Promise<string[]> {
  const { Grants } = await account(by).client.send(new GetObjectAclCommand({ Bucket: bucket, Key: key }))
  return grantsOf(Grants)
}

async function bucketGrants(bucket: string): Promise<string[]> {
  const { Grants } = await account('owner').client.send(new GetBucketAclCommand({ Bucket: bucket }))
  return grantsOf(Grants)
}

/** What each caller may do, as `owner: a b` lines of the names of those attempts that succeed. */
async function allowed(attempts: Record<string, (caller: Caller) => Promise<Response>>): Promise<string[]> {
  const lines: string[] = []
  for (const [who, caller] of callers()) {
    const done: string[] = []
    for (const [name, attempt] of Object.entries(attempts)) {
      const code = await codeOf(attempt(caller))
      if (code === '200') done.push(name)
      else expect([who, name, code]).toEqual([who, name, '403 AccessDenied'])
    }
    lines.push(`${who}: ${done.join(' ')}`.trim())
  }
  return lines
}

const everything = 'list versions uploads write acl'

describe('the ACL of a bucket', () => {
  it.each<[string, Record<string, string> | (() => Record<string, string>), { other: string; nobody: string }]>([
    ['none', {}, { other: '', nobody: '' }],
    ['private', { 'x-amz-acl': 'private' }, { other: '', nobody: '' }],
    [
      'public-read',
      { 'x-amz-acl': 'public-read' },
      { other: 'list versions uploads', nobody: 'list versions uploads' },
    ],
    [
      'public-read-write',
      { 'x-amz-acl': 'public-read-write' },
      { other: 'list versions uploads write', nobody: 'list versions uploads write' },
    ],
    ['authenticated-read', { 'x-amz-acl': 'authenticated-read' }, { other: 'list versions uploads', nobody: '' }],
    ['log-delivery-write', { 'x-amz-acl': 'log-delivery-write' }, { other: '', nobody: '' }],
    [
      'READ to the other',
      () => ({ 'x-amz-grant-read': `id=${canonicalIds.other}` }),
      {
        other: 'list versions uploads',
        nobody: '',
      },
    ],
    ['WRITE to the other', () => ({ 'x-amz-grant-write': `id=${canonicalIds.other}` }), { other: 'write', nobody: '' }],
    [
      'READ_ACP to the other',
      () => ({ 'x-amz-grant-read-acp': `id="${canonicalIds.other}"` }),
      {
        other: 'acl',
        nobody: '',
      },
    ],
    [
      'FULL_CONTROL to the other',
      () => ({ 'x-amz-grant-full-control': `id=${canonicalIds.other}` }),
      {
        other: everything,
        nobody: '',
      },
    ],
    ['READ_ACP to all', { 'x-amz-grant-read-acp': `uri="${groups}/global/AllUsers"` }, { other: 'acl', nobody: 'acl' }],
    [
      'WRITE to every account',
      { 'x-amz-grant-write': `uri=${groups}/global/AuthenticatedUsers` },
      {
        other: 'write',
        nobody: '',
      },
    ],
  ])('%s', async (_, acl, { other, nobody }) => {
    const bucket = await newBucket('owner', typeof acl === 'function' ? acl() : acl)
    const at = (query: Record<string, string>) => (caller: Caller) => ask(caller, 'GET', `/${bucket}`, { query })
    const may = await allowed({
      list: at({ 'list-type': '2' }),
      versions: at({ versions: '' }),
      uploads: at({ uploads: '' }),
      write: (caller) => ask(caller, 'PUT', `/${bucket}/key`, { body: 'x' }),
      acl: at({ acl: '' }),
    })
    // An account may do everything in its own bucket, whatever its list says.
    expect(may).toEqual([`owner: ${everything}`, `other: ${other}`.trim(), `nobody: ${nobody}`.trim()])
  })

  it('is changed by whom it grants WRITE_ACP, and by nobody else', async () => {
    const bucket = await newBucket()
    const change = (caller: Caller) =>
      codeOf(ask(caller, 'PUT', `/${bucket}`, { query: { acl: '' }, headers: { 'x-amz-acl': 'private' } }))
    expect(await change(account('other'))).toBe('403 AccessDenied')
    const granting = { 'x-amz-grant-write-acp': `id=${canonicalIds.other}` }
    await ask(account('owner'), 'PUT', `/${bucket}`, { query: { acl: '' }, headers: granting })
    expect(await change(null)).toBe('403 AccessDenied')
    expect(await change(account('other'))).toBe('200')
    expect(await change(account('other'))).toBe('403 AccessDenied')
  })

  it('opens nothing else of the bucket', async () => {
    const bucket = await newBucket('owner', { 'x-amz-acl': 'public-read-write' })
    for (const query of ['policy', 'policyStatus', 'acl', 'cors', 'tagging', 'versioning', 'publicAccessBlock']) {
      const code = await codeOf(ask(account('other'), 'GET', `/${bucket}`, { query: { [query]: '' } }))
      expect([query, code]).toEqual([query, '403 AccessDenied'])
    }
    expect(await codeOf(ask(account('other'), 'DELETE', `/${bucket}`))).toBe('403 AccessDenied')
  })

  it('lets whoever owns an object delete it, and nobody delete another one', async () => {
    const bucket = await newBucket('owner', { 'x-amz-acl': 'public-read-write' })
    await put(account('owner'), `/${bucket}/owners`)
    await put(account('other'), `/${bucket}/others`)
    await put(null, `/${bucket}/nobodys`)
    const remove = (caller: Caller, key: string) => codeOf(ask(caller, 'DELETE', `/${bucket}/${key}`))
    expect(await remove(account('other'), 'owners')).toBe('403 AccessDenied')
    expect(await remove(null, 'others')).toBe('403 AccessDenied')
    expect(await remove(account('other'), 'others')).toBe('204')
    // The bucket's owner removes what is not its own.
    expect(await remove(account('owner'), 'nobodys')).toBe('204')
  })
})

describe('the ACL of an object', () => {
  it.each<[string, Record<string, string> | (() => Record<string, string>), { other: string; nobody: string }]>([
    ['none', {}, { other: '', nobody: '' }],
    ['private', { 'x-amz-acl': 'private' }, { other: '', nobody: '' }],
    ['public-read', { 'x-amz-acl': 'public-read' }, { other: 'read head', nobody: 'read head' }],
    ['public-read-write', { 'x-amz-acl': 'public-read-write' }, { other: 'read head', nobody: 'read head' }],
    ['authenticated-read', { 'x-amz-acl': 'authenticated-read' }, { other: 'read head', nobody: '' }],
    [
      'READ_ACP to the other',
      () => ({ 'x-amz-grant-read-acp': `id=${canonicalIds.other}` }),
      {
        other: 'acl',
        nobody: '',
      },
    ],
    [
      'FULL_CONTROL to the other',
      () => ({ 'x-amz-grant-full-control': `id=${canonicalIds.other}` }),
      {
        other: 'read head acl change',
        nobody: '',
      },
    ],
  ])('%s', async (_, acl, { other, nobody }) => {
    const bucket = await newBucket()
    const headers = typeof acl === 'function' ? acl() : acl
    await put(account('owner'), `/${bucket}/key`, headers)
    const path = `/${bucket}/key`
    const may = await allowed({
      read: (caller) => ask(caller, 'GET', path),
      head: async (caller) => {
        const { status } = await ask(caller, 'HEAD', path)
        return new Response(status === 403 ? '<Code>AccessDenied</Code>' : '', { status })
      },
      acl: (caller) => ask(caller, 'GET', path, { query: { acl: '' } }),
      change: (caller) =>
        ask(caller, 'PUT', path, {
          query: { acl: '' },
          headers: Object.keys(headers).length === 0 ? { 'x-amz-acl': 'private' } : headers,
        }),
    })
    expect(may).toEqual(['owner: read head acl change', `other: ${other}`.trim(), `nobody: ${nobody}`.trim()])
    expect(await codeOf(ask(account('other'), 'GET', path, { query: { tagging: '' } }))).toBe('403 AccessDenied')
  })

  it.each([
    [{}, '403 AccessDenied', '403 AccessDenied'],
    [{ 'x-amz-acl': 'bucket-owner-read' }, '200', '403 AccessDenied'],
    [{ 'x-amz-acl': 'bucket-owner-full-control' }, '200', '200'],
  ])('of another account with %j shuts out the owner of the bucket: %s, its ACL %s', async (headers, read, list) => {
    const bucket = await newBucket('owner', { 'x-amz-acl': 'public-read-write' })
    await put(account('other'), `/${bucket}/key`, headers)
    expect(await codeOf(ask(account('owner'), 'GET', `/${bucket}/key`))).toBe(read)
    expect(await codeOf(ask(account('owner'), 'GET', `/${bucket}/key`, { query: { acl: '' } }))).toBe(list)
    expect(await codeOf(ask(account('other'), 'GET', `/${bucket}/key`))).toBe('200')
  })

  it('belongs to one version', async () => {
    const bucket = await newBucket()
    const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'
    await ask(account('owner'), 'PUT', `/${bucket}`, { query: { versioning: '' }, body })
    const versions: string[] = []
    for (let n = 0; n < 2; n++) {
      const answer = await ask(account('owner'), 'PUT', `/${bucket}/key`, { body: `${n}` })
      versions.push(answer.headers.get('x-amz-version-id') ?? '')
    }
    const [first = '', second = ''] = versions
    const opened = await ask(account('owner'), 'PUT', `/${bucket}/key`, {
      query: { acl: '', versionId: first },
      headers: { 'x-amz-acl': 'public-read' },
    })
    expect(opened.headers.get('x-amz-version-id')).toBe(first)
    const read = (query: Record<string, string>) => codeOf(ask(null, 'GET', `/${bucket}/key`, { query }))
    expect(await read({ versionId: first })).toBe('200')
    expect(await read({ versionId: second })).toBe('403 AccessDenied')
    expect(await read({})).toBe('403 AccessDenied')
  })

  it('leaves Last-Modified and ETag as they are', async () => {
    const bucket = await newBucket()
    await put(account('owner'), `/${bucket}/key`)
    const facts = async () => {
      const { headers } = await ask(account('owner'), 'HEAD', `/${bucket}/key`)
      return [headers.get('last-modified'), headers.get('etag')]
    }
    const before = await facts()
    await new Promise((resolve) => setTimeout(resolve, 1100))
    const query = { acl: '' }
    await ask(account('owner'), 'PUT', `/${bucket}/key`, { query, headers: { 'x-amz-acl': 'public-read' } })
    expect(await facts()).toEqual(before)
  })

  it('is given to copies and uploads, and comes from no source', async () => {
    const bucket = await newBucket()
    const owner = account('owner')
    await put(owner, `/${bucket}/source`, { 'x-amz-acl': 'public-read' })
    const copy = (key: string, headers: Record<string, string>) =>
      ask(owner, 'PUT', `/${bucket}/${key}`, { headers: { 'x-amz-copy-source': `/${bucket}/source`, ...headers } })
    await copy('plain', {})
    await copy('shared', { 'x-amz-acl': 'authenticated-read' })
    expect(await objectGrants(bucket, 'plain')).toEqual(['FULL_CONTROL owner'])
    expect(await objectGrants(bucket, 'shared')).toEqual(['READ AuthenticatedUsers', 'FULL_CONTROL owner'])
    const upload = await ask(owner, 'POST', `/${bucket}/parts`, {
      query: { uploads: '' },
      headers: { 'x-amz-acl': 'public-read' },
    })
    const uploadId = /<UploadId>([^<]+)/.exec(await upload.text())?.[1] ?? ''
    const part = await ask(owner, 'PUT', `/${bucket}/parts`, { query: { uploadId, partNumber: '1' }, body: 'x' })
    const etag = part.headers.get('etag')
    const body = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${etag}</ETag></Part></CompleteMultipartUpload>`
    await ask(owner, 'POST', `/${bucket}/parts`, { query: { uploadId }, body })
    expect(await codeOf(ask(null, 'GET', `/${bucket}/parts`))).toBe('200')
  })
})

describe('what nobody writes', () => {
  it('belongs to nobody, who is known by one id', async () => {
    const bucket = await newBucket('owner', { 'x-amz-acl': 'public-read-write' })
    await put(null, `/${bucket}/key`, { 'x-amz-acl': 'bucket-owner-full-control' })
    const listing = await (await ask(account('owner'), 'GET', `/${bucket}`)).text()
    expect(listing).toContain(`<Owner><ID>${nobodysId}</ID></Owner>`)
    expect(await objectGrants(bucket, 'key')).toEqual([`FULL_CONTROL ${nobodysId}`, 'FULL_CONTROL owner'])
  })
})

describe('grants', () => {
  it('are given by the SDK and come back with their names, groups first', async () => {
    const bucket = await newBucket()
    const { client } = account('owner')
    const Owner = { ID: canonicalIds.owner }
    const Grants: Grant[] = [
      { Grantee: { Type: 'CanonicalUser', ID: canonicalIds.owner }, Permission: 'FULL_CONTROL' },
      { Grantee: { Type: 'CanonicalUser', ID: canonicalIds.other }, Permission: 'READ_ACP' },
      { Grantee: { Type: 'Group', URI: `${groups}/s3/LogDelivery` }, Permission: 'WRITE' },
    ]
    await client.send(new PutBucketAclCommand({ Bucket: bucket, AccessControlPolicy: { Owner, Grants } }))
    expect(await bucketGrants(bucket)).toEqual(['WRITE LogDelivery', 'FULL_CONTROL owner', 'READ_ACP other'])
    const shown = await client.send(new GetBucketAclCommand({ Bucket: bucket }))
    expect(shown.Owner).toEqual({ ID: canonicalIds.owner, DisplayName: 'acl-owner' })
    expect(shown.Grants?.[2]?.Grantee).toEqual({
      Type: 'CanonicalUser',
      ID: canonicalIds.other,
      DisplayName: 'acl-other',
    })
    await put(account('owner'), `/${bucket}/key`)
    await client.send(
      new PutObjectAclCommand({ Bucket: bucket, Key: 'key', AccessControlPolicy: { Owner, Grants: Grants.slice(1) } }),
    )
    expect(await objectGrants(bucket, 'key')).toEqual(['WRITE LogDelivery', 'READ_ACP other'])
  })

  it('may be given by e-mail address, in whatever case', async () => {
    const bucket = await newBucket()
    const email = `${account('other').accessKeyId}@EXAMPLE.com`
    await put(account('owner'), `/${bucket}/key`, { 'x-amz-grant-read': `emailAddress="${email}"` })
    expect(await objectGrants(bucket, 'key')).toEqual(['READ other'])
    const grantee = `<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="AmazonCustomerByEmail"><EmailAddress>${email}</EmailAddress></Grantee>`
    const body = `<AccessControlPolicy><Owner><ID>${canonicalIds.owner}</ID></Owner><AccessControlList><Grant>${grantee}<Permission>WRITE</Permission></Grant></AccessControlList></AccessControlPolicy>`
    expect(await codeOf(ask(account('owner'), 'PUT', `/${bucket}`, { query: { acl: '' }, body }))).toBe('200')
    expect(await bucketGrants(bucket)).toEqual(['WRITE other'])
  })

  it('may be taken away from all, the owner included, who still reads and changes the list', async () => {
    const bucket = await newBucket()
    const body = `<AccessControlPolicy><Owner><ID>${canonicalIds.owner}</ID></Owner><AccessControlList/></AccessControlPolicy>`
    await ask(account('owner'), 'PUT', `/${bucket}`, { query: { acl: '' }, body })
    expect(await bucketGrants(bucket)).toEqual([])
    await ask(account('owner'), 'PUT', `/${bucket}`, { query: { acl: '' }, headers: { 'x-amz-acl': 'private' } })
    expect(await bucketGrants(bucket)).toEqual(['FULL_CONTROL owner'])
  })

  it.each<[string, Record<string, string>, string]>([
    ['an unknown id', { 'x-amz-grant-read': 'id=_foo' }, '400 InvalidArgument'],
    ['an unknown address', { 'x-amz-grant-read': 'emailAddress=no@where' }, '400 UnresolvableGrantByEmailAddress'],
    ['an unknown group', { 'x-amz-grant-read': 'uri=http://acs.amazonaws.com/groups/x' }, '400 InvalidArgument'],
    ['no form at all', { 'x-amz-grant-read': 'everybody' }, '400 InvalidArgument'],
    ['an unknown canned ACL', { 'x-amz-acl': 'open' }, '400 InvalidArgument'],
    ['both at once', { 'x-amz-acl': 'private', 'x-amz-grant-read': 'id=x' }, '400 InvalidRequest'],
  ])('are refused on every operation that takes them: %s', async (_, headers, code) => {
    const bucket = await newBucket()
    const owner = account('owner')
    await put(owner, `/${bucket}/key`)
    const copy = { 'x-amz-copy-source': `/${bucket}/key` }
    const writer = { 'x-amz-object-ownership': 'ObjectWriter' }
    const codes = await Promise.all([
      codeOf(ask(owner, 'PUT', `/${bucket}/new`, { body: 'x', headers })),
      codeOf(ask(owner, 'PUT', `/${bucket}/new`, { headers: { ...copy, ...headers } })),
      codeOf(ask(owner, 'POST', `/${bucket}/new`, { query: { uploads: '' }, headers })),
      codeOf(ask(owner, 'PUT', `/${bucket}/key`, { query: { acl: '' }, headers })),
      codeOf(ask(owner, 'PUT', `/${bucket}`, { query: { acl: '' }, headers })),
      codeOf(ask(owner, 'PUT', `/${uniqueBucketName('acl')}`, { headers: { ...writer, ...headers } })),
    ])
    expect(codes).toEqual(codes.map(() => code))
    expect(await codeOf(ask(owner, 'GET', `/${bucket}/new`))).toBe('404 NoSuchKey')
  })

  it('of a document with another owner are refused', async () => {
    const bucket = await newBucket()
    const document = (id: string) =>
      `<AccessControlPolicy><Owner><ID>${id}</ID></Owner><AccessControlList/></AccessControlPolicy>`
    const send = (id: string) =>
      codeOf(ask(account('owner'), 'PUT', `/${bucket}`, { query: { acl: '' }, body: document(id) }))
    expect(await send(canonicalIds.other)).toBe('403 AccessDenied')
    expect(await send('nobody')).toBe('400 InvalidArgument')
    expect(await bucketGrants(bucket)).toEqual(['FULL_CONTROL owner'])
  })
})

it('creating a bucket again resets its list', async () => {
  const bucket = await newBucket('owner', { 'x-amz-acl': 'public-read' })
  expect(await bucketGrants(bucket)).toEqual(['READ AllUsers', 'FULL_CONTROL owner'])
  await account('owner').client.send(new CreateBucketCommand({ Bucket: bucket }))
  expect(await bucketGrants(bucket)).toEqual(['FULL_CONTROL owner'])
})
