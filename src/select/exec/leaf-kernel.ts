// One leaf of WHERE, decided by kernels: constants are laid out in memory once, and each kind of vector has its own call.
import { cellKind } from '../../kernels/select/cells.ts'
import type { DictionaryVector, Selection } from '../../kernels/select/cells.ts'
import { likeFlag } from '../../kernels/select/predicate.ts'
import type { LikeShape } from '../plan/like-segments.ts'
import type { Shape } from '../plan/shape.ts'
import { floatTest, integerTest, listOfCells, rangeOfCells } from './number-tests.ts'
import { sliceRows } from './scratch.ts'
import type { List, Scratch } from './scratch.ts'
import { absentKinds } from './vector-test.ts'
import type { CellTest, VectorTest } from './vector-test.ts'

/** Entries of dictionaries that are decided once; larger dictionaries are not. */
const dictionaryEntriesMax = 65_536

export function vectorTest(shape: Exclude<Shape, { shape: 'constant' }>, scratch: Scratch): VectorTest {
  if (shape.shape === 'kinds') return kindTest(shape, scratch)
  const plain = plainTest(shape, scratch)
  const dictionaries = dictionaryTest(plain, scratch)
  return (vector, rows, hits, unsettled) =>
    vector.type === 'dictionary' ? dictionaries(vector, rows, hits, unsettled) : plain(vector, rows, hits, unsettled)
}

function kindTest(shape: Extract<Shape, { shape: 'kinds' }>, { kernels, arena }: Scratch): VectorTest {
  const wanted = shape.what === 'null' ? absentKinds : 1 << cellKind.missing
  const mask = shape.negated ? 0xff & ~wanted : wanted
  return (vector, rows, hits, unsettled) => {
    if (vector.type === 'opaque') return null
    arena.u32[unsettled / 4] = 0
    return kernels.selectKinds(vector.kinds, rows.pointer, rows.count, mask, hits)
  }
}

/** Over everything but dictionaries. */
function plainTest(shape: Exclude<Shape, { shape: 'constant' | 'kinds' }>, scratch: Scratch): VectorTest {
  const { arena } = scratch
  const cells = cellTest(shape, scratch)
  const numeric = shape.shape === 'numbers' || shape.shape === 'number-list'
  const integers = numeric ? integerTest(shape, scratch) : null
  const floats = numeric ? floatTest(shape, scratch) : null
  return (vector, rows, hits, unsettled) => {
    if (vector.type === 'cells') return cells?.(vector, rows, hits, unsettled) ?? null
    if (vector.type === 'dictionary' || vector.type === 'opaque') return null
    arena.u32[unsettled / 4] = 0
    if (vector.type === 'int64') return integers?.(vector, rows, hits) ?? null
    return floats?.(vector, rows, hits) ?? null
  }
}

/** Null for constants that doubles do not tell apart from others. */
function cellTest(shape: Exclude<Shape, { shape: 'constant' | 'kinds' }>, scratch: Scratch): CellTest | null {
  const { kernels } = scratch
  switch (shape.shape) {
    case 'equal': {
      const text = scratch.keep(shape.text)
      const { length } = shape.text
      const [negated, odd] = [Number(shape.negated), shape.oddKinds]
      return ({ starts, ends, kinds }, { pointer, count }, hits, unsettled) =>
        kernels.selectEqual(starts, ends, kinds, pointer, count, text, length, negated, odd, hits, unsettled)
    }
    case 'texts':
      return textRangeTest(shape, scratch)
    case 'text-set': {
      const texts = scratch.keepWords(shape.texts.flatMap((text) => [scratch.keep(text), text.length]))
      const set = scratch.arena.allocate(kernels.textSetBytes(shape.texts.length))
      kernels.buildTextSet(texts, shape.texts.length, set)
      const [negated, odd] = [Number(shape.negated), shape.oddKinds]
      return ({ starts, ends, kinds }, { pointer, count }, hits, unsettled) =>
        kernels.selectInSet(starts, ends, kinds, pointer, count, set, negated, odd, hits, unsettled)
    }
    case 'like': {
      const pattern = keepPattern(shape.pattern, scratch)
      const [negated, odd] = [Number(shape.negated), shape.oddKinds]
      return ({ starts, ends, kinds }, { pointer, count }, hits, unsettled) =>
        kernels.selectLike(starts, ends, kinds, pointer, count, pattern, negated, odd, hits, unsettled)
    }
    case 'numbers':
      return rangeOfCells(shape, scratch)
    case 'number-list':
      return listOfCells(shape, scratch)
  }
}

function textRangeTest(shape: Extract<Shape, { shape: 'texts' }>, scratch: Scratch): CellTest {
  const { kernels } = scratch
  const low = scratch.keep(shape.low ?? new Uint8Array())
  const high = scratch.keep(shape.high ?? new Uint8Array())
  const [lowLength, highLength] = [shape.low?.length ?? 0, shape.high?.length ?? 0]
  const { flags, oddKinds } = shape
  return ({ starts, ends, kinds }, { pointer, count }, hits, unsettled) =>
    kernels.selectBetween(
      starts,
      ends,
      kinds,
      pointer,
      count,
      low,
      lowLength,
      high,
      highLength,
      flags,
      oddKinds,
      hits,
      unsettled,
    )
}

function keepPattern({ segments, openStart, openEnd }: LikeShape, scratch: Scratch): number {
  const flags = (openStart ? likeFlag.openStart : 0) | (openEnd ? likeFlag.openEnd : 0)
  const parts = segments.flatMap(({ bytes, codePoints, wildcard }) => [
    scratch.keep(bytes),
    bytes.length,
    codePoints,
    Number(wildcard),
  ])
  return scratch.keepWords([segments.length, flags, ...parts])
}

/** Decides every entry of a dictionary once and keeps the verdicts while the dictionary is the same. */
function dictionaryTest(plain: VectorTest, scratch: Scratch) {
  const { kernels, arena } = scratch
  let table = 0
  let known: number | null = null
  const judge = (vector: DictionaryVector): boolean => {
    const { entries, entryCount } = vector
    if (table === 0) table = arena.allocate(dictionaryEntriesMax)
    const [rows, hits, odd] = [scratch.takeList(), scratch.takeList(), scratch.takeList()]
    arena.u8.fill(0, table, table + entryCount)
    let understood = true
    for (let from = 0; from < entryCount && understood; from += sliceRows) {
      const count = Math.min(sliceRows, entryCount - from)
      kernels.selectRange(rows, from, count)
      const found = plain(entries, { pointer: rows, count }, hits, odd)
      understood = found !== null
      mark(table, hits, found ?? 0, 1)
      if (understood) mark(table, odd + 4, scratch.u32(odd), 2)
    }
    for (const list of [rows, hits, odd]) scratch.giveList(list)
    return understood
  }
  /** The entry that holds, where that is one and none is unsettled. */
  const onlyEntry = (entryCount: number): number | null => {
    const verdicts = arena.u8.subarray(table, table + entryCount)
    const first = verdicts.findIndex((verdict) => verdict !== 0)
    return verdicts[first] === 1 && verdicts.lastIndexOf(1) === first && !verdicts.includes(2) ? first : null
  }
  const mark = (at: number, list: List, count: number, verdict: number) => {
    const { u8, u32 } = arena
    for (let i = 0; i < count; i++) u8[at + (u32[list / 4 + i] ?? 0)] = verdict
  }
  let understood = false
  let only: number | null = null
  return (vector: DictionaryVector, { pointer, count }: Selection, hits: List, unsettled: List) => {
    if (vector.entryCount > dictionaryEntriesMax) return null
    if (known !== vector.id) {
      understood = judge(vector)
      only = understood ? onlyEntry(vector.entryCount) : null
      known = vector.id
    }
    if (!understood) return null
    if (only !== null) {
      arena.u32[unsettled / 4] = 0
      return kernels.selectByEntry(vector.indices, vector.kinds, pointer, count, only, hits)
    }
    return kernels.selectByTable(vector.indices, vector.kinds, pointer, count, table, hits, unsettled)
  }
}
