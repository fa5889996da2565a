// Expressions with their names settled. Nothing is evaluated, but for the sign of a number. No I/O, no clock.
import type { S3Error, S3ErrorCode } from '../../errors.ts'
import type { Dialect } from '../request.ts'
import type { Expression } from '../sql/ast.ts'
import { statementError } from '../sql/statement-error.ts'
import type { Bound } from './bound.ts'
import { numberLiteral, timestampLiteral } from './literal.ts'
import { scalarFunction } from './scalar-functions.ts'
import type { PathExpression } from './source-scope.ts'

export type AggregateExpression = Extract<Expression, { kind: 'aggregate' }>

/** What names and aggregates are where the expression stands. */
export interface BindContext {
  /** The statement, for messages. */
  readonly text: string
  readonly dialect: Dialect
  path(path: PathExpression): Bound
  /** Throws where no aggregate may stand. */
  aggregate(aggregate: AggregateExpression): Bound
  /** Window functions and queries; without it they are refused. */
  relational?(expression: RelationalExpression): Bound
}

export type RelationalExpression = Extract<Expression, { kind: 'window' | 'subquery' | 'exists' | 'in-query' }>

/** Throws the Evaluator codes, UnsupportedFunction, and what the context throws. */
export function bindExpression(expression: Expression, context: BindContext): Bound {
  const bind = (part: Expression) => bindExpression(part, context)
  switch (expression.kind) {
    case 'constant':
      return { op: 'literal', value: expression.value }
    case 'number':
      return numberOf(expression.text, expression, context)
    case 'timestamp':
      return timestampOf(expression, context)
    case 'path':
      return context.path(expression)
    case 'access':
      return { op: 'path', operand: bind(expression.operand), steps: expression.steps }
    case 'and':
    case 'or':
      return { op: expression.kind, operands: expression.operands.map(bind) }
    case 'not':
      return { op: 'not', operand: bind(expression.operand) }
    case 'negate':
      if (expression.operand.kind === 'number') return numberOf(`-${expression.operand.text}`, expression, context)
      return { op: 'negate', operand: bind(expression.operand) }
    case 'compare':
      return {
        op: 'compare',
        operator: expression.operator,
        left: bind(expression.left),
        right: bind(expression.right),
      }
    case 'arithmetic': {
      const { operator, left, right } = expression
      return { op: 'arithmetic', operator, left: bind(left), right: bind(right) }
    }
    case 'between': {
      const { operand, low, high, negated } = expression
      return { op: 'between', operand: bind(operand), low: bind(low), high: bind(high), negated }
    }
    case 'in': {
      const { operand, options, negated } = expression
      const bound = Array.isArray(options) ? options.map(bind) : bind(options)
      return { op: 'in', operand: bind(operand), options: bound, negated }
    }
    case 'like':
      return bindLike(expression, context)
    case 'is':
      return { op: 'is', operand: bind(expression.operand), what: expression.what, negated: expression.negated }
    case 'cast':
      return { op: 'cast', operand: bind(expression.operand), type: expression.type }
    case 'case':
      return bindCase(expression, context)
    case 'list':
      return { op: 'list', items: expression.items.map(bind) }
    case 'call':
      return bindCall(expression, context)
    case 'aggregate':
      return context.aggregate(expression)
    case 'window':
    case 'subquery':
    case 'exists':
    case 'in-query':
      if (context.relational !== undefined) return context.relational(expression)
      throw faultAt('UnsupportedSqlStructure', expression, context)
  }
}

/** An error at an expression. */
export function faultAt(code: S3ErrorCode, { position }: { position: number }, { text }: { text: string }): S3Error {
  return statementError(code, { text, position })
}

function numberOf(text: string, expression: Expression, context: BindContext): Bound {
  const value = numberLiteral(text)
  if (value === null) throw faultAt('NumberFormatError', expression, context)
  return { op: 'literal', value }
}

function timestampOf(expression: Expression & { kind: 'timestamp' }, context: BindContext): Bound {
  const value = timestampLiteral(expression.text)
  if (value === null) throw faultAt('ValueParseFailure', expression, context)
  return { op: 'literal', value }
}

function bindLike(expression: Extract<Expression, { kind: 'like' }>, context: BindContext): Bound {
  const operand = bindExpression(expression.operand, context)
  const pattern = bindExpression(expression.pattern, context)
  const escape = expression.escape === null ? null : bindExpression(expression.escape, context)
  for (const input of [operand, pattern, escape]) {
    const isText =
      input?.op !== 'literal' || typeof input.value === 'string' || input.value === null || input.value === undefined
    if (!isText) throw faultAt('LikeInvalidInputs', expression, context)
  }
  return { op: 'like', operand, pattern, escape, negated: expression.negated, ranges: context.dialect === 'lenient' }
}

/** CASE x WHEN y is CASE WHEN x = y. */
function bindCase(expression: Extract<Expression, { kind: 'case' }>, context: BindContext): Bound {
  const subject = expression.subject === null ? null : bindExpression(expression.subject, context)
  const branches = expression.branches.map(({ when, result }) => {
    const condition = bindExpression(when, context)
    return {
      when: subject === null ? condition : ({ op: 'compare', operator: '=', left: subject, right: condition } as const),
      // oxlint-disable-next-line unicorn/no-thenable -- the name SQL gives it; nothing awaits it
      then: bindExpression(result, context),
    }
  })
  const otherwise: Bound =
    expression.otherwise === null ? { op: 'literal', value: null } : bindExpression(expression.otherwise, context)
  return { op: 'case', branches, otherwise }
}

function bindCall(expression: Extract<Expression, { kind: 'call' }>, context: BindContext): Bound {
  const signature = scalarFunction(expression.name, context.dialect)
  if (signature === null) throw faultAt('UnsupportedFunction', expression, context)
  const count = expression.arguments.length
  if (count < signature.least || count > signature.most) throw faultAt('EvaluatorInvalidArguments', expression, context)
  return {
    op: 'call',
    function: signature.function,
    arguments: expression.arguments.map((argument) => bindExpression(argument, context)),
    ...(expression.part === undefined ? {} : { part: expression.part }),
    ...(expression.side === undefined ? {} : { side: expression.side }),
  }
}
