// Expressions as text with every parenthesis, so that tests can show how a statement was read.
import type { Expression, Query, Source } from '../../../src/select/sql/ast.ts'
import type { PathStep } from '../../../src/select/bind/bound.ts'

export function showExpression(expression: Expression): string {
  const show = showExpression
  const not = 'negated' in expression && expression.negated ? 'not ' : ''
  switch (expression.kind) {
    case 'constant':
      return typeof expression.value === 'string' ? `'${expression.value}'` : String(expression.value)
    case 'number':
      return expression.text
    case 'timestamp':
      return `\`${expression.text}\``
    case 'path':
      return `${expression.root.quoted ? `"${expression.root.text}"` : expression.root.text}${showSteps(expression.steps)}`
    case 'access':
      return `${show(expression.operand)}${showSteps(expression.steps)}`
    case 'and':
    case 'or':
      return `(${expression.operands.map(show).join(` ${expression.kind} `)})`
    case 'not':
      return `(not ${show(expression.operand)})`
    case 'negate':
      return `(-${show(expression.operand)})`
    case 'compare':
    case 'arithmetic':
      return `(${show(expression.left)} ${expression.operator} ${show(expression.right)})`
    case 'between':
      return `(${show(expression.operand)} ${not}between ${show(expression.low)} ${show(expression.high)})`
    case 'in':
      return `(${show(expression.operand)} ${not}in ${
        Array.isArray(expression.options) ? `[${expression.options.map(show).join(', ')}]` : show(expression.options)
      })`
    case 'in-query':
      return `(${show(expression.operand)} ${not}in ${showQuery(expression.query)})`
    case 'like':
      return `(${show(expression.operand)} ${not}like ${show(expression.pattern)}${
        expression.escape === null ? '' : ` escape ${show(expression.escape)}`
      })`
    case 'is':
      return `(${show(expression.operand)} is ${not}${expression.what})`
    case 'cast':
      return `${expression.type}(${show(expression.operand)})`
    case 'case':
      return `case(${[
        ...(expression.subject === null ? [] : [show(expression.subject)]),
        ...expression.branches.map(({ when, result }) => `${show(when)}: ${show(result)}`),
        ...(expression.otherwise === null ? [] : [`else: ${show(expression.otherwise)}`]),
      ].join(', ')})`
    case 'list':
      return `[${expression.items.map(show).join(', ')}]`
    case 'call': {
      const words = [expression.part, expression.side].filter((word) => word !== undefined)
      return `${expression.name}(${[...words, ...expression.arguments.map(show)].join(', ')})`
    }
    case 'aggregate':
      return `${expression.function}(${expression.distinct ? 'distinct ' : ''}${
        expression.argument === null ? '*' : show(expression.argument)
      })`
    case 'window':
      return `${expression.name}(${expression.star ? '*' : expression.arguments.map(show).join(', ')}) over (${[
        ...expression.over.partitionBy.map(show),
        ...expression.over.orderBy.map(({ value, descending }) => `${show(value)}${descending ? ' desc' : ''}`),
        ...(expression.over.frame === null ? [] : [expression.over.frame.unit]),
      ].join(' ')})`
    case 'subquery':
      return showQuery(expression.query)
    case 'exists':
      return `exists ${showQuery(expression.query)}`
  }
}

export function showSteps(steps: readonly PathStep[]): string {
  return steps
    .map((step) => {
      if (step.step === 'key') return step.caseSensitive ? `['${step.name}']` : `.${step.name}`
      if (step.step === 'index') return `[${step.index}]`
      return step.step === 'elements' ? '[*]' : '.*'
    })
    .join('')
}

/** A query in a few words: its select list and where it reads from. */
export function showQuery(query: Query): string {
  const { body } = query
  if (body.body === 'query') return showQuery(body.query)
  if (body.body === 'set') return `{${body.operator}${body.all ? ' all' : ''}}`
  const items = body.items.map((item) => {
    if (item.item === 'star') return '*'
    if (item.item === 'star-of') return `${item.table.text}.*`
    return `${showExpression(item.value)}${item.alias === null ? '' : ` as ${item.alias.text}`}`
  })
  return `{${items.join(', ')} from ${showSource(body.from)}}`
}

export function showSource(source: Source): string {
  if (source.source === 'join') {
    const on = source.on === null ? '' : ` on ${showExpression(source.on)}`
    return `(${showSource(source.left)} ${source.join} ${showSource(source.right)}${on})`
  }
  const alias = source.alias === null ? '' : ` as ${source.alias.text}`
  if (source.source === 'query') return `${showQuery(source.query)}${alias}`
  if (source.source === 'named') return `${source.name.text}${alias}`
  const object = source.object === null ? '@' : `${source.object.bucket}//${source.object.key}`
  return `${object}${showSteps(source.path)}${alias}`
}
