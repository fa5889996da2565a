// What a part of the input gives instead of an answer, where the answer is of aggregates: merged in the order of the parts it is
// what one scan of all gives. Plain data, which travels as JSON. No I/O, no clock.
import { assert } from '../../assert.ts'
import { outputPieceBytes } from '../../limits.ts'
import type { RecordWriter } from '../batch.ts'
import type { BoundQuery } from '../bind/bound.ts'
import { createAccumulator } from '../value/accumulators/accumulator.ts'
import type { Accumulator, SavedAccumulator } from '../value/accumulators/accumulator.ts'
import { restoreValue } from '../value/accumulators/saved-value.ts'
import type { SavedValue } from '../value/accumulators/saved-value.ts'
import { canonicalKey } from '../value/compare.ts'
import type { ScalarSetup } from '../scalar/scalar.ts'
import { GroupRows } from './group-rows.ts'

export interface SavedGroup {
  /** Of GROUP BY, as they first came; none where there is but one group. */
  keys: SavedValue[]
  states: SavedAccumulator[]
}

export interface Partial {
  /** Names of the columns, as the part's reader found them. */
  names: readonly string[] | null
  /** In the order in which they first came. */
  groups: SavedGroup[]
}

export function writePartial(partial: Partial): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(partial))
}

/** What `writePartial` wrote, by this very code on another machine. */
export function readPartial(bytes: Uint8Array): Partial {
  return JSON.parse(new TextDecoder().decode(bytes)) as Partial
}

interface MergedGroup {
  keys: SavedValue[]
  accumulators: Accumulator[]
}

/** One state of several, given in the order of the parts. */
export function mergePartials({ aggregates }: Pick<BoundQuery, 'aggregates'>, partials: readonly Partial[]): Partial {
  const merged = new Map<string, MergedGroup>()
  for (const { groups } of partials) {
    for (const { keys, states } of groups) {
      const key = canonicalKey(keys.map(restoreValue))
      let group = merged.get(key)
      if (group === undefined) {
        group = { keys, accumulators: aggregates.map(createAccumulator) }
        merged.set(key, group)
      }
      for (const [i, accumulator] of group.accumulators.entries()) {
        const state = states[i]
        assert(state !== undefined, 'A part has a state for every aggregate')
        accumulator.merge(state)
      }
    }
  }
  const groups = Array.from(merged.values(), ({ keys, accumulators }) => ({
    keys,
    states: accumulators.map((accumulator) => accumulator.save()),
  }))
  return { names: partials[0]?.names ?? null, groups }
}

/** The answer in pieces. Throws what results, HAVING and the select list throw. */
export function* finishPartial(
  query: BoundQuery,
  partial: Partial,
  writer: RecordWriter,
  setup: ScalarSetup,
): Generator<Uint8Array, void> {
  const { aggregates } = query
  const groups = partial.groups.map(({ keys, states }) => ({
    keys: keys.map(restoreValue),
    results: aggregates.map((aggregate, i) => {
      const accumulator = createAccumulator(aggregate)
      const state = states[i]
      if (state !== undefined) accumulator.merge(state)
      return accumulator.result()
    }),
  }))
  const rows = new GroupRows(query, writer, setup)
  for (const group of rows.sorted(groups)) {
    if (rows.full) break
    rows.write(group)
    if (writer.pending >= outputPieceBytes) yield writer.take()
  }
  if (writer.pending > 0) yield writer.take()
}
