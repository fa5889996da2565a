import { describe, expect, it } from 'vitest'
import { listObjectVersions } from '../../../src/s3/operations/list-object-versions.ts'
import { contextWith, listedObject, ownerId, permissionsOf, run } from '../../support/bucket-store.ts'
import type { ListPage, ListQuery, ListedObject } from '../../../src/store/store.ts'

const head =
  '<?xml version="1.0" encoding="UTF-8"?>\n<ListVersionsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
const owner = `<Owner><ID>${ownerId}</ID><DisplayName>alice</DisplayName></Owner>`

function listing(page: ListPage<ListedObject>) {
  const asked: ListQuery[] = []
  const context = contextWith({
    async listVersions(_bucket, query) {
      asked.push(query)
      return page
    },
  })
  return { asked, context }
}

const version = (key: string, facts: Partial<ListedObject>) => ({
  kind: 'entry' as const,
  entry: listedObject(key, { checksumAlgorithm: null, checksumType: null, ...facts }),
})

describe('ListObjectVersions', () => {
  it('needs s3:ListBucketVersions', () => {
    expect(permissionsOf(listObjectVersions, '/photos?versions')).toEqual(['s3:ListBucketVersions arn:aws:s3:::photos'])
  })

  it('writes versions and delete markers in their order, then common prefixes', async () => {
    const { asked, context } = listing({
      entries: [
        version('a', { versionId: 'v3', isDeleteMarker: true }),
        version('a', { versionId: 'v2', isLatest: false }),
        { kind: 'prefix', prefix: 'd/' },
        version('e', { versionId: 'null' }),
      ],
      isTruncated: true,
    })
    const url = '/photos?versions&delimiter=/&key-marker=0&version-id-marker=v9&max-keys=4'
    const { body } = await run(listObjectVersions, url, context)
    expect(asked).toEqual([{ prefix: '', delimiter: '/', after: '0', afterVersion: 'v9', limit: 4 }])
    const etag = '<ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag>'
    const date = '<LastModified>2026-02-03T04:05:06.000Z</LastModified>'
    expect(body).toBe(
      `${head}<Name>photos</Name><Prefix></Prefix><KeyMarker>0</KeyMarker><VersionIdMarker>v9</VersionIdMarker>` +
        '<NextKeyMarker>e</NextKeyMarker><NextVersionIdMarker>null</NextVersionIdMarker><MaxKeys>4</MaxKeys>' +
        '<Delimiter>/</Delimiter><IsTruncated>true</IsTruncated>' +
        `<DeleteMarker><Key>a</Key><VersionId>v3</VersionId><IsLatest>true</IsLatest>${date}${owner}</DeleteMarker>` +
        `<Version><Key>a</Key><VersionId>v2</VersionId><IsLatest>false</IsLatest>${date}${etag}<Size>5</Size>${owner}` +
        '<StorageClass>STANDARD</StorageClass></Version>' +
        `<Version><Key>e</Key><VersionId>null</VersionId><IsLatest>true</IsLatest>${date}${etag}<Size>5</Size>${owner}` +
        '<StorageClass>STANDARD</StorageClass></Version>' +
        '<CommonPrefixes><Prefix>d/</Prefix></CommonPrefixes></ListVersionsResult>',
    )
  })

  it('goes on after a common prefix with its name alone', async () => {
    const { context } = listing({ entries: [{ kind: 'prefix', prefix: 'd ü/' }], isTruncated: true })
    const { body } = await run(listObjectVersions, '/photos?versions&delimiter=/&encoding-type=url', context)
    expect(body).toContain('<NextKeyMarker>d%20%C3%BC/</NextKeyMarker><MaxKeys>')
    expect(body).not.toContain('NextVersionIdMarker')
  })

  it('takes a key marker alone for the end of that key, and ends without next markers', async () => {
    const { asked, context } = listing({ entries: [], isTruncated: false })
    const { body } = await run(listObjectVersions, '/photos?versions&key-marker=k&version-id-marker=', context)
    expect(asked[0]).toMatchObject({ after: 'k', afterVersion: null })
    expect(body).not.toContain('Next')
  })

  it('refuses a version-id-marker without a key-marker', () => {
    expect(() => permissionsOf(listObjectVersions, '/photos?versions&version-id-marker=v1')).toThrow(
      expect.objectContaining({
        code: 'InvalidArgument',
        message: 'A version-id marker cannot be specified without a key marker.',
        fields: { ArgumentName: 'version-id-marker', ArgumentValue: 'v1' },
      }),
    )
  })
})
