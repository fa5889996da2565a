// The aliases of a select list, where they may be used as names. No I/O, no clock.
import { S3Error } from '../../errors.ts'
import { selectHeightMax, selectOperatorsMax } from '../../limits.ts'
import type { Expression, Name, SelectItem } from '../sql/ast.ts'
import { heightOf } from '../sql/children.ts'
import { statementError } from '../sql/statement-error.ts'
import { bindExpression } from './bind-expression.ts'
import type { BindContext } from './bind-expression.ts'
import type { Bound } from './bound.ts'
import { boundKey } from './bound-tree.ts'
import type { PathExpression, SourceScope } from './source-scope.ts'

/** Ceph's words, which its clients look for. */
const cyclic = 'number of calls exceed maximum size, probably a cyclic reference to alias'

/** Characters of JSON that aliases may stand for in all. Ours. */
const expandedCharsMax = 64 * selectOperatorsMax

interface Entry {
  value: Expression
  /** Of the item in the select list. */
  index: number
}

export class AliasScope {
  readonly #scope: SourceScope
  readonly #text: string
  /** By the alias as written, and without regard to case. */
  readonly #exact = new Map<string, Entry>()
  readonly #folded = new Map<string, Entry>()
  /** Items whose values are being bound. */
  readonly #open: number[] = []
  /** Of the expressions that are being bound inside one another. */
  #height = 0
  /** Characters of what aliases stood for: nested, they double with each. */
  #expanded = 0

  constructor(items: readonly SelectItem[], scope: SourceScope, text: string) {
    this.#scope = scope
    this.#text = text
    for (const [index, item] of items.entries()) {
      if (item.item !== 'value' || item.alias === null) continue
      const entry = { value: item.value, index }
      const { text: alias } = item.alias
      if (!this.#exact.has(alias)) this.#exact.set(alias, entry)
      if (!this.#folded.has(alias.toLowerCase())) this.#folded.set(alias.toLowerCase(), entry)
    }
  }

  /** What an alias alone stands for; null for anything else. */
  find(expression: Expression): Expression | null {
    if (expression.kind !== 'path' || expression.steps.length > 0) return null
    return this.#entry(expression.root)?.value ?? null
  }

  /** The same, where a column of the name goes before the alias. */
  unlessColumn(expression: Expression): Expression | null {
    if (expression.kind !== 'path' || this.#scope.hasColumn(expression.root)) return null
    return this.find(expression)
  }

  /** Binds the value of a select list's item: its own alias is no name in it. */
  within<T>(index: number, bind: () => T): T {
    this.#open.push(index)
    const bound = bind()
    this.#open.pop()
    return bound
  }

  /** A name of an expression: a column, and in the lenient dialect an alias or a text in double quotes. */
  resolve(path: PathExpression, context: BindContext): Bound {
    if (context.dialect !== 'lenient' || path.steps.length > 0) return this.#scope.resolve(path)
    const { root } = path
    const entry = /^_\d+$/.test(root.text) ? undefined : this.#entry(root)
    const isColumn = this.#scope.hasColumn(root)
    if (entry !== undefined && this.#open.at(-1) !== entry.index) {
      if (isColumn) throw this.#twice(root)
      return this.#expand(entry, context)
    }
    // "_3" and what else no header says is text: LIKE "_3".
    return root.quoted && !isColumn ? { op: 'literal', value: root.text } : this.#scope.resolve(path)
  }

  #entry({ text, quoted }: Name): Entry | undefined {
    return quoted ? this.#exact.get(text) : this.#folded.get(text.toLowerCase())
  }

  #expand({ value, index }: Entry, context: BindContext): Bound {
    if (this.#open.includes(index)) throw new S3Error('ExternalEvalException', { message: cyclic })
    this.#height += heightOf(value)
    if (this.#height > selectHeightMax) throw new S3Error('MaxOperatorsExceeded')
    const bound = this.within(index, () => bindExpression(value, context))
    this.#height -= heightOf(value)
    this.#expanded += boundKey(bound).length
    if (this.#expanded > expandedCharsMax) throw new S3Error('MaxOperatorsExceeded')
    return bound
  }

  #twice({ text: name, position }: Name) {
    const message = `multiple definition of column {${name}} as schema-column and alias.`
    return statementError('AmbiguousFieldName', { text: this.#text, position, message })
  }
}
