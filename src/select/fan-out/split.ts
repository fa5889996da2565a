// Which queries can be answered in parts, and where the parts begin. No I/O, no clock.
import { fanOutPartsMax } from '../../limits.ts'
import { resolveScanRange } from '../read/scan-range.ts'
import type { ScanRange, SelectRequest } from '../request.ts'
import type { Expression, Query, Select } from '../sql/ast.ts'
import { partsOf, partsOfBody } from '../sql/children.ts'
import { parseStatement } from '../sql/parse-statement.ts'
import type { PartQuery } from './part-query.ts'

export interface Split {
  /** As in PartQuery. */
  gives: PartQuery['gives']
  /** LIMIT, where records are given. */
  limit: number | null
  /** In order; each record begins in one of them. Two or more. */
  parts: ScanRange[]
}

/**
 * The parts of a query over an object of `size` bytes, about `partBytes` each; null where it is answered as a whole: a
 * small object, a format whose records can only be found from its beginning, or a statement that needs all records at once.
 * Throws S3Error for a statement that cannot be parsed.
 */
export function splitQuery(request: SelectRequest, size: number, partBytes: number): Split | null {
  if (!canBeginAnywhere(request)) return null
  const { start, end } = resolveScanRange(request.scanRange, size)
  const parts = partsBetween(start, end, partBytes)
  if (parts.length < 2) return null
  const shape = shapeOf(parseStatement(request.expression, request.dialect))
  return shape === null ? null : { ...shape, parts }
}

/** ScanRange is for these alone. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ScanRange.html */
function canBeginAnywhere({ input, compression }: SelectRequest): boolean {
  switch (input.format) {
    case 'CSV':
      return compression === 'NONE' && !input.allowQuotedRecordDelimiter
    case 'JSON':
      return compression === 'NONE' && input.type === 'LINES'
    case 'Parquet':
  }
  return true
}

function partsBetween(start: number, end: number, partBytes: number): ScanRange[] {
  const length = end - start + 1
  const count = Math.min(Math.ceil(length / partBytes), fanOutPartsMax)
  return Array.from({ length: count }, (_, n) => ({
    start: start + Math.floor((length * n) / count),
    end: start + Math.floor((length * (n + 1)) / count) - 1,
  }))
}

/** Records in their order, or aggregates of them: the parts' results can be put together. */
function shapeOf({ with: named, body, orderBy, limit, offset }: Query): Pick<Split, 'gives' | 'limit'> | null {
  if (named.length > 0 || body.body !== 'select' || !readsOneObject(body)) return null
  const expressions = partsOfBody(body).expressions.concat(orderBy.map(({ value }) => value))
  if (expressions.some((expression) => has(expression, needsMore))) return null
  const aggregates = body.groupBy !== null || expressions.some((expression) => has(expression, isAggregate))
  if (aggregates) return { gives: 'partial', limit: null }
  return body.distinct || orderBy.length > 0 || offset > 0 ? null : { gives: 'records', limit }
}

function readsOneObject({ from }: Select): boolean {
  return from.source === 'object' && from.object === null
}

function isAggregate({ kind }: Expression): boolean {
  return kind === 'aggregate'
}

function needsMore({ kind }: Expression): boolean {
  return kind === 'window' || kind === 'subquery' || kind === 'exists' || kind === 'in-query'
}

function has(expression: Expression, test: (expression: Expression) => boolean): boolean {
  return test(expression) || partsOf(expression).expressions.some((part) => has(part, test))
}
