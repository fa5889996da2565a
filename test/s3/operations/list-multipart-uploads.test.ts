import { describe, expect, it } from 'vitest'
import { listMultipartUploads } from '../../../src/s3/operations/list-multipart-uploads.ts'
import { contextWith, listedUpload, ownerId, permissionsOf, run } from '../../support/bucket-store.ts'
import type { ListPage, ListQuery, ListedUpload } from '../../../src/store/store.ts'

const head =
  '<?xml version="1.0" encoding="UTF-8"?>\n<ListMultipartUploadsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'

function listing(page: ListPage<ListedUpload>) {
  const asked: ListQuery[] = []
  const context = contextWith({
    async listUploads(_bucket, query) {
      asked.push(query)
      return page
    },
    owner: async () => ({ canonicalId: 'bob-id', displayName: 'bob' }),
  })
  return { asked, context }
}

const upload = (key: string, facts: Partial<ListedUpload> = {}) => ({
  kind: 'entry' as const,
  entry: listedUpload(key, facts),
})

describe('ListMultipartUploads', () => {
  it('needs s3:ListBucketMultipartUploads', () => {
    expect(permissionsOf(listMultipartUploads, '/photos?uploads')).toEqual([
      's3:ListBucketMultipartUploads arn:aws:s3:::photos',
    ])
  })

  it('writes an empty answer as AWS does: Prefix only when given, next markers always', async () => {
    const { context } = listing({ entries: [], isTruncated: false })
    const { body } = await run(listMultipartUploads, '/photos?uploads', context)
    expect(body).toBe(
      `${head}<Bucket>photos</Bucket><KeyMarker></KeyMarker><UploadIdMarker></UploadIdMarker>` +
        '<NextKeyMarker></NextKeyMarker><NextUploadIdMarker></NextUploadIdMarker><MaxUploads>1000</MaxUploads>' +
        '<IsTruncated>false</IsTruncated></ListMultipartUploadsResult>',
    )
  })

  it('writes uploads with who began them and who will own them', async () => {
    const { asked, context } = listing({
      entries: [
        { kind: 'prefix', prefix: 'a/' },
        upload('b+', { owner: '222222222222', checksumAlgorithm: 'SHA256', checksumType: 'COMPOSITE' }),
      ],
      isTruncated: true,
    })
    const url =
      '/photos?uploads&prefix=%2B&delimiter=/&key-marker=a&upload-id-marker=u0&max-uploads=2&encoding-type=url'
    const { body } = await run(listMultipartUploads, url, context)
    expect(asked).toEqual([{ prefix: '+', delimiter: '/', after: 'a', afterVersion: 'u0', limit: 2 }])
    expect(body).toBe(
      `${head}<Bucket>photos</Bucket><KeyMarker>a</KeyMarker><UploadIdMarker>u0</UploadIdMarker>` +
        '<NextKeyMarker>b%2B</NextKeyMarker><NextUploadIdMarker>upload-1</NextUploadIdMarker><Delimiter>/</Delimiter>' +
        '<Prefix>%2B</Prefix><EncodingType>url</EncodingType><MaxUploads>2</MaxUploads><IsTruncated>true</IsTruncated>' +
        '<Upload><Key>b%2B</Key><UploadId>upload-1</UploadId>' +
        '<Initiator><ID>bob-id</ID><DisplayName>bob</DisplayName></Initiator>' +
        `<Owner><ID>${ownerId}</ID><DisplayName>alice</DisplayName></Owner><StorageClass>STANDARD</StorageClass>` +
        '<Initiated>2026-02-03T04:05:06.000Z</Initiated><ChecksumAlgorithm>SHA256</ChecksumAlgorithm>' +
        '<ChecksumType>COMPOSITE</ChecksumType></Upload>' +
        '<CommonPrefixes><Prefix>a/</Prefix></CommonPrefixes></ListMultipartUploadsResult>',
    )
  })

  it('names the common prefix a page ends in, so that the next one goes on', async () => {
    const { context } = listing({ entries: [upload('a'), { kind: 'prefix', prefix: 'b/' }], isTruncated: true })
    const { body } = await run(listMultipartUploads, '/photos?uploads&delimiter=/', context)
    expect(body).toContain('<NextKeyMarker>b/</NextKeyMarker><NextUploadIdMarker></NextUploadIdMarker>')
  })

  it('ignores an upload-id-marker without a key-marker', async () => {
    const { asked, context } = listing({ entries: [], isTruncated: false })
    const { body } = await run(listMultipartUploads, '/photos?uploads&upload-id-marker=u1', context)
    expect(asked[0]).toMatchObject({ after: '', afterVersion: null })
    expect(body).toContain('<UploadIdMarker></UploadIdMarker>')
  })
})
