// Predicates over text, as ../predicate.ts describes them.
import type { KernelMemory } from '../arena.ts'
import { cellKind } from '../cells.ts'
import { boundFlag, likeFlag } from '../predicate.ts'
import type { PredicateKernels } from '../predicate.ts'
import { judgeCells, oddVerdict, Words } from './memory.ts'

export function predicateReference(memory: KernelMemory): PredicateKernels {
  const words = new Words(memory)
  return { ...selections(words), ...textPredicates(words) }
}

type Selections = Pick<
  PredicateKernels,
  'mergeSelections' | 'selectRange' | 'selectByEntry' | 'selectByTable' | 'selectKinds' | 'subtractSelection'
>

function selections(words: Words): Selections {
  return {
    selectRange(out, from, count) {
      words.setRows(
        out,
        Array.from({ length: count }, (_, i) => from + i),
      )
    },
    mergeSelections(first, firstCount, second, secondCount, out) {
      const union = new Set([...words.rows(first, firstCount), ...words.rows(second, secondCount)])
      return words.setRows(
        out,
        [...union].sort((a, b) => a - b),
      )
    },
    subtractSelection(first, firstCount, second, secondCount, out) {
      const gone = new Set(words.rows(second, secondCount))
      return words.setRows(
        out,
        words.rows(first, firstCount).filter((row) => !gone.has(row)),
      )
    },
    selectKinds(kinds, rows, count, wanted, hits) {
      return words.setRows(
        hits,
        words.rows(rows, count).filter((row) => (wanted >> words.u8(kinds + row)) & 1),
      )
    },
    selectByEntry(indices, kinds, rows, count, entry, hits) {
      const isOfEntry = (row: number) => {
        const kind = words.u8(kinds + row)
        return kind !== cellKind.null && kind !== cellKind.missing && words.u32(indices + 4 * row) === entry
      }
      return words.setRows(hits, words.rows(rows, count).filter(isOfEntry))
    },
    selectByTable(indices, kinds, rows, count, table, hits, unsettled) {
      const verdicts = words
        .rows(rows, count)
        .filter((row) => words.u8(kinds + row) !== cellKind.null && words.u8(kinds + row) !== cellKind.missing)
        .map((row) => ({ row, entry: words.u8(table + words.u32(indices + 4 * row)) }))
      const odd = verdicts.filter(({ entry }) => entry === 2).map(({ row }) => row)
      const holding = verdicts.filter(({ entry }) => entry === 1).map(({ row }) => row)
      words.setU32(unsettled, odd.length)
      words.setRows(unsettled + 4, odd)
      return words.setRows(hits, holding)
    },
  }
}

function verdict(holds: boolean, negated: boolean | number) {
  return holds !== Boolean(negated) ? 'hit' : 'miss'
}

function textPredicates(words: Words): Omit<PredicateKernels, keyof Selections> {
  return {
    selectEqual(starts, ends, kinds, rows, count, text, length, negated, oddKinds, hits, unsettled) {
      const wanted = words.latin1(text, text + length)
      return judgeCells(words, { starts, ends, kinds }, { rows, count, hits, unsettled }, (cell) =>
        cell.kind === cellKind.text ? verdict(cell.text === wanted, negated) : oddVerdict(cell.kind, oddKinds),
      )
    },
    selectBetween(
      starts,
      ends,
      kinds,
      rows,
      count,
      low,
      lowLength,
      high,
      highLength,
      flags,
      oddKinds,
      hits,
      unsettled,
    ) {
      const bounds = { low: words.latin1(low, low + lowLength), high: words.latin1(high, high + highLength), flags }
      return judgeCells(words, { starts, ends, kinds }, { rows, count, hits, unsettled }, (cell) =>
        cell.kind === cellKind.text
          ? verdict(isInside(cell.text, bounds), flags & boundFlag.negated)
          : oddVerdict(cell.kind, oddKinds),
      )
    },
    textSetBytes: (count) => 4 + 8 * count,
    buildTextSet(texts, count, set) {
      words.setU32(set, count)
      for (let i = 0; i < 2 * count; i++) words.setU32(set + 4 + 4 * i, words.u32(texts + 4 * i))
    },
    selectInSet(starts, ends, kinds, rows, count, set, negated, oddKinds, hits, unsettled) {
      const members = new Set(
        Array.from({ length: words.u32(set) }, (_, i) => {
          const text = words.u32(set + 4 + 8 * i)
          return words.latin1(text, text + words.u32(set + 8 + 8 * i))
        }),
      )
      return judgeCells(words, { starts, ends, kinds }, { rows, count, hits, unsettled }, (cell) =>
        cell.kind === cellKind.text ? verdict(members.has(cell.text), negated) : oddVerdict(cell.kind, oddKinds),
      )
    },
    selectLike(starts, ends, kinds, rows, count, pattern, negated, oddKinds, hits, unsettled) {
      const parts = readPattern(words, pattern)
      return judgeCells(words, { starts, ends, kinds }, { rows, count, hits, unsettled }, (cell) =>
        cell.kind === cellKind.text
          ? verdict(matches([...codePoints(words.bytes(cell.start, cell.end))], parts), negated)
          : oddVerdict(cell.kind, oddKinds),
      )
    },
  }
}

export function isInside<T>(value: T, { low, high, flags }: { low: T; high: T; flags: number }): boolean {
  if (flags & boundFlag.low && !(value > low || (value === low && !(flags & boundFlag.lowExclusive)))) return false
  return !(flags & boundFlag.high) || value < high || (value === high && !(flags & boundFlag.highExclusive))
}

/** The code points' bytes, each as one string. */
function codePoints(bytes: Uint8Array): string[] {
  const points: string[] = []
  for (const byte of bytes) {
    const character = String.fromCharCode(byte)
    if ((byte & 0xc0) === 0x80 && points.length > 0) points[points.length - 1] += character
    else points.push(character)
  }
  return points
}

const anyPoint = '\xff'
const anyText = '%%'

/** The pattern as a list of code points, `anyPoint` and `anyText`. */
function readPattern(words: Words, pattern: number): string[] {
  const flags = words.u32(pattern + 4)
  const segments = Array.from({ length: words.u32(pattern) }, (_, i) => {
    const text = words.u32(pattern + 8 + 16 * i)
    return codePoints(words.bytes(text, text + words.u32(pattern + 12 + 16 * i)))
  })
  if (segments.length === 0) return flags === 0 ? [] : [anyText]
  const inner = segments.flatMap((segment, i) => (i === 0 ? segment : [anyText, ...segment]))
  return [...(flags & likeFlag.openStart ? [anyText] : []), ...inner, ...(flags & likeFlag.openEnd ? [anyText] : [])]
}

function matches(text: readonly string[], pattern: readonly string[]): boolean {
  /** reach[i]: the pattern so far matches the first i code points. */
  let reach = text.map(() => false)
  reach = [true, ...reach]
  for (const part of pattern) {
    const next = reach.map(() => false)
    for (let i = 0; i <= text.length; i++) {
      if (part === anyText) next[i] = Boolean(reach[i]) || (i > 0 && Boolean(next[i - 1]))
      else if (i > 0) next[i] = Boolean(reach[i - 1]) && (part === anyPoint || part === text[i - 1])
    }
    reach = next
  }
  return Boolean(reach[text.length])
}
