// Queries that the scan of their one source answers by itself, groups, order and limit included. No I/O, no clock.
import { S3Error } from '../../errors.ts'
import { bindQuery } from '../bind/bind-query.ts'
import type { BoundQuery } from '../bind/bound.ts'
import { SourceScope } from '../bind/source-scope.ts'
import type { ObjectSource } from '../bind/source-scope.ts'
import { needsMoreThanScan } from '../bind/statement-sources.ts'
import type { Name, Query, Select, Statement } from '../sql/ast.ts'
import { visitQuery } from '../sql/children.ts'
import type { PlanBuilder } from './plan-builder.ts'
import type { OutputColumn, RelationScope } from './relation-scope.ts'

interface Place {
  plan: PlanBuilder
  /** The query around it, whose names it might use. */
  scope: RelationScope | null
  /** What a star is: the record, where the scan's output is the answer, or a column for each name. */
  star: 'names' | 'record'
}

export interface ScanQuery {
  source: ObjectSource
  query: BoundQuery
  columns: OutputColumn[]
}

/** Null when it takes more than one scan, or a row of the query around it. Throws the codes of `bindQuery`. */
export function scanQuery(query: Query, select: Select, { plan, scope, star }: Place): ScanQuery | null {
  const { from } = select
  const statement: Statement = { ...query, with: [], text: plan.text }
  if (from.source !== 'object' || needsMoreThanScan(statement)) return null
  if (scope !== null && usesNamesOf(scope, statement, new SourceScope(from, plan.factsOf(from), plan.text))) return null
  try {
    const facts = plan.factsOf(from)
    const bound = bindQuery(statement, star === 'names' ? { ...facts, expandStar: true } : facts)
    return { source: from, query: bound, columns: outputColumns(bound, select, plan) }
  } catch (error) {
    // A name that is not the source's own may be one of the query around it.
    if (scope !== null && error instanceof S3Error && namesMissing.has(error.code)) return null
    throw error
  }
}

const namesMissing = new Set(['EvaluatorBindingDoesNotExist', 'MissingHeaderName', 'InvalidTableAlias'])

/** In JSON any name is a path, so the tables of the query around it go first. */
function usesNamesOf(scope: RelationScope, statement: Statement, own: SourceScope): boolean {
  const isForeign = (name: Name) => scope.hasTable(name) && !own.isTable(name) && !own.hasColumn(name)
  let found = false
  visitQuery(statement, {
    expression: (expression) => {
      found ||= expression.kind === 'path' && expression.steps.length > 0 && isForeign(expression.root)
    },
  })
  return found
}

function outputColumns(bound: BoundQuery, select: Select, plan: PlanBuilder): OutputColumn[] {
  const { from, items } = select
  if (bound.output.kind === 'star' || from.source !== 'object') return []
  const { projections } = bound.output
  const values = items.flatMap((item) => (item.item === 'value' ? [item.value] : []))
  const plain = plan.factsOf(from).format === 'CSV' ? 'text' : 'any'
  // With a star among them, values and columns no longer stand at the same places.
  const categories = values.length === items.length ? plan.categories(values, from) : []
  const isStar = items.length === 1 && values.length === 0
  return projections.map(({ name }, index) => ({
    name,
    category: categories[index] ?? (isStar ? plain : 'any'),
  }))
}
