// Access control lists by requests: who may do what under each.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
import { beforeAll, describe, expect, it } from 'vitest'
import { AclWorld } from '../support/acl-world.ts'
import { codeOf } from '../support/s3-error.ts'
import { sharedServer } from '../support/shared-server.ts'
import type { Caller } from '../support/unsigned.ts'

const server = sharedServer()
const world = new AclWorld(server)

beforeAll(() => world.begin())

const nobodysId = '65a011a29cdf8ec533ec3d1ccaae921c'
const groups = 'http://acs.amazonaws.com/groups'

/** What each caller may do, as `owner: a b` lines of the names of those attempts that succeed. */
async function allowed(attempts: Record<string, (caller: Caller) => Promise<Response>>): Promise<string[]> {
  const lines: string[] = []
  for (const [who, caller] of world.callers()) {
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
      () => ({ 'x-amz-grant-read': `id=${world.canonicalId('other')}` }),
      {
        other: 'list versions uploads',
        nobody: '',
      },
    ],
    [
      'WRITE to the other',
      () => ({ 'x-amz-grant-write': `id=${world.canonicalId('other')}` }),
      { other: 'write', nobody: '' },
    ],
    [
      'READ_ACP to the other',
      () => ({ 'x-amz-grant-read-acp': `id="${world.canonicalId('other')}"` }),
      {
        other: 'acl',
        nobody: '',
      },
    ],
    [
      'FULL_CONTROL to the other',
      () => ({ 'x-amz-grant-full-control': `id=${world.canonicalId('other')}` }),
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
    const bucket = await world.newBucket('owner', typeof acl === 'function' ? acl() : acl)
    const at = (query: Record<string, string>) => (caller: Caller) => world.ask(caller, 'GET', `/${bucket}`, { query })
    const may = await allowed({
      list: at({ 'list-type': '2' }),
      versions: at({ versions: '' }),
      uploads: at({ uploads: '' }),
      write: (caller) => world.ask(caller, 'PUT', `/${bucket}/key`, { body: 'x' }),
      acl: at({ acl: '' }),
    })
    // An account may do everything in its own bucket, whatever its list says.
    expect(may).toEqual([`owner: ${everything}`, `other: ${other}`.trim(), `nobody: ${nobody}`.trim()])
  })

  it('is changed by whom it grants WRITE_ACP, and by nobody else', async () => {
    const bucket = await world.newBucket()
    const change = (caller: Caller) =>
      codeOf(world.ask(caller, 'PUT', `/${bucket}`, { query: { acl: '' }, headers: { 'x-amz-acl': 'private' } }))
    expect(await change(world.account('other'))).toBe('403 AccessDenied')
    const granting = { 'x-amz-grant-write-acp': `id=${world.canonicalId('other')}` }
    await world.ask(world.account('owner'), 'PUT', `/${bucket}`, { query: { acl: '' }, headers: granting })
    expect(await change(null)).toBe('403 AccessDenied')
    expect(await change(world.account('other'))).toBe('200')
    expect(await change(world.account('other'))).toBe('403 AccessDenied')
  })

  it('opens nothing else of the bucket', async () => {
    const bucket = await world.newBucket('owner', { 'x-amz-acl': 'public-read-write' })
    for (const query of ['policy', 'policyStatus', 'acl', 'cors', 'tagging', 'versioning', 'publicAccessBlock']) {
      const code = await codeOf(world.ask(world.account('other'), 'GET', `/${bucket}`, { query: { [query]: '' } }))
      expect([query, code]).toEqual([query, '403 AccessDenied'])
    }
    expect(await codeOf(world.ask(world.account('other'), 'DELETE', `/${bucket}`))).toBe('403 AccessDenied')
  })

  it('lets whoever owns an object delete it, and nobody delete another one', async () => {
    const bucket = await world.newBucket('owner', { 'x-amz-acl': 'public-read-write' })
    await world.put(world.account('owner'), `/${bucket}/owners`)
    await world.put(world.account('other'), `/${bucket}/others`)
    await world.put(null, `/${bucket}/nobodys`)
    const remove = (caller: Caller, key: string) => codeOf(world.ask(caller, 'DELETE', `/${bucket}/${key}`))
    expect(await remove(world.account('other'), 'owners')).toBe('403 AccessDenied')
    expect(await remove(null, 'others')).toBe('403 AccessDenied')
    expect(await remove(world.account('other'), 'others')).toBe('204')
    // The bucket's owner removes what is not its own.
    expect(await remove(world.account('owner'), 'nobodys')).toBe('204')
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
      () => ({ 'x-amz-grant-read-acp': `id=${world.canonicalId('other')}` }),
      {
        other: 'acl',
        nobody: '',
      },
    ],
    [
      'FULL_CONTROL to the other',
      () => ({ 'x-amz-grant-full-control': `id=${world.canonicalId('other')}` }),
      {
        other: 'read head acl change',
        nobody: '',
      },
    ],
  ])('%s', async (_, acl, { other, nobody }) => {
    const bucket = await world.newBucket()
    const headers = typeof acl === 'function' ? acl() : acl
    await world.put(world.account('owner'), `/${bucket}/key`, headers)
    const path = `/${bucket}/key`
    const may = await allowed({
      read: (caller) => world.ask(caller, 'GET', path),
      head: async (caller) => {
        const { status } = await world.ask(caller, 'HEAD', path)
        return new Response(status === 403 ? '<Code>AccessDenied</Code>' : '', { status })
      },
      acl: (caller) => world.ask(caller, 'GET', path, { query: { acl: '' } }),
      change: (caller) =>
        world.ask(caller, 'PUT', path, {
          query: { acl: '' },
          headers: Object.keys(headers).length === 0 ? { 'x-amz-acl': 'private' } : headers,
        }),
    })
    expect(may).toEqual(['owner: read head acl change', `other: ${other}`.trim(), `nobody: ${nobody}`.trim()])
    expect(await codeOf(world.ask(world.account('other'), 'GET', path, { query: { tagging: '' } }))).toBe(
      '403 AccessDenied',
    )
  })

  it.each([
    [{}, '403 AccessDenied', '403 AccessDenied'],
    [{ 'x-amz-acl': 'bucket-owner-read' }, '200', '403 AccessDenied'],
    [{ 'x-amz-acl': 'bucket-owner-full-control' }, '200', '200'],
  ])('of another account with %j shuts out the owner of the bucket: %s, its ACL %s', async (headers, read, list) => {
    const bucket = await world.newBucket('owner', { 'x-amz-acl': 'public-read-write' })
    await world.put(world.account('other'), `/${bucket}/key`, headers)
    expect(await codeOf(world.ask(world.account('owner'), 'GET', `/${bucket}/key`))).toBe(read)
    expect(await codeOf(world.ask(world.account('owner'), 'GET', `/${bucket}/key`, { query: { acl: '' } }))).toBe(list)
    expect(await codeOf(world.ask(world.account('other'), 'GET', `/${bucket}/key`))).toBe('200')
  })

  it('belongs to one version', async () => {
    const bucket = await world.newBucket()
    const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'
    await world.ask(world.account('owner'), 'PUT', `/${bucket}`, { query: { versioning: '' }, body })
    const versions: string[] = []
    for (let n = 0; n < 2; n++) {
      const answer = await world.ask(world.account('owner'), 'PUT', `/${bucket}/key`, { body: `${n}` })
      versions.push(answer.headers.get('x-amz-version-id') ?? '')
    }
    const [first = '', second = ''] = versions
    const opened = await world.ask(world.account('owner'), 'PUT', `/${bucket}/key`, {
      query: { acl: '', versionId: first },
      headers: { 'x-amz-acl': 'public-read' },
    })
    expect(opened.headers.get('x-amz-version-id')).toBe(first)
    const read = (query: Record<string, string>) => codeOf(world.ask(null, 'GET', `/${bucket}/key`, { query }))
    expect(await read({ versionId: first })).toBe('200')
    expect(await read({ versionId: second })).toBe('403 AccessDenied')
    expect(await read({})).toBe('403 AccessDenied')
  })

  it('leaves Last-Modified and ETag as they are', async () => {
    const bucket = await world.newBucket()
    await world.put(world.account('owner'), `/${bucket}/key`)
    const facts = async () => {
      const { headers } = await world.ask(world.account('owner'), 'HEAD', `/${bucket}/key`)
      return [headers.get('last-modified'), headers.get('etag')]
    }
    const before = await facts()
    await new Promise((resolve) => setTimeout(resolve, 1100))
    const query = { acl: '' }
    await world.ask(world.account('owner'), 'PUT', `/${bucket}/key`, { query, headers: { 'x-amz-acl': 'public-read' } })
    expect(await facts()).toEqual(before)
  })

  it('is given to copies and uploads, and comes from no source', async () => {
    const bucket = await world.newBucket()
    const owner = world.account('owner')
    await world.put(owner, `/${bucket}/source`, { 'x-amz-acl': 'public-read' })
    const copy = (key: string, headers: Record<string, string>) =>
      world.ask(owner, 'PUT', `/${bucket}/${key}`, {
        headers: { 'x-amz-copy-source': `/${bucket}/source`, ...headers },
      })
    await copy('plain', {})
    await copy('shared', { 'x-amz-acl': 'authenticated-read' })
    expect(await world.objectGrants(bucket, 'plain')).toEqual(['FULL_CONTROL owner'])
    expect(await world.objectGrants(bucket, 'shared')).toEqual(['READ AuthenticatedUsers', 'FULL_CONTROL owner'])
    const upload = await world.ask(owner, 'POST', `/${bucket}/parts`, {
      query: { uploads: '' },
      headers: { 'x-amz-acl': 'public-read' },
    })
    const uploadId = /<UploadId>([^<]+)/.exec(await upload.text())?.[1] ?? ''
    const part = await world.ask(owner, 'PUT', `/${bucket}/parts`, { query: { uploadId, partNumber: '1' }, body: 'x' })
    const etag = part.headers.get('etag')
    const body = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${etag}</ETag></Part></CompleteMultipartUpload>`
    await world.ask(owner, 'POST', `/${bucket}/parts`, { query: { uploadId }, body })
    expect(await codeOf(world.ask(null, 'GET', `/${bucket}/parts`))).toBe('200')
  })
})

describe('what nobody writes', () => {
  it('belongs to nobody, who is known by one id', async () => {
    const bucket = await world.newBucket('owner', { 'x-amz-acl': 'public-read-write' })
    await world.put(null, `/${bucket}/key`, { 'x-amz-acl': 'bucket-owner-full-control' })
    const listing = await (await world.ask(world.account('owner'), 'GET', `/${bucket}`)).text()
    expect(listing).toContain(`<Owner><ID>${nobodysId}</ID></Owner>`)
    expect(await world.objectGrants(bucket, 'key')).toEqual([`FULL_CONTROL ${nobodysId}`, 'FULL_CONTROL owner'])
  })
})

it('creating a bucket again keeps its list', async () => {
  const bucket = await world.newBucket('owner', { 'x-amz-acl': 'public-read' })
  const create = (headers: Record<string, string>) =>
    codeOf(world.ask(world.account('owner'), 'PUT', `/${bucket}`, { headers }))
  expect(await create({ 'x-amz-acl': 'public-read' })).toBe('200')
  expect(await create({})).toBe('409 BucketAlreadyExists')
  expect(await create({ 'x-amz-acl': 'public-read-write' })).toBe('409 BucketAlreadyExists')
  expect(await world.bucketGrants(bucket)).toEqual(['READ AllUsers', 'FULL_CONTROL owner'])
})
