// COUNT. No I/O, no clock.
import { savedOf } from './saved.ts'
import type { Value } from '../value.ts'

export interface SavedCount {
  of: 'COUNT'
  count: number
}

export class CountAccumulator {
  readonly #what: 'rows' | 'values'
  #count = 0

  constructor(what: 'rows' | 'values') {
    this.#what = what
  }

  add(value: Value): void {
    if (this.#what === 'rows' || (value !== null && value !== undefined)) this.#count++
  }

  /** Counts so many at once. */
  addCount(count: number): void {
    this.#count += count
  }

  result(): Value {
    return BigInt(this.#count)
  }

  save(): SavedCount {
    return { of: 'COUNT', count: this.#count }
  }

  merge(saved: { of: string }): void {
    this.#count += savedOf<SavedCount>(saved, 'COUNT').count
  }
}
