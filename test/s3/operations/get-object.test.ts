import { describe, expect, it } from 'vitest'
import { getObject } from '../../../src/s3/operations/get-object.ts'
import { answerOf, codeOf, errorOf, modified, permissionsOf, textOf, versionOf } from '../../support/operation-call.ts'
import type { ObjectVersion, ReadCommand } from '../../../src/shard/rpc.ts'
import type { OpenOutcome, Store } from '../../../src/store/store.ts'
import type { Call } from '../../support/operation-call.ts'

const bytes = new TextEncoder().encode('0123456789')

/** A store of one object that reads as the real one does. */
function storeOfObject(version: ObjectVersion, commands: ReadCommand[] = []): Pick<Store, 'open'> {
  return {
    open(_, command) {
      commands.push(command)
      const { range: spec, partNumber } = command
      let range: { offset: number; length: number } | null = null
      if (spec !== null && (command.ifRange === null || command.ifRange === `"${version.etag}"`)) {
        const start = spec.kind === 'suffix' ? Math.max(version.size - spec.length, 0) : spec.start
        const end = spec.kind === 'suffix' ? version.size - 1 : Math.min(spec.end ?? Infinity, version.size - 1)
        if (start > end) return Promise.resolve({ outcome: 'range-unsatisfiable', version })
        range = { offset: start, length: end - start + 1 }
      }
      let part = null
      if (partNumber !== null) {
        if (partNumber > Math.max(version.partsCount, 1))
          return Promise.resolve({ outcome: 'part-out-of-range', version })
        range = version.partsCount === 0 ? null : { offset: 5, length: 5 }
        part = version.partsCount === 0 ? null : { partNumber, etag: 'p', size: 5, modified, checksum: partChecksum }
      }
      const body = command.body ? bytes.slice(range?.offset ?? 0, (range?.offset ?? 0) + (range?.length ?? 10)) : null
      return Promise.resolve({ outcome: 'found', version, range, part, body })
    },
  }
}

const partChecksum = { algorithm: 'SHA256', type: 'COMPOSITE', value: 'part' } as const
const plain = { store: storeOfObject(versionOf()) }
const opens = (outcome: OpenOutcome): Call => ({ store: { open: () => Promise.resolve(outcome) } })

describe('GetObject of a version that may not be read', () => {
  it('tells nothing of it, not even by its preconditions or its size', async () => {
    const headersOfEach: Record<string, string>[] = [{}, { 'if-none-match': '"abc"' }, { range: 'bytes=99-' }]
    for (const headers of headersOfEach) {
      expect(await codeOf(getObject, { ...plain, headers, unsettled: true })).toBe('403 AccessDenied')
    }
  })
})

describe('GetObject parameters', () => {
  it.each([
    [{}, 's3:GetObject arn:aws:s3:::bucket/key'],
    [{ versionId: 'v1' }, 's3:GetObjectVersion arn:aws:s3:::bucket/key'],
  ])('%j needs %s', (query, permission) => {
    expect(permissionsOf(getObject, { query: query })).toEqual([permission])
  })

  it.each<[Call, string]>([
    [{ query: { versionId: '' } }, '400 InvalidArgument'],
    [{ query: { versionId: 'no such/thing' } }, '400 InvalidArgument'],
    [{ query: { partNumber: '0' } }, '400 InvalidArgument'],
    [{ query: { partNumber: '10001' } }, '400 InvalidArgument'],
    [{ query: { partNumber: 'x' } }, '400 InvalidArgument'],
    [{ query: { partNumber: '1' }, headers: { range: 'bytes=0-1' } }, '400 InvalidRequest'],
    [{ ...plain, query: { 'response-expires': 'x' }, identity: { kind: 'anonymous' } }, '400 InvalidRequest'],
  ])('%j is %s', async (call, expected) => {
    expect(await codeOf(getObject, call)).toBe(expected)
  })

  it('asks the store once, with everything it needs', async () => {
    const commands: ReadCommand[] = []
    await answerOf(getObject, {
      key: 'a/b',
      query: { versionId: 'v1' },
      headers: { range: 'bytes=-3', 'if-range': '"abc"' },
      store: storeOfObject(versionOf(), commands),
    })
    expect(commands).toEqual([
      {
        key: 'a/b',
        versionId: 'v1',
        range: { kind: 'suffix', length: 3 },
        ifRange: '"abc"',
        partNumber: null,
        body: true,
      },
    ])
  })
})

describe('GetObject answers', () => {
  it('sends the whole object', async () => {
    const response = await answerOf(getObject, plain)
    expect(response).toEqual({
      status: 200,
      headers: {
        'content-type': 'text/plain',
        etag: '"abc"',
        'last-modified': 'Sun, 06 Nov 1994 08:49:37 GMT',
        'accept-ranges': 'bytes',
      },
      body: bytes,
      contentLength: 10,
    })
  })

  it('replaces headers by the response- parameters', async () => {
    const response = await answerOf(getObject, { ...plain, query: { 'response-content-type': 'a/b' } })
    expect(response.headers).toMatchObject({ 'content-type': 'a/b' })
  })

  it('names the version where the bucket is versioned', async () => {
    const store = storeOfObject(versionOf({ versionId: 'v1' }))
    expect((await answerOf(getObject, { store, bucket: { versioning: 'enabled' } })).headers).toMatchObject({
      'x-amz-version-id': 'v1',
    })
  })

  it('sends the checksum when asked for, and never with a range', async () => {
    const headers = { 'x-amz-checksum-mode': 'ENABLED' }
    expect((await answerOf(getObject, { ...plain, headers })).headers).toMatchObject({
      'x-amz-checksum-crc32': 'AAAAAA==',
      'x-amz-checksum-type': 'FULL_OBJECT',
    })
    const ranged = await answerOf(getObject, { ...plain, headers: { ...headers, range: 'bytes=0-' } })
    expect(ranged.headers).not.toHaveProperty('x-amz-checksum-crc32')
  })

  it.each([
    ['bytes=0-4', '01234', 'bytes 0-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-2', '89', 'bytes 8-9/10'],
    ['bytes=-20', '0123456789', 'bytes 0-9/10'],
    ['bytes=5-99', '56789', 'bytes 5-9/10'],
  ])('answers %s with 206', async (range, text, contentRange) => {
    const response = await answerOf(getObject, { ...plain, headers: { range } })
    expect(response).toMatchObject({ status: 206, contentLength: text.length })
    expect(response.headers).toMatchObject({ 'content-range': contentRange })
    expect(await textOf(response)).toBe(text)
  })

  it.each(['bytes=4-2', 'bytes=a-b', 'items=0-1', 'bytes='])('ignores the malformed range %s', async (range) => {
    expect(await answerOf(getObject, { ...plain, headers: { range } })).toMatchObject({ status: 200 })
  })

  it('refuses a range outside the object', async () => {
    expect(await errorOf(getObject, { ...plain, headers: { range: 'bytes=10-' } })).toMatchObject({
      status: 416,
      code: 'InvalidRange',
      fields: { RangeRequested: 'bytes=10-', ActualObjectSize: '10' },
      headers: { 'content-range': 'bytes */10' },
    })
  })

  it('sends a part of a multipart object with its own checksum', async () => {
    const store = storeOfObject(versionOf({ partsCount: 2 }))
    const response = await answerOf(getObject, {
      store,
      query: { partNumber: '2' },
      headers: { 'x-amz-checksum-mode': 'ENABLED' },
    })
    expect(response).toMatchObject({ status: 206, contentLength: 5 })
    expect(response.headers).toMatchObject({
      'content-range': 'bytes 5-9/10',
      'x-amz-mp-parts-count': '2',
      'x-amz-checksum-sha256': 'part',
    })
  })

  it('takes an object of one write for its part 1', async () => {
    const response = await answerOf(getObject, { ...plain, query: { partNumber: '1' } })
    expect(response).toMatchObject({ status: 206, contentLength: 10 })
    expect(response.headers).toMatchObject({ 'content-range': 'bytes 0-9/10' })
    expect(response.headers).not.toHaveProperty('x-amz-mp-parts-count')
  })

  it('gives no Content-Range for part 1 of an empty object', async () => {
    const store = storeOfObject(versionOf({ size: 0 }))
    const response = await answerOf(getObject, { store, query: { partNumber: '1' } })
    expect(response).toMatchObject({ status: 200, contentLength: 0 })
  })
})

describe('GetObject outcomes', () => {
  it('missing is NoSuchKey', async () => {
    expect(await errorOf(getObject, opens({ outcome: 'missing' }))).toMatchObject({
      status: 404,
      code: 'NoSuchKey',
      fields: { Key: 'key' },
    })
  })

  it('missing is AccessDenied for those who may not list', async () => {
    const refused = ['s3:ListBucket arn:aws:s3:::bucket']
    expect(await codeOf(getObject, { ...opens({ outcome: 'missing' }), refused })).toBe('403 AccessDenied')
  })

  it('no-such-version is NoSuchVersion', async () => {
    const call = { ...opens({ outcome: 'no-such-version' }), query: { versionId: 'v1' } }
    expect(await errorOf(getObject, call)).toMatchObject({
      status: 404,
      code: 'NoSuchVersion',
      fields: { Key: 'key', VersionId: 'v1' },
    })
  })

  it('a current delete marker is NoSuchKey', async () => {
    const marker = { outcome: 'delete-marker', versionId: 'm', modified, named: false } as const
    const error = await errorOf(getObject, { ...opens(marker), bucket: { versioning: 'enabled' } })
    expect(error).toMatchObject({
      status: 404,
      code: 'NoSuchKey',
      headers: { 'x-amz-delete-marker': 'true', 'x-amz-version-id': 'm' },
    })
  })

  it('a named delete marker is MethodNotAllowed', async () => {
    const marker = { outcome: 'delete-marker', versionId: 'm', modified, named: true } as const
    const error = await errorOf(getObject, { ...opens(marker), bucket: { versioning: 'enabled' } })
    expect(error).toMatchObject({
      status: 405,
      code: 'MethodNotAllowed',
      headers: {
        allow: 'DELETE',
        'last-modified': 'Sun, 06 Nov 1994 08:49:37 GMT',
        'x-amz-delete-marker': 'true',
        'x-amz-version-id': 'm',
      },
    })
  })

  it('part-out-of-range is InvalidPart', async () => {
    expect(await codeOf(getObject, { ...plain, query: { partNumber: '2' } })).toBe('400 InvalidPart')
  })
})

describe('GetObject preconditions', () => {
  const before = 'Sat, 05 Nov 1994 08:49:37 GMT'
  const same = 'Sun, 06 Nov 1994 08:49:37 GMT'
  it.each([
    [{ 'if-match': '"abc"' }, 200],
    [{ 'if-match': 'abc' }, 200],
    [{ 'if-match': '*' }, 200],
    [{ 'if-none-match': '"abc"' }, 304],
    [{ 'if-none-match': 'W/"abc"' }, 304],
    [{ 'if-none-match': '"x"' }, 200],
    [{ 'if-modified-since': same }, 304],
    [{ 'if-modified-since': before }, 200],
    [{ 'if-none-match': '"x"', 'if-modified-since': same }, 200],
    [{ 'if-match': '"abc"', 'if-unmodified-since': before }, 200],
  ])('%j is %i', async (headers, status) => {
    const response = await answerOf(getObject, { ...plain, headers: headers })
    expect(response.status).toBe(status)
    if (status === 304) expect(response).toMatchObject({ headers: { etag: '"abc"' }, body: null })
  })

  it.each([
    [{ 'if-match': '"x"' }, 'If-Match'],
    [{ 'if-unmodified-since': before }, 'If-Unmodified-Since'],
    [{ 'if-match': '"x"', range: 'bytes=99-' }, 'If-Match'],
  ])('%j is 412', async (headers, Condition) => {
    const error = await errorOf(getObject, { ...plain, headers: headers })
    expect(error).toMatchObject({ status: 412, code: 'PreconditionFailed', fields: { Condition } })
  })

  it('cancels the body it does not send', async () => {
    let cancelled = 0
    const body = new ReadableStream<Uint8Array>({
      cancel() {
        cancelled++
      },
    })
    const call = opens({ outcome: 'found', version: versionOf(), range: null, part: null, body })
    await answerOf(getObject, { ...call, headers: { 'if-none-match': '*' } })
    expect(cancelled).toBe(1)
  })
})

describe('GetObject of several ranges', () => {
  it('sends multipart/byteranges out of one version, the first range without a further call', async () => {
    const commands: ReadCommand[] = []
    const store = storeOfObject(versionOf({ versionId: 'v1' }), commands)
    const call = { store, bucket: { versioning: 'enabled' as const }, headers: { range: 'bytes=0-1,-2' } }
    const response = await answerOf(getObject, call)
    const text = await textOf(response)
    expect(response).toMatchObject({ status: 206, contentLength: text.length })
    expect(response.headers?.['content-type']).toMatch(/^multipart\/byteranges; boundary=/)
    expect(text).toMatch(
      /Content-Range: bytes 0-1\/10\r\n\r\n01\r\n--[\s\S]*Content-Range: bytes 8-9\/10\r\n\r\n89\r\n--/,
    )
    expect(commands.map(({ versionId }) => versionId)).toEqual([null, 'v1'])
  })

  it('answers one satisfiable range plainly', async () => {
    const response = await answerOf(getObject, { ...plain, headers: { range: 'bytes=40-50,2-3' } })
    expect(response).toMatchObject({ status: 206, headers: { 'content-range': 'bytes 2-3/10' } })
    expect(await textOf(response)).toBe('23')
  })

  it('sends the whole object where the ranges ask for more than it has', async () => {
    const response = await answerOf(getObject, { ...plain, headers: { range: 'bytes=0-,0-,0-' } })
    expect(response).toMatchObject({ status: 200, contentLength: 10 })
  })

  it('sends the whole object when If-Range does not hold', async () => {
    const headers = { range: 'bytes=0-1,-2', 'if-range': '"old"' }
    expect(await answerOf(getObject, { ...plain, headers })).toMatchObject({ status: 200, contentLength: 10 })
  })

  it('refuses when none is satisfiable', async () => {
    expect(await codeOf(getObject, { ...plain, headers: { range: 'bytes=40-50,60-' } })).toBe('416 InvalidRange')
  })

  it.each([
    ['another ETag', (call: number) => ({ etag: `e${call}` })],
    ['another time', (call: number) => ({ modified: modified + call })],
  ])('breaks off rather than mixing two objects: %s', async (_, changes) => {
    let calls = 0
    const store: Partial<Store> = {
      open: (bucket, command) => storeOfObject(versionOf(changes(calls++))).open(bucket, command),
    }
    const response = await answerOf(getObject, { store, headers: { range: 'bytes=0-1,-2' } })
    await expect(textOf(response)).rejects.toThrow('reduce your request rate')
  })
})
