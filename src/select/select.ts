// The entry of this folder: a request and an object in, pieces of the answer out.
import { S3Error } from '../errors.ts'
import { Arena } from '../kernels/select/arena.ts'
import type { SelectKernels } from '../kernels/select/kernels.ts'
import { selectGroupBytes, selectScratchBytes, selectWriterBytes } from '../limits.ts'
import type { ObjectSource, RecordReader, RecordWriter } from './batch.ts'
import { bindQuery } from './bind/bind-query.ts'
import type { BoundQuery } from './bind/bound.ts'
import { fromPath, needsFinisher } from './bind/statement-sources.ts'
import { Cursor } from './exec/cursor.ts'
import { openQuery } from './exec/open-query.ts'
import type { QueryParts } from './exec/open-query.ts'
import type { SelectRun } from './exec/run.ts'
import { faultOf } from './exec/scan.ts'
import { Scratch } from './exec/scratch.ts'
import { openCsv } from './read/csv.ts'
import { openJson } from './read/json.ts'
import { openMany } from './read/many-reader.ts'
import type { KeyedSource } from './read/many-reader.ts'
import type { ReaderSetup } from './read/open-reader.ts'
import { openParquet } from './read/parquet.ts'
import type { SelectRequest, SelectTuning } from './request.ts'
import type { Query } from './sql/ast.ts'
import { parseStatement } from './sql/parse-statement.ts'
import type { Timestamp } from './value/timestamp.ts'
import { csvWriter } from './write/csv.ts'
import { jsonWriter } from './write/json.ts'

export type { SelectRun } from './exec/run.ts'

export interface EngineSetup {
  kernels: SelectKernels
  /** All kernel memory the query may take. */
  arena: Arena
  /** What UTCNOW() is. */
  now: Timestamp
  tuning?: SelectTuning
}

/**
 * Rejects with S3Error where the statement, the object's beginning or one of the first records is at fault; `SelectRun.next`
 * with those that come later.
 */
export function openSelect(request: SelectRequest, source: ObjectSource, setup: EngineSetup): Promise<SelectRun> {
  return openSelectBy(openQuery, request, source, setup)
}

/** The same, but what is scanned and how is `start`'s business: parts of a query. */
export function openSelectBy<Run>(
  start: Start<Run>,
  request: SelectRequest,
  source: ObjectSource,
  setup: EngineSetup,
): Promise<Run> {
  return open(request, setup, { keyColumn: false, reader: (reading) => openReader({ ...reading, source }), start })
}

/** The same over several objects as if they were one, with the key of each as a column. */
export function openSelectMany(
  request: SelectRequest,
  objects: AsyncIterator<KeyedSource>,
  setup: EngineSetup,
): Promise<SelectRun> {
  const reader = (reading: Omit<ReaderSetup, 'source'>) => openMany({ ...reading, objects, open: openReader })
  return open(request, setup, { keyColumn: true, reader, start: openQuery })
}

/** The reader of the input's format. */
export function openReader(setup: ReaderSetup): Promise<RecordReader> {
  switch (setup.request.input.format) {
    case 'CSV':
      return openCsv(setup)
    case 'JSON':
      return openJson(setup)
    case 'Parquet':
      return openParquet(setup)
  }
}

/** Makes a run of what belongs to a query. */
export type Start<Run> = (parts: QueryParts) => Promise<Run>

interface Input<Run> {
  keyColumn: boolean
  reader(setup: Omit<ReaderSetup, 'source'>): Promise<RecordReader>
  start: Start<Run>
}

async function open<Run>(request: SelectRequest, setup: EngineSetup, input: Input<Run>): Promise<Run> {
  const { kernels, arena, now, tuning = {} } = setup
  try {
    // 1. What is asked.
    const statement = parseStatement(request.expression, request.dialect)
    if (needsFinisher(statement)) throw new S3Error('UnsupportedSqlStructure')

    // 2. Memory of the engine and of the writer comes first: the reader may give its own back at any time.
    const scratch = new Scratch(kernels, arena, scratchBytes(statement, request))
    const writerBytes = selectWriterBytes[request.output.format]
    const writerArena = new Arena(kernels.memory, arena.allocate(writerBytes), writerBytes)

    // 3. The reader, which learns the names, and what they mean.
    const reader = await input.reader({ request, from: fromPath(statement), kernels, arena, tuning })
    try {
      const query = bindQuery(statement, factsOf(request, reader, input.keyColumn))
      const writer = openWriter(request, query, { kernels, arena: writerArena })
      const lenient = request.dialect === 'lenient'
      const cursor = new Cursor({ now, lenient, vectorised: tuning.vectorised ?? true })

      // 4. The first records.
      const textOnly = request.input.format === 'CSV'
      return await input.start({ query, reader, writer, scratch, cursor, textOnly })
    } catch (error) {
      await reader.close()
      throw error
    }
  } catch (error) {
    throw faultOf(error)
  }
}

function scratchBytes({ body }: Query, { input }: SelectRequest): number {
  const grouped = body.body === 'select' && (body.groupBy !== null || body.distinct)
  return selectScratchBytes + (grouped ? selectGroupBytes[input.format] : 0)
}

/** What binding needs to know of the records. */
export function factsOf({ input, dialect }: SelectRequest, { names }: Pick<RecordReader, 'names'>, keyColumn: boolean) {
  const facts = { names, format: input.format, dialect, keyColumn }
  return input.format === 'CSV' ? { ...facts, header: input.header } : facts
}

function openWriter(
  request: SelectRequest,
  { output }: BoundQuery,
  memory: { kernels: SelectKernels; arena: Arena },
): RecordWriter {
  return openNamedWriter(request, output.kind === 'star' ? [] : output.projections.map(({ name }) => name), memory)
}

/** The writer of the output's format, for columns of these names. */
export function openNamedWriter(
  { input, output, dialect }: SelectRequest,
  names: readonly string[],
  memory: { kernels: SelectKernels; arena: Arena },
): RecordWriter {
  if (output.format === 'CSV') return csvWriter({ ...memory, dialect, input, output })
  return jsonWriter({ ...memory, input, output, names })
}
