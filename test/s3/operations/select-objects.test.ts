import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { S3Error } from '../../../src/errors.ts'
import { selectObjects } from '../../../src/s3/operations/select-objects.ts'
import { selectMany } from '../../../src/s3/select/select-many.ts'
import { parseSelectQuery } from '../../../src/s3/select/select-query.ts'
import { parseXml } from '../../../src/s3/xml.ts'
import { bucketRecord, contextWith, listedObject } from '../../support/bucket-store.ts'
import { outlineOf, readMessages, recordsOf } from '../../support/event-stream.ts'
import { codeOf, permissionsOf, versionOf } from '../../support/operation-call.ts'
import type { Context } from '../../../src/s3/operation.ts'
import type { OpenSelectMany } from '../../../src/s3/select/open-select.ts'
import type { ListQuery, OpenOutcome, Store } from '../../../src/store/store.ts'
import type { ReadCommand } from '../../../src/shard/rpc.ts'

const query = { select: '', 'select-type': '2', prefix: 'logs/' }

function bodyOf(more = ''): string {
  return (
    '<SelectObjectContentRequest><Expression>SELECT * FROM S3Object</Expression><ExpressionType>SQL</ExpressionType>' +
    `<InputSerialization><CSV/></InputSerialization><OutputSerialization><CSV/></OutputSerialization>${more}` +
    '</SelectObjectContentRequest>'
  )
}

const xml = bodyOf()

/** A store of these objects, whose listing has two keys a page. */
function storeOf(objects: Record<string, string | null>) {
  const kept = { listed: [] as ListQuery[], opened: [] as string[], cancelled: 0 }
  const store: Partial<Store> = {
    async listObjects(_bucket, asked) {
      kept.listed.push(asked)
      const keys = Object.keys(objects).filter((key) => key.startsWith(asked.prefix) && key > asked.after)
      const page = keys.slice(0, 2)
      const entries = page.map((key) => ({
        kind: 'entry' as const,
        entry: listedObject(key, { size: objects[key]?.length ?? 1 }),
      }))
      return { entries, isTruncated: keys.length > 2 }
    },
    async open(_bucket: unknown, { key }: ReadCommand): Promise<OpenOutcome> {
      kept.opened.push(key)
      const content = objects[key]
      if (content === null || content === undefined) return { outcome: 'missing' }
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          controller.enqueue(Buffer.from(content))
          controller.close()
        },
        cancel() {
          kept.cancelled++
        },
      })
      return { outcome: 'found', version: versionOf({ size: content.length }), range: null, part: null, body }
    },
  }
  return { store, kept }
}

/** Gives every object behind its key; stops after so many. */
function engine({ limit = Infinity } = {}): OpenSelectMany {
  return async (_request, begin) => {
    const objects = begin()
    let scanned = 0
    let given = 0
    let first: IteratorResult<{ key: string; source: { size: number } }> | null = await objects.next()
    return {
      async next() {
        if (given >= limit) return null
        const { done, value } = first ?? (await objects.next())
        first = null
        if (done === true) return null
        given++
        scanned += value.source.size
        return Buffer.from(`${value.key}\n`)
      },
      stats: () => ({ scanned, processed: scanned, returned: scanned }),
      close: () => Promise.resolve(),
    }
  }
}

async function select(context: Context, open: OpenSelectMany = engine()) {
  const parameters = new Map(Object.entries(query))
  const headers = new Headers()
  const parsed = parseSelectQuery({
    query: {
      get: (name) => parameters.get(name) ?? null,
      has: (name) => parameters.has(name),
      names: () => [...parameters.keys()],
    },
    headers,
    xml: parseXml(xml),
  })
  const { body } = await selectMany({ bucket: 'photos', prefix: 'logs/', headers, ...parsed }, context, open)
  return readMessages([await new Response(body as BodyInit).bytes()])
}

/** Nobody may read this key. */
function judgeBut(key: string): Context['judge'] {
  return async (_bucket, permissions) => {
    if (permissions.some(({ resource }) => resource.endsWith(key))) throw new S3Error('AccessDenied')
    return null
  }
}

const logs = { 'logs/1': 'a\n', 'logs/2': 'b\n', 'logs/3': 'c\n', 'logs/4': 'd\n', 'logs/5': 'e\n', other: 'x\n' }

describe('SelectObjects', () => {
  it('needs to list the bucket', () => {
    expect(permissionsOf(selectObjects, { query, xml })).toEqual(['s3:ListBucket arn:aws:s3:::bucket'])
  })

  it.each([
    [{ query: { ...query, 'select-type': '1' }, xml }, '400 InvalidArgument'],
    [{ query }, '400 EmptyRequestBody'],
    [{ query, xml: bodyOf('<ScanRange><Start>1</Start></ScanRange>') }, '400 UnsupportedScanRangeInput'],
    [{ query, xml, identity: { kind: 'anonymous' as const } }, '403 AccessDenied'],
  ])('%j is %s', async (call, expected) => {
    expect(await codeOf(selectObjects, call)).toBe(expected)
  })

  it('reads every object under the prefix in the order of keys, page by page', async () => {
    const { store, kept } = storeOf(logs)
    const messages = await select(contextWith(store))
    expect(recordsOf(messages)).toBe('logs/1\nlogs/2\nlogs/3\nlogs/4\nlogs/5\n')
    expect(outlineOf(messages).slice(-2)).toEqual(['Stats 10 10 10', 'End'])
    expect(kept.listed.map(({ after }) => after)).toEqual(['', 'logs/2', 'logs/4'])
  })

  it('lists and opens no more than is needed, and gives up what was opened', async () => {
    const { store, kept } = storeOf(logs)
    expect(recordsOf(await select(contextWith(store), engine({ limit: 2 })))).toBe('logs/1\nlogs/2\n')
    expect(kept.listed.length).toBe(1)
    expect(kept.opened).toEqual(['logs/1', 'logs/2'])
    expect(kept.cancelled).toBe(2)
  })

  it('passes over objects without a byte, and those that went away', async () => {
    const { store, kept } = storeOf({ 'logs/': '', 'logs/1': 'a\n', 'logs/2': null, 'logs/3': 'c\n' })
    expect(recordsOf(await select(contextWith(store)))).toBe('logs/1\nlogs/3\n')
    expect(kept.opened).toEqual(['logs/1', 'logs/2', 'logs/3'])
  })

  it('is AccessDenied where the first object may not be read', async () => {
    const { store } = storeOf(logs)
    const context = contextWith(store, { judge: judgeBut('logs/1') })
    await expect(select(context)).rejects.toMatchObject({ code: 'AccessDenied' })
  })

  it('ends with AccessDenied at a later object that may not be read', async () => {
    const { store } = storeOf(logs)
    const outline = outlineOf(await select(contextWith(store, { judge: judgeBut('logs/3') })))
    expect(outline).toEqual(['Records 7', 'Records 7', 'error AccessDenied'])
  })

  it('takes the bucket’s dialect', async () => {
    const dialects: string[] = []
    const { store } = storeOf(logs)
    const bucket = bucketRecord({ configs: { select: '{"dialect":"aws"}' } })
    await select(contextWith(store, { bucket }), (request, ...rest) => {
      dialects.push(request.dialect)
      return engine()(request, ...rest)
    })
    expect(dialects).toEqual(['aws'])
  })
})
