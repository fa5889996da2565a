import { describe, expect, it } from 'vitest'
import { listParts } from '../../../src/s3/operations/list-parts.ts'
import { answerOf, codeOf, modified, permissionsOf, uploadOf, xmlOf } from '../../support/operation-call.ts'
import type { ListPartsCommand, UploadFacts } from '../../../src/shard/rpc.ts'
import type { Store } from '../../../src/store/store.ts'

const query = { uploadId: 'u' }
const part = {
  partNumber: 2,
  etag: 'p',
  size: 5,
  modified,
  checksum: { algorithm: 'CRC32', type: 'FULL_OBJECT', value: 'c' },
} as const

function lists(seen: ListPartsCommand[] = [], owner = true, facts: Partial<UploadFacts> = {}): Partial<Store> {
  return {
    listParts(_, command) {
      seen.push(command)
      const upload = uploadOf({
        checksumAlgorithm: 'CRC32',
        checksumType: 'COMPOSITE',
        storageClass: 'GLACIER_IR',
        owner: '222222222222',
        ...facts,
      })
      return Promise.resolve({ outcome: 'found', upload, parts: [part], isTruncated: true })
    },
    owner: () => Promise.resolve(owner ? { canonicalId: 'id', displayName: 'Name' } : null),
  }
}

const person = (name: string, id: string, displayName: string) =>
  `<${name}><ID>${id}</ID><DisplayName>${displayName}</DisplayName></${name}>`

describe('ListParts', () => {
  it('needs ListMultipartUploadParts', () => {
    expect(permissionsOf(listParts, { query })).toEqual(['s3:ListMultipartUploadParts arn:aws:s3:::bucket/key'])
  })

  it('lists a page', async () => {
    const seen: ListPartsCommand[] = []
    const call = {
      bucket: { ownership: 'ObjectWriter' },
      query: { ...query, 'max-parts': '1', 'part-number-marker': '1' },
      store: lists(seen),
    }
    expect(await xmlOf(await answerOf(listParts, call))).toBe(
      '<ListPartsResult><Bucket>bucket</Bucket><Key>key</Key><UploadId>u</UploadId>' +
        '<Initiator><ID>id</ID><DisplayName>Name</DisplayName></Initiator>' +
        '<Owner><ID>id</ID><DisplayName>Name</DisplayName></Owner><StorageClass>GLACIER_IR</StorageClass>' +
        '<PartNumberMarker>1</PartNumberMarker><NextPartNumberMarker>2</NextPartNumberMarker><MaxParts>1</MaxParts>' +
        '<IsTruncated>true</IsTruncated><ChecksumAlgorithm>CRC32</ChecksumAlgorithm><ChecksumType>COMPOSITE</ChecksumType>' +
        '<Part><PartNumber>2</PartNumber><LastModified>1994-11-06T08:49:37.000Z</LastModified>' +
        '<ETag>&quot;p&quot;</ETag><Size>5</Size><ChecksumCRC32>c</ChecksumCRC32></Part></ListPartsResult>',
    )
    expect(seen).toEqual([{ key: 'key', uploadId: 'u', maxParts: 1, partNumberMarker: 1 }])
  })

  it('gives at most 1,000 parts, and names the bucket’s owner where the account is gone', async () => {
    const seen: ListPartsCommand[] = []
    const text = await xmlOf(
      await answerOf(listParts, {
        bucket: { ownership: 'ObjectWriter' },
        query: { ...query, 'max-parts': '5000' },
        store: lists(seen, false),
      }),
    )
    expect(seen[0]?.maxParts).toBe(1000)
    expect(text).toContain(`<ID>${'c'.repeat(64)}</ID>`)
  })

  it.each([
    ['an account', 'arn:aws:iam::222222222222:root', 'id', 'Name'],
    ['a user', 'arn:aws:iam::222222222222:user/team/alice', 'arn:aws:iam::222222222222:user/team/alice', 'alice'],
    [
      'a session of a role',
      'arn:aws:sts::222222222222:assumed-role/r/s',
      'arn:aws:sts::222222222222:assumed-role/r/s',
      's',
    ],
    ['the bucket’s own account', 'arn:aws:iam::111122223333:root', 'c'.repeat(64), 'Owner'],
  ])('names %s that began the upload, and the bucket’s owner as its own where that is enforced', async (...row) => {
    const [, initiator, id, name] = row
    const text = await xmlOf(await answerOf(listParts, { query, store: lists([], true, { initiator }) }))
    expect(text).toContain(person('Initiator', id, name) + person('Owner', 'c'.repeat(64), 'Owner'))
  })

  it.each<[Record<string, string>, string]>([
    [{ 'max-parts': '-1' }, '400 InvalidArgument'],
    [{ 'max-parts': 'x' }, '400 InvalidArgument'],
    [{ 'part-number-marker': '99999999999' }, '400 InvalidArgument'],
  ])('%j is %s', async (more, expected) => {
    expect(await codeOf(listParts, { query: { ...query, ...more } })).toBe(expected)
  })

  it('answers NoSuchUpload', async () => {
    const store: Partial<Store> = { listParts: () => Promise.resolve({ outcome: 'no-such-upload' }) }
    expect(await codeOf(listParts, { query, store })).toBe('404 NoSuchUpload')
  })
})
