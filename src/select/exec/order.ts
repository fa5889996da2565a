// ORDER BY: which row comes first. No I/O, no clock.
import type { BoundQuery } from '../bind/bound.ts'
import { orderValues } from '../value/compare.ts'
import type { Value } from '../value/value.ts'

export type Compare = (left: readonly Value[], right: readonly Value[]) => number

/** Compares the values of the ORDER BY expressions; NULL and MISSING stand where they were asked for, whatever the direction. */
export function orderOf(orderBy: BoundQuery['orderBy']): Compare {
  return (left, right) => {
    for (const [i, { descending, nulls }] of orderBy.entries()) {
      const [a, b] = [left[i], right[i]]
      const [noA, noB] = [a === null || a === undefined, b === null || b === undefined]
      if (noA || noB) {
        if (noA !== noB) return noA === (nulls === 'first') ? -1 : 1
        continue
      }
      const order = orderValues(a, b)
      if (order !== 0) return descending ? -order : order
    }
    return 0
  }
}
