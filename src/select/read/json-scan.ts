// Drives jsonScan: the regions it works in, the FROM path, and keys of it that only decoding settles.
import type { Arena } from '../../kernels/select/arena.ts'
import { JsonCursor } from '../../kernels/select/json-cursor.ts'
import { keyMatches } from '../../kernels/select/json-record.ts'
import {
  jsonFault,
  jsonFrameBytes,
  jsonPhase,
  jsonScanBytes,
  jsonScanFields,
  jsonStep,
  jsonStepBytes,
} from '../../kernels/select/json.ts'
import type { SelectKernels } from '../../kernels/select/kernels.ts'
import { jsonStringBytes } from '../../limits.ts'
import type { PathStep } from '../bind/bound.ts'

const fields = jsonScanFields
const givenUp = 0xffffffff
/** What one scan leaves for the next. */
const stateFields = ['inString', 'escaped', 'phase', 'level', 'deadDepth'] as const
const encoder = new TextEncoder()

/** Whole lines, and the most bytes that any have. */
export interface LinesRange {
  from: number
  to: number
  capacity: number
}

export class JsonScan {
  /** Of the region the kernels share. */
  readonly address: number
  readonly rowsMax: number
  readonly #arena: Arena
  readonly #kernels: SelectKernels
  readonly #from: readonly PathStep[]
  readonly #strings: number
  #positionsFor = 0
  /** The records of the last scan can be walked as they are. */
  #isIndexed = true

  constructor(setup: { arena: Arena; kernels: SelectKernels; from: readonly PathStep[] }, rowsMax: number) {
    const { arena } = setup
    this.#arena = arena
    this.#kernels = setup.kernels
    this.#from = setup.from
    this.rowsMax = rowsMax
    this.address = arena.allocate(jsonScanBytes)
    arena.u8.fill(0, this.address, this.address + jsonScanBytes)
    for (const field of ['starts', 'ends', 'marks'] as const) this.#set(fields[field], arena.allocate(rowsMax * 4))
    this.#set(fields.kinds, arena.allocate(rowsMax))
    this.#set(fields.rowsMax, rowsMax)
    this.#set(fields.stepCount, setup.from.length)
    this.#set(fields.frames, arena.allocate((setup.from.length + 1) * jsonFrameBytes))
    this.#set(fields.steps, this.#writeSteps())
    this.#strings = arena.allocate(jsonStringBytes)
    this.#set(fields.textEnd, this.#strings + jsonStringBytes)
    this.forgetStrings()
  }

  /** Scans; the records stand in `starts`, `ends` and `kinds`. `capacity` is the most bytes any range of the scan has. */
  run(from: number, to: number, capacity: number): number {
    this.#reserve(capacity)
    this.#isIndexed = true
    return this.#kernels.jsonScan(this.address, from, to)
  }

  /** Scans `count` lines whose starts and ends stand at `lines`; null when they are not records alone. */
  runLines(lines: number, count: number, capacity: number): number | null {
    this.#reserve(capacity)
    this.#isIndexed = true
    const before = stateFields.map((field) => this.get(field))
    const rows = this.#kernels.jsonScanLines(this.address, lines, count) >>> 0
    if (rows !== givenUp) return rows
    for (const [index, field] of stateFields.entries()) this.#set(fields[field], before[index] ?? 0)
    return null
  }

  /** Finds lines and the values of the one key of `paths` in them, as jsonLines; null when the lines are no records. */
  runKey(paths: number, letter: number, { from, to, capacity }: LinesRange, unsettled: number): number | null {
    this.#reserve(capacity)
    this.#isIndexed = false
    const rows = this.#kernels.jsonLines(this.address, paths, from, to, letter, unsettled) >>> 0
    return rows === givenUp ? null : rows
  }

  /** Makes records ready to be walked; false when one is none. */
  prepare(rows: number, count: number): boolean {
    return this.#isIndexed || this.#kernels.jsonIndexRows(this.address, rows, count) === count
  }

  #reserve(capacity: number): void {
    if (capacity > this.#positionsFor) {
      this.#set(fields.positions, this.#arena.allocate(capacity * 4 + 128))
      this.#set(fields.escapes, this.#arena.allocate(capacity + 128))
      this.#positionsFor = capacity
    }
  }

  /** Cells of earlier records may point to other text from now on. */
  forgetStrings(): void {
    this.#set(fields.text, this.#strings)
  }

  get(field: keyof typeof fields): number {
    return this.#arena.u32[(this.address + fields[field]) >> 2] ?? 0
  }

  get isUndecided(): boolean {
    return this.get('fault') === jsonFault.undecided
  }

  /** Between top-level values: the input may end here. */
  get isBetween(): boolean {
    const phase = this.get('phase')
    return this.get('level') === 0 && (phase === jsonPhase.value || phase === jsonPhase.after)
  }

  /** Decides the key at `consumed`, which the kernel would not. Throws JsonFault. */
  decide(end: number): void {
    const step = this.#from[this.get('level') - 1]
    const cursor = new JsonCursor(this.#arena.u8, this.get('consumed'), end)
    const key = cursor.passKey()
    const matches = step?.step === 'key' && keyMatches(step, key)
    this.#set(fields.verdict, matches ? 1 : 2)
    this.#set(fields.verdictHash, hashOf(encoder.encode(key)))
  }

  #writeSteps(): number {
    const address = this.#arena.allocate((this.#from.length + 1) * jsonStepBytes)
    for (const [number, step] of this.#from.entries()) {
      const name = encoder.encode(step.step === 'key' ? step.name : '')
      const text = this.#arena.allocate(name.length + 1)
      this.#arena.u8.set(name, text)
      const isSensitive = step.step === 'key' && step.caseSensitive
      const index = step.step === 'index' ? step.index : 0
      this.#arena.u32.set(
        [jsonStep[step.step], text, name.length, isSensitive ? 1 : 0, index],
        (address + number * jsonStepBytes) >> 2,
      )
    }
    return address
  }

  #set(offset: number, value: number): void {
    this.#arena.u32[(this.address + offset) >> 2] = value
  }
}

/** FNV-1a, as the kernel hashes keys. http://www.isthe.com/chongo/tech/comp/fnv/ */
function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash
}
