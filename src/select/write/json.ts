// Records as JSON, one object each. https://docs.aws.amazon.com/AmazonS3/latest/API/API_JSONOutput.html
import { S3Error } from '../../errors.ts'
import type { Arena } from '../../kernels/select/arena.ts'
import type { Selection, Vector } from '../../kernels/select/cells.ts'
import type { SelectKernels } from '../../kernels/select/kernels.ts'
import { jsonPlanFields, jsonStop } from '../../kernels/select/write-json.ts'
import { selectRecordBytesMax } from '../../limits.ts'
import type { Batch, RecordWriter } from '../batch.ts'
import type { InputFormat, JsonOutput } from '../request.ts'
import { jsonText } from '../value/format.ts'
import type { Value } from '../value/value.ts'
import { Struct } from '../value/value.ts'
import { JsonPlan } from './json-plan.ts'

export interface JsonWriterSetup {
  kernels: SelectKernels
  arena: Arena
  /** Where the records come from. Parquet's NULLs are left out of objects, as AWS does. */
  input: Pick<InputFormat, 'format'>
  output: JsonOutput
  /** Of the output's columns, in order; one may come twice. Empty for `SELECT *`. */
  names: readonly string[]
}

/**
 * MISSING is left out of an object, text of CSV is a string, numbers keep how they were written, and nested values lose their white space alone.
 * Whole records of JSON stay as they are but for white space; what is no object is written as its member `_1`, and MISSING as an empty object.
 * Methods throw OverMaxRecordSize and InvalidTextEncoding, and JSONParsingError for strings that JSON does not allow.
 */
export function jsonWriter(setup: JsonWriterSetup): RecordWriter {
  return new JsonWriter(setup)
}

/** Any record fits an empty region, and what kernels write beyond its end. */
const regionBytes = selectRecordBytesMax + 4096
const encoder = new TextEncoder()

class JsonWriter implements RecordWriter {
  readonly #arena: Arena
  readonly #kernels: SelectKernels
  readonly #plan: JsonPlan
  readonly #base: number
  readonly #names: readonly string[]
  readonly #delimiter: string
  readonly #isJson: boolean
  readonly #omitsNull: boolean
  /** What left the region to make room. */
  #full: Uint8Array[] = []
  #fullBytes = 0

  constructor({ kernels, arena, input, output, names }: JsonWriterSetup) {
    this.#arena = arena
    this.#kernels = kernels
    this.#names = names
    this.#delimiter = output.recordDelimiter
    this.#isJson = input.format === 'JSON'
    this.#omitsNull = input.format === 'Parquet'
    this.#base = arena.allocate(regionBytes)
    this.#plan = new JsonPlan(arena, names, {
      delimiter: output.recordDelimiter,
      escapesAreJson: this.#isJson,
      omitsNull: this.#omitsNull,
    })
    this.#plan.set(jsonPlanFields.out, this.#base)
    this.#plan.set(jsonPlanFields.limit, this.#base + regionBytes)
    this.#plan.set(jsonPlanFields.recordMax, selectRecordBytesMax)
  }

  columns(batch: Batch, columns: readonly number[], selection: Selection): void {
    const vectors: Vector[] = columns.map((column) => batch.vector(column, selection))
    const writeValues = (row: number) => this.values(columns.map((column) => batch.value(column, row)))
    if (!this.#plan.take(vectors)) {
      for (let index = 0; index < selection.count; index++) writeValues(this.#row(selection, index))
      return
    }
    this.#run(selection, writeValues, (rows, count) => this.#kernels.jsonWriteColumns(this.#plan.address, rows, count))
  }

  records(batch: Batch, column: number, selection: Selection): void {
    const writeValue = (row: number) => this.#write(this.#recordText(batch.value(column, row)))
    const records = this.#isJson ? batch.records(selection) : null
    if (records?.type !== 'cells') {
      for (let index = 0; index < selection.count; index++) writeValue(this.#row(selection, index))
      return
    }
    const { starts, ends, kinds } = records
    this.#run(selection, writeValue, (rows, count) => {
      return this.#kernels.jsonWriteRecords(this.#plan.address, starts, ends, kinds, rows, count)
    })
  }

  values(values: readonly Value[]): void {
    this.#write(this.#objectText(this.#names, values))
  }

  get pending(): number {
    return this.#fullBytes + this.#plan.get(jsonPlanFields.out) - this.#base
  }

  take(): Uint8Array {
    this.#empty()
    const pieces = this.#full
    this.#full = []
    const only = pieces[0]
    const bytes = only !== undefined && pieces.length === 1 ? only : new Uint8Array(this.#fullBytes)
    let at = 0
    for (const piece of bytes === only ? [] : pieces) {
      bytes.set(piece, at)
      at += piece.length
    }
    this.#fullBytes = 0
    return bytes
  }

  #row({ pointer }: Selection, index: number): number {
    return this.#arena.u32[(pointer >> 2) + index] ?? 0
  }

  /** Lets a kernel write the selected records; those it cannot are for `writeOther`. */
  #run(selection: Selection, writeOther: (row: number) => void, write: (rows: number, count: number) => number): void {
    let index = 0
    while (index < selection.count) {
      const isEmpty = this.#plan.get(jsonPlanFields.out) === this.#base
      const written = write(selection.pointer + index * 4, selection.count - index)
      index += written
      const stop = this.#plan.get(jsonPlanFields.stop)
      if (stop === jsonStop.other) {
        writeOther(this.#row(selection, index))
        index++
      } else if (stop === jsonStop.full && !(isEmpty && written === 0)) this.#empty()
      else if (stop !== jsonStop.none) throw stopError(stop)
    }
  }

  #write(text: string): void {
    const bytes = encoder.encode(text + this.#delimiter)
    if (bytes.length > selectRecordBytesMax) throw new S3Error('OverMaxRecordSize')
    let out = this.#plan.get(jsonPlanFields.out)
    if (out + bytes.length > this.#base + regionBytes) {
      this.#empty()
      out = this.#base
    }
    this.#arena.u8.set(bytes, out)
    this.#plan.set(jsonPlanFields.out, out + bytes.length)
  }

  /** Takes what the region holds out of it. */
  #empty(): void {
    const out = this.#plan.get(jsonPlanFields.out)
    this.#full.push(this.#arena.u8.slice(this.#base, out))
    this.#fullBytes += out - this.#base
    this.#plan.set(jsonPlanFields.out, this.#base)
  }

  #recordText(value: Value): string {
    if (value instanceof Struct) return this.#objectText(value.names, value.values)
    return value === undefined ? '{}' : this.#objectText(['_1'], [value])
  }

  #objectText(names: readonly string[], values: readonly Value[]): string {
    const members: string[] = []
    for (const [index, value] of values.entries()) {
      if (value === undefined || (value === null && this.#omitsNull)) continue
      members.push(`${JSON.stringify(names[index] ?? `_${index + 1}`)}:${jsonText(value)}`)
    }
    return `{${members.join(',')}}`
  }
}

function stopError(stop: number): S3Error {
  if (stop === jsonStop.encoding) return new S3Error('InvalidTextEncoding')
  return new S3Error(stop === jsonStop.syntax ? 'JSONParsingError' : 'OverMaxRecordSize')
}
