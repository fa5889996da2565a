// What an aggregate has seen so far. The states of parts of the input merge to the state of the whole. No I/O, no clock.
import type { Aggregate } from '../../bind/bound.ts'
import type { Value } from '../value.ts'
import { CountAccumulator } from './count.ts'
import type { SavedCount } from './count.ts'
import { DistinctAccumulator } from './distinct.ts'
import type { SavedDistinct } from './distinct.ts'
import { ExtremeAccumulator } from './extreme.ts'
import type { SavedExtreme } from './extreme.ts'
import { SumAccumulator } from './sum.ts'
import type { SavedSum } from './sum.ts'

/** Plain data: JSON carries it. */
export type SavedAccumulator = SavedCount | SavedDistinct | SavedExtreme | SavedSum

export interface Accumulator {
  /** One more value; NULL and MISSING do not count, but for COUNT(*). Throws S3Error where the aggregate has no such values. */
  add(value: Value): void
  /** NULL of nothing, but 0 for COUNT. */
  result(): Value
  save(): SavedAccumulator
  /** Adds what the same aggregate has seen in a later part of the input. */
  merge(saved: SavedAccumulator): void
}

/** An empty state. `COUNT(*)` counts every value that is added. */
export function createAccumulator(aggregate: Pick<Aggregate, 'function' | 'argument' | 'distinct'>): Accumulator {
  const plain = plainAccumulator(aggregate)
  return aggregate.distinct && aggregate.argument !== null ? new DistinctAccumulator(plain) : plain
}

function plainAccumulator({ function: name, argument }: Pick<Aggregate, 'function' | 'argument'>): Accumulator {
  switch (name) {
    case 'COUNT':
      return new CountAccumulator(argument === null ? 'rows' : 'values')
    case 'SUM':
    case 'AVG':
      return new SumAccumulator(name)
    case 'MIN':
    case 'MAX':
      return new ExtremeAccumulator(name)
  }
}
