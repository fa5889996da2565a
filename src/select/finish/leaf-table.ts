// One scanned source as a table of SQL: what its scan keeps, and what it makes of it. No I/O, no clock.
import type { Bound, BoundQuery, Projection } from '../bind/bound.ts'
import { boundKey } from '../bind/bound-tree.ts'
import type { SourceScope } from '../bind/source-scope.ts'

export class LeafTable {
  /** Its name in SQL. */
  readonly table: string
  readonly scope: SourceScope
  /** Rows of it may be missing from a join, and are NULL then: only its plain columns say so. */
  readonly isOptional: boolean
  readonly #projections: Projection[] = []
  readonly #numbers = new Map<string, number>()
  readonly #conditions: Bound[] = []
  readonly #indexed = new Set<string>()

  constructor(table: string, scope: SourceScope, { isOptional }: { isOptional: boolean }) {
    this.table = table
    this.scope = scope
    this.isOptional = isOptional
  }

  /** A value of each row as a column of the table, the same for the same. */
  column(value: Bound): string {
    const key = boundKey(value)
    let number = this.#numbers.get(key)
    if (number === undefined) {
      number = this.#projections.length
      this.#numbers.set(key, number)
      this.#projections.push({ name: `c${number}`, value })
    }
    return `${this.table}.c${number}`
  }

  /** What `column` gave is looked up by equality; anything else is passed over. */
  index(sql: string): void {
    const [table, column = ''] = sql.split('.')
    if (table === this.table && this.#projections.some(({ name }) => name === column)) this.#indexed.add(column)
  }

  /** Columns that want an index, as SQL has it: `t0(c1)`. */
  get indexes(): string[] {
    return [...this.#indexed].map((column) => `${this.table}(${column})`)
  }

  /** Keeps only rows for which this is TRUE; conditions are asked in the order they come. */
  restrict(condition: Bound): void {
    this.#conditions.push(condition)
  }

  /** The scan. */
  query(): BoundQuery {
    const [first, ...others] = this.#conditions
    // Rows count even if nothing of them is asked for.
    if (this.#projections.length === 0) this.column({ op: 'literal', value: null })
    return {
      columns: this.scope.columns,
      output: { kind: 'list', projections: this.#projections },
      where: first === undefined ? null : others.length === 0 ? first : { op: 'and', operands: this.#conditions },
      aggregates: [],
      groupBy: null,
      having: null,
      distinct: false,
      orderBy: [],
      limit: null,
      offset: 0,
    }
  }
}
