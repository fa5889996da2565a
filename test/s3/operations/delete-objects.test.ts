import { describe, expect, it } from 'vitest'
import { deleteObjects } from '../../../src/s3/operations/delete-objects.ts'
import { answerOf, codeOf, modified, permissionsOf, xmlOf } from '../../support/operation-call.ts'
import type { DeleteOutcome } from '../../../src/shard/rpc.ts'
import type { Store } from '../../../src/store/store.ts'

function storeOfDeletes(outcomes: DeleteOutcome[], seen: unknown[] = []): Partial<Store> {
  return {
    deleteMany(_, deletes) {
      seen.push(...deletes)
      return Promise.resolve(outcomes)
    },
  }
}

const object = (...content: string[]) => `<Object>${content.join('')}</Object>`
const request = (...objects: string[]) => `<Delete>${objects.join('')}</Delete>`
const gone: DeleteOutcome = { outcome: 'deleted', versionId: null, marker: false }

const marker = (id: string) => `<DeleteMarker>true</DeleteMarker><DeleteMarkerVersionId>${id}</DeleteMarkerVersionId>`

describe('DeleteObjects', () => {
  it('leaves permissions to each key', () => {
    expect(permissionsOf(deleteObjects, { xml: request(object('<Key>a</Key>')) })).toEqual([])
  })

  it.each([
    ['no body', undefined],
    ['another root', '<Remove/>'],
    ['no object', '<Delete/>'],
    ['more than 1,000', request(...Array.from({ length: 1001 }, () => object('<Key>a</Key>')))],
    ['an object without key', request(object('<VersionId>v</VersionId>'))],
    ['an empty key', request(object('<Key/>'))],
  ])('%s is MalformedXML', async (_, xml) => {
    expect(await codeOf(deleteObjects, xml === undefined ? {} : { xml })).toBe('400 MalformedXML')
  })

  it('hands version and conditions of each object to the store', async () => {
    const seen: unknown[] = []
    const xml = request(
      object('<Key>a</Key>'),
      object(
        '<Key>b</Key><VersionId>v</VersionId><ETag>&quot;abc&quot;</ETag>',
        '<LastModifiedTime>1994-11-06T08:49:37Z</LastModifiedTime><Size>10</Size>',
      ),
    )
    await answerOf(deleteObjects, { xml, store: storeOfDeletes([gone, gone], seen) })
    expect(seen).toEqual([
      { key: 'a', versionId: null, conditions: null },
      { key: 'b', versionId: 'v', conditions: { ifMatch: ['abc'], ifMatchModified: modified, ifMatchSize: 10 } },
    ])
  })

  it('answers each object, errors among them', async () => {
    const long = 'k'.repeat(1025)
    const xml = request(
      object('<Key>plain</Key>'),
      object(`<Key>${long}</Key>`),
      object('<Key>marked</Key>'),
      object('<Key>refused</Key>'),
      object('<Key>marker</Key><VersionId>m1</VersionId>'),
      object('<Key>odd</Key><Size>x</Size>'),
      object('<Key>changed</Key><ETag>e</ETag>'),
      object('<Key>absent</Key><ETag>e</ETag>'),
      object('<Key>nothing</Key><Size>1</Size>'),
      object('<Key>slow</Key>'),
    )
    const store = storeOfDeletes([
      gone,
      { outcome: 'deleted', versionId: 'm2', marker: true },
      { outcome: 'deleted', versionId: 'm1', marker: true },
      { outcome: 'precondition-failed', condition: 'If-Match' },
      { outcome: 'missing' },
      { outcome: 'missing' },
      { outcome: 'catalog-unavailable' },
    ])
    const response = await answerOf(deleteObjects, {
      xml,
      store,
      refused: ['s3:DeleteObject arn:aws:s3:::bucket/refused'],
    })
    expect(response.status).toBe(200)
    const text = await xmlOf(response)
    const results = text
      .replaceAll(/<Message>[^<]*<\/Message>/g, '')
      .replaceAll('</Deleted>', '\n')
      .replaceAll('</Error>', '\n')
    expect(results).toBe(
      [
        '<DeleteResult><Deleted><Key>plain</Key>',
        `<Error><Key>${long}</Key><Code>KeyTooLongError</Code>`,
        `<Deleted><Key>marked</Key>${marker('m2')}`,
        '<Error><Key>refused</Key><Code>AccessDenied</Code>',
        `<Deleted><Key>marker</Key><VersionId>m1</VersionId>${marker('m1')}`,
        '<Error><Key>odd</Key><Code>InvalidArgument</Code>',
        '<Error><Key>changed</Key><Code>PreconditionFailed</Code>',
        '<Error><Key>absent</Key><Code>NoSuchKey</Code>',
        '<Deleted><Key>nothing</Key>',
        '<Error><Key>slow</Key><Code>SlowDown</Code>',
        '</DeleteResult>',
      ].join('\n'),
    )
  })

  it('keeps quiet about what went well', async () => {
    const xml = `<Delete><Quiet>true</Quiet>${object('<Key>a</Key>')}${object('<Key>b</Key>')}</Delete>`
    const store = storeOfDeletes([gone, { outcome: 'precondition-failed', condition: 'If-Match' }])
    expect(await xmlOf(await answerOf(deleteObjects, { xml, store }))).toMatch(/^<DeleteResult><Error><Key>b<\/Key>/)
  })

  it('does not ask the store when nothing may be deleted', async () => {
    const xml = request(object('<Key>a</Key>'))
    const response = await answerOf(deleteObjects, { xml, refused: ['s3:DeleteObject arn:aws:s3:::bucket/a'] })
    expect(await xmlOf(response)).toContain('<Code>AccessDenied</Code>')
  })

  it('asks for DeleteObjectVersion where a version is named', async () => {
    const xml = request(object('<Key>a</Key><VersionId>v</VersionId>'))
    const response = await answerOf(deleteObjects, { xml, refused: ['s3:DeleteObjectVersion arn:aws:s3:::bucket/a'] })
    expect(await xmlOf(response)).toContain('<Code>AccessDenied</Code>')
  })

  it('fails as a whole when the bucket is gone', async () => {
    const xml = request(object('<Key>a</Key>'))
    expect(await codeOf(deleteObjects, { xml, store: storeOfDeletes([{ outcome: 'bucket-gone' }]) })).toBe(
      '404 NoSuchBucket',
    )
  })
})
