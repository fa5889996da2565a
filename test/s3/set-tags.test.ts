import { describe, expect, it } from 'vitest'
import { deleteObjectTagging } from '../../src/s3/operations/delete-object-tagging.ts'
import { putObjectTagging } from '../../src/s3/operations/put-object-tagging.ts'
import { answerOf, codeOf } from '../support/operation-call.ts'
import type { Basis } from '../../src/iam/basis.ts'
import type { Store } from '../../src/store/store.ts'

const xml = '<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>'

/** A store in which another account's object is found this many times. */
function changing(times: number): { store: Partial<Store>; asked: Basis[] } {
  const asked: Basis[] = []
  const store: Partial<Store> = {
    setTags(_, { basis }) {
      asked.push(basis)
      return Promise.resolve(asked.length <= times ? { outcome: 'changed' } : { outcome: 'written', versionId: 'null' })
    },
  }
  return { store, asked }
}

describe.each([putObjectTagging, deleteObjectTagging])('$name', (operation) => {
  it('is judged by the bucket’s owner first and by the object where another owns it', async () => {
    const { store, asked } = changing(1)
    await answerOf(operation, { xml, store })
    expect(asked).toEqual([{ owner: '111122223333' }, { seq: 7 }])
    expect(operation.settles).toBe(true)
  })

  it('changes nothing that may not be changed', async () => {
    const { store, asked } = changing(1)
    expect(await codeOf(operation, { xml, store, unsettled: true })).toBe('403 AccessDenied')
    expect(asked.length).toBe(1)
    const before = changing(0)
    const [permission] = operation === putObjectTagging ? ['s3:PutObjectTagging'] : ['s3:DeleteObjectTagging']
    const refused = [`${permission} arn:aws:s3:::bucket/key`]
    expect(await codeOf(operation, { xml, store: before.store, refused })).toBe('403 AccessDenied')
    expect(before.asked).toEqual([])
  })

  it('gives up when the object is replaced again', async () => {
    expect(await codeOf(operation, { xml, store: changing(2).store })).toBe('503 SlowDown')
  })
})
