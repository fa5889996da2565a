import { describe, expect, it } from 'vitest'
import { renameObject } from '../../../src/s3/operations/rename-object.ts'
import { answerOf, codeOf, modified, permissionsOf } from '../../support/operation-call.ts'
import type { RenameOutcome } from '../../../src/shard/rpc.ts'
import type { Store } from '../../../src/store/store.ts'

const renames = (outcome: RenameOutcome): Partial<Store> => ({ rename: () => Promise.resolve(outcome) })
const written: RenameOutcome = { outcome: 'written', versionId: 'null', etag: 'e', size: 1, modified, checksum: null }
const headers = { 'x-amz-rename-source': 'old' }

describe('RenameObject', () => {
  it('needs to read and delete the source and to write the destination', () => {
    expect(permissionsOf(renameObject, { headers })).toEqual([
      's3:GetObject arn:aws:s3:::bucket/old',
      's3:DeleteObject arn:aws:s3:::bucket/old',
      's3:PutObject arn:aws:s3:::bucket/key',
    ])
  })

  it.each([
    ['old', 'old'],
    ['/dir/a%20b', 'dir/a b'],
    ['a%2Fb', 'a/b'],
  ])('reads the source %s', async (sent, sourceKey) => {
    let seen: unknown
    const store: Partial<Store> = {
      rename(_, command) {
        seen = command
        return Promise.resolve(written)
      },
    }
    const sentHeaders = {
      'x-amz-rename-source': sent,
      'if-none-match': '*',
      'x-amz-rename-source-if-match': '"abc"',
      'x-amz-client-token': 'token-1',
    }
    expect(await answerOf(renameObject, { store, headers: sentHeaders })).toEqual({ status: 200 })
    expect(seen).toEqual({
      key: 'key',
      sourceKey,
      conditions: { ifNoneMatch: '*' },
      sourceConditions: { ifMatch: ['abc'] },
    })
  })

  it.each<[Record<string, string>, string]>([
    [{}, '400 InvalidArgument'],
    [{ 'x-amz-rename-source': '/' }, '400 InvalidArgument'],
    [{ 'x-amz-rename-source': '%zz' }, '400 InvalidArgument'],
    [{ 'x-amz-rename-source': 'key' }, '400 InvalidRequest'],
    [{ 'x-amz-rename-source': 'k'.repeat(1025) }, '400 KeyTooLongError'],
    [{ ...headers, 'x-amz-client-token': 'x'.repeat(65) }, '400 InvalidArgument'],
  ])('%j is %s', async (sent, expected) => {
    expect(await codeOf(renameObject, { headers: sent })).toBe(expected)
  })

  it.each<[RenameOutcome, string]>([
    [{ outcome: 'missing' }, '404 NoSuchKey'],
    [{ outcome: 'source-missing' }, '404 NoSuchKey'],
    [{ outcome: 'precondition-failed', condition: 'If-Match' }, '412 PreconditionFailed'],
    [{ outcome: 'bucket-gone' }, '404 NoSuchBucket'],
    [{ outcome: 'catalog-unavailable' }, '503 SlowDown'],
  ])('%j is %s', async (outcome, expected) => {
    expect(await codeOf(renameObject, { headers, store: renames(outcome) })).toBe(expected)
  })
})
