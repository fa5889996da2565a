import { describe, expect, it } from 'vitest'
import { getObjectTagging } from '../../../src/s3/operations/get-object-tagging.ts'
import { answerOf, codeOf, modified, permissionsOf, versionOf, xmlOf } from '../../support/operation-call.ts'
import type { ReadCommand } from '../../../src/shard/rpc.ts'
import type { OpenOutcome, Store } from '../../../src/store/store.ts'

const finds = (outcome: OpenOutcome, asked: ReadCommand[] = []): Partial<Store> => ({
  open(_, command) {
    asked.push(command)
    return Promise.resolve(outcome)
  },
})
const found = (tags: Record<string, string>): OpenOutcome => ({
  outcome: 'found',
  version: versionOf({ tags, versionId: 'v' }),
  range: null,
  part: null,
  body: null,
})

describe('GetObjectTagging', () => {
  it.each([
    [{}, 's3:GetObjectTagging arn:aws:s3:::bucket/key'],
    [{ versionId: 'v' }, 's3:GetObjectVersionTagging arn:aws:s3:::bucket/key'],
  ])('%j needs %s', (query, permission) => {
    expect(permissionsOf(getObjectTagging, { query: query })).toEqual([permission])
  })

  it('gives the tags', async () => {
    const asked: ReadCommand[] = []
    const store = finds(found({ a: '1', b: '&' }), asked)
    const response = await answerOf(getObjectTagging, { store, bucket: { versioning: 'enabled' } })
    expect(asked).toEqual([{ key: 'key', versionId: null, range: null, ifRange: null, partNumber: null, body: false }])
    expect(response).toMatchObject({ status: 200, headers: { 'x-amz-version-id': 'v' } })
    expect(await xmlOf(response)).toBe(
      '<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag><Tag><Key>b</Key><Value>&amp;</Value></Tag></TagSet></Tagging>',
    )
  })

  it('gives an empty set where there are none', async () => {
    expect(await xmlOf(await answerOf(getObjectTagging, { store: finds(found({})) }))).toBe(
      '<Tagging><TagSet></TagSet></Tagging>',
    )
  })

  it.each<[OpenOutcome, string]>([
    [{ outcome: 'missing' }, '404 NoSuchKey'],
    [{ outcome: 'no-such-version' }, '404 NoSuchVersion'],
    [{ outcome: 'delete-marker', versionId: 'm', modified, named: false }, '404 NoSuchKey'],
    [{ outcome: 'delete-marker', versionId: 'm', modified, named: true }, '405 MethodNotAllowed'],
  ])('%j is %s', async (outcome, expected) => {
    expect(await codeOf(getObjectTagging, { store: finds(outcome) })).toBe(expected)
  })
})
