// The columns of a query over JSON: one slot for each different path, and which slots are filled together.
import type { Arena } from '../../kernels/select/arena.ts'
import { cellKind } from '../../kernels/select/cells.ts'
import { walkRecord } from '../../kernels/select/json-record.ts'
import type { PathNode } from '../../kernels/select/json-record.ts'
import type { SelectKernels } from '../../kernels/select/kernels.ts'
import type { ColumnRef, PathStep } from '../bind/bound.ts'
import { jsonError, withJsonErrors } from './json-fault.ts'
import { pathId, pathTree, writePaths } from './json-paths.ts'
import type { SlotAddresses } from './json-paths.ts'
import type { JsonScan, LinesRange } from './json-scan.ts'

/** The kind of a cell that nothing was written to. */
export const notLoaded = 0xff

/** Slots that one walk fills. */
interface Group {
  slots: readonly number[]
  tree: PathNode
  address: number
}

export class JsonColumns {
  readonly slots: readonly SlotAddresses[]
  /** By column; null where no path leads to it. */
  readonly slotOf: readonly (number | null)[]
  readonly #paths: (readonly PathStep[])[]
  readonly #arena: Arena
  readonly #kernels: SelectKernels
  readonly #scan: JsonScan
  readonly #groups = new Map<string, Group>()
  readonly #unsettled: number
  /** Records of scanKey. */
  readonly #odd: number
  /** All records of a batch, in order. */
  readonly allRows: number

  constructor(
    columns: readonly ColumnRef[],
    { arena, kernels }: { arena: Arena; kernels: SelectKernels },
    scan: JsonScan,
  ) {
    const { paths, slotOf } = slotsOf(columns)
    this.#arena = arena
    this.#kernels = kernels
    this.#scan = scan
    this.#paths = paths
    this.slotOf = slotOf
    this.slots = paths.map(() => ({
      starts: arena.allocate(scan.rowsMax * 4),
      ends: arena.allocate(scan.rowsMax * 4),
      kinds: arena.allocate(scan.rowsMax),
    }))
    this.#unsettled = arena.allocate(scan.rowsMax * 4)
    this.#odd = arena.allocate(scan.rowsMax * 4)
    this.allRows = arena.allocate(scan.rowsMax * 4)
    for (let row = 0; row < scan.rowsMax; row++) arena.u32[(this.allRows >> 2) + row] = row
  }

  /** Marks the cells of a new batch as not loaded, but for those of the slot `loaded`. */
  forget(rows: number, loaded: number | null): void {
    if (loaded === null) this.#scan.forgetStrings()
    const bytes = this.#arena.u8
    for (const [slot, { kinds }] of this.slots.entries()) {
      if (slot !== loaded) bytes.fill(notLoaded, kinds, kinds + rows)
    }
  }

  /** The name of a slot's only step, when it is a key that is written as it is, or with its bytes' codes. */
  keyOf(slot: number): string | null {
    const [step, ...more] = this.#paths[slot] ?? []
    return step?.step === 'key' && more.length === 0 && isPlain(step.name) ? step.name : null
  }

  /** The records of lines, with the cells of `slot` filled, by `letter` of its key. Null when they have to be read by a scan; `odd` is how many needed a closer look. */
  scanKey(slot: number, letter: number, lines: LinesRange): { rows: number; odd: number } | null {
    const group = this.#group([slot])
    const rows = this.#scan.runKey(group.address, letter, lines, this.#odd)
    if (rows === null) return null
    const odd = this.#scan.get('unsettled')
    this.#scan.forgetStrings()
    if (odd === 0) return { rows, odd }
    if (!this.#scan.prepare(this.#odd, odd)) return null
    this.#walk(group, this.#odd, odd)
    return { rows, odd }
  }

  /** Fills the cells of some slots for `count` records whose numbers stand at `rows`. Throws S3Error. */
  load(slots: readonly number[], rows: number, count: number): void {
    if (count === 0 || slots.length === 0) return
    if (!this.#scan.prepare(rows, count)) throw jsonError('syntax')
    this.#walk(this.#group(slots), rows, count)
  }

  #walk(group: Group, rows: number, count: number): void {
    const unsettled = this.#kernels.jsonWalk(this.#scan.address, group.address, rows, count, this.#unsettled)
    for (let index = 0; index < unsettled; index++) {
      this.#settle(group, this.#arena.u32[(this.#unsettled >> 2) + index] ?? 0)
    }
  }

  /** One record by the strict reader. */
  #settle({ slots, tree }: Group, row: number): void {
    const { u8, u32 } = this.#arena
    for (const slot of slots) u8[(this.slots[slot]?.kinds ?? 0) + row] = cellKind.missing
    const span = {
      start: u32[(this.#scan.get('starts') >> 2) + row] ?? 0,
      end: u32[(this.#scan.get('ends') >> 2) + row] ?? 0,
    }
    withJsonErrors(() => {
      walkRecord(u8, span, tree, (local, start, end, kind) => {
        const addresses = this.slots[slots[local] ?? 0]
        if (addresses === undefined) return
        u32[(addresses.starts >> 2) + row] = start
        u32[(addresses.ends >> 2) + row] = end
        u8[addresses.kinds + row] = kind
      })
    })
  }

  #group(slots: readonly number[]): Group {
    const id = slots.join()
    let group = this.#groups.get(id)
    if (group === undefined) {
      const tree = pathTree(slots.map((slot) => this.#paths[slot] ?? null))
      const addresses = slots.map((slot) => this.slots[slot] ?? { starts: 0, ends: 0, kinds: 0 })
      group = { slots, tree, address: writePaths(this.#arena, tree, addresses) }
      this.#groups.set(id, group)
    }
    return group
  }
}

/** ASCII that has no escapes but those by code. */
function isPlain(name: string): boolean {
  return /^[ !#-.0-[\]-~]+$/.test(name)
}

/** Different paths, and the number of each column's. */
function slotsOf(columns: readonly ColumnRef[]): { paths: (readonly PathStep[])[]; slotOf: (number | null)[] } {
  const paths: (readonly PathStep[])[] = []
  const ids = new Map<string, number>()
  const slotOf = columns.map((column) => {
    const steps = stepsOf(column)
    if (steps === null) return null
    const id = pathId(steps)
    const known = ids.get(id)
    if (known !== undefined) return known
    ids.set(id, paths.length)
    return paths.push(steps) - 1
  })
  return { paths, slotOf }
}

/** The steps to a column; null when it is none of the record's. `_1` by position is the member of that name. */
function stepsOf(column: ColumnRef): readonly PathStep[] | null {
  switch (column.by) {
    case 'record':
      return []
    case 'position':
      return [{ step: 'key', name: `_${column.index + 1}`, caseSensitive: false }]
    case 'path':
      return column.steps.some(({ step }) => step === 'elements' || step === 'values') ? null : column.steps
    case 'key':
      return null
  }
}
