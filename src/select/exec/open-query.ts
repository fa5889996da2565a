// Puts a bound query, a reader and a writer together.
import type { RecordReader, RecordWriter } from '../batch.ts'
import type { BoundQuery } from '../bind/bound.ts'
import { hintsOf } from '../plan/hints.ts'
import { foldConstants } from '../scalar/fold-constants.ts'
import type { Cursor } from './cursor.ts'
import { QueryRun } from './run.ts'
import { Scan } from './scan.ts'
import type { Scratch } from './scratch.ts'
import type { Sink } from './sink.ts'
import { sinkOf } from './sinks.ts'

export interface QueryParts {
  query: BoundQuery
  reader: RecordReader
  writer: RecordWriter
  scratch: Scratch
  cursor: Cursor
  /** Columns hold text alone: CSV. */
  textOnly: boolean
}

/** Starts the reader and scans as far as `QueryRun.begin`. */
export function openQuery(parts: QueryParts): Promise<QueryRun> {
  const { query, reader, writer } = parts
  const sink = sinkOf(query, writer, parts)
  return new QueryRun({ scan: startScan(parts, sink), reader, writer }).begin()
}

/** The reader at work for a sink. */
export function startScan({ query, reader, scratch, cursor, textOnly }: QueryParts, sink: Sink): Scan {
  const where = query.where === null ? null : foldConstants(query.where)
  const scan = new Scan({ reader, where, sink, scratch, cursor })
  reader.start(query.columns, hintsOf(where, { textOnly }))
  return scan
}
