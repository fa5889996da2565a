import { Buffer } from 'node:buffer'
import { beforeAll, describe, expect, it } from 'vitest'
import { Arena } from '../../../src/kernels/select/arena.ts'
import { referenceKernels } from '../../../src/kernels/select/reference/index.ts'
import type { SelectKernels } from '../../../src/kernels/select/kernels.ts'
import type { Batch, RecordReader } from '../../../src/select/batch.ts'
import type { ColumnRef } from '../../../src/select/bind/bound.ts'
import { openCsv } from '../../../src/select/read/csv.ts'
import { openMany, type KeyedSource } from '../../../src/select/read/many-reader.ts'
import type { ReaderSetup } from '../../../src/select/read/open-reader.ts'
import { formatText } from '../../../src/select/value/format.ts'
import { memorySource } from '../../support/object-source.ts'
import { csvDefaults, selectAll } from './csv.fixture.ts'

let kernels: SelectKernels

beforeAll(() => {
  kernels = referenceKernels()
})

interface Opened {
  reader: RecordReader
  arena: Arena
  /** How many objects were asked for. */
  state: { asked: number; opened: number }
}

interface Facts {
  header?: 'NONE' | 'USE'
  open?: (setup: ReaderSetup) => Promise<RecordReader>
}

async function open(objects: [key: string, text: string][], { header = 'NONE', open: one = openCsv }: Facts = {}) {
  const arena = new Arena(kernels.memory, kernels.heapBase(), 64 << 20)
  const state = { asked: 0, opened: 0 }
  const rest = objects.map(([key, text]) => ({ key, source: memorySource(Buffer.from(text)) }))
  const iterator: AsyncIterator<KeyedSource> = {
    async next() {
      const value = rest[state.asked]
      state.asked++
      return value === undefined ? { done: true, value: undefined } : { done: false, value }
    },
  }
  const request = { compression: 'NONE', dialect: 'aws', input: { ...csvDefaults, header }, scanRange: null } as const
  const reader = await openMany({
    request,
    from: [],
    kernels,
    arena,
    tuning: {},
    objects: iterator,
    open(setup) {
      state.opened++
      return one(setup)
    },
  })
  return { reader, arena, state } satisfies Opened
}

const key: ColumnRef = { by: 'key' }
const [first, second]: ColumnRef[] = [
  { by: 'position', index: 0 },
  { by: 'position', index: 1 },
]

/** Every record as text, `key:a,b`, of the columns given. */
async function recordsOf({ reader, arena }: Opened, columns: (ColumnRef | undefined)[]): Promise<string[]> {
  const wanted = columns.filter((column) => column !== undefined)
  reader.start(wanted, [])
  const records: string[] = []
  for (let batch = await reader.next(); batch !== null; batch = await reader.next()) {
    for (let row = 0; row < batch.rows; row++) {
      const values = wanted.map((_, column) => batch.value(column, row))
      records.push(values.map((value) => (value === undefined ? '-' : formatText(value))).join(','))
    }
    checkVectors(arena, batch, wanted.length)
  }
  return records
}

/** Vectors say the same as values. */
function checkVectors(arena: Arena, batch: Batch, columns: number): void {
  const selection = selectAll(arena, batch.rows)
  for (let column = 0; column < columns; column++) {
    const vector = batch.vector(column, selection)
    if (vector.type !== 'cells') throw new Error(`A vector of ${vector.type}`)
    for (let row = 0; row < batch.rows; row++) {
      const [start, end] = [arena.u32[vector.starts / 4 + row], arena.u32[vector.ends / 4 + row]]
      const value = batch.value(column, row)
      if (value !== undefined) expect(Buffer.from(arena.u8.subarray(start, end)).toString()).toBe(formatText(value))
    }
  }
}

/** An object of two batches, each with a dictionary of its own. */
async function dictionaries(): Promise<RecordReader> {
  let left = 2
  const entries = { type: 'cells', starts: 0, ends: 0, kinds: 0 } as const
  return {
    names: ['a'],
    start() {},
    async next() {
      if (left-- === 0) return null
      const vector = () => ({ type: 'dictionary', indices: 0, kinds: 0, entries, entryCount: 1, id: 1 - left }) as const
      return { rows: 1, vector, value: () => null, records: () => null }
    },
    close: () => Promise.resolve(),
    scanned: 0,
    processed: 0,
  }
}

describe('several objects read as one', () => {
  it('give their records in order, each with the key it came from', async () => {
    const opened = await open([
      ['logs/ä', 'a,1\nb,2\n'],
      ['logs/é', 'c,3'],
    ])
    expect(await recordsOf(opened, [key, first, second])).toEqual(['logs/ä,a,1', 'logs/ä,b,2', 'logs/é,c,3'])
    expect(opened.reader.scanned).toBe(11)
    expect(opened.reader.processed).toBe(11)
  })

  it('have the columns of the first, which are found by name in the others', async () => {
    const opened = await open(
      [
        ['1', 'name,age\nAnn,30\n'],
        ['2', 'age,town,name\n40,Rome,Bob\n'],
        ['3', 'name\nEve\n'],
      ],
      { header: 'USE' },
    )
    expect(opened.reader.names).toEqual(['name', 'age'])
    expect(await recordsOf(opened, [first, second])).toEqual(['Ann,30', 'Bob,40', 'Eve,-'])
  })

  it('are asked for one by one, and no further than is read', async () => {
    const opened = await open([
      ['1', 'a\n'],
      ['2', 'b\n'],
      ['3', 'c\n'],
    ])
    opened.reader.start([key], [])
    await opened.reader.next()
    expect(opened.state).toEqual({ asked: 1, opened: 1 })
    await opened.reader.next()
    expect(opened.state.asked).toBe(2)
    await opened.reader.close()
    expect(await opened.reader.next()).toBeNull()
    expect(opened.state.asked).toBe(2)
  })

  it('take no more memory than one of them', async () => {
    const object = 'x,1\n'.repeat(1000)
    const opened = await open(Array.from({ length: 200 }, (_, index) => [`key-${index}`, object]))
    opened.reader.start([key, { by: 'position', index: 0 }], [])
    let most = 0
    let rows = 0
    for (let batch = await opened.reader.next(); batch !== null; batch = await opened.reader.next()) {
      batch.vector(0, { pointer: 0, count: 0 })
      rows += batch.rows
      if (rows <= 1000) most = opened.arena.used
      expect(opened.arena.used).toBeLessThan(most * 1.1)
    }
    expect(rows).toBe(200_000)
  })

  it('are no records where there is no object', async () => {
    const opened = await open([])
    expect(opened.reader.names).toEqual([])
    expect(await recordsOf(opened, [key])).toEqual([])
    expect([opened.reader.scanned, opened.reader.processed]).toEqual([0, 0])
    await opened.reader.close()
  })

  it('fail where one of them does', async () => {
    const opened = await open(
      [
        ['1', 'a\n'],
        ['2', 'bb\n'],
      ],
      {
        open: async (setup) => {
          if (setup.source.size === 3) throw new Error('the second is no CSV')
          return openCsv(setup)
        },
      },
    )
    opened.reader.start([key], [])
    await opened.reader.next()
    await expect(opened.reader.next()).rejects.toThrow('the second is no CSV')
  })

  it('look for no literal where the key is asked for, which stands in no record', async () => {
    const objects: [string, string][] = [
      ['wanted', 'a,1\n'],
      ['other', 'b,2\n'],
    ]
    const { reader } = await open(objects)
    reader.start([key, { by: 'position', index: 0 }], [{ hint: 'literal', bytes: Buffer.from('wanted') }])
    expect((await reader.next())?.rows).toBe(1)
  })

  it('have dictionaries of different numbers', async () => {
    const { reader } = await open(
      [
        ['1', 'a'],
        ['2', 'b'],
      ],
      { open: dictionaries },
    )
    reader.start([{ by: 'position', index: 0 }], [])
    const ids = []
    for (let batch = await reader.next(); batch !== null; batch = await reader.next()) {
      const vector = batch.vector(0, { pointer: 0, count: 1 })
      if (vector.type === 'dictionary') ids.push(vector.id)
    }
    expect(ids.length).toBe(4)
    expect(new Set(ids).size).toBe(4)
  })
})
