import { describe, expect, it } from 'vitest'
import { deleteObject } from '../../../src/s3/operations/delete-object.ts'
import { answerOf, codeOf, modified, permissionsOf } from '../../support/operation-call.ts'
import type { DeleteOutcome } from '../../../src/shard/rpc.ts'
import type { Store } from '../../../src/store/store.ts'

const deletes = (outcome: DeleteOutcome): Partial<Store> => ({ delete: () => Promise.resolve(outcome) })
const gone: DeleteOutcome = { outcome: 'deleted', versionId: null, marker: false }

describe('DeleteObject', () => {
  it.each([
    [{}, 's3:DeleteObject arn:aws:s3:::bucket/key'],
    [{ versionId: 'v' }, 's3:DeleteObjectVersion arn:aws:s3:::bucket/key'],
  ])('%j needs %s', (query, permission) => {
    expect(permissionsOf(deleteObject, { query: query })).toEqual([permission])
  })

  it('hands version and conditions to the store', async () => {
    let seen: unknown
    const store: Partial<Store> = {
      delete(_, command) {
        seen = command
        return Promise.resolve(gone)
      },
    }
    const headers = {
      'if-match': '"abc"',
      'x-amz-if-match-size': '10',
      'x-amz-if-match-last-modified-time': 'Sun, 06 Nov 1994 08:49:37 GMT',
    }
    await answerOf(deleteObject, { store, query: { versionId: 'v' }, headers })
    expect(seen).toEqual({
      key: 'key',
      versionId: 'v',
      conditions: { ifMatch: ['abc'], ifMatchSize: 10, ifMatchModified: modified },
    })
  })

  it.each([
    [gone, 'unversioned', {}],
    [
      { outcome: 'deleted', versionId: 'm', marker: true },
      'enabled',
      {
        'x-amz-version-id': 'm',
        'x-amz-delete-marker': 'true',
      },
    ],
    [{ outcome: 'deleted', versionId: 'v', marker: false }, 'suspended', { 'x-amz-version-id': 'v' }],
  ] as const)('%j in a bucket that is %s', async (outcome, versioning, headers) => {
    const response = await answerOf(deleteObject, { store: deletes(outcome), bucket: { versioning } })
    expect(response).toEqual({ status: 204, headers })
  })

  it.each<[DeleteOutcome, Record<string, string>, string]>([
    [{ outcome: 'precondition-failed', condition: 'If-Match' }, {}, '412 PreconditionFailed'],
    [{ outcome: 'missing' }, { 'if-match': '*' }, '404 NoSuchKey'],
    [{ outcome: 'bucket-gone' }, {}, '404 NoSuchBucket'],
    [{ outcome: 'catalog-unavailable' }, {}, '503 SlowDown'],
    [gone, { 'x-amz-if-match-size': 'x' }, '400 InvalidArgument'],
    [gone, { 'x-amz-if-match-last-modified-time': 'x' }, '400 InvalidArgument'],
    [gone, { 'x-amz-bypass-governance-retention': 'true' }, '400 InvalidArgument'],
  ])('%j with %j is %s', async (outcome, headers, expected) => {
    expect(await codeOf(deleteObject, { store: deletes(outcome), headers })).toBe(expected)
  })

  it('takes a key without an object for deleted when only size or date was asked for', async () => {
    const store = deletes({ outcome: 'missing' })
    expect(await answerOf(deleteObject, { store, headers: { 'x-amz-if-match-size': '1' } })).toEqual({ status: 204 })
  })
})
