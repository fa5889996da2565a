// What of a row group is read: all of it, the pages that may hold wanted rows, or nothing.
// https://parquet.apache.org/docs/file-format/pageindex/ https://parquet.apache.org/docs/file-format/bloomfilter/
import { Decimal } from '../../value/decimal.ts'
import type { Value } from '../../value/value.ts'
import { mayHold, statisticOf, testsOf } from './conditions.ts'
import type { ColumnFacts, ColumnTest, Prunable } from './conditions.ts'
import { damaged } from './faults.ts'
import { mayContain, parseColumnIndex, parseOffsetIndex } from './metadata.ts'
import type { ColumnMetaData } from './metadata.ts'
import type { ChunkPlan } from './page-source.ts'
import type { RangeReader } from './read-range.ts'
import { chunkOf, countOf, rowsOf, spanOf } from './row-groups.ts'
import type { RowGroup } from './row-groups.ts'
import { addSpan, intersect, unite } from './row-spans.ts'
import type { RowSpan } from './row-spans.ts'
import { isUnsigned } from './schema.ts'
import type { Leaf } from './schema.ts'

export interface GroupQuestion {
  ranges: RangeReader
  group: RowGroup
  /** All that are read. */
  leaves: readonly Leaf[]
  condition: Prunable
  /** The leaf a column of the condition is; null when it is none. */
  leafOf: (column: number) => Leaf | null
}

export interface GroupPlan {
  /** Rows that may be wanted; never empty. */
  spans: RowSpan[]
  chunks: Map<Leaf, ChunkPlan>
}

/** Null when no row of the group can be wanted. Throws ParquetParsingError. */
export async function planGroup(question: GroupQuestion): Promise<GroupPlan | null> {
  const { group, leaves } = question
  const rows = rowsOf(group)
  if (rows === 0 || !mayHold(question.condition, (test) => groupMayHold(question, test))) return null
  if (!(await bloomMayHold(question, question.condition))) return null
  const whole = [{ from: 0, to: rows }]
  const spans = intersect(whole, (await pageSpans(question, question.condition)) ?? whole)
  if (spans.length === 0) return null
  const isWhole = spans[0]?.from === 0 && spans[0].to === rows
  const chunks = new Map<Leaf, ChunkPlan>()
  for (const leaf of leaves) {
    const locations = isWhole ? null : await locationsOf(question, leaf)
    chunks.set(leaf, locations === null ? wholeChunk(group, leaf) : chunkPages({ group, leaf, spans, locations }))
  }
  return { spans, chunks }
}

/** All pages of a column chunk. */
export function wholeChunk(group: RowGroup, leaf: Leaf): ChunkPlan {
  const { meta } = chunkOf(group, leaf)
  const values = countOf(meta.num_values, 'values of a column')
  return { codec: meta.codec, values, dictionary: null, runs: [{ ...spanOf(meta), firstRow: 0 }] }
}

function groupMayHold(question: GroupQuestion, test: ColumnTest): boolean {
  const leaf = question.leafOf(test.column)
  return leaf === null || test.mayHold(chunkFacts(chunkOf(question.group, leaf).meta, leaf))
}

function chunkFacts(meta: ColumnMetaData, leaf: Leaf): ColumnFacts {
  const statistics = meta.statistics
  // The older bounds were compared as signed, whatever the type.
  const isSigned = ['INT32', 'INT64', 'FLOAT', 'DOUBLE'].includes(leaf.physical) && !isUnsigned(leaf.element)
  const older = isSigned ? statistics : undefined
  const min = statisticOf(statistics?.min_value ?? older?.min, leaf)
  const max = statisticOf(statistics?.max_value ?? older?.max, leaf)
  const nulls = statistics?.null_count
  return factsOf({ min, max, nulls: nulls === undefined ? null : Number(nulls), values: Number(meta.num_values) })
}

function factsOf(facts: {
  min: ColumnFacts['min']
  max: ColumnFacts['max']
  nulls: number | null
  values: number
}): ColumnFacts {
  const { min, max, nulls, values } = facts
  if (nulls === null) return { min, max, hasNulls: 'unknown', hasValues: 'unknown' }
  return { min, max, hasNulls: nulls === 0 ? 'no' : 'yes', hasValues: nulls === values ? 'no' : 'yes' }
}

/** Bloom filters larger than this cost more than they save. */
const bloomBytesMax = 1024 * 1024

/** Refutes equalities that every row must fulfil. */
async function bloomMayHold(question: GroupQuestion, condition: Prunable): Promise<boolean> {
  if (condition.op === 'and') {
    for (const operand of condition.operands) if (!(await bloomMayHold(question, operand))) return false
    return true
  }
  if (condition.op !== 'test' || condition.test.equals === null) return true
  const leaf = question.leafOf(condition.test.column)
  if (leaf === null) return true
  const { meta } = chunkOf(question.group, leaf)
  const length = meta.bloom_filter_length ?? 0
  const offset = Number(meta.bloom_filter_offset ?? 0)
  if (!(offset > 0 && length > 0 && length <= Math.min(bloomBytesMax, Number(meta.total_compressed_size)))) return true
  const values = condition.test.equals.map((value) => storedValue(value, leaf))
  if (values.includes(null)) return true
  const filter = await question.ranges.read(offset, length)
  return values.some((value) => value === null || mayContain(filter, leaf.element, value))
}

/** A literal as the column would hold it; null when it might be held otherwise. */
function storedValue(value: Value, leaf: Leaf): string | number | bigint | null {
  if (leaf.meaning.meaning === 'text') {
    return typeof value === 'string' && leaf.physical === 'BYTE_ARRAY' ? value : null
  }
  if (leaf.meaning.meaning !== 'integer') return null
  const integer = integerOf(value)
  if (integer === null) return null
  if (leaf.physical === 'INT64') return BigInt.asIntN(64, integer) === integer ? integer : null
  return BigInt.asIntN(32, integer) === integer ? Number(integer) : null
}

function integerOf(value: Value): bigint | null {
  if (typeof value === 'bigint') return value
  return value instanceof Decimal && value.scale === 0 ? value.unscaled : null
}

/** Rows whose pages may fulfil the condition; null when indexes say nothing of it. */
async function pageSpans(question: GroupQuestion, condition: Prunable): Promise<RowSpan[] | null> {
  if (testsOf(condition).length === 0) return null
  if (condition.op === 'test') return testSpans(question, condition.test)
  if (condition.op === 'unknown') return null
  let spans: RowSpan[] | null = null
  for (const operand of condition.operands) {
    const own: RowSpan[] | null = await pageSpans(question, operand)
    if (own === null) {
      // One side of OR may be true anywhere.
      if (condition.op === 'or') return null
      continue
    }
    if (spans === null) spans = own
    else spans = condition.op === 'and' ? intersect(spans, own) : unite(spans, own)
  }
  return spans
}

async function testSpans(question: GroupQuestion, test: ColumnTest): Promise<RowSpan[] | null> {
  const { ranges, group } = question
  const leaf = question.leafOf(test.column)
  if (leaf === null) return null
  const { chunk } = chunkOf(group, leaf)
  const offset = Number(chunk.column_index_offset ?? 0)
  if (!(offset > 0)) return null
  const locations = await locationsOf(question, leaf)
  if (locations === null || locations.length === 1) return null
  const index = parseColumnIndex(await ranges.read(offset, chunk.column_index_length ?? 0), leaf.element)
  const spans: RowSpan[] = []
  for (const [page, { from, to }] of locations.entries()) {
    const isNull = index.null_pages[page] === true
    const nulls = index.null_counts?.[page]
    const facts = factsOf({
      min: isNull ? null : statisticOf(index.min_values[page], leaf),
      max: isNull ? null : statisticOf(index.max_values[page], leaf),
      nulls: isNull ? to - from : nulls === undefined ? null : Number(nulls),
      values: to - from,
    })
    if (test.mayHold(facts)) addSpan(spans, { from, to })
  }
  return spans
}

interface PageLocation extends RowSpan {
  offset: number
  end: number
}

/** Where the column's pages lie; null when the file does not say. Throws ParquetParsingError when they cannot lie there. */
async function locationsOf({ ranges, group }: GroupQuestion, leaf: Leaf): Promise<PageLocation[] | null> {
  const { chunk, meta } = chunkOf(group, leaf)
  const offset = Number(chunk.offset_index_offset ?? 0)
  if (!(offset > 0)) return null
  const parsed = parseOffsetIndex(await ranges.read(offset, chunk.offset_index_length ?? 0))
  const span = spanOf(meta)
  let end = span.offset
  return parsed.map((location, index) => {
    const from = countOf(location.first_row_index, 'first row of a page')
    const to = index + 1 < parsed.length ? countOf(parsed[index + 1]?.first_row_index, 'first row') : rowsOf(group)
    const start = countOf(location.offset, 'offset of a page')
    if (to <= from || start < end || (index === 0 && from !== 0)) throw damaged('pages that are not in order')
    end = start + countOf(location.compressed_page_size, 'size of a page')
    if (end > span.end) throw damaged('a page outside its column')
    return { from, to, offset: start, end }
  })
}

/** The pages of a column that hold rows of the spans. */
function chunkPages(facts: { group: RowGroup; leaf: Leaf; spans: RowSpan[]; locations: PageLocation[] }): ChunkPlan {
  const { group, leaf, spans, locations } = facts
  const whole = wholeChunk(group, leaf)
  const start = spanOf(chunkOf(group, leaf).meta).offset
  const runs: ChunkPlan['runs'] = []
  for (const { from, to, offset, end } of locations) {
    if (!spans.some((span) => span.from < to && span.to > from)) continue
    const last = runs.at(-1)
    if (last?.end === offset) last.end = end
    else runs.push({ offset, end, firstRow: from })
  }
  const first = locations[0]?.offset ?? start
  return { ...whole, runs, dictionary: first > start ? { offset: start, end: first } : null }
}
