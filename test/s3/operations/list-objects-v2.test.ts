import { describe, expect, it } from 'vitest'
import { encodeToken } from '../../../src/s3/listing.ts'
import { listObjectsV2 } from '../../../src/s3/operations/list-objects-v2.ts'
import {
  bucketRecord,
  contextWith,
  listedObject,
  ownerId,
  permissionsOf,
  run,
  xmlOf,
} from '../../support/bucket-store.ts'
import type { ListEntry, ListQuery, ListedObject } from '../../../src/store/store.ts'

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))

/** The contract of Store.listObjects over a plain list of keys: what the catalogue must do, in its slowest form. */
function modelList(keys: string[], { prefix, delimiter, after, limit }: ListQuery) {
  const entries: ListEntry<ListedObject>[] = []
  let last = ''
  for (const key of keys.toSorted(byBytes)) {
    if (!key.startsWith(prefix)) continue
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
    const name = cut < 0 ? key : key.slice(0, cut + delimiter.length)
    if (byBytes(name, after) <= 0 || (cut >= 0 && name === last)) continue
    if (entries.length === limit) return { entries, isTruncated: true }
    entries.push(cut < 0 ? { kind: 'entry', entry: listedObject(key) } : { kind: 'prefix', prefix: name })
    last = name
  }
  return { entries, isTruncated: false }
}

const contextOver = (keys: string[]) => contextWith({ listObjects: async (_bucket, query) => modelList(keys, query) })

async function list(keys: string[], query: string) {
  const text = xmlOf(await run(listObjectsV2, `/photos?list-type=2&${query}`, contextOver(keys)))
  const all = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, value]) => value ?? '')
  return {
    text,
    keys: all(/<Key>(.*?)<\/Key>/g),
    prefixes: all(/<CommonPrefixes><Prefix>(.*?)<\/Prefix><\/CommonPrefixes>/g),
    count: Number(all(/<KeyCount>(.*?)<\/KeyCount>/g)[0]),
    isTruncated: text.includes('<IsTruncated>true</IsTruncated>'),
    token: all(/<NextContinuationToken>(.*?)<\/NextContinuationToken>/g)[0] ?? null,
  }
}

describe('ListObjectsV2', () => {
  it('needs s3:ListBucket', () => {
    expect(permissionsOf(listObjectsV2, '/photos?list-type=2')).toEqual(['s3:ListBucket arn:aws:s3:::photos'])
  })

  it('writes a whole page, element by element', async () => {
    const token = encodeToken('0')
    const query = `prefix=a&start-after=a0&continuation-token=${token}&max-keys=2&delimiter=/&encoding-type=url`
    const { text } = await list(['a', 'a+b', 'a/1', 'a/2', 'a0', 'b'], query)
    expect(text).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
        `<Name>photos</Name><Prefix>a</Prefix><StartAfter>a0</StartAfter><ContinuationToken>${token}</ContinuationToken>` +
        `<NextContinuationToken>${encodeToken('a+b')}</NextContinuationToken><KeyCount>2</KeyCount><MaxKeys>2</MaxKeys>` +
        '<Delimiter>/</Delimiter><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>' +
        ['a', 'a%2Bb']
          .map(
            (key) =>
              `<Contents><Key>${key}</Key><LastModified>2026-02-03T04:05:06.000Z</LastModified>` +
              '<ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag>' +
              '<ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType>' +
              '<Size>5</Size><StorageClass>STANDARD</StorageClass></Contents>',
          )
          .join('') +
        '</ListBucketResult>',
    )
  })

  it('counts keys and common prefixes, each prefix once', async () => {
    const page = await list(['a/1', 'a/2', 'b', 'c/1'], 'delimiter=/')
    expect(page).toMatchObject({ keys: ['b'], prefixes: ['a/', 'c/'], count: 3, isTruncated: false, token: null })
  })

  it('gives owners only with fetch-owner=true', async () => {
    const owner = `<Owner><ID>${ownerId}</ID><DisplayName>alice</DisplayName></Owner><StorageClass>`
    expect((await list(['a'], 'fetch-owner=true')).text).toContain(owner)
    expect((await list(['a'], 'fetch-owner=false')).text).not.toContain('<Owner>')
    expect((await list(['a'], '')).text).not.toContain('<Owner>')
  })

  it('starts after start-after, but after the token once there is one', async () => {
    const keys = ['a', 'b', 'c', 'd']
    expect((await list(keys, 'start-after=b')).keys).toEqual(['c', 'd'])
    expect((await list(keys, `start-after=a&continuation-token=${encodeToken('c')}`)).keys).toEqual(['d'])
  })

  it.each(['', 'nonsense', 'MYA'])('refuses the continuation token %j', (token) => {
    const url = `/photos?list-type=2&continuation-token=${token}`
    expect(() => permissionsOf(listObjectsV2, url)).toThrow(
      expect.objectContaining({ code: 'InvalidArgument', message: 'The continuation token provided is incorrect' }),
    )
  })

  it('names the region the bucket is in', async () => {
    const context = { ...contextOver([]), bucket: bucketRecord({ location: 'EU' }) }
    const { headers } = await run(listObjectsV2, '/photos?list-type=2', context)
    expect(headers).toEqual({ 'x-amz-bucket-region': 'eu-west-1' })
  })

  it('walks every key and prefix once, whatever the page size, prefix and delimiter', async () => {
    const keys = [
      'a',
      'a/',
      'a/b/c',
      'a/b/d',
      'a/c',
      'a//',
      'b/',
      'b0',
      'z',
      'é',
      '\u{1f600}/x',
      '\uffee',
      'ab//',
      'a b+c',
    ]
    for (const size of [1, 2, 3, 5, 7, 1000]) {
      for (const delimiter of ['', '/', '//', 'b', '\u{1f600}']) {
        for (const prefix of ['', 'a', 'a/', 'a/b/', 'nothing']) {
          const base = new URLSearchParams({ 'max-keys': String(size), delimiter, prefix }).toString()
          const seen: string[] = []
          let token: string | null = null
          do {
            const page: Awaited<ReturnType<typeof list>> = await list(
              keys,
              token === null ? base : `${base}&continuation-token=${token}`,
            )
            expect(page.count).toBe(page.keys.length + page.prefixes.length)
            expect(page.isTruncated).toBe(page.token !== null)
            seen.push(...page.keys, ...page.prefixes)
            token = page.token
          } while (token !== null)
          const query = { prefix, delimiter, after: '', afterVersion: null, limit: 1000 }
          const whole = modelList(keys, query).entries.map((e) => (e.kind === 'entry' ? e.entry.key : e.prefix))
          expect(seen.toSorted(byBytes)).toEqual(whole)
        }
      }
    }
  })
})
