// One SELECT over joins, other queries, or with windows and queries in its expressions. No I/O, no clock.
import { faultAt } from '../bind/bind-expression.ts'
import { outputName } from '../bind/output-name.ts'
import type { Expression, JoinKind, OrderItem, Select, SelectItem, Source } from '../sql/ast.ts'
import { partsOf } from '../sql/children.ts'
import { statementError } from '../sql/statement-error.ts'
import { categoryOfColumn } from './category.ts'
import { hasAggregate, hasWindow } from './expression-traits.ts'
import type { PlanBuilder } from './plan-builder.ts'
import { RelationScope } from './relation-scope.ts'
import type { OutputColumn, Relation } from './relation-scope.ts'
import { ExpressionTranslator, orderSql } from './sql-expression.ts'
import { tickSql } from './tick.ts'
import type { NamedQueries, QueryTranslator, TranslatedQuery } from './sqlite-sql.ts'

interface Around {
  scope: RelationScope | null
  named: NamedQueries
}

interface OutputValue extends OutputColumn {
  sql: string
  /** Null for the columns of a star. */
  value: Expression | null
  alias: string | null
  position: number
}

/** A table and how it is joined to those before it; the first is not. */
interface JoinedTable {
  join: JoinKind | null
  table: string
  /** Something of each of its rows. */
  row: string
  on: Expression | null
}

/** A side of a join of which rows may be missing. */
interface JoinPart {
  isOptional: boolean
}

export class SelectTranslator {
  readonly #plan: PlanBuilder
  readonly #queries: QueryTranslator
  readonly #around: Around
  readonly #relations: Relation[] = []
  readonly #values: ExpressionTranslator

  constructor(plan: PlanBuilder, queries: QueryTranslator, around: Around) {
    this.#plan = plan
    this.#queries = queries
    this.#around = around
    // The tables are added as FROM is read.
    const own = new RelationScope(this.#relations, around.scope, plan.text)
    this.#values = new ExpressionTranslator(own, plan, (query, scope) => queries.query(query, scope, around.named))
  }

  /** The SELECT with its order; columns are called `c0`, `c1`, … */
  select(select: Select, orderBy: readonly OrderItem[]): TranslatedQuery {
    const { from, ticks } = this.#from(select.from)
    const where = select.where === null ? null : this.#restrict(select.where)
    // Counted before anything else is asked of a row.
    const asked = [...ticks, ...(where === null ? [] : [where])]
    this.#values.keepsEveryRow = this.#relations.length === 1 && where === null
    const output = select.items.flatMap((item, index) => this.#output(item, index))
    const keys = select.groupBy?.map((key) => this.#groupKey(key, output)) ?? null
    const having = select.having === null ? null : this.#values.condition(select.having)
    const order = orderBy.map((item) => this.#order(item, output))
    const shown = output.flatMap(({ value }) => value ?? [])
    const others = [...(select.having === null ? [] : [select.having]), ...orderBy.map(({ value }) => value)]
    const isGrouped = keys !== null || [...shown, ...others].some(hasAggregate)
    if (isGrouped) this.#checkGroups(select, keys ?? [], { output, orderBy })
    else if (select.having !== null) throw faultAt('UnsupportedSqlStructure', select.having, this.#plan)
    const list = output.map(({ sql }, index) => `${sql} AS c${index}`)
    const parts = [`FROM ${from}`, ...(asked.length === 0 ? [] : [`WHERE ${asked.join(' AND ')}`])]
    const columns = output.map(({ name, category }) => ({ name, category }))
    if (isGrouped && keys === null) return { sql: oneGroup(list, parts, having), columns }
    const clauses = [
      `SELECT ${select.distinct ? 'DISTINCT ' : ''}${list.join(', ')}`,
      ...parts,
      ...(keys === null ? [] : [`GROUP BY ${keys.map((key) => this.#keySql(key)).join(', ')}`]),
      ...(having === null ? [] : [`HAVING ${having}`]),
      ...(order.length === 0 ? [] : [`ORDER BY ${order.join(', ')}`]),
    ]
    return { sql: clauses.join(' '), columns }
  }

  /** FROM, and what WHERE counts the rows of its loops by. */
  #from(source: Source): { from: string; ticks: string[] } {
    const tables: JoinedTable[] = []
    this.#addSource(source, { isOptional: false }, tables)
    const isNested = this.#around.scope !== null
    const keepsRight = tables.some(({ join }) => join === 'RIGHT' || join === 'FULL')
    this.#values.wantsIndexes = isNested || keepsRight
    // One table is gone through once, unless for every row of another query.
    const counts = isNested || tables.length > 1
    const from = tables.map(({ join, table, row, on }) => {
      if (join === null) return table
      // An outer join goes through rows that WHERE never sees, and WHERE waits for those that keep the right side.
      const ticked = !isInner(join) || keepsRight
      const conditions = [
        ...(ticked ? [tickSql(row)] : []),
        ...(on === null ? [] : this.#joinConditions(on, join, table)),
      ]
      const condition = conditions.length === 0 ? '' : ` ON ${conditions.join(' AND ')}`
      // SQLite would keep the order of tables for the word CROSS.
      return ` ${isInner(join) ? '' : `${join} `}JOIN ${table}${condition}`
    })
    const inner = tables.filter(({ join }) => join === null || isInner(join))
    return { from: from.join(''), ticks: counts ? inner.map(({ row }) => tickSql(row)) : [] }
  }

  /** Adds the tables of FROM, from left to right, which is how SQLite joins them. */
  #addSource(source: Source, part: JoinPart, joins: JoinedTable[]): void {
    if (source.source !== 'join') {
      joins.push({ join: null, ...this.#addRelation(source, part), on: null })
      return
    }
    const { left, right, join, on } = source
    this.#addSource(left, { isOptional: part.isOptional || join === 'RIGHT' || join === 'FULL' }, joins)
    const start = joins.length
    this.#addSource(right, { isOptional: part.isOptional || join === 'LEFT' || join === 'FULL' }, joins)
    const first = joins[start]
    if (first !== undefined) joins[start] = { ...first, join, on }
  }

  /** What FROM says of one table. Throws EvaluatorBindingDoesNotExist for a name that WITH does not have. */
  #addRelation(source: Exclude<Source, { source: 'join' }>, part: JoinPart): { table: string; row: string } {
    if (source.source === 'object') {
      const leaf = this.#plan.leaf(source, part)
      this.#relations.push({ kind: 'leaf', leaf })
      return { table: leaf.table, row: `${leaf.table}.rowid` }
    }
    const { alias } = source
    const table = this.#plan.newName('q')
    const row = `${table}.c0 IS NULL`
    if (source.source === 'query') {
      const { scope, named } = this.#around
      const { sql, columns } = this.#queries.query(source.query, scope, named)
      this.#relations.push({ kind: 'derived', derived: { table, alias, columns } })
      return { table: `(${sql}) AS ${table}`, row }
    }
    const { name } = source
    const query = this.#around.named.get(name.text.toLowerCase())
    if (query === undefined) {
      const { position, text: found } = name
      throw statementError('EvaluatorBindingDoesNotExist', { text: this.#plan.text, position, found })
    }
    this.#relations.push({ kind: 'derived', derived: { table, alias: alias ?? name, columns: query.columns } })
    return { table: `${query.table} AS ${table}`, row }
  }

  /** ON, less what the scan of the joined table can ask alone: rows it drops would have joined nothing. */
  #joinConditions(on: Expression, join: JoinKind, table: string): string[] {
    this.#checkRows(on)
    const rest = conjunctsOf(on).filter((conjunct) => {
      const source = this.#values.sourceOf(conjunct)
      if (source === null || source.table !== table || (join !== 'INNER' && join !== 'LEFT')) return true
      source.restrict(this.#values.bindFor(conjunct, source))
      return false
    })
    return rest.length === 0 ? ['1'] : rest.map((conjunct) => this.#values.condition(conjunct))
  }

  /** WHERE, less what scans can ask alone; null when nothing is left. */
  #restrict(where: Expression): string | null {
    this.#checkRows(where)
    const rest = conjunctsOf(where).filter((conjunct) => {
      const source = this.#values.sourceOf(conjunct)
      if (source === null || source.isOptional) return true
      source.restrict(this.#values.bindFor(conjunct, source))
      return false
    })
    return rest.length === 0 ? null : rest.map((conjunct) => this.#values.condition(conjunct)).join(' AND ')
  }

  #output(item: SelectItem, index: number): OutputValue[] {
    if (item.item === 'value') {
      const { value, alias } = item
      const sql = this.#values.value(value)
      const name = outputName(item, index, null)
      const { position } = value
      return [{ name, category: this.#values.category(value), sql, value, alias: alias?.text ?? null, position }]
    }
    const position = item.item === 'star' ? item.position : item.table.position
    const relations =
      item.item === 'star'
        ? this.#relations
        : [new RelationScope(this.#relations, null, this.#plan.text).table(item.table)]
    return relations.flatMap((relation) => this.#columnsOf(relation, position))
  }

  /** Throws UnsupportedSqlStructure for a source whose columns have no names. */
  #columnsOf(relation: Relation, position: number): OutputValue[] {
    if (relation.kind === 'derived') {
      const { table, columns } = relation.derived
      return columns.map((column, index) => {
        return { ...column, sql: `${table}.c${index}`, value: null, alias: null, position }
      })
    }
    const { leaf } = relation
    return leaf.scope.everyColumn(position).map(({ name, value }) => {
      const category = categoryOfColumn(leaf.scope.facts.format, value)
      return { name, category, sql: leaf.column(value), value: null, alias: null, position }
    })
  }

  /** The value a place, or an alias, of the select list names; null for anything else. */
  #place(value: Expression, output: readonly OutputValue[]): number | null {
    if (value.kind === 'number') {
      const place = /^\d{1,9}$/.test(value.text) ? Number(value.text) : 0
      if (output[place - 1] === undefined) throw faultAt('InvalidColumnIndex', value, this.#plan)
      return place
    }
    if (value.kind !== 'path' || value.steps.length > 0) return null
    const name = value.root.text.toLowerCase()
    const index = output.findIndex(({ alias }) => alias?.toLowerCase() === name)
    return index === -1 ? null : index + 1
  }

  #order(item: OrderItem, output: readonly OutputValue[]): string {
    const place = this.#place(item.value, output)
    return place === null ? this.#values.order(item) : orderSql(String(place), item)
  }

  #groupKey(key: Expression, output: readonly OutputValue[]): Expression {
    if (key.kind === 'constant' || key.kind === 'timestamp') {
      throw faultAt('ParseUnsupportedLiteralsGroupBy', key, this.#plan)
    }
    const place = this.#isColumn(key) ? null : this.#place(key, output)
    const named = place === null ? key : output[place - 1]?.value
    if (named === null || named === undefined) throw faultAt('UnsupportedSqlStructure', key, this.#plan)
    this.#checkRows(named)
    return named
  }

  /** Whether a name is a column of a table: aliases of the select list come after those. */
  #isColumn(key: Expression): boolean {
    if (key.kind !== 'path') return false
    return this.#relations.some((relation) => {
      if (relation.kind === 'leaf') return relation.leaf.scope.hasColumn(key.root)
      return relation.derived.columns.some(({ name }) => name.toLowerCase() === key.root.text.toLowerCase())
    })
  }

  /** Throws UnsupportedSqlStructure for what only groups or whole results have. */
  #checkRows(expression: Expression): void {
    if (hasAggregate(expression) || hasWindow(expression)) {
      throw faultAt('UnsupportedSqlStructure', expression, this.#plan)
    }
  }

  /** A number alone would be a place in the select list. */
  #keySql(key: Expression): string {
    const sql = this.#values.value(key)
    return /^\d+$/.test(sql) ? 'NULL' : sql
  }

  #checkGroups(
    select: Select,
    keys: readonly Expression[],
    { output, orderBy }: { output: readonly OutputValue[]; orderBy: readonly OrderItem[] },
  ): void {
    const keySql = new Set(keys.map((key) => this.#values.value(key)))
    for (const { value, position } of output) this.#checkGrouped(value, keySql, position)
    if (select.having !== null) this.#checkGrouped(select.having, keySql, select.having.position)
    for (const { value } of orderBy) {
      if (this.#place(value, output) === null) this.#checkGrouped(value, keySql, value.position)
    }
  }

  /** Throws UnsupportedSqlStructure for a column that is neither a key nor in an aggregate: SQLite would take any row's. */
  #checkGrouped(value: Expression | null, keys: ReadonlySet<string>, position: number): void {
    if (value === null) throw faultAt('UnsupportedSqlStructure', { position }, this.#plan)
    if (value.kind === 'aggregate') return
    if (keys.size > 0 && keys.has(this.#values.value(value))) return
    if (value.kind === 'path') throw faultAt('UnsupportedSqlStructure', value, this.#plan)
    for (const part of partsOf(value).expressions) this.#checkGrouped(part, keys, position)
  }
}

function isInner(join: JoinKind): boolean {
  return join === 'INNER' || join === 'CROSS'
}

function conjunctsOf(condition: Expression): Expression[] {
  return condition.kind === 'and' ? condition.operands : [condition]
}

/** The one row of aggregates over everything. SQLite has HAVING only beside aggregates in the list, and calls it no group without. */
function oneGroup(list: readonly string[], parts: readonly string[], having: string | null): string {
  const names = list.map((_, index) => `c${index}`).join(', ')
  const all = [...list, `${having ?? '1'} AS h`, 'COUNT(*) AS n'].join(', ')
  return `SELECT ${names} FROM (SELECT ${all} ${parts.join(' ')}) WHERE h`
}
