// Where records go that WHERE let through.
import type { Batch } from '../batch.ts'
import type { List } from './scratch.ts'

export interface Sink {
  /** Takes ascending rows of a batch, in order. */
  take(batch: Batch, rows: List, count: number): void
  /** Takes all records of a batch, when only their number matters; null where the records themselves do. */
  readonly takeCount: ((rows: number) => void) | null
  /** Nothing that comes can change the answer: reading may stop. */
  readonly full: boolean
  /** The input has ended: what is left of the answer goes to the writer. Returns true when there is more to ask for. */
  finish(): boolean
}
