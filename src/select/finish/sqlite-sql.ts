// From a statement of several sources to scans and SQL over what they leave: see FinishPlan. No I/O, no clock.
import type { ObjectSource, SourceFacts } from '../bind/source-scope.ts'
import type { Body, Query, Select, Statement } from '../sql/ast.ts'
import { visitQuery } from '../sql/children.ts'
import { faultAt } from '../bind/bind-expression.ts'
import type { FinishPlan } from './finish-plan.ts'
import { PlanBuilder } from './plan-builder.ts'
import type { DerivedTable, OutputColumn, RelationScope } from './relation-scope.ts'
import { scanQuery } from './scan-query.ts'
import { orderSql } from './sql-expression.ts'
import { SelectTranslator } from './sql-select.ts'
import { tickSql } from './tick.ts'

/** The sources a statement scans, in the order written: each of them is a leaf of its plan. */
export function finishSources(statement: Query): ObjectSource[] {
  const sources: ObjectSource[] = []
  visitQuery(statement, {
    leaf: (leaf) => {
      if (leaf.source === 'object') sources.push(leaf)
    },
  })
  return sources.sort((a, b) => a.position - b.position)
}

/** The plan of a statement, given what is known of each of `finishSources`. Throws the codes of `bindQuery`. */
export function planFinish(statement: Statement, facts: readonly SourceFacts[]): FinishPlan {
  const sources = finishSources(statement)
  const plan = new PlanBuilder(statement, sources, facts)
  const leaves = () => {
    return plan.queries().map((query, index) => {
      const source = sources[index]
      return { object: source?.object ?? null, from: source?.path ?? [], query }
    })
  }
  const alone = onlySelect(statement)
  if (alone !== null) {
    const scan = scanQuery(statement, alone, { plan, scope: null, star: 'record' })
    if (scan !== null) {
      plan.answeredByScan(scan.source, scan.query)
      return { leaves: leaves(), sql: null, names: [], functions: [], aggregates: [], indexes: [] }
    }
  }
  const { sql, columns } = new QueryTranslator(plan).query(statement, null, new Map())
  const names = columns.map(({ name }) => name)
  const { functions, aggregates } = plan
  return { leaves: leaves(), sql, names, functions, aggregates, indexes: plan.indexes() }
}

/** The SELECT that is all there is. */
function onlySelect(statement: Query): Select | null {
  return statement.with.length === 0 && statement.body.body === 'select' ? statement.body : null
}

export interface TranslatedQuery {
  sql: string
  columns: OutputColumn[]
}

/** Queries of WITH by their names in lower case. */
export type NamedQueries = ReadonlyMap<string, Omit<DerivedTable, 'alias'>>

export class QueryTranslator {
  readonly #plan: PlanBuilder

  constructor(plan: PlanBuilder) {
    this.#plan = plan
  }

  /** A query that may use the names of `scope`, the query around it. */
  query(query: Query, scope: RelationScope | null, named: NamedQueries): TranslatedQuery {
    const known = new Map(named)
    const definitions: string[] = []
    for (const { name, query: definition } of query.with) {
      const { sql, columns } = this.query(definition, scope, known)
      const table = this.#plan.newName('w')
      definitions.push(`${table}(${columns.map((_, index) => `c${index}`).join(', ')}) AS (${sql})`)
      known.set(name.text.toLowerCase(), { table, columns })
    }
    const { sql, columns } = this.#ordered(query, scope, known)
    return { sql: definitions.length === 0 ? sql : `WITH ${definitions.join(', ')} ${sql}`, columns }
  }

  #ordered(query: Query, scope: RelationScope | null, named: NamedQueries): TranslatedQuery {
    const { body, limit, offset } = query
    const limits = limit === null && offset === 0 ? '' : ` LIMIT ${limit ?? -1} OFFSET ${offset}`
    if (body.body === 'select') {
      const scan = scanQuery(query, body, { plan: this.#plan, scope, star: 'names' })
      if (scan !== null) {
        this.#plan.answeredByScan(scan.source, scan.query)
        const { columns } = scan
        const list = columns.map((_, index) => `c${index}`).join(', ')
        const table = this.#plan.tableOf(scan.source)
        // A query in an expression may be asked for every row of the one around it.
        const ticked = scope === null ? '' : ` WHERE ${tickSql(`${table}.rowid`)}`
        return { sql: `SELECT ${list} FROM ${table}${ticked}`, columns }
      }
      const { sql, columns } = new SelectTranslator(this.#plan, this, { scope, named }).select(body, query.orderBy)
      return { sql: `${sql}${limits}`, columns }
    }
    const { sql, columns } = this.#body(body, scope, named)
    const order = query.orderBy.map(({ value, descending, nulls }) => {
      const names = columns.map(({ name }) => name.toLowerCase())
      const isName = value.kind === 'path' && value.steps.length === 0
      const index = isName
        ? names.indexOf(value.root.text.toLowerCase())
        : Number(value.kind === 'number' ? value.text : 0) - 1
      if (columns[index] === undefined) throw faultAt('UnsupportedSqlStructure', value, this.#plan)
      return orderSql(String(index + 1), { descending, nulls })
    })
    return { sql: `${sql}${order.length === 0 ? '' : ` ORDER BY ${order.join(', ')}`}${limits}`, columns }
  }

  #body(body: Body, scope: RelationScope | null, named: NamedQueries): TranslatedQuery {
    if (body.body === 'query') return wrapped(this.query(body.query, scope, named))
    if (body.body === 'select') {
      return this.#ordered({ with: [], body, orderBy: [], limit: null, offset: 0 }, scope, named)
    }
    const left = this.#body(body.left, scope, named)
    const right = this.#body(body.right, scope, named)
    const isPossible = left.columns.length === right.columns.length && (body.operator === 'UNION' || !body.all)
    if (!isPossible) throw faultAt('UnsupportedSqlStructure', body, this.#plan)
    // SQLite knows no precedence among them, and no parentheses: each side is a table.
    const sql = `${wrapped(left).sql} ${body.operator}${body.all ? ' ALL' : ''} ${wrapped(right).sql}`
    const columns = left.columns.map(({ name, category }, index): OutputColumn => {
      return { name, category: category === right.columns[index]?.category ? category : 'any' }
    })
    return { sql, columns }
  }
}

function wrapped({ sql, columns }: TranslatedQuery): TranslatedQuery {
  return { sql: `SELECT * FROM (${sql})`, columns }
}
