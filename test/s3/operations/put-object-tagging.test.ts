import { describe, expect, it } from 'vitest'
import { putObjectTagging } from '../../../src/s3/operations/put-object-tagging.ts'
import { answerOf, codeOf, modified, permissionsOf } from '../../support/operation-call.ts'
import type { TagsOutcome } from '../../../src/shard/rpc.ts'
import type { Store } from '../../../src/store/store.ts'

const xml = '<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>'

describe('PutObjectTagging', () => {
  it.each([
    [{}, 's3:PutObjectTagging arn:aws:s3:::bucket/key'],
    [{ versionId: 'v' }, 's3:PutObjectVersionTagging arn:aws:s3:::bucket/key'],
  ])('%j needs %s', (query, permission) => {
    expect(permissionsOf(putObjectTagging, { xml, query: query })).toEqual([permission])
  })

  it('replaces the tags', async () => {
    let seen: unknown
    const store: Partial<Store> = {
      setTags(_, command) {
        seen = command
        return Promise.resolve({ outcome: 'written', versionId: 'v' })
      },
    }
    const response = await answerOf(putObjectTagging, {
      xml,
      store,
      query: { versionId: 'v' },
      bucket: { versioning: 'enabled' },
    })
    expect(response).toEqual({ status: 200, headers: { 'x-amz-version-id': 'v' } })
    expect(seen).toEqual({ key: 'key', versionId: 'v', tags: { a: '1' }, basis: { owner: '111122223333' } })
  })

  it('refuses a body that is no Tagging', async () => {
    expect(await codeOf(putObjectTagging, {})).toBe('400 MalformedXML')
  })

  it.each<[TagsOutcome, string]>([
    [{ outcome: 'missing' }, '404 NoSuchKey'],
    [{ outcome: 'no-such-version' }, '404 NoSuchVersion'],
    [{ outcome: 'delete-marker', versionId: 'm', modified, named: false }, '404 NoSuchKey'],
    [{ outcome: 'delete-marker', versionId: 'm', modified, named: true }, '405 MethodNotAllowed'],
    [{ outcome: 'bucket-gone' }, '404 NoSuchBucket'],
    [{ outcome: 'catalog-unavailable' }, '503 SlowDown'],
  ])('%j is %s', async (outcome, expected) => {
    expect(await codeOf(putObjectTagging, { xml, store: { setTags: () => Promise.resolve(outcome) } })).toBe(expected)
  })
})
