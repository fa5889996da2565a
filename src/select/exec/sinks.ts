// Which sink a query ends in.
import type { RecordWriter } from '../batch.ts'
import type { BoundQuery } from '../bind/bound.ts'
import type { Cursor } from './cursor.ts'
import { RowsSink } from './rows-sink.ts'
import type { Scratch } from './scratch.ts'
import type { Sink } from './sink.ts'

export function sinkOf(query: BoundQuery, writer: RecordWriter, tools: { scratch: Scratch; cursor: Cursor }): Sink {
  return new RowsSink(query, writer, tools)
}
