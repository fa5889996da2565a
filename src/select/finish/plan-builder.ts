// What the parts of a translation collect: tables, functions, aggregates. No I/O, no clock.
import { assert } from '../../assert.ts'
import type { Bound, BoundQuery } from '../bind/bound.ts'
import { boundKey } from '../bind/bound-tree.ts'
import { SourceScope } from '../bind/source-scope.ts'
import type { ObjectSource, SourceFacts } from '../bind/source-scope.ts'
import type { Expression, Statement } from '../sql/ast.ts'
import type { Category } from './category.ts'
import { categoryOf } from './category.ts'
import type { ArgumentForm, FinishAggregate, FinishFunction } from './finish-plan.ts'
import { LeafTable } from './leaf-table.ts'

export interface Argument {
  sql: string
  form: ArgumentForm
}

function argumentSql({ sql, form }: Argument): string {
  return form === 'quoted' ? `quote(${sql})` : sql
}

export class PlanBuilder {
  readonly text: string
  readonly functions: FinishFunction[] = []
  readonly aggregates: FinishAggregate[] = []
  readonly #sources: readonly ObjectSource[]
  readonly #facts: readonly SourceFacts[]
  readonly #queries: (BoundQuery | LeafTable | null)[]
  readonly #functionNames = new Map<string, string>()
  #names = 0

  /** `facts`: of each of `sources`, in their order. */
  constructor(statement: Statement, sources: readonly ObjectSource[], facts: readonly SourceFacts[]) {
    assert(sources.length === facts.length, 'Something is known of every source')
    this.text = statement.text
    this.#sources = sources
    this.#facts = facts
    this.#queries = sources.map(() => null)
  }

  factsOf(source: ObjectSource): SourceFacts {
    const facts = this.#facts[this.#sources.indexOf(source)]
    assert(facts !== undefined, 'A source of the statement is one of its leaves')
    return facts
  }

  tableOf(source: ObjectSource): string {
    return `t${this.#sources.indexOf(source)}`
  }

  /** A source whose rows are joined or otherwise worked on by SQL. */
  leaf(source: ObjectSource, options: { isOptional: boolean }): LeafTable {
    const scope = new SourceScope(source, this.factsOf(source), this.text)
    scope.fromPath()
    const leaf = new LeafTable(this.tableOf(source), scope, options)
    this.#queries[this.#sources.indexOf(source)] = leaf
    return leaf
  }

  /** A source whose query its scan answers by itself. */
  answeredByScan(source: ObjectSource, query: BoundQuery): void {
    this.#queries[this.#sources.indexOf(source)] = query
  }

  /** What each source is scanned for; one that nothing reads, for nothing. */
  queries(): BoundQuery[] {
    return this.#queries.map((query, index) => {
      if (query instanceof LeafTable) return query.query()
      return query ?? { ...this.#unread(index), limit: 0 }
    })
  }

  /** As in FinishPlan. */
  indexes(): string[] {
    return this.#queries.flatMap((query) => (query instanceof LeafTable ? query.indexes : []))
  }

  #unread(index: number): BoundQuery {
    const source = this.#sources[index]
    assert(source !== undefined, 'Queries are as many as sources')
    return this.leaf(source, { isOptional: false }).query()
  }

  /** A name no other table of the statement has. */
  newName(letter: 'q' | 'w'): string {
    return `${letter}${this.#names++}`
  }

  /** A call of a function with that body. */
  call(body: Bound, values: readonly Argument[]): string {
    const parameters = values.map(({ form }) => form)
    const key = `${parameters.join(' ')} ${boundKey(body)}`
    let name = this.#functionNames.get(key)
    if (name === undefined) {
      name = `f${this.functions.length}`
      this.#functionNames.set(key, name)
      this.functions.push({ name, parameters, body })
    }
    return `${name}(${values.map(argumentSql).join(', ')})`
  }

  /** A call of an aggregate that is not SQLite's own. */
  aggregate(call: Omit<FinishAggregate, 'name'>, sql: string): string {
    const name = `a_${call.function.toLowerCase()}${call.distinct ? '_distinct' : ''}`
    if (!this.aggregates.some((aggregate) => aggregate.name === name)) this.aggregates.push({ name, ...call })
    return `${name}(${argumentSql({ sql, form: 'quoted' })})`
  }

  /** What the columns of a query over one source are. */
  categories(values: readonly Expression[], source: ObjectSource): Category[] {
    const column: Category = this.factsOf(source).format === 'CSV' ? 'text' : 'any'
    return values.map((value) => categoryOf(value, () => column))
  }
}
