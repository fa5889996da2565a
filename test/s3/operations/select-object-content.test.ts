import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { S3Error } from '../../../src/errors.ts'
import { selectObjectContent } from '../../../src/s3/operations/select-object-content.ts'
import { selectObject, type ObjectQuery } from '../../../src/s3/select/select-object.ts'
import { parseSelectQuery } from '../../../src/s3/select/select-query.ts'
import { parseXml } from '../../../src/s3/xml.ts'
import { outlineOf, readMessages, recordsOf } from '../../support/event-stream.ts'
import { codeOf, permissionsOf, versionOf } from '../../support/operation-call.ts'
import { bucketRecord, contextWith } from '../../support/bucket-store.ts'
import type { OpenSelect, QuerySetup } from '../../../src/s3/select/open-select.ts'
import type { Context, S3Response } from '../../../src/s3/operation.ts'
import type { ObjectSource } from '../../../src/select/batch.ts'
import type { SelectRequest } from '../../../src/select/request.ts'
import type { ObjectVersion, ReadCommand } from '../../../src/shard/rpc.ts'
import type { OpenOutcome, Store } from '../../../src/store/store.ts'

const query = { select: '', 'select-type': '2' }

function bodyOf({ input = '<CSV/>', output = '<CSV/>', more = '' } = {}): string {
  return (
    '<SelectObjectContentRequest><Expression>SELECT * FROM S3Object</Expression><ExpressionType>SQL</ExpressionType>' +
    `<InputSerialization>${input}</InputSerialization><OutputSerialization>${output}</OutputSerialization>${more}` +
    '</SelectObjectContentRequest>'
  )
}

const xml = bodyOf()
const content = Buffer.from('a,1\nb,2\n')

interface Kept {
  commands: ReadCommand[]
  cancelled: number
}

/** A store of one object, which is replaced once it was opened `replacedAfter` times. */
function objectStore(
  changes: Partial<ObjectVersion> = {},
  replacedAfter = Infinity,
): { store: Partial<Store>; kept: Kept } {
  const kept: Kept = { commands: [], cancelled: 0 }
  const open = async (_bucket: unknown, command: ReadCommand): Promise<OpenOutcome> => {
    kept.commands.push(command)
    const isReplaced = kept.commands.length > replacedAfter
    const version = versionOf({ size: content.length, ...changes, ...(isReplaced && { etag: 'other' }) })
    const { range } = command
    const from = range?.kind === 'from-to' ? range.start : 0
    const to = range?.kind === 'from-to' ? (range.end ?? 0) + 1 : content.length
    const body = command.body ? streamOf(content.subarray(from, to), kept) : null
    return {
      outcome: 'found',
      version,
      range: range === null ? null : { offset: from, length: to - from },
      part: null,
      body,
    }
  }
  return { store: { open }, kept }
}

function streamOf(bytes: Uint8Array, kept: Kept): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(bytes)
      controller.close()
    },
    cancel() {
      kept.cancelled++
    },
  })
}

/** An engine that gives the object as it is, and notes what it was asked. */
function copyingEngine(seen: { request?: SelectRequest; setup?: QuerySetup } = {}): OpenSelect {
  return async (request, source, setup) => {
    Object.assign(seen, { request, setup })
    const bytes = await new Response(await source.read(0, source.size)).bytes()
    let rest: Uint8Array | null = bytes
    return {
      async next() {
        const now = rest
        rest = null
        return now
      },
      stats: () => ({ scanned: bytes.length, processed: bytes.length, returned: bytes.length }),
      close: () => Promise.resolve(),
    }
  }
}

const refusingEngine: OpenSelect = () => Promise.reject(new S3Error('ParseUnexpectedToken'))
const refusal = () => Promise.reject(new S3Error('AccessDenied'))

interface Asked {
  context?: Context
  open?: OpenSelect
  headers?: Record<string, string>
  body?: string
  versionId?: string
}

function select({ context = contextWith(objectStore().store), open = copyingEngine(), ...asked }: Asked) {
  const headers = new Headers(asked.headers)
  const parameters = new Map(Object.entries(query))
  const parsed = parseSelectQuery({
    query: {
      get: (name) => parameters.get(name) ?? null,
      has: (name) => parameters.has(name),
      names: () => [...parameters.keys()],
    },
    headers,
    xml: parseXml(asked.body ?? xml),
  })
  const object: ObjectQuery = { bucket: 'photos', key: 'a.csv', versionId: asked.versionId ?? null, headers, ...parsed }
  return selectObject(object, context, open)
}

async function bytesOf({ body }: S3Response): Promise<Uint8Array> {
  return new Response(body as BodyInit).bytes()
}

async function codeOfSelect(asked: Asked): Promise<string> {
  try {
    await select(asked)
  } catch (error) {
    if (error instanceof S3Error) return `${error.status} ${error.code}`
    throw error
  }
  return 'none'
}

describe('SelectObjectContent', () => {
  it('needs what GetObject needs', () => {
    expect(permissionsOf(selectObjectContent, { query, xml })).toEqual(['s3:GetObject arn:aws:s3:::bucket/key'])
    expect(permissionsOf(selectObjectContent, { query: { ...query, versionId: 'v1' }, xml })).toEqual([
      's3:GetObjectVersion arn:aws:s3:::bucket/key',
    ])
  })

  it.each([
    [{ query: { select: '' }, xml }, '400 InvalidArgument'],
    [{ query: { ...query, 'select-type': '1' }, xml }, '400 InvalidArgument'],
    [{ query }, '400 EmptyRequestBody'],
    [{ query, xml: '<Delete/>' }, '400 MalformedXML'],
    [{ query, xml, headers: { range: 'bytes=0-1' } }, '400 UnsupportedRangeHeader'],
    [{ query, xml, headers: { 'x-edgeshard-select-dialect': 'mysql' } }, '400 InvalidArgument'],
    [{ query, xml, headers: { accept: 'application/x-ndjson' } }, '400 InvalidRequestParameter'],
    [{ query: { ...query, versionId: '' }, xml }, '400 InvalidArgument'],
    [{ query, xml, identity: { kind: 'anonymous' as const } }, '403 AccessDenied'],
  ])('%j is %s', async (call, expected) => {
    expect(await codeOf(selectObjectContent, call)).toBe(expected)
  })

  it('refuses the headers of encryption, as GetObject does', () => {
    expect(selectObjectContent.refuses).toContain('x-amz-server-side-encryption-customer-key')
  })

  it('answers an event stream of the records', async () => {
    const { store, kept } = objectStore()
    const response = await select({ context: contextWith(store) })
    expect([response.status, response.headers?.['content-type']]).toEqual([200, 'application/octet-stream'])
    const messages = readMessages([await bytesOf(response)])
    expect(outlineOf(messages)).toEqual(['Records 8', 'Stats 8 8 8', 'End'])
    expect(recordsOf(messages)).toBe('a,1\nb,2\n')
    expect(kept.commands.length).toBe(1)
  })

  it('answers lines of JSON where Accept asks for them', async () => {
    const body = bodyOf({ output: '<JSON/>' })
    const response = await select({ body, headers: { accept: 'text/plain, application/x-ndjson;q=1' } })
    expect(response.headers?.['content-type']).toBe('application/x-ndjson')
    expect(Buffer.from(await bytesOf(response)).toString()).toBe('a,1\nb,2\n')
  })

  it('takes the dialect of the request, else of the bucket, else of the deployment', async () => {
    const { store } = objectStore()
    const plain = contextWith(store, { selectDialect: 'extended' })
    const ofBucket = { ...plain, bucket: bucketRecord({ configs: { select: '{"dialect":"aws"}' } }) }
    const named = { headers: { 'x-edgeshard-select-dialect': 'lenient' } }
    const dialects = []
    for (const asked of [{ context: plain }, { context: ofBucket }, { context: ofBucket, ...named }]) {
      const seen: { request?: SelectRequest } = {}
      await select({ ...asked, open: copyingEngine(seen) })
      dialects.push(seen.request?.dialect)
    }
    expect(dialects).toEqual(['extended', 'aws', 'lenient'])
  })

  it('answers what the engine refuses as an error of the whole, and reads no further', async () => {
    const { store, kept } = objectStore()
    expect(await codeOfSelect({ context: contextWith(store), open: refusingEngine })).toBe('400 ParseUnexpectedToken')
    expect(kept.cancelled).toBe(1)
  })
})

describe('SelectObjectContent of an object', () => {
  it.each([
    [{ outcome: 'missing' }, '404 NoSuchKey'],
    [{ outcome: 'no-such-version' }, '404 NoSuchVersion'],
    [{ outcome: 'delete-marker', versionId: 'v', modified: 0, named: false }, '404 NoSuchKey'],
    [{ outcome: 'delete-marker', versionId: 'v', modified: 0, named: true }, '405 MethodNotAllowed'],
  ] as const)('that is not there (%j) is %s', async (outcome, expected) => {
    const context = contextWith({ open: async () => outcome })
    expect(await codeOfSelect({ context, versionId: 'v' })).toBe(expected)
  })

  it('that may not be read is AccessDenied, and its bytes are given up', async () => {
    const { store, kept } = objectStore()
    expect(await codeOfSelect({ context: contextWith(store, { settle: refusal }) })).toBe('403 AccessDenied')
    expect(kept.cancelled).toBe(1)
  })

  it.each(['GLACIER', 'DEEP_ARCHIVE', 'REDUCED_REDUNDANCY'])('of the class %s is refused', async (storageClass) => {
    const context = contextWith(objectStore({ storageClass }).store)
    expect(await codeOfSelect({ context })).toBe('400 UnsupportedStorageClass')
  })

  it.each(['STANDARD', 'STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'GLACIER_IR'])(
    'of the class %s is queried',
    async (storageClass) => {
      expect(await codeOfSelect({ context: contextWith(objectStore({ storageClass }).store) })).toBe('none')
    },
  )

  it.each([
    ['<Start>7</Start>', 'none'],
    ['<Start>8</Start>', '400 InvalidScanRange'],
    ['<End>100</End>', 'none'],
  ])('with the scan range %s of eight bytes is %s', async (range, expected) => {
    expect(await codeOfSelect({ body: bodyOf({ more: `<ScanRange>${range}</ScanRange>` }) })).toBe(expected)
  })

  it.each([
    ['<CSV/>', '', true],
    ['<CSV/>', '<ScanRange><Start>1</Start></ScanRange>', false],
    ['<Parquet/>', '', false],
  ])('as %s%s is asked for at once: %s', async (input, more, ahead) => {
    const { store, kept } = objectStore()
    await select({ context: contextWith(store), body: bodyOf({ input, more }) })
    expect(kept.commands[0]?.body).toBe(ahead)
  })
})

/** Every bucket but one is there. */
async function otherBucket(name: string) {
  return name === 'gone' ? null : bucketRecord({ name })
}

async function sourceOf(store: Partial<Store>, facts: Partial<Context> = {}): Promise<ObjectSource> {
  let taken: ObjectSource | null = null
  await select({
    context: contextWith(store, facts),
    open: async (request, source, setup) => {
      taken = source
      return copyingEngine()(request, source, setup)
    },
  })
  if (taken === null) throw new Error('The engine was not opened')
  return taken
}

describe('the object as the engine reads it', () => {
  it('gives ranges of the version that was opened', async () => {
    const { store, kept } = objectStore({ versionId: 'v7' })
    const source = await sourceOf(store, { bucket: bucketRecord({ versioning: 'enabled' }) })
    expect(await new Response(await source.read(2, 3)).text()).toBe('1\nb')
    expect(kept.commands.at(-1)).toMatchObject({ versionId: 'v7', range: { kind: 'from-to', start: 2, end: 4 } })
    expect(await new Response(await source.read(4, 0)).text()).toBe('')
  })

  it('is read no more once it was replaced', async () => {
    const { store, kept } = objectStore({}, 1)
    const source = await sourceOf(store)
    await expect(source.read(2, 3)).rejects.toMatchObject({ code: 'SlowDown' })
    expect(kept.cancelled).toBe(1)
  })

  it('and another that the statement joins is opened where it may be read', async () => {
    const { store } = objectStore()
    const seen: { setup?: QuerySetup } = {}
    const asked: string[] = []
    const judge: Context['judge'] = async (bucket, permissions) => {
      asked.push(...permissions.map(({ action, resource }) => `${bucket.name}: ${action} ${resource}`))
      return null
    }
    await select({ context: contextWith({ ...store, bucket: otherBucket }, { judge }), open: copyingEngine(seen) })
    const other = await seen.setup?.openOther({ bucket: 'names', key: 'cities/all.csv' })
    expect(other?.size).toBe(8)
    expect(asked).toEqual(['names: s3:GetObject arn:aws:s3:::names/cities/all.csv'])
    const gone = seen.setup?.openOther({ bucket: 'gone', key: 'x' })
    await expect(gone).rejects.toMatchObject({ code: 'NoSuchBucket' })
  })

  it('and one that is not what was judged is judged again', async () => {
    const { store } = objectStore({ owner: '222222222222', seq: 9 })
    const judged: (string | undefined)[] = []
    const judge: Context['judge'] = async (_bucket, _permissions, again) => {
      judged.push(again)
      return again === undefined ? { owner: '111111111111' } : { seq: 9 }
    }
    const seen: { setup?: QuerySetup } = {}
    await select({ context: contextWith({ ...store, bucket: otherBucket }, { judge }), open: copyingEngine(seen) })
    expect((await seen.setup?.openOther({ bucket: 'names', key: 'x' }))?.size).toBe(8)
    expect(judged).toEqual([undefined, 'again'])
  })
})
