import { Buffer } from 'node:buffer'
import { beforeAll, describe, expect, it } from 'vitest'
import { S3Error } from '../../../src/errors.ts'
import { Arena } from '../../../src/kernels/select/arena.ts'
import type { SelectKernels } from '../../../src/kernels/select/kernels.ts'
import { wasmKernels } from '../../../src/kernels/select/wasm-kernels.ts'
import { openFinished } from '../../../src/select/finish/open-finished.ts'
import { recordsOfMany, recordsOfObject } from '../../../src/select/finish/record-source.ts'
import type { Pass } from '../../../src/select/gate.ts'
import type { SelectRequest } from '../../../src/select/request.ts'
import { utcTimestamp } from '../../../src/select/value/clock.ts'
import { memorySource, type CountedSource } from '../../support/object-source.ts'
import { csvDefaults } from '../read/csv.fixture.ts'

let kernels: SelectKernels

beforeAll(() => {
  kernels = wasmKernels()
})

const customers = 'id,name\n1,Ann\n2,Bob\n3,Eve\n'
const orders = 'customer,amount\n1,10\n2,5\n1,7\n9,1\n'

interface Asked {
  expression: string
  own?: string
  others?: Record<string, string>
  json?: boolean
  scanRange?: SelectRequest['scanRange']
  loopRowsMax?: number
  turn?: Pass
}

function requestOf({ expression, json = false, scanRange = null }: Asked): SelectRequest {
  const csv = {
    format: 'CSV',
    quoteFields: 'ASNEEDED',
    recordDelimiter: '\n',
    fieldDelimiter: ',',
    quote: '"',
    escape: '"',
  }
  return {
    expression,
    dialect: 'extended',
    input: { ...csvDefaults, header: 'USE', allowQuotedRecordDelimiter: false },
    compression: 'NONE',
    output: json ? { format: 'JSON', recordDelimiter: '\n' } : (csv as SelectRequest['output']),
    scanRange,
    progress: false,
  }
}

async function open(asked: Asked) {
  const { own = orders, others = { 'data/customers.csv': customers }, turn = null, loopRowsMax } = asked
  const sources: CountedSource[] = []
  const made = (text: string) => {
    const source = memorySource(Buffer.from(text))
    sources.push(source)
    return source
  }
  const opened: string[] = []
  const arena = new Arena(kernels.memory, kernels.heapBase(), 12 << 20)
  const run = await openFinished(requestOf(asked), recordsOfObject(made(own)), {
    kernels,
    arena,
    now: utcTimestamp(0),
    turn,
    ...(loopRowsMax !== undefined && { loopRowsMax }),
    async openOther({ bucket, key }) {
      const name = `${bucket}/${key}`
      opened.push(name)
      const text = others[name]
      if (text === undefined) throw new S3Error('NoSuchKey')
      return made(text)
    },
  })
  return { run, opened, sources, arena }
}

async function answer(asked: Asked): Promise<string> {
  const { run } = await open(asked)
  if (run === null) return 'no finisher'
  const pieces: Uint8Array[] = []
  for (let piece = await run.next(); piece !== null; piece = await run.next()) pieces.push(piece)
  await run.close()
  return Buffer.concat(pieces).toString()
}

const joined = 'FROM S3Object o JOIN "data/customers.csv" c ON o.customer = c.id'

describe('a statement of several passes', () => {
  it('is none where one pass does', async () => {
    expect(await answer({ expression: 'SELECT * FROM S3Object' })).toBe('no finisher')
  })

  it.each([
    [`SELECT c.name, o.amount ${joined} ORDER BY CAST(o.amount AS INT)`, 'Bob,5\nAnn,7\nAnn,10\n'],
    [
      `SELECT c.name, SUM(CAST(o.amount AS INT)) AS total ${joined} GROUP BY c.name ORDER BY total DESC`,
      'Ann,17\nBob,5\n',
    ],
    [
      'SELECT c.name FROM "data/customers.csv" c LEFT JOIN S3Object o ON o.customer = c.id WHERE o.customer IS NULL',
      'Eve\n',
    ],
    ['SELECT customer FROM S3Object UNION SELECT id FROM "data/customers.csv" ORDER BY 1', '1\n2\n3\n9\n'],
    [
      'SELECT o.amount FROM S3Object o WHERE o.customer IN (SELECT id FROM "data/customers.csv" WHERE name = \'Bob\')',
      '5\n',
    ],
    [
      'SELECT amount, ROW_NUMBER() OVER (ORDER BY CAST(amount AS INT)) AS place FROM S3Object ORDER BY place',
      '1,1\n5,2\n7,3\n10,4\n',
    ],
    ['SELECT a.amount FROM S3Object a JOIN S3Object b ON a.customer = b.amount', '10\n7\n'],
  ])('%s', async (expression, expected) => {
    expect(await answer({ expression })).toBe(expected)
  })

  it('has the names of its columns in JSON', async () => {
    const expression = `SELECT c.name, CAST(o.amount AS INT) * 2 AS twice ${joined} ORDER BY twice LIMIT 1`
    expect(await answer({ expression, json: true })).toBe('{"name":"Bob","twice":10}\n')
  })

  it('lets the next one begin when all of a short answer is made, before it is read', async () => {
    let left = 0
    const turn = { leave: () => ++left === 1 }
    const { run } = await open({ expression: `SELECT c.name ${joined}`, turn })
    expect(left).toBe(1)
    await run?.close()
  })

  it('keeps its turn while more than 4 MiB of its answer are to come, or until it is closed', async () => {
    let left = 0
    const turn = { leave: () => ++left === 1 }
    const own = `n\n${Array.from({ length: 100 }, (_, index) => `${index}${'x'.repeat(500)}\n`).join('')}`
    const { run } = await open({
      expression: 'SELECT a.n, b.n FROM S3Object a CROSS JOIN S3Object b',
      own,
      turn,
    })
    await run?.next()
    expect(left).toBe(0)
    await run?.close()
    expect(left).toBe(1)
  })

  it('opens each object once, whatever its number in the statement', async () => {
    const expression = `SELECT c.name ${joined} JOIN "data/customers.csv" d ON d.id = c.id`
    const { run, opened } = await open({ expression })
    await run?.close()
    expect(opened).toEqual(['data/customers.csv'])
  })

  it('tells the bytes of all its scans', async () => {
    const { run } = await open({ expression: `SELECT COUNT(*) ${joined}` })
    const piece = await run?.next()
    expect(Buffer.from(piece ?? []).toString()).toBe('3\n')
    expect(await run?.next()).toBeNull()
    const bytes = customers.length + orders.length
    expect(run?.stats()).toEqual({ scanned: bytes, processed: bytes, returned: 2 })
  })

  it('comes in pieces, however long the answer is', async () => {
    const own = `n\n${Array.from({ length: 3000 }, (_, index) => `${index}-${'x'.repeat(60)}\n`).join('')}`
    const expression = 'SELECT a.n FROM S3Object a CROSS JOIN "data/two.csv" b'
    const { run } = await open({ expression, own, others: { 'data/two.csv': 'm\n1\n2\n3\n' } })
    let bytes = 0
    let largest = 0
    for (let piece = (await run?.next()) ?? null; piece !== null; piece = (await run?.next()) ?? null) {
      bytes += piece.length
      largest = Math.max(largest, piece.length)
    }
    expect(bytes).toBe((own.length - 2) * 3)
    expect(largest).toBeLessThanOrEqual(128 * 1024)
  })
})

describe('what is wrong with a statement of several passes', () => {
  async function codeOf(asked: Asked): Promise<string> {
    try {
      await answer(asked)
      return 'none'
    } catch (error) {
      if (error instanceof S3Error) return error.code
      throw error
    }
  }

  it.each<[Asked, string]>([
    [{ expression: `SELECT c.name ${joined}`, others: {} }, 'NoSuchKey'],
    [{ expression: `SELECT c.nothing ${joined}` }, 'MissingHeaderName'],
    [{ expression: `SELECT CAST(c.name AS INT) ${joined}` }, 'CastFailed'],
    [{ expression: `SELECT c.name ${joined}`, scanRange: { start: 1, end: null } }, 'UnsupportedScanRangeInput'],
    [
      { expression: `SELECT 1 FROM ${Array.from({ length: 17 }, (_, n) => `S3Object t${n}`).join(', ')}` },
      'UnsupportedSqlStructure',
    ],
  ])('%j is %s before any answer', async (asked, code) => {
    await expect(open(asked)).rejects.toMatchObject({ code })
  })

  it('is that it works on more rows than a query may', async () => {
    const own = `n\n${'1\n'.repeat(500_001)}`
    expect(await codeOf({ expression: 'SELECT n, RANK() OVER (ORDER BY n) FROM S3Object', own })).toBe(
      'UnsupportedSqlOperation',
    )
  })

  it.each([
    ['joins every row with every other', 'SELECT COUNT(*) FROM S3Object a JOIN S3Object b ON a.n < b.n'],
    ['keeps rows that join none', "SELECT COUNT(*) FROM S3Object a LEFT JOIN S3Object b ON a.n || b.n = ''"],
    ['keeps rows of both sides', "SELECT COUNT(*) FROM S3Object a FULL JOIN S3Object b ON a.n || b.n = ''"],
    ['keeps rows of the right side', "SELECT COUNT(*) FROM S3Object a RIGHT JOIN S3Object b ON a.n || b.n = ''"],
    ['asks a query for every row', 'SELECT n, (SELECT MAX(b.n) FROM S3Object b WHERE b.n < a.n) FROM S3Object a'],
    [
      'asks a union for every row',
      "SELECT n FROM S3Object a WHERE EXISTS (SELECT n FROM S3Object b WHERE b.n < '' UNION SELECT c.n FROM S3Object c WHERE c.n || a.n = '')",
    ],
    [
      'joins a query with itself',
      'WITH q AS (SELECT DISTINCT n FROM S3Object) SELECT COUNT(*) FROM q a CROSS JOIN q b CROSS JOIN q c WHERE a.n || b.n = c.n',
    ],
  ])('is that it goes through more rows than a query may, where it %s', async (_, expression) => {
    const own = `n\n${Array.from({ length: 1000 }, (_row, index) => `${index}\n`).join('')}`
    const fault = await answer({ expression, own, loopRowsMax: 300_000 }).catch((error: unknown) => error)
    expect(fault).toMatchObject({ code: 'UnsupportedSqlOperation' })
    expect((fault as Error).message).toContain('at most 300000 rows')
  })

  it.each([
    ['FULL', 'SELECT COUNT(*) FROM S3Object a FULL JOIN S3Object b ON a.n = b.n'],
    ['RIGHT', 'SELECT COUNT(*) FROM S3Object a RIGHT JOIN S3Object b ON a.n = b.n'],
    ['LEFT', 'SELECT COUNT(*) FROM S3Object a LEFT JOIN S3Object b ON a.n = b.n'],
    ['INNER', 'SELECT COUNT(*) FROM S3Object a JOIN S3Object b ON a.n = b.n'],
    ['EXISTS', 'SELECT COUNT(*) FROM S3Object a WHERE EXISTS (SELECT 1 FROM S3Object b WHERE a.n = b.n)'],
    ['value', 'SELECT SUM((SELECT COUNT(*) FROM S3Object b WHERE a.n = b.n)) FROM S3Object a'],
  ])('is not that it looks rows up by equality (%s)', async (_, expression) => {
    const own = `n\n${Array.from({ length: 20_000 }, (_row, index) => `${index}\n`).join('')}`
    expect(await answer({ expression, own })).toBe('20000\n')
  })

  it('is that SQLite needs more memory than it may take, and the next statement is answered', async () => {
    const own = `n,m\n${Array.from({ length: 60_000 }, (_row, index) => `${index},${'x'.repeat(300)}\n`).join('')}`
    const expression = 'SELECT a.m, b.name, a.n FROM S3Object a CROSS JOIN "data/customers.csv" b ORDER BY a.m, a.n'
    const fault = await answer({ expression, own }).catch((error: unknown) => error)
    expect(fault).toMatchObject({ code: 'UnsupportedSqlOperation' })
    expect((fault as Error).message).toContain('more memory')
    expect(await answer({ expression: `SELECT COUNT(*) ${joined}` })).toBe('3\n')
  })

  it('gives everything back where it is closed in the middle', async () => {
    const own = `n\n${'12345678\n'.repeat(400_000)}`
    const { run, arena } = await open({
      expression: 'SELECT n FROM S3Object UNION SELECT id FROM "data/customers.csv"',
      own,
    })
    const used = arena.used
    await run?.close()
    await run?.close()
    expect(arena.used).toBeLessThan(used)
  })
})

describe('a statement of several passes over many objects', () => {
  it('reads them all, with their keys, as often as it names them', async () => {
    const texts = ['n\n1\n2\n', 'n\n2\n3\n']
    let begun = 0
    let ended = 0
    const objects = () => {
      begun++
      let index = 0
      return {
        async next() {
          const text = texts[index++]
          if (text === undefined) return { done: true as const, value: undefined }
          return { done: false as const, value: { key: `k${index}`, source: memorySource(Buffer.from(text)) } }
        },
        async return() {
          ended++
          return { done: true as const, value: undefined }
        },
      }
    }
    const expression =
      'SELECT a._key AS one, b._key AS other, a.n FROM S3Object a JOIN S3Object b ON a.n = b.n WHERE a._key < b._key'
    const run = await openFinished(requestOf({ expression }), recordsOfMany(objects), {
      kernels,
      arena: new Arena(kernels.memory, kernels.heapBase(), 12 << 20),
      now: utcTimestamp(0),
      openOther: () => Promise.reject(new S3Error('NoSuchKey')),
    })
    const piece = await run?.next()
    expect(Buffer.from(piece ?? []).toString()).toBe('k1,k2,2\n')
    await run?.close()
    // Once for the names, and once for the records of either.
    expect(begun).toBe(3)
    expect(ended).toBeGreaterThanOrEqual(begun)
  })
})
