import { describe, expect, it } from 'vitest'
import { S3Error } from '../../src/errors.ts'
import { withKeepAlive } from '../../src/s3/keep-alive.ts'
import { element, xmlDocument } from '../../src/s3/xml.ts'
import { textOf } from '../support/operation-call.ts'
import type { S3Response } from '../../src/s3/operation.ts'

const times = { afterMilliseconds: 10, everyMilliseconds: 5 }
const answer: S3Response = {
  status: 200,
  headers: { 'x-amz-version-id': 'v' },
  body: xmlDocument('Result', [element('A', 1)]),
}

function context() {
  const kept: Promise<unknown>[] = []
  return { requestId: 'R', kept, waitUntil: (work: Promise<unknown>) => void kept.push(work) }
}

function later<T>(value: T): Promise<T> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(value), 40)
  })
}

async function failLater(error: Error): Promise<S3Response> {
  await later(null)
  throw error
}

describe('withKeepAlive()', () => {
  it('hands an early answer on as it is', async () => {
    const before = context()
    expect(await withKeepAlive(Promise.resolve(answer), before, times)).toBe(answer)
    expect(before.kept).toEqual([])
  })

  it('keeps the status of an early error', async () => {
    await expect(withKeepAlive(Promise.reject(new S3Error('InvalidPart')), context(), times)).rejects.toThrow(S3Error)
  })

  it('sends declaration, white space, then the document', async () => {
    const late = context()
    const response = await withKeepAlive(later(answer), late, times)
    expect(response).toMatchObject({ status: 200, headers: { 'content-type': 'application/xml' } })
    expect(await textOf(response)).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n +<Result xmlns="[^"]+"><A>1<\/A><\/Result>$/,
    )
    expect(late.kept).toHaveLength(1)
  })

  it('sends a late error in the body', async () => {
    const error = new S3Error('InvalidPart', { message: 'm', fields: { PartNumber: '2' } })
    const text = await textOf(await withKeepAlive(failLater(error), context(), times))
    expect(text).toMatch(
      / <Error><Code>InvalidPart<\/Code><Message>m<\/Message><PartNumber>2<\/PartNumber><RequestId>R<\/RequestId><\/Error>$/,
    )
  })

  it('tells a fault as InternalError and nothing of its text', async () => {
    const error = new Error('secret')
    const text = await textOf(await withKeepAlive(failLater(error), context(), times))
    expect(text).toContain('<Code>InternalError</Code>')
    expect(text).not.toContain('secret')
  })

  it('finishes the work when the client goes away', async () => {
    const gone = context()
    const response = await withKeepAlive(later(answer), gone, times)
    await (response.body as ReadableStream).cancel()
    await expect(Promise.all(gone.kept)).resolves.toHaveLength(1)
  })
})
