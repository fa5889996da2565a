// Bound expressions as text with every parenthesis, columns by what they refer to.
import type { Bound, BoundQuery, ColumnRef } from '../../../src/select/bind/bound.ts'
import { Decimal } from '../../../src/select/value/decimal.ts'
import { formatText } from '../../../src/select/value/format.ts'
import { Timestamp } from '../../../src/select/value/timestamp.ts'
import type { Value } from '../../../src/select/value/value.ts'
import { showSteps } from '../sql/show-expression.ts'

export function showColumn(column: ColumnRef): string {
  if (column.by === 'position') return `#${column.index + 1}`
  if (column.by === 'path') return `$${showSteps(column.steps)}`
  return column.by === 'record' ? '$' : '_key'
}

function showValue(value: Value): string {
  if (value instanceof Decimal) return `decimal ${value.lexeme}`
  if (value instanceof Timestamp) return `time ${value.nanoseconds}`
  if (typeof value === 'string') return `'${value}'`
  return value === undefined ? 'missing' : value === null ? 'null' : formatText(value)
}

export function showBound(bound: Bound, columns: readonly ColumnRef[]): string {
  const show = (part: Bound) => showBound(part, columns)
  const not = 'negated' in bound && bound.negated ? 'not ' : ''
  switch (bound.op) {
    case 'literal':
      return showValue(bound.value)
    case 'column': {
      const column = columns[bound.column]
      return column === undefined ? 'no such column' : showColumn(column)
    }
    case 'aggregate':
      return `agg${bound.aggregate}`
    case 'key':
      return `key${bound.key}`
    case 'and':
    case 'or':
      return `(${bound.operands.map(show).join(` ${bound.op} `)})`
    case 'not':
      return `(not ${show(bound.operand)})`
    case 'negate':
      return `(-${show(bound.operand)})`
    case 'compare':
    case 'arithmetic':
      return `(${show(bound.left)} ${bound.operator} ${show(bound.right)})`
    case 'between':
      return `(${show(bound.operand)} ${not}between ${show(bound.low)} ${show(bound.high)})`
    case 'in': {
      const options = Array.isArray(bound.options) ? `[${bound.options.map(show).join(', ')}]` : show(bound.options)
      return `(${show(bound.operand)} ${not}in ${options})`
    }
    case 'like': {
      const escape = bound.escape === null ? '' : ` escape ${show(bound.escape)}`
      return `(${show(bound.operand)} ${not}${bound.ranges ? 'like-ranges' : 'like'} ${show(bound.pattern)}${escape})`
    }
    case 'is':
      return `(${show(bound.operand)} is ${not}${bound.what})`
    case 'cast':
      return `${bound.type}(${show(bound.operand)})`
    case 'case':
      return `case(${[
        ...bound.branches.map(({ when, then }) => `${show(when)}: ${show(then)}`),
        `else: ${show(bound.otherwise)}`,
      ].join(', ')})`
    case 'list':
      return `[${bound.items.map(show).join(', ')}]`
    case 'call': {
      const words = [bound.part, bound.side].filter((word) => word !== undefined)
      return `${bound.function}(${[...words, ...bound.arguments.map(show)].join(', ')})`
    }
    case 'path':
      return `${show(bound.operand)}>${showSteps(bound.steps)}`
  }
}

/** The parts of a query that are there. */
export function showBoundQuery(query: BoundQuery): Record<string, unknown> {
  const show = (bound: Bound) => showBound(bound, query.columns)
  const { output, groupBy } = query
  return {
    output:
      output.kind === 'star' ? '*' : output.projections.map(({ name, value }) => `${name}: ${show(value)}`).join(', '),
    ...(query.where === null ? {} : { where: show(query.where) }),
    ...(query.aggregates.length === 0
      ? {}
      : {
          aggregates: query.aggregates.map(({ function: name, argument, distinct }) => {
            return `${name}(${distinct ? 'distinct ' : ''}${argument === null ? '*' : show(argument)})`
          }),
        }),
    ...(groupBy === null ? {} : { groupBy: groupBy.map(show) }),
    ...(query.having === null ? {} : { having: show(query.having) }),
    ...(query.orderBy.length === 0
      ? {}
      : {
          orderBy: query.orderBy.map(({ value, descending, nulls }) => {
            return `${show(value)}${descending ? ' desc' : ''} ${nulls}`
          }),
        }),
    ...(query.distinct ? { distinct: true } : {}),
  }
}
