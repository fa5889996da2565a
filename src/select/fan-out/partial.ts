// What aggregates have seen in a part, as bytes, and the parts' put together: groups in the order in which they first appear.
// No I/O, no clock.
import type { BoundQuery } from '../bind/bound.ts'
import type { SavedGroup } from '../exec/saved-group.ts'
import type { Group } from '../exec/group-rows.ts'
import { createAccumulator } from '../value/accumulators/accumulator.ts'
import type { Accumulator } from '../value/accumulators/accumulator.ts'
import { restoreValue } from '../value/accumulators/saved-value.ts'
import { canonicalKey } from '../value/compare.ts'
import type { Value } from '../value/value.ts'

export function encodePartial(groups: readonly SavedGroup[]): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(groups))
}

interface MergedGroup {
  keys: Value[]
  accumulators: Accumulator[]
}

export class MergedPartials {
  readonly #aggregates: BoundQuery['aggregates']
  readonly #groups = new Map<string, MergedGroup>()

  constructor({ aggregates }: Pick<BoundQuery, 'aggregates'>) {
    this.#aggregates = aggregates
  }

  /** Adds what comes behind everything added before. */
  add(partial: Uint8Array): void {
    const saved = JSON.parse(new TextDecoder().decode(partial)) as SavedGroup[]
    for (const { keys: savedKeys, states } of saved) {
      const keys = savedKeys.map(restoreValue)
      const group = this.#group(keys)
      for (const [n, state] of states.entries()) group.accumulators[n]?.merge(state)
    }
  }

  /** All groups with their results. Throws S3Error where a sum is out of range. */
  groups(): Group[] {
    return Array.from(this.#groups.values(), ({ keys, accumulators }) => ({
      keys,
      results: accumulators.map((accumulator) => accumulator.result()),
    }))
  }

  #group(keys: Value[]): MergedGroup {
    const name = canonicalKey(keys)
    let group = this.#groups.get(name)
    if (group === undefined) {
      group = { keys, accumulators: this.#aggregates.map(createAccumulator) }
      this.#groups.set(name, group)
    }
    return group
  }
}
