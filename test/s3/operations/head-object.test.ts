import { describe, expect, it } from 'vitest'
import { headObject } from '../../../src/s3/operations/head-object.ts'
import { answerOf, codeOf, permissionsOf, versionOf } from '../../support/operation-call.ts'
import type { Store } from '../../../src/store/store.ts'

const store: Partial<Store> = {
  open(_, command) {
    expect(command.body).toBe(false)
    const range = command.range === null ? null : { offset: 2, length: 3 }
    return Promise.resolve({ outcome: 'found', version: versionOf(), range, part: null, body: null })
  },
}

describe('HeadObject', () => {
  it('needs what GetObject needs', () => {
    expect(permissionsOf(headObject, {})).toEqual(['s3:GetObject arn:aws:s3:::bucket/key'])
  })

  it('answers the headers of GetObject and no body', async () => {
    const response = await answerOf(headObject, { store })
    expect(response).toMatchObject({ status: 200, contentLength: 10, headers: { etag: '"abc"' } })
    expect(response.body).toBeNull()
  })

  it('answers a range with 206', async () => {
    expect(await answerOf(headObject, { store, headers: { range: 'bytes=2-4' } })).toMatchObject({
      status: 206,
      contentLength: 3,
      headers: { 'content-range': 'bytes 2-4/10' },
      body: null,
    })
  })

  it('tells the length of several ranges without opening them', async () => {
    const response = await answerOf(headObject, { store, headers: { range: 'bytes=2-4,6-7' } })
    expect(response).toMatchObject({ status: 206, body: null })
    expect(response.contentLength).toBeGreaterThan(5)
  })

  it('answers 304 and errors as GetObject does', async () => {
    expect(await answerOf(headObject, { store, headers: { 'if-none-match': 'abc' } })).toMatchObject({ status: 304 })
    const missing: Partial<Store> = { open: () => Promise.resolve({ outcome: 'missing' }) }
    expect(await codeOf(headObject, { store: missing })).toBe('404 NoSuchKey')
  })
})
