// Which aggregate a saved state is of. No I/O, no clock.
import { assert } from '../../../assert.ts'

/** The state as what it must be. */
export function savedOf<Saved extends { of: string }>(saved: { of: string }, of: Saved['of']): Saved {
  assert(saved.of === of, 'A state is merged into a state of the same aggregate')
  return saved as Saved
}
