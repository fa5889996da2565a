/** Settles the names of a statement of one source: see BoundQuery. No I/O, no clock. */
import { assert } from '../../assert.ts'
import type { Expression, Name, Select, SelectItem, Statement } from '../sql/ast.ts'
import { inDialect, statementError } from '../sql/statement-error.ts'
import { Aggregation } from './aggregation.ts'
import { AliasScope } from './alias-scope.ts'
import { bindExpression, faultAt } from './bind-expression.ts'
import type { BindContext } from './bind-expression.ts'
import type { Bound, BoundQuery, Projection } from './bound.ts'
import { boundKey } from './bound-tree.ts'
import { outputName } from './output-name.ts'
import { SourceScope } from './source-scope.ts'
import type { SourceFacts } from './source-scope.ts'

/**
 * The statement over its source's columns. Throws AmbiguousFieldName, MissingHeaderName, EvaluatorBindingDoesNotExist and the
 * other codes of names, calls and aggregates. The statement must not need the finisher.
 */
export function bindQuery(statement: Statement, facts: SourceFacts): BoundQuery {
  const { body, text } = statement
  assert(body.body === 'select' && statement.with.length === 0, 'A statement of one pass is one SELECT')
  const { from } = body
  if (from.source === 'named') {
    const { position, text: found } = from.name
    throw statementError('EvaluatorBindingDoesNotExist', { text, position, found })
  }
  assert(from.source === 'object', 'A statement of one pass has one source')
  const scope = new SourceScope(from, facts, text)
  scope.fromPath()
  try {
    return new QueryBinder(statement, body, scope).bind()
  } catch (error) {
    throw inDialect(error, facts.dialect)
  }
}

class QueryBinder {
  readonly #statement: Statement
  readonly #select: Select
  readonly #scope: SourceScope
  readonly #aliases: AliasScope
  readonly #aggregation: Aggregation
  /** Where rows are: WHERE, GROUP BY, and the arguments of aggregates. */
  readonly #rows: BindContext
  /** Where groups may be: the select list, HAVING, ORDER BY. */
  readonly #groups: BindContext

  constructor(statement: Statement, select: Select, scope: SourceScope) {
    const { text } = statement
    const { dialect } = scope.facts
    this.#statement = statement
    this.#select = select
    this.#scope = scope
    this.#aliases = new AliasScope(select.items, scope, text)
    this.#rows = {
      text,
      dialect,
      path: (path) => this.#aliases.resolve(path, this.#rows),
      aggregate: (expression) => {
        throw faultAt('UnsupportedSqlStructure', expression, { text })
      },
    }
    this.#aggregation = new Aggregation(text, this.#rows)
    this.#groups = {
      text,
      dialect,
      path: (path) => this.#aliases.resolve(path, this.#groups),
      aggregate: (aggregate) => this.#aggregation.add(aggregate),
    }
  }

  bind(): BoundQuery {
    const { where, items, having, distinct } = this.#select
    const boundWhere = where === null ? null : bindExpression(where, this.#rows)
    const star = this.#starColumn()
    const projections = star === null ? items.flatMap((item, index) => this.#project(item, index)) : []
    const groupBy = this.#bindGroupBy()
    const boundHaving = having === null ? null : bindExpression(having, this.#groups)
    const orderBy = this.#statement.orderBy.map(({ value }) => this.#bindOrder(value, projections))
    const isAggregated = groupBy !== null || this.#aggregation.aggregates.length > 0
    if (having !== null && !isAggregated) throw faultAt('UnsupportedSqlStructure', having, this.#statement)
    if (star !== null && isAggregated) throw faultAt('UnsupportedSqlStructure', this.#select, this.#statement)
    const settle = (value: Bound, position: number): Bound =>
      isAggregated ? this.#aggregation.overGroups(value, groupBy ?? [], position) : value
    const settled = projections.map(({ name, value, position }) => ({ name, value: settle(value, position) }))
    const order = this.#statement.orderBy.map(({ descending, nulls, value: { position } }, index) => ({
      value: settle(orderBy[index] ?? { op: 'literal', value: null }, position),
      descending,
      nulls: nulls ?? 'last',
    }))
    if (distinct && star === null) this.#checkDistinctOrder(settled, order)
    return {
      columns: this.#scope.columns,
      output: star === null ? { kind: 'list', projections: settled } : { kind: 'star', column: star },
      where: boundWhere,
      aggregates: this.#aggregation.aggregates,
      groupBy,
      having: boundHaving === null ? null : settle(boundHaving, having?.position ?? 0),
      distinct,
      orderBy: order,
      limit: this.#statement.limit,
      offset: this.#statement.offset,
    }
  }

  /** The record's column where the select list is a star alone. */
  #starColumn(): number | null {
    const [item, ...others] = this.#select.items
    if (item === undefined || item.item === 'value' || others.length > 0) return null
    if (this.#scope.facts.expandStar === true) return null
    if (item.item === 'star-of') this.#checkTable(item.table)
    return this.#scope.column({ by: 'record' })
  }

  #checkTable(table: Name): void {
    if (this.#scope.isTable(table)) return
    const { position, text: found } = table
    throw statementError('InvalidTableAlias', { text: this.#statement.text, position, found })
  }

  #project(item: SelectItem, index: number): (Projection & { position: number })[] {
    if (item.item === 'value') {
      const { position } = item.value
      const value = this.#aliases.within(index, () => bindExpression(item.value, this.#groups))
      return [{ name: outputName(item, index, value), value, position }]
    }
    if (item.item === 'star-of') this.#checkTable(item.table)
    const position = item.item === 'star' ? item.position : item.table.position
    return this.#scope.everyColumn(position).map((column) => ({ ...column, position }))
  }

  #bindGroupBy(): Bound[] | null {
    return this.#select.groupBy?.map((key) => this.#bindGroupKey(key)) ?? null
  }

  /** A key: an expression over rows, an alias of the select list, or a place in it. */
  #bindGroupKey(key: Expression): Bound {
    if (key.kind === 'number') {
      const item = this.#itemAt(key)
      if (item.item === 'value') return bindExpression(item.value, this.#rows)
    }
    if (key.kind === 'number' || key.kind === 'constant' || key.kind === 'timestamp') {
      throw faultAt('ParseUnsupportedLiteralsGroupBy', key, this.#statement)
    }
    const aliased = this.#aliases.unlessColumn(key)
    return bindExpression(aliased ?? key, this.#rows)
  }

  #itemAt(place: Expression & { kind: 'number' }): SelectItem {
    const item = /^\d{1,9}$/.test(place.text) ? this.#select.items[Number(place.text) - 1] : undefined
    if (item === undefined) throw faultAt('InvalidColumnIndex', place, this.#statement)
    return item
  }

  /** An alias before a column of its name, a place in the select list, or an expression. */
  #bindOrder(value: Expression, projections: readonly Projection[]): Bound {
    if (value.kind === 'number') {
      const place = /^\d{1,9}$/.test(value.text) ? projections[Number(value.text) - 1] : undefined
      if (place === undefined) throw faultAt('InvalidColumnIndex', value, this.#statement)
      return place.value
    }
    return bindExpression(this.#aliases.find(value) ?? value, this.#groups)
  }

  /** Of rows made one, only what they have in common can be ordered by. */
  #checkDistinctOrder(projections: readonly Projection[], order: readonly { value: Bound }[]): void {
    const shown = new Set(projections.map(({ value }) => boundKey(value)))
    const hidden = order.findIndex(({ value }) => !shown.has(boundKey(value)))
    const fault = this.#statement.orderBy[hidden]?.value
    if (fault !== undefined) throw faultAt('UnsupportedSqlStructure', fault, this.#statement)
  }
}
