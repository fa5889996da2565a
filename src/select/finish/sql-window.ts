// Window functions as SQL: SQLite has all of them. No I/O, no clock.
import { faultAt } from '../bind/bind-expression.ts'
import type { Bound } from '../bind/bound.ts'
import type { Expression, FrameBound, WindowFrame } from '../sql/ast.ts'
import type { Category } from './category.ts'
import { isNumber } from './category.ts'
import type { PlanBuilder } from './plan-builder.ts'
import type { ExpressionTranslator } from './sql-expression.ts'

/** x + 0: a number, also from the text of one. Throws CastFailed for other text. */
const addend: Bound = {
  op: 'arithmetic',
  operator: '+',
  left: { op: 'column', column: 0 },
  right: { op: 'literal', value: 0n },
}

const arities = new Map<string, [least: number, most: number]>([
  ['AVG', [1, 1]],
  ['COUNT', [1, 1]],
  ['CUME_DIST', [0, 0]],
  ['DENSE_RANK', [0, 0]],
  ['FIRST_VALUE', [1, 1]],
  ['LAG', [1, 3]],
  ['LAST_VALUE', [1, 1]],
  ['LEAD', [1, 3]],
  ['MAX', [1, 1]],
  ['MIN', [1, 1]],
  ['NTH_VALUE', [2, 2]],
  ['NTILE', [1, 1]],
  ['PERCENT_RANK', [0, 0]],
  ['RANK', [0, 0]],
  ['ROW_NUMBER', [0, 0]],
  ['SUM', [1, 1]],
])

type Values = Pick<ExpressionTranslator, 'argument' | 'category' | 'order' | 'value'>

export function windowSql(
  expression: Extract<Expression, { kind: 'window' }>,
  values: Values,
  plan: PlanBuilder,
): string {
  const { name, star, distinct, over } = expression
  const [least, most] = arities.get(name) ?? [0, 0]
  const count = expression.arguments.length
  if (!star && (count < least || count > most)) throw faultAt('EvaluatorInvalidArguments', expression, plan)
  if (distinct) throw faultAt('UnsupportedSqlStructure', expression, plan)
  const written = star
    ? '*'
    : expression.arguments.map((argument) => argumentSql(name, argument, values, plan)).join(', ')
  const parts = [
    ...(over.partitionBy.length === 0
      ? []
      : [`PARTITION BY ${over.partitionBy.map((value) => values.value(value)).join(', ')}`]),
    ...(over.orderBy.length === 0 ? [] : [`ORDER BY ${over.orderBy.map((item) => values.order(item)).join(', ')}`]),
    ...(over.frame === null ? [] : [frameSql(over.frame)]),
  ]
  return `${name}(${written}) OVER (${parts.join(' ')})`
}

function argumentSql(name: string, argument: Expression, values: Values, plan: PlanBuilder): string {
  const category: Category = values.category(argument)
  // SQLite would take text that is no number for 0.
  if ((name === 'SUM' || name === 'AVG') && !isNumber(category)) return plan.call(addend, [values.argument(argument)])
  return values.value(argument)
}

function frameSql({ unit, start, end }: WindowFrame): string {
  return end === null ? `${unit} ${boundSql(start)}` : `${unit} BETWEEN ${boundSql(start)} AND ${boundSql(end)}`
}

function boundSql(bound: FrameBound): string {
  return bound.edge === 'CURRENT ROW' ? bound.edge : `${bound.rows ?? 'UNBOUNDED'} ${bound.edge}`
}
