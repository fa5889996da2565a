// What lies directly below a node of a statement. No I/O, no clock.
import type { Body, Expression, Query, Source } from './ast.ts'

/** The expressions an expression is directly made of, in the order written, and its query. */
export function partsOf(expression: Expression): { expressions: Expression[]; query: Query | null } {
  if (expression.kind === 'in-query') return { expressions: [expression.operand], query: expression.query }
  if (expression.kind === 'subquery' || expression.kind === 'exists')
    return { expressions: [], query: expression.query }
  return { expressions: expressionsBelow(expression), query: null }
}

type Queryless = Exclude<Expression, { kind: 'in-query' | 'subquery' | 'exists' }>

// Lists are never spread into arguments: a statement has room for more of them than a call can take.
function expressionsBelow(expression: Queryless): Expression[] {
  switch (expression.kind) {
    case 'constant':
    case 'number':
    case 'timestamp':
    case 'path':
      return []
    case 'access':
    case 'not':
    case 'negate':
    case 'is':
    case 'cast':
      return [expression.operand]
    case 'and':
    case 'or':
      return expression.operands
    case 'compare':
    case 'arithmetic':
      return [expression.left, expression.right]
    case 'between':
      return [expression.operand, expression.low, expression.high]
    case 'in':
      return [expression.operand].concat(expression.options)
    case 'like':
      return present([expression.operand, expression.pattern, expression.escape])
    case 'case': {
      const branches = expression.branches.flatMap(({ when, result }) => [when, result])
      return present([expression.subject, ...branches, expression.otherwise])
    }
    case 'list':
      return expression.items
    case 'call':
      return expression.arguments
    case 'aggregate':
      return present([expression.argument])
    case 'window':
      return [
        ...expression.arguments,
        ...expression.over.partitionBy,
        ...expression.over.orderBy.map(({ value }) => value),
      ]
  }
}

function present(expressions: (Expression | null)[]): Expression[] {
  return expressions.filter((expression) => expression !== null)
}

/** The sources of FROM that are no joins, from left to right. */
export function leavesOf(source: Source): Exclude<Source, { source: 'join' }>[] {
  const leaves: Exclude<Source, { source: 'join' }>[] = []
  const open: Source[] = [source]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.source === 'join') open.push(next.right, next.left)
    else leaves.push(next)
  }
  return leaves
}

/** The conditions of a FROM's joins. */
export function joinConditions(source: Source): Expression[] {
  const conditions: Expression[] = []
  const open: Source[] = [source]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.source !== 'join') continue
    if (next.on !== null) conditions.push(next.on)
    open.push(next.right, next.left)
  }
  return conditions
}

/** The expressions of a query itself, and the queries and bodies directly below it. */
export function partsOfQuery(query: Query): { expressions: Expression[]; queries: Query[]; bodies: Body[] } {
  return {
    expressions: query.orderBy.map(({ value }) => value),
    queries: query.with.map((cte) => cte.query),
    bodies: [query.body],
  }
}

/** The same of a body. */
export function partsOfBody(body: Body): { expressions: Expression[]; queries: Query[]; bodies: Body[] } {
  if (body.body === 'set') return { expressions: [], queries: [], bodies: [body.left, body.right] }
  if (body.body === 'query') return { expressions: [], queries: [body.query], bodies: [] }
  return {
    expressions: [
      ...body.items.flatMap((item) => (item.item === 'value' ? [item.value] : [])),
      ...joinConditions(body.from),
      ...(body.where === null ? [] : [body.where]),
      ...(body.groupBy ?? []),
      ...(body.having === null ? [] : [body.having]),
    ],
    queries: leavesOf(body.from).flatMap((leaf) => (leaf.source === 'query' ? [leaf.query] : [])),
    bodies: [],
  }
}

export type SourceLeaf = ReturnType<typeof leavesOf>[number]

/** Calls for every expression and every source of a query and of the queries in it; not in the order written. */
export function visitQuery(
  query: Query,
  visit: { expression?: (expression: Expression) => void; leaf?: (leaf: SourceLeaf) => void },
): void {
  const queries: Query[] = [query]
  for (let next = queries.pop(); next !== undefined; next = queries.pop()) {
    const expressions: Expression[] = []
    const bodies: Body[] = []
    const add = (parts: ReturnType<typeof partsOfQuery>): void => {
      for (const part of parts.expressions) expressions.push(part)
      for (const part of parts.bodies) bodies.push(part)
      for (const part of parts.queries) queries.push(part)
    }
    add(partsOfQuery(next))
    for (let body = bodies.pop(); body !== undefined; body = bodies.pop()) {
      if (body.body === 'select') for (const leaf of leavesOf(body.from)) visit.leaf?.(leaf)
      add(partsOfBody(body))
    }
    for (let expression = expressions.pop(); expression !== undefined; expression = expressions.pop()) {
      visit.expression?.(expression)
      const parts = partsOf(expression)
      for (const part of parts.expressions) expressions.push(part)
      if (parts.query !== null) queries.push(parts.query)
    }
  }
}

/** Levels of expressions in one another, itself included; queries within count as nothing. */
export function heightOf(expression: Expression): number {
  let highest = 0
  const open = [{ expression, height: 1 }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { height } = next
    highest = Math.max(highest, height)
    for (const part of partsOf(next.expression).expressions) open.push({ expression: part, height: height + 1 })
  }
  return highest
}
