// Aggregates of DISTINCT values: each value goes once to the aggregate, in order of first appearance. No I/O, no clock.
import { S3Error } from '../../../errors.ts'
import { distinctCharsMax, distinctValuesMax } from '../../../limits.ts'
import { canonicalKey } from '../compare.ts'
import type { Value } from '../value.ts'
import { restoreValue, saveValue } from './saved-value.ts'
import type { SavedValue } from './saved-value.ts'
import { savedOf } from './saved.ts'

export interface SavedDistinct {
  of: 'DISTINCT'
  values: SavedValue[]
}

export class DistinctAccumulator {
  readonly #aggregate: { add(value: Value): void; result(): Value }
  readonly #values = new Map<string, Value>()
  #chars = 0

  constructor(aggregate: { add(value: Value): void; result(): Value }) {
    this.#aggregate = aggregate
  }

  /** UnsupportedSqlOperation when there are too many different values to remember. */
  add(value: Value): void {
    if (value === null || value === undefined) return
    const key = canonicalKey(value)
    if (this.#values.has(key)) return
    this.#chars += key.length
    if (this.#values.size >= distinctValuesMax || this.#chars > distinctCharsMax) {
      throw new S3Error('UnsupportedSqlOperation', {
        message: `An aggregate of DISTINCT values may have at most ${distinctValuesMax} of them, and ${distinctCharsMax} characters in all.`,
      })
    }
    this.#aggregate.add(value)
    this.#values.set(key, value)
  }

  result(): Value {
    return this.#aggregate.result()
  }

  save(): SavedDistinct {
    return { of: 'DISTINCT', values: [...this.#values.values()].map(saveValue) }
  }

  merge(saved: { of: string }): void {
    for (const value of savedOf<SavedDistinct>(saved, 'DISTINCT').values) this.add(restoreValue(value))
  }
}
