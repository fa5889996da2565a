/**
 * Expressions as SQL. What is of one source alone is left to its scan, and what SQLite sees otherwise than the language goes
 * through functions that evaluate it as a scan would: SQLite itself joins, compares like with like, and combines conditions.
 * No I/O, no clock.
 */
import { bindExpression, faultAt } from '../bind/bind-expression.ts'
import type { AggregateExpression, BindContext, RelationalExpression } from '../bind/bind-expression.ts'
import type { Bound } from '../bind/bound.ts'
import type { PathExpression } from '../bind/source-scope.ts'
import type { Expression, OrderItem, Query } from '../sql/ast.ts'
import { partsOf } from '../sql/children.ts'
import { canFail, hasAggregate } from './expression-traits.ts'
import { categoryOf, comparesAlike, isNumber } from './category.ts'
import type { Category } from './category.ts'
import type { LeafTable } from './leaf-table.ts'
import type { Argument, PlanBuilder } from './plan-builder.ts'
import type { RelationScope, Resolved } from './relation-scope.ts'
import { sqlFalse, sqlLiteral, sqlTrue } from './sql-values.ts'
import { windowSql } from './sql-window.ts'

/** A query in an expression, as SQL of so many columns. */
export type TranslateQuery = (query: Query, scope: RelationScope) => { sql: string; columns: { category: Category }[] }

export class ExpressionTranslator {
  readonly #scope: RelationScope
  readonly #plan: PlanBuilder
  readonly #translateQuery: TranslateQuery
  readonly #owners = new WeakMap<Expression, LeafTable | 'none' | 'several'>()
  /** Scans may also evaluate what can fail: no row of theirs is dropped before it would be evaluated here. */
  keepsEveryRow = false
  /** SQLite makes no index of its own for the tables of this query. */
  wantsIndexes = false
  /** Inside an OR another operand may decide. */
  #alternatives = 0

  constructor(scope: RelationScope, plan: PlanBuilder, translateQuery: TranslateQuery) {
    this.#scope = scope
    this.#plan = plan
    this.#translateQuery = translateQuery
  }

  category(expression: Expression): Category {
    return categoryOf(expression, (path) => this.#scope.resolve(path).category)
  }

  /** A value: see sql-values.ts. */
  value(expression: Expression): string {
    const owner = this.#owner(expression)
    if (typeof owner === 'object' && this.#isForScan(expression, owner)) {
      return owner.column(this.bindFor(expression, owner))
    }
    const { kind } = expression
    if (kind === 'path') return this.#path(this.#scope.resolve(expression))
    if (kind === 'aggregate') return this.#aggregate(expression)
    if (kind === 'window') return windowSql(expression, this, this.#plan)
    if (kind === 'subquery') return this.#scalarQuery(expression)
    if (kind === 'and' || kind === 'or' || kind === 'not' || kind === 'exists' || kind === 'in-query') {
      return `CASE ${this.condition(expression)} WHEN 1 THEN ${sqlTrue} WHEN 0 THEN ${sqlFalse} END`
    }
    return this.#function(expression)
  }

  /** 1, 0 or NULL. */
  condition(expression: Expression): string {
    const owner = this.#owner(expression)
    if (typeof owner === 'object' && this.#isForScan(expression, owner)) return this.#isTrue(expression)
    if (expression.kind === 'and') return this.#and(expression.operands)
    if (expression.kind === 'or') return this.#or(expression.operands)
    if (expression.kind === 'not') return `(NOT ${this.condition(expression.operand)})`
    if (expression.kind === 'compare') return this.#comparison(expression)
    if (expression.kind === 'exists') return `(EXISTS (${this.#translateQuery(expression.query, this.#scope).sql}))`
    if (expression.kind === 'in-query') return this.#inQuery(expression)
    // What joins and queries leave out is NULL: nothing SQL has is MISSING, which is left to the function.
    if (expression.kind !== 'is' || expression.what === 'missing') return this.#isTrue(expression)
    return `(${this.value(expression.operand)} IS ${expression.negated ? 'NOT NULL' : 'NULL'})`
  }

  /** ORDER BY's items. */
  order({ value, descending, nulls }: OrderItem): string {
    return orderSql(this.value(value), { descending, nulls })
  }

  /** The source of this query that the names of an expression are all of, where its scan may evaluate it: it always has a row. */
  sourceOf(expression: Expression): LeafTable | null {
    const owner = this.#owner(expression)
    return typeof owner === 'object' ? owner : null
  }

  /** The expression over one source's rows. */
  bindFor(expression: Expression, leaf: LeafTable): Bound {
    return bindExpression(
      expression,
      this.#context(({ path }) => leaf.scope.resolve(path)),
    )
  }

  #context(
    atom: (atom: { path: PathExpression }) => Bound,
    other: (expression: AggregateExpression | RelationalExpression) => Bound = (expression) => {
      throw faultAt('UnsupportedSqlStructure', expression, this.#plan)
    },
  ): BindContext {
    return {
      text: this.#plan.text,
      dialect: 'extended',
      path: (path) => atom({ path }),
      aggregate: other,
      relational: other,
    }
  }

  #owner(expression: Expression): LeafTable | 'none' | 'several' {
    const known = this.#owners.get(expression)
    if (known !== undefined) return known
    const owner = this.#findOwner(expression)
    this.#owners.set(expression, owner)
    return owner
  }

  #findOwner(expression: Expression): LeafTable | 'none' | 'several' {
    if (/^(aggregate|window|subquery|exists|in-query)$/.test(expression.kind)) return 'several'
    if (expression.kind === 'path') {
      const resolved = this.#scope.resolve(expression)
      return resolved.of === 'leaf' ? resolved.leaf : 'several'
    }
    let owner: LeafTable | 'none' | 'several' = 'none'
    for (const part of partsOf(expression).expressions) {
      const other = this.#owner(part)
      if (other === 'none') continue
      if (owner !== 'none' && owner !== other) return 'several'
      owner = other
    }
    return owner
  }

  /** Whether the source's scan is to evaluate it, rather than functions in SQL. */
  #isForScan(expression: Expression, source: LeafTable): boolean {
    if (expression.kind === 'path') return true
    if (source.isOptional) return false
    return this.keepsEveryRow || !canFail(expression, (part) => this.category(part))
  }

  #and(operands: readonly Expression[]): string {
    return balanced(
      operands.map((operand) => this.condition(operand)),
      'AND',
    )
  }

  #or(operands: readonly Expression[]): string {
    this.#alternatives++
    const sql = balanced(
      operands.map((operand) => this.condition(operand)),
      'OR',
    )
    this.#alternatives--
    return sql
  }

  #isTrue(expression: Expression): string {
    if (expression.kind === 'constant' && typeof expression.value === 'boolean') return expression.value ? '1' : '0'
    return `(${this.value(expression)} = ${sqlTrue})`
  }

  #path(resolved: Resolved): string {
    if (resolved.of === 'leaf') return resolved.leaf.column(resolved.bound)
    if (resolved.steps.length === 0) return resolved.sql
    const body: Bound = { op: 'path', operand: { op: 'column', column: 0 }, steps: resolved.steps }
    return this.#plan.call(body, [{ sql: resolved.sql, form: 'quoted' }])
  }

  #comparison(expression: Extract<Expression, { kind: 'compare' }>): string {
    const { operator, left, right } = expression
    const kinds: [Category, Category] = [this.category(left), this.category(right)]
    // Equality of columns of unknown kind is SQLite's too, or joins of JSON and Parquet would try every pair of rows: a number
    // then does not equal the text of it.
    const isJoin = operator === '=' && left.kind === 'path' && right.kind === 'path'
    const unknown = isJoin && kinds.includes('any') && kinds.every((kind) => kind === 'any' || kind === 'text')
    if (!comparesAlike(...kinds) && !unknown) return this.#isTrue(expression)
    // What rows are joined by is computed before they are, or every pair of rows would be tried.
    const sides = [left, right].map((side) => {
      const source = this.#alternatives === 0 ? this.sourceOf(side) : null
      if (source === null) return this.value(side)
      const sql = source.isOptional ? this.value(side) : source.column(this.bindFor(side, source))
      if (this.wantsIndexes && operator === '=') source.index(sql)
      return sql
    })
    return `(${sides.join(` ${operator} `)})`
  }

  #inQuery({ operand, query, negated, position }: Extract<Expression, { kind: 'in-query' }>): string {
    const { sql, columns } = this.#translateQuery(query, this.#scope)
    if (columns.length !== 1) throw faultAt('UnsupportedSqlStructure', { position }, this.#plan)
    return `(${this.value(operand)} ${negated ? 'NOT IN' : 'IN'} (${sql}))`
  }

  #scalarQuery({ query, position }: Extract<Expression, { kind: 'subquery' }>): string {
    const { sql, columns } = this.#translateQuery(query, this.#scope)
    if (columns.length !== 1) throw faultAt('UnsupportedSqlStructure', { position }, this.#plan)
    return `(${sql})`
  }

  #aggregate({ function: name, argument, distinct }: AggregateExpression): string {
    if (argument === null) return 'COUNT(*)'
    if (hasAggregate(argument)) throw faultAt('UnsupportedSqlStructure', argument, this.#plan)
    const sql = this.value(argument)
    if (name === 'COUNT') return `COUNT(${distinct ? 'DISTINCT ' : ''}${sql})`
    const call = this.#plan.aggregate({ function: name, distinct }, sql)
    return name !== 'AVG' && this.category(argument) === 'int' ? `CAST(${call} AS INTEGER)` : call
  }

  /** A value as functions take it. */
  argument(expression: Expression): Argument {
    const category = this.category(expression)
    const isNumeric = category === 'any' || isNumber(category)
    return { sql: this.value(expression), form: isNumeric ? 'quoted' : 'plain' }
  }

  /** A call of a function whose body is the expression, over the names, aggregates and queries in it. */
  #function(expression: Expression): string {
    const parameters: Argument[] = []
    const numbers = new Map<string, number>()
    const parameter = (part: Expression): Bound => {
      const argument = this.argument(part)
      let column = numbers.get(argument.sql)
      if (column === undefined) {
        column = parameters.push(argument) - 1
        numbers.set(argument.sql, column)
      }
      return { op: 'column', column }
    }
    const body = bindExpression(
      expression,
      this.#context(({ path }) => parameter(path), parameter),
    )
    if (body.op === 'literal') return sqlLiteral(body.value)
    const call = this.#plan.call(body, parameters)
    return this.category(expression) === 'int' ? `CAST(${call} AS INTEGER)` : call
  }
}

export function orderSql(sql: string, { descending, nulls }: Pick<OrderItem, 'descending' | 'nulls'>): string {
  return `${sql}${descending ? ' DESC' : ''} NULLS ${nulls === 'first' ? 'FIRST' : 'LAST'}`
}

/** Operands between an operator, in parentheses by halves: SQLite's parser counts how deep they are. */
function balanced(operands: string[], operator: string): string {
  const [first, ...others] = operands
  if (first === undefined || others.length === 0) return first ?? '1'
  const middle = operands.length >> 1
  return `(${balanced(operands.slice(0, middle), operator)} ${operator} ${balanced(operands.slice(middle), operator)})`
}
