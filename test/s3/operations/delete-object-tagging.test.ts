import { describe, expect, it } from 'vitest'
import { deleteObjectTagging } from '../../../src/s3/operations/delete-object-tagging.ts'
import { answerOf, codeOf, permissionsOf } from '../../support/operation-call.ts'
import type { TagsOutcome } from '../../../src/shard/rpc.ts'
import type { Store } from '../../../src/store/store.ts'

describe('DeleteObjectTagging', () => {
  it.each([
    [{}, 's3:DeleteObjectTagging arn:aws:s3:::bucket/key'],
    [{ versionId: 'v' }, 's3:DeleteObjectVersionTagging arn:aws:s3:::bucket/key'],
  ])('%j needs %s', (query, permission) => {
    expect(permissionsOf(deleteObjectTagging, { query: query })).toEqual([permission])
  })

  it('removes every tag', async () => {
    let seen: unknown
    const store: Partial<Store> = {
      setTags(_, command) {
        seen = command
        return Promise.resolve({ outcome: 'written', versionId: 'v' })
      },
    }
    expect(await answerOf(deleteObjectTagging, { store })).toEqual({ status: 204, headers: {} })
    expect(seen).toEqual({ key: 'key', versionId: null, tags: null, basis: { owner: '111122223333' } })
  })

  it.each<[TagsOutcome, string]>([
    [{ outcome: 'missing' }, '404 NoSuchKey'],
    [{ outcome: 'no-such-version' }, '404 NoSuchVersion'],
    [{ outcome: 'delete-marker', versionId: 'm', modified: 0, named: true }, '405 MethodNotAllowed'],
    [{ outcome: 'bucket-gone' }, '404 NoSuchBucket'],
    [{ outcome: 'catalog-unavailable' }, '503 SlowDown'],
  ])('%j is %s', async (outcome, expected) => {
    expect(await codeOf(deleteObjectTagging, { store: { setTags: () => Promise.resolve(outcome) } })).toBe(expected)
  })
})
