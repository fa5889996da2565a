// WHERE over batches: kernels narrow a list of rows leaf by leaf; what they leave undecided is evaluated record by record.
import type { Selection } from '../../kernels/select/cells.ts'
import type { Batch } from '../batch.ts'
import type { Bound } from '../bind/bound.ts'
import { conditionOf } from '../plan/condition.ts'
import { foldConstants } from '../scalar/fold-constants.ts'
import { shapeOf } from '../plan/shape.ts'
import { vectorTest } from './leaf-kernel.ts'
import type { VectorTest } from './vector-test.ts'
import type { Cursor, Evaluate } from './cursor.ts'
import type { List, Scratch } from './scratch.ts'

/** Narrows `rows` in place, and returns how many are left. */
interface Node {
  narrow(batch: Batch, rows: List, count: number): number
  /** The same for the record the cursor is at. */
  holds(): boolean
}

export class Filter {
  readonly #root: Node
  readonly #cursor: Cursor

  constructor(where: Bound, scratch: Scratch, cursor: Cursor) {
    this.#cursor = cursor
    this.#root = nodeOf(conditionOf(foldConstants(where)), scratch, cursor)
  }

  /** Of the ascending rows, keeps those for which WHERE is TRUE; returns how many. Errors are not in the order of rows. */
  narrow(batch: Batch, rows: List, count: number): number {
    this.#cursor.batch = batch
    return count === 0 ? 0 : this.#root.narrow(batch, rows, count)
  }

  /** Whether WHERE is TRUE for the record the cursor is at. */
  holds(): boolean {
    return this.#root.holds()
  }
}

function nodeOf(condition: ReturnType<typeof conditionOf>, scratch: Scratch, cursor: Cursor): Node {
  if (condition.test === 'leaf') return leafNode(condition.bound, scratch, cursor)
  const nodes = condition.of.map((part) => nodeOf(part, scratch, cursor))
  return condition.test === 'all' ? allOf(nodes) : anyOf(nodes, scratch)
}

function allOf(nodes: readonly Node[]): Node {
  return {
    narrow(batch, rows, count) {
      let left = count
      for (const node of nodes) {
        if (left === 0) return 0
        left = node.narrow(batch, rows, left)
      }
      return left
    },
    holds: () => nodes.every((node) => node.holds()),
  }
}

/** Each branch sees only the rows that no branch before it took. */
function anyOf(nodes: readonly Node[], scratch: Scratch): Node {
  const { kernels, arena } = scratch
  return {
    narrow(batch, rows, count) {
      let [taken, branch, joined] = [scratch.takeList(), scratch.takeList(), scratch.takeList()]
      let takenCount = 0
      let left = count
      for (const node of nodes) {
        if (left === 0) break
        arena.u32.copyWithin(branch / 4, rows / 4, rows / 4 + left)
        const found = node.narrow(batch, branch, left)
        left = kernels.subtractSelection(rows, left, branch, found, rows)
        takenCount = kernels.mergeSelections(taken, takenCount, branch, found, joined)
        ;[taken, joined] = [joined, taken]
      }
      arena.u32.copyWithin(rows / 4, taken / 4, taken / 4 + takenCount)
      for (const list of [taken, branch, joined]) scratch.giveList(list)
      return takenCount
    },
    holds: () => nodes.some((node) => node.holds()),
  }
}

function leafNode(bound: Bound, scratch: Scratch, cursor: Cursor): Node {
  const evaluate = cursor.compile(bound)
  const holds = () => evaluate() === true
  const shape = cursor.vectorised ? shapeOf(bound) : null
  if (shape === null)
    return { holds, narrow: (_, rows, count) => keepTrue({ pointer: rows, count }, evaluate, cursor, scratch) }
  if (shape.shape === 'constant') return { holds, narrow: (_, _rows, count) => (shape.holds ? count : 0) }
  const test = vectorTest(shape, scratch)
  return { holds, narrow: kernelLeaf({ column: shape.column, test, evaluate }, scratch, cursor) }
}

function kernelLeaf(
  { column, test, evaluate }: { column: number; test: VectorTest; evaluate: Evaluate },
  scratch: Scratch,
  cursor: Cursor,
): Node['narrow'] {
  return (batch, rows, count) => {
    const selection: Selection = { pointer: rows, count }
    const unsettled = scratch.takeList()
    const found = test(batch.vector(column, selection), selection, rows, unsettled)
    const odd = found === null ? 0 : scratch.u32(unsettled)
    let left = found ?? keepTrue(selection, evaluate, cursor, scratch)
    if (odd > 0) {
      const decided = keepTrue({ pointer: unsettled + 4, count: odd }, evaluate, cursor, scratch)
      left = addRows({ pointer: rows, count: left }, { pointer: unsettled + 4, count: decided }, scratch)
    }
    scratch.giveList(unsettled)
    return left
  }
}

/** Puts ascending rows among others, in their list; returns how many there are then. */
function addRows(to: Selection, from: Selection, scratch: Scratch): number {
  if (from.count === 0) return to.count
  const { kernels, arena } = scratch
  const joined = scratch.takeList()
  const total = kernels.mergeSelections(to.pointer, to.count, from.pointer, from.count, joined)
  arena.u32.copyWithin(to.pointer / 4, joined / 4, joined / 4 + total)
  scratch.giveList(joined)
  return total
}

/** Keeps, in place, the rows for which the expression is TRUE. */
function keepTrue({ pointer, count }: Selection, evaluate: Evaluate, cursor: Cursor, { arena }: Scratch): number {
  const start = pointer / 4
  let kept = 0
  for (let i = 0; i < count; i++) {
    // The reader may grow memory as it hands out a value: the view is fetched anew.
    const row = arena.u32[start + i] ?? 0
    cursor.row = row
    if (evaluate() === true) arena.u32[start + kept++] = row
  }
  return kept
}
