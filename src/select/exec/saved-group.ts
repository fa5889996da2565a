import type { SavedAccumulator } from '../value/accumulators/accumulator.ts'
import type { SavedValue } from '../value/accumulators/saved-value.ts'

/** What a part of the input knows of one group; plain data. */
export interface SavedGroup {
  /** Of GROUP BY, as they first came; none where there is but one group. */
  keys: SavedValue[]
  states: SavedAccumulator[]
}
