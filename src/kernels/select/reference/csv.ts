// CSV by a state machine over single bytes. No masks: csvIndex and csvWalk are one and the same here.
import type { KernelMemory } from '../arena.ts'
import { cellKind } from '../cells.ts'
import { csvFlag, csvLiteral, csvSetup, csvStatus } from '../csv.ts'
import type { CsvKernels } from '../csv.ts'

const carriageReturn = 13

/** A setup as read from memory. */
class Setup {
  readonly #view: DataView
  readonly #bytes: Uint8Array
  readonly #setup: number
  readonly across: boolean
  readonly lenient: boolean
  readonly stripReturn: boolean
  readonly recordDelimiter: Uint8Array
  readonly fieldDelimiter: Uint8Array
  readonly quote: Uint8Array
  readonly escape: Uint8Array
  readonly comment: Uint8Array

  constructor(memory: KernelMemory, setup: number) {
    this.#view = new DataView(memory.buffer)
    this.#bytes = new Uint8Array(memory.buffer)
    this.#setup = setup
    const flags = this.#view.getUint32(setup, true)
    this.across = (flags & csvFlag.quotedDelimiters) !== 0
    this.lenient = (flags & csvFlag.lenient) !== 0
    this.stripReturn = (flags & csvFlag.stripReturn) !== 0
    this.recordDelimiter = this.#symbol(csvSetup.recordDelimiter)
    this.fieldDelimiter = this.#symbol(csvSetup.fieldDelimiter)
    this.quote = this.#symbol(csvSetup.quote)
    this.escape = this.#symbol(csvSetup.escape)
    this.comment = this.#symbol(csvSetup.comment)
  }

  #symbol(offset: number): Uint8Array {
    const at = this.#setup + offset
    return this.#bytes.subarray(at + 8, at + 8 + this.#view.getUint32(at, true))
  }

  word(offset: number): number {
    return this.#view.getUint32(this.#setup + offset, true)
  }

  leave(offset: number, value: number): void {
    this.#view.setUint32(this.#setup + offset, value, true)
  }

  entry(region: number, index: number): number {
    return this.#view.getUint32(this.word(region) + 4 * index, true)
  }

  setEntry(region: number, index: number, value: number): void {
    this.#view.setUint32(this.word(region) + 4 * index, value, true)
  }

  setWord(address: number, value: number): void {
    this.#view.setUint32(address, value, true)
  }

  byte(address: number): number {
    return this.#bytes[address] ?? 0
  }

  setByte(address: number, value: number): void {
    this.#bytes[address] = value
  }

  matches(at: number, symbol: Uint8Array): boolean {
    return symbol.length > 0 && symbol.every((byte, index) => this.byte(at + index) === byte)
  }

  /** Whether a record between two addresses is nothing. */
  isEmpty(start: number, end: number): boolean {
    return start === end || (this.stripReturn && start + 1 === end && this.byte(start) === carriageReturn)
  }

  startOf(row: number): number {
    return this.entry(csvSetup.positions, this.entry(csvSetup.firsts, row) - 1) + 1
  }

  endOf(row: number): number {
    const end = this.entry(csvSetup.positions, this.entry(csvSetup.lasts, row) - 1) + 1 - this.recordDelimiter.length
    return this.stripReturn && end > this.startOf(row) && this.byte(end - 1) === carriageReturn ? end - 1 : end
  }
}

interface ScannedRecord {
  outcome: 'record' | 'incomplete' | 'quoted-delimiter'
  /** The last byte of each delimiter. */
  positions: number[]
  inside: boolean
}

/** Whether a symbol stands at an address. None reaches into the delimiter that was put behind the text, and that one is whole. */
function stands(setup: Setup, at: number, symbol: Uint8Array, textEnd: number): boolean {
  return setup.matches(at, symbol) && at + symbol.length <= textEnd
}

function recordEnds(setup: Setup, at: number, textEnd: number): boolean {
  const { recordDelimiter } = setup
  return setup.matches(at, recordDelimiter) && (at === textEnd || at + recordDelimiter.length <= textEnd)
}

/** One record from its first byte on. */
function scanRecord(setup: Setup, from: number, to: number, textEnd: number): ScannedRecord {
  const { quote, escape, recordDelimiter, fieldDelimiter, lenient, across } = setup
  const positions: number[] = []
  let at = from
  let fieldStart = true
  let inside = false
  while (at < to) {
    if (fieldStart) {
      fieldStart = false
      inside = stands(setup, at, quote, textEnd)
      if (inside) {
        at += quote.length
        continue
      }
    }
    if (recordEnds(setup, at, textEnd) && !(inside && across)) {
      at += recordDelimiter.length
      if (at > to) break
      positions.push(at - 1)
      return { outcome: inside && !lenient ? 'quoted-delimiter' : 'record', positions, inside }
    }
    if (!inside && stands(setup, at, fieldDelimiter, textEnd)) {
      at += fieldDelimiter.length
      positions.push(at - 1)
      fieldStart = true
    } else if ((inside || lenient) && stands(setup, at, escape, textEnd)) {
      at += escape.length
      if (across || !recordEnds(setup, at, textEnd))
        at += inside && stands(setup, at, quote, textEnd) ? quote.length : 1
    } else if ((inside || lenient) && stands(setup, at, quote, textEnd)) {
      at += quote.length
      if (inside && stands(setup, at, quote, textEnd)) at += quote.length
      else inside = !inside
    } else {
      at += 1
    }
  }
  return { outcome: 'incomplete', positions, inside }
}

function walk(setup: Setup, from: number, to: number, atEnd: number): number {
  const { recordDelimiter } = setup
  const textEnd = atEnd === 1 ? to - recordDelimiter.length : Infinity
  setup.leave(csvSetup.lasts, setup.word(csvSetup.lastsRegion))
  setup.setEntry(csvSetup.positions, -1, from - 1)
  let count = 0
  let rows = 0
  let status = 0
  let at = from
  while (at < to) {
    if (rows === setup.word(csvSetup.rowsMax) || count === setup.word(csvSetup.positionsMax)) {
      status = csvStatus.full
      break
    }
    if (stands(setup, at, setup.comment, textEnd)) {
      let end = at
      while (end < to && !recordEnds(setup, end, textEnd)) end++
      end += recordDelimiter.length
      if (end > to) break
      setup.setEntry(csvSetup.positions, count++, end - 1)
      at = end
      continue
    }
    const { outcome, positions, inside } = scanRecord(setup, at, to, textEnd)
    if (outcome === 'incomplete') {
      if (atEnd === 0) break
      if (inside && !setup.lenient) {
        status = csvStatus.openQuote
        break
      }
      positions.push(to - 1)
    }
    const after = (positions.at(-1) ?? at) + 1
    if (outcome === 'quoted-delimiter') {
      status = atEnd === 1 && after === to ? csvStatus.openQuote : csvStatus.quotedDelimiter
      break
    }
    if (count + positions.length > setup.word(csvSetup.positionsMax)) {
      status = csvStatus.full
      break
    }
    const first = count
    for (const position of positions) setup.setEntry(csvSetup.positions, count++, position)
    if (positions.length > 1 || !setup.isEmpty(at, after - recordDelimiter.length)) {
      setup.setEntry(csvSetup.firsts, rows, first)
      setup.setEntry(csvSetup.lasts, rows, count)
      rows++
    }
    at = after
  }
  setup.leave(csvSetup.consumed, at)
  setup.leave(csvSetup.status, status)
  return rows
}

/** Record delimiters alone make records: for counting where quotes do not matter. */
function countDelimiters(setup: Setup, from: number, to: number): number {
  let rows = 0
  let start = from
  for (let at = from; at + setup.recordDelimiter.length <= to;) {
    if (!setup.matches(at, setup.recordDelimiter)) {
      at++
      continue
    }
    if (!setup.isEmpty(start, at) && !setup.matches(start, setup.comment)) rows++
    at += setup.recordDelimiter.length
    start = at
  }
  setup.leave(csvSetup.consumed, start)
  setup.leave(csvSetup.status, 0)
  return rows
}

interface Cell {
  start: number
  end: number
  kind: number
}

function cell(setup: Setup, row: number, column: number): Cell {
  const field = setup.entry(csvSetup.firsts, row) + column
  const last = setup.entry(csvSetup.lasts, row)
  if (field >= last) return { start: 0, end: 0, kind: cellKind.missing }
  const start = setup.entry(csvSetup.positions, field - 1) + 1
  const delimited = setup.entry(csvSetup.positions, field) + 1
  const { quote, escape, lenient } = setup
  let end = delimited - setup.fieldDelimiter.length
  if (field + 1 === last) {
    end = delimited - setup.recordDelimiter.length
    if (setup.stripReturn && end > start && setup.byte(end - 1) === carriageReturn) end--
  }
  const special = (from: number, to: number) => {
    for (let at = from; at < to; at++) if (setup.matches(at, quote) || setup.matches(at, escape)) return true
    return false
  }
  if (end > start && setup.matches(start, quote)) {
    const [from, to] = [start + quote.length, end - quote.length]
    return from <= to && setup.matches(to, quote) && !special(from, to)
      ? { start: from, end: to, kind: cellKind.text }
      : { start, end, kind: cellKind.escaped }
  }
  if (!lenient) return { start, end, kind: cellKind.text }
  if (start === end) return { start, end, kind: cellKind.null }
  return { start, end, kind: special(start, end) ? cellKind.escaped : cellKind.text }
}

/** A cell whose quotes are all doubled, as text in the spare room. */
function withSingleQuotes(setup: Setup, escaped: Cell): Cell {
  const { quote } = setup
  const spare = setup.word(csvSetup.spare)
  const room = setup.word(csvSetup.spareEnd) - spare
  const { start, end } = escaped
  if (quote.length !== 1 || setup.escape.length > 0 || end - start + 14 > room) return escaped
  if (!isOnlyDoubled(setup, start, end)) return escaped
  let out = spare
  for (let at = start + 1; at < end - 1; at++) {
    setup.setByte(out++, setup.byte(at))
    if (setup.matches(at, quote)) at++
  }
  setup.leave(csvSetup.spare, out)
  return { start: spare, end: out, kind: cellKind.text }
}

/** Whether a record holds the literal, or may hold it in other bytes: for quotes or escape characters besides those around whole fields. */
function isCandidate(setup: Setup, row: number, literal: Uint8Array): boolean {
  const [start, end] = [setup.startOf(row), setup.endOf(row)]
  const fields = setup.entry(csvSetup.lasts, row) - setup.entry(csvSetup.firsts, row)
  const hasQuote = setup.quote.length > 0 && literal.includes(setup.quote[0] ?? 0)
  for (let field = 0; field < fields; field++) {
    const { start: from, end: to, kind } = cell(setup, row, field)
    if (kind === cellKind.escaped && (hasQuote || !isOnlyDoubled(setup, from, to))) return true
  }
  for (let at = start; at < end; at++) {
    if (setup.matches(at, setup.escape) || setup.matches(at, literal)) return true
  }
  return false
}

/** Whether a field is quoted, and all quotes within are doubled. */
function isOnlyDoubled(setup: Setup, start: number, end: number): boolean {
  const { quote } = setup
  const last = end - quote.length
  if (!setup.matches(start, quote) || last <= start || !setup.matches(last, quote)) return false
  for (let at = start + quote.length; at < last; at++) {
    if (!setup.matches(at, quote)) continue
    at += quote.length
    if (at >= last || !setup.matches(at, quote)) return false
  }
  return true
}

export function csvReference(memory: KernelMemory): CsvKernels {
  const bytesOf = (pointer: number) => new DataView(memory.buffer).getUint32(pointer, true)
  return {
    csvIndex: (pointer, from, to) => walk(new Setup(memory, pointer), from, to, 0),
    csvWalk: (pointer, from, to, atEnd) => walk(new Setup(memory, pointer), from, to, atEnd),
    csvCount(pointer, from, to) {
      const setup = new Setup(memory, pointer)
      if (!setup.across || setup.quote.length === 0) return countDelimiters(setup, from, to)
      return walk(setup, from, to, 0)
    },
    csvCandidates(pointer, from, to, literal) {
      const setup = new Setup(memory, pointer)
      const found = walk(setup, from, to, 0)
      const start = literal + csvLiteral.bytes
      const bytes = new Uint8Array(memory.buffer, start, bytesOf(literal + csvLiteral.length))
      let rows = 0
      let candidateBytes = 0
      for (let row = 0; row < found; row++) {
        if (!isCandidate(setup, row, bytes)) continue
        candidateBytes += setup.entry(csvSetup.positions, setup.entry(csvSetup.lasts, row) - 1) + 1 - setup.startOf(row)
        setup.setEntry(csvSetup.firsts, rows, setup.entry(csvSetup.firsts, row))
        setup.setEntry(csvSetup.lasts, rows, setup.entry(csvSetup.lasts, row))
        rows++
      }
      setup.leave(csvSetup.candidateBytes, candidateBytes)
      return rows
    },
    csvCells(pointer, column, selection, count, starts, ends, kinds) {
      const setup = new Setup(memory, pointer)
      for (let index = 0; index < count; index++) {
        const row = bytesOf(selection + 4 * index)
        const found = cell(setup, row, column)
        const { start, end, kind } = found.kind === cellKind.escaped ? withSingleQuotes(setup, found) : found
        setup.setWord(starts + 4 * row, start)
        setup.setWord(ends + 4 * row, end)
        setup.setByte(kinds + row, kind)
      }
    },
    csvRecords(pointer, selection, count, starts, ends, kinds) {
      const setup = new Setup(memory, pointer)
      for (let index = 0; index < count; index++) {
        const row = bytesOf(selection + 4 * index)
        setup.setWord(starts + 4 * row, setup.startOf(row))
        setup.setWord(ends + 4 * row, setup.endOf(row))
        setup.setByte(kinds + row, cellKind.text)
      }
    },
  }
}
