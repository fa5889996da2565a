// Which sink a query ends in.
import type { RecordWriter } from '../batch.ts'
import type { BoundQuery } from '../bind/bound.ts'
import { AggregateSink } from './aggregate-sink.ts'
import type { SinkTools } from './aggregate-sink.ts'
import { DistinctSink } from './distinct-sink.ts'
import { GroupSink } from './group-sink.ts'
import { OrderSink } from './order-sink.ts'
import { RowsSink } from './rows-sink.ts'
import type { Sink } from './sink.ts'

export function sinkOf(query: BoundQuery, writer: RecordWriter, tools: SinkTools): Sink {
  if (query.groupBy !== null) return new GroupSink(query, writer, tools)
  if (query.aggregates.length > 0) return new AggregateSink(query, writer, tools)
  const rows = query.orderBy.length > 0 ? new OrderSink(query, writer, tools) : new RowsSink(query, writer, tools)
  return query.distinct ? new DistinctSink(query, rows, tools) : rows
}
