// The tables a name can belong to, from the innermost query outwards. No I/O, no clock.
import type { Bound, PathStep } from '../bind/bound.ts'
import type { PathExpression } from '../bind/source-scope.ts'
import type { Name } from '../sql/ast.ts'
import { statementError } from '../sql/statement-error.ts'
import type { Category } from './category.ts'
import { categoryOfColumn } from './category.ts'
import type { LeafTable } from './leaf-table.ts'

export interface OutputColumn {
  name: string
  category: Category
}

/** A query's rows as a table: column `cN` is the Nth of `columns`. */
export interface DerivedTable {
  table: string
  alias: Name | null
  columns: OutputColumn[]
}

export type Relation = { kind: 'leaf'; leaf: LeafTable } | { kind: 'derived'; derived: DerivedTable }

/** What a name is. `leaf`: one of this very query; then `bound` is the value, of the leaf's rows. */
export type Resolved =
  | { of: 'leaf'; leaf: LeafTable; bound: Bound; category: Category }
  | { of: 'sql'; sql: string; steps: PathStep[]; category: Category }

export class RelationScope {
  readonly relations: readonly Relation[]
  readonly #parent: RelationScope | null
  readonly #text: string

  constructor(relations: readonly Relation[], parent: RelationScope | null, text: string) {
    this.relations = relations
    this.#parent = parent
    this.#text = text
  }

  /** Throws AmbiguousFieldName, EvaluatorBindingDoesNotExist, and what the source itself throws. */
  resolve(path: PathExpression): Resolved {
    const found = this.#find(path)
    if (found !== null) return this.#resolveIn(found, path)
    const outer = this.#parent?.resolve(path)
    if (outer === undefined) throw this.#fault('EvaluatorBindingDoesNotExist', path.root)
    // A row of an outer query is a constant here.
    if (outer.of === 'sql') return outer
    return { of: 'sql', sql: outer.leaf.column(outer.bound), steps: [], category: outer.category }
  }

  /** Whether a name is the name of one of the tables here or further out. */
  hasTable(name: Name): boolean {
    return this.relations.some((relation) => isTable(relation, name)) || (this.#parent?.hasTable(name) ?? false)
  }

  /** The table of a name before `.*`. Throws InvalidTableAlias. */
  table(name: Name): Relation {
    const found = this.relations.find((relation) => isTable(relation, name))
    if (found === undefined) throw this.#fault('InvalidTableAlias', name)
    return found
  }

  #find(path: PathExpression): Relation | null {
    const { root, steps } = path
    const tables = this.relations.filter((relation) => isTable(relation, root))
    if (tables.length > 1) throw this.#fault('AmbiguousFieldName', root)
    const [table] = tables
    if (table !== undefined && (steps.length > 0 || table.kind === 'leaf')) return table
    const owners = this.relations.filter((relation) => hasColumn(relation, root))
    if (owners.length > 1) throw this.#fault('AmbiguousFieldName', root)
    const [owner] = owners
    if (owner !== undefined) return owner
    // No schema has the name: it is a path into JSON, or the place of a column. Outer tables of that name go first.
    if (this.#parent?.hasTable(root) === true) return null
    const takers = this.relations.filter((relation) => relation.kind === 'leaf' && takesName(relation.leaf, root))
    if (takers.length > 1) throw this.#fault('AmbiguousFieldName', root)
    // A source alone says best what is wrong with a name.
    const [only, ...others] = this.relations
    return takers[0] ?? (others.length === 0 && this.#parent === null && only?.kind === 'leaf' ? only : null)
  }

  #resolveIn(relation: Relation, path: PathExpression): Resolved {
    if (relation.kind === 'leaf') {
      const { leaf } = relation
      const bound = leaf.scope.resolve(path)
      return { of: 'leaf', leaf, bound, category: categoryOfColumn(leaf.scope.facts.format, bound) }
    }
    const { derived } = relation
    const [first, ...others] = path.steps
    const isQualified = isTable(relation, path.root) && first?.step === 'key'
    const name = isQualified ? { text: first.name, quoted: first.caseSensitive } : path.root
    const steps = isQualified ? others : path.steps
    const matches = columnNumbers(derived, name)
    const [number] = matches
    if (number === undefined) throw this.#fault('EvaluatorBindingDoesNotExist', path.root)
    if (matches.length > 1) throw this.#fault('AmbiguousFieldName', path.root)
    const category = steps.length > 0 ? 'any' : (derived.columns[number]?.category ?? 'any')
    return { of: 'sql', sql: `${derived.table}.c${number}`, steps, category }
  }

  #fault(
    code: 'AmbiguousFieldName' | 'EvaluatorBindingDoesNotExist' | 'InvalidTableAlias',
    { position, text: found }: Name,
  ) {
    return statementError(code, { text: this.#text, position, found })
  }
}

function isTable(relation: Relation, name: Name): boolean {
  if (relation.kind === 'leaf') return relation.leaf.scope.isTable(name)
  const { alias } = relation.derived
  return (
    alias !== null && (name.quoted ? alias.text === name.text : alias.text.toLowerCase() === name.text.toLowerCase())
  )
}

function hasColumn(relation: Relation, name: Name): boolean {
  if (relation.kind === 'leaf') return relation.leaf.scope.hasColumn(name)
  return columnNumbers(relation.derived, name).length > 0
}

function columnNumbers({ columns }: DerivedTable, { text, quoted }: Pick<Name, 'quoted' | 'text'>): number[] {
  const lower = text.toLowerCase()
  return columns.flatMap(({ name }, index) => {
    return (quoted ? name === text : name.toLowerCase() === lower) ? [index] : []
  })
}

function takesName({ scope }: LeafTable, { text }: Name): boolean {
  return scope.takesAnyName || /^_\d+$/.test(text) || (scope.facts.keyColumn === true && text === '_key')
}
