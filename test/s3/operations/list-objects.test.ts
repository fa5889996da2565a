import { describe, expect, it } from 'vitest'
import { listObjects } from '../../../src/s3/operations/list-objects.ts'
import {
  bucketRecord,
  contextWith,
  listedObject,
  ownerId,
  permissionsOf,
  run,
  xmlOf,
} from '../../support/bucket-store.ts'
import type { ListPage, ListQuery, ListedObject } from '../../../src/store/store.ts'

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'
const root = '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
const owner = `<Owner><ID>${ownerId}</ID><DisplayName>alice</DisplayName></Owner>`

/** Answers with one page and keeps what was asked. */
function listing(page: Partial<ListPage<ListedObject>>) {
  const asked: ListQuery[] = []
  const context = contextWith({
    async listObjects(_bucket, query) {
      asked.push(query)
      return { entries: [], isTruncated: false, ...page }
    },
  })
  return { asked, context }
}

const entry = (key: string, facts: Partial<ListedObject> = {}) => ({
  kind: 'entry' as const,
  entry: listedObject(key, facts),
})
const prefix = (name: string) => ({ kind: 'prefix' as const, prefix: name })

describe('ListObjects', () => {
  it('needs s3:ListBucket', () => {
    expect(permissionsOf(listObjects, '/photos')).toEqual(['s3:ListBucket arn:aws:s3:::photos'])
  })

  it('writes an empty bucket with every element AWS writes', async () => {
    const { context, asked } = listing({})
    const { body, status, headers } = await run(listObjects, '/photos', context)
    expect(status).toBe(200)
    expect(headers).toEqual({ 'x-amz-bucket-region': 'us-east-1' })
    expect(asked).toEqual([{ prefix: '', delimiter: '', after: '', afterVersion: null, limit: 1000 }])
    expect(body).toBe(
      `${declaration}${root}<Name>photos</Name><Prefix></Prefix><Marker></Marker><MaxKeys>1000</MaxKeys>` +
        '<IsTruncated>false</IsTruncated></ListBucketResult>',
    )
  })

  it('writes keys, then common prefixes, and NextMarker with a delimiter', async () => {
    const { context, asked } = listing({
      entries: [prefix('a/'), entry('b&c'), prefix('d/')],
      isTruncated: true,
    })
    const { body } = await run(listObjects, '/photos?prefix=&delimiter=/&marker=a&max-keys=3', context)
    expect(asked).toEqual([{ prefix: '', delimiter: '/', after: 'a', afterVersion: null, limit: 3 }])
    expect(body).toBe(
      `${declaration}${root}<Name>photos</Name><Prefix></Prefix><Marker>a</Marker><NextMarker>d/</NextMarker>` +
        '<MaxKeys>3</MaxKeys><Delimiter>/</Delimiter><IsTruncated>true</IsTruncated>' +
        '<Contents><Key>b&amp;c</Key><LastModified>2026-02-03T04:05:06.000Z</LastModified>' +
        '<ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag><ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm>' +
        `<ChecksumType>FULL_OBJECT</ChecksumType><Size>5</Size>${owner}<StorageClass>STANDARD</StorageClass></Contents>` +
        '<CommonPrefixes><Prefix>a/</Prefix></CommonPrefixes><CommonPrefixes><Prefix>d/</Prefix></CommonPrefixes>' +
        '</ListBucketResult>',
    )
  })

  it('leaves NextMarker out without a delimiter, as AWS does: the last key says it', async () => {
    const { context } = listing({ entries: [entry('a')], isTruncated: true })
    const { body } = await run(listObjects, '/photos?max-keys=1', context)
    expect(body).toContain('<IsTruncated>true</IsTruncated>')
    expect(body).not.toContain('NextMarker')
  })

  it('encodes every name with encoding-type=url', async () => {
    const { context } = listing({ entries: [entry('k+1/ü'), prefix('a b/')], isTruncated: true })
    const url = '/photos?encoding-type=url&prefix=%2B&delimiter=%0A&marker=%C3%BC'
    const { body } = await run(listObjects, url, context)
    expect(body).toContain('<Prefix>%2B</Prefix><Marker>%C3%BC</Marker><NextMarker>a%20b/</NextMarker>')
    expect(body).toContain('<Delimiter>%0A</Delimiter><EncodingType>url</EncodingType><IsTruncated>')
    expect(body).toContain('<Key>k%2B1/%C3%BC</Key>')
    expect(body).toContain('<CommonPrefixes><Prefix>a%20b/</Prefix></CommonPrefixes>')
  })

  it('writes what XML cannot carry as character references', async () => {
    const { context } = listing({ entries: [entry('a\u0001\r<">')] })
    const { body } = await run(listObjects, '/photos', context)
    expect(body).toContain('<Key>a&#x1;&#xD;&lt;&quot;&gt;</Key>')
  })

  it('answers max-keys=0 without asking the store', async () => {
    const { body } = await run(listObjects, '/photos?max-keys=0', contextWith())
    expect(body).toContain('<MaxKeys>0</MaxKeys><IsTruncated>false</IsTruncated></ListBucketResult>')
  })

  it('looks each foreign owner up once, and leaves out one that is gone', async () => {
    const asked: string[] = []
    const entries = ['222222222222', '111111111111', '222222222222', '333333333333'].map((account, index) =>
      entry(`k${index}`, { owner: account }),
    )
    const context = contextWith(
      {
        listObjects: async () => ({ entries, isTruncated: false }),
        async owner(accountId) {
          asked.push(accountId)
          return accountId === '222222222222' ? { canonicalId: 'bob-id', displayName: 'b<b' } : null
        },
      },
      { bucket: bucketRecord({ ownership: 'ObjectWriter' }) },
    )
    const body = xmlOf(await run(listObjects, '/photos', context))
    expect(asked).toEqual(['222222222222', '333333333333'])
    const owners = [...body.matchAll(/<Key>(.*?)<\/Key>.*?<Size>5<\/Size>(.*?)<StorageClass>/g)]
    const bob = '<Owner><ID>bob-id</ID><DisplayName>b&lt;b</DisplayName></Owner>'
    expect(owners.map(([, key, who]) => [key, who])).toEqual([
      ['k0', bob],
      ['k1', owner],
      ['k2', bob],
      ['k3', ''],
    ])
  })

  it('names the bucket owner for everything under BucketOwnerEnforced, without a look-up', async () => {
    const { context } = listing({ entries: [entry('a', { owner: '222222222222' })] })
    const { body } = await run(listObjects, '/photos', context)
    expect(body).toContain(owner)
  })

  it('refuses a list type there is not', async () => {
    expect(() => permissionsOf(listObjects, '/photos?list-type=3')).toThrow('Invalid List Type')
  })
})
