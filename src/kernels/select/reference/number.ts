// Predicates over numbers, as ../number.ts describes them.
import type { KernelMemory } from '../arena.ts'
import { cellKind } from '../cells.ts'
import { numberFlag } from '../number.ts'
import type { NumberKernels } from '../number.ts'
import { boundFlag } from '../predicate.ts'
import { judgeCells, oddVerdict, Words } from './memory.ts'
import type { CellAt, Verdict } from './memory.ts'
import { isInside } from './predicate.ts'

/** The number a text is: mantissa / 10^scale; or why it is none here. */
export function readDecimal(text: string): { mantissa: bigint; scale: number } | 'none' | 'odd' {
  const match = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(text)
  if (match === null) {
    const unsigned = text.replace(/^[+-]/, '')
    return unsigned !== '.' && /^[\d.eE+-]+$/.test(unsigned) ? 'odd' : 'none'
  }
  const [, sign, whole = '', fraction = ''] = match
  const digits = whole + fraction
  if (digits.length > 18) return 'odd'
  const mantissa = BigInt(digits)
  if (sign === '-' && mantissa === 0n) return 'odd'
  return { mantissa: sign === '-' ? -mantissa : mantissa, scale: fraction.length }
}

function judgeNumber(
  cell: CellAt,
  { flags, oddKinds }: { flags: number; oddKinds: number },
  holds: (value: number) => boolean,
): Verdict {
  if (cell.kind !== cellKind.text && cell.kind !== cellKind.number) return oddVerdict(cell.kind, oddKinds)
  const number = readDecimal(cell.text)
  if (number === 'none') return flags & numberFlag.cast ? 'unsettled' : 'miss'
  if (number === 'odd' || (flags & numberFlag.wholeOnly && number.scale > 0)) return 'unsettled'
  if (number.mantissa >= 10n ** 15n || number.mantissa <= -(10n ** 15n)) return 'unsettled'
  return holds(Number(`${number.mantissa}e-${number.scale}`)) !== Boolean(flags & boundFlag.negated) ? 'hit' : 'miss'
}

export function numberReference(memory: KernelMemory): NumberKernels {
  const words = new Words(memory)
  const present = (kinds: number) => (row: number) => {
    const kind = words.u8(kinds + row)
    return kind !== cellKind.null && kind !== cellKind.missing
  }
  const floats = (list: number, count: number) => Array.from({ length: count }, (_, i) => words.f64(list + 8 * i))
  return {
    selectNumbers(starts, ends, kinds, rows, count, low, high, flags, oddKinds, hits, unsettled) {
      return judgeCells(words, { starts, ends, kinds }, { rows, count, hits, unsettled }, (cell) =>
        judgeNumber(cell, { flags, oddKinds }, (value) => isInside(value, { low, high, flags })),
      )
    },
    selectNumbersIn(starts, ends, kinds, rows, count, list, listCount, flags, oddKinds, hits, unsettled) {
      const members = floats(list, listCount)
      return judgeCells(words, { starts, ends, kinds }, { rows, count, hits, unsettled }, (cell) =>
        judgeNumber(cell, { flags, oddKinds }, (value) => members.includes(value)),
      )
    },
    selectIntegers(values, kinds, rows, count, bounds, negated, hits) {
      const [low, high] = [words.i64(bounds), words.i64(bounds + 8)]
      const holds = (row: number) => {
        const value = words.i64(values + 8 * row)
        return (value >= low && value <= high) !== Boolean(negated)
      }
      return words.setRows(hits, words.rows(rows, count).filter(present(kinds)).filter(holds))
    },
    selectIntegersIn(values, kinds, rows, count, list, listCount, negated, hits) {
      const members = new Set(Array.from({ length: listCount }, (_, i) => words.i64(list + 8 * i)))
      const holds = (row: number) => members.has(words.i64(values + 8 * row)) !== Boolean(negated)
      return words.setRows(hits, words.rows(rows, count).filter(present(kinds)).filter(holds))
    },
    selectFloats(values, kinds, rows, count, low, high, flags, hits) {
      const holds = (row: number) => {
        const value = words.f64(values + 8 * row)
        return !Number.isNaN(value) && isInside(value, { low, high, flags }) !== Boolean(flags & boundFlag.negated)
      }
      return words.setRows(hits, words.rows(rows, count).filter(present(kinds)).filter(holds))
    },
  }
}
