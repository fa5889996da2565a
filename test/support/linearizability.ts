// Is there an order of the operations of a history, each between its start and its end, that explains every answer?
// The search of Wing & Gong with the memory of Lowe (https://doi.org/10.1002/cpe.3928): one object at a time, and a
// state reached before with the same operations done is not tried again.

/** An operation on one register that holds a text, or null for nothing. */
export interface Operation {
  /** Any clock, the same for the whole history. */
  start: number
  /** Infinity when no answer came: then the operation may have taken effect at any time, or never. */
  end: number
  /** For the message: what was asked and what was answered. */
  description: string
  /** What the register holds afterwards; undefined when this answer cannot come from that state. */
  apply(state: string | null): string | null | undefined
}

/** Null when the history is linearizable; else the operations that no order of those before them explains. */
export function linearizabilityProblem(history: readonly Operation[], initial: string | null = null): string | null {
  const operations = history.toSorted((left, right) => left.start - right.start)
  const answered = operations.filter(({ end }) => end !== Infinity).length
  const tried = new Set<string>()
  let furthest = new Set<Operation>()

  function search(done: Set<Operation>, state: string | null): boolean {
    if (countAnswered(done) === answered) return true
    const signature = `${operations.map((one) => (done.has(one) ? 1 : 0)).join('')} ${state}`
    if (tried.has(signature)) return false
    tried.add(signature)
    if (done.size > furthest.size) furthest = new Set(done)
    for (const next of candidates(operations, done)) {
      const after = next.apply(state)
      if (after === undefined) continue
      done.add(next)
      if (search(done, after)) return true
      done.delete(next)
    }
    return false
  }

  if (search(new Set(), initial)) return null
  const stuck = candidates(operations, furthest).map(({ description }) => description)
  return `After ${furthest.size} of ${operations.length} operations nothing explains: ${stuck.join('; ')}`
}

/** Those that may come next: begun before every one that is still to come has ended. */
function candidates(operations: readonly Operation[], done: ReadonlySet<Operation>): Operation[] {
  const left = operations.filter((one) => !done.has(one))
  const firstEnd = Math.min(...left.map(({ end }) => end))
  return left.filter(({ start }) => start <= firstEnd)
}

function countAnswered(operations: Iterable<Operation>): number {
  let count = 0
  for (const { end } of operations) if (end !== Infinity) count++
  return count
}
