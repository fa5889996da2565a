// The aggregates of a query, and expressions over groups instead of rows. No I/O, no clock.
import type { AggregateExpression, BindContext } from './bind-expression.ts'
import { bindExpression, faultAt } from './bind-expression.ts'
import type { Aggregate, Bound } from './bound.ts'
import { boundKey, mapChildren } from './bound-tree.ts'

export class Aggregation {
  readonly aggregates: Aggregate[] = []
  readonly #numbers = new Map<string, number>()
  readonly #text: string
  readonly #rows: BindContext

  /** `rows`: what names are in the arguments. */
  constructor(text: string, rows: BindContext) {
    this.#text = text
    this.#rows = rows
  }

  /** An aggregate's result; the same aggregate is computed once. */
  add(expression: AggregateExpression): Bound {
    const argument = expression.argument === null ? null : bindExpression(expression.argument, this.#rows)
    const key = `${expression.function} ${expression.distinct} ${argument === null ? '*' : boundKey(argument)}`
    let number = this.#numbers.get(key)
    if (number === undefined) {
      number = this.aggregates.length
      this.#numbers.set(key, number)
      this.aggregates.push({ function: expression.function, argument, distinct: expression.distinct })
    }
    return { op: 'aggregate', aggregate: number }
  }

  /** The expression with the keys' numbers for what is a key. Throws UnsupportedSqlStructure where a column remains. */
  overGroups(value: Bound, keys: readonly Bound[], position: number): Bound {
    const numbers = new Map(keys.map((key, index) => [boundKey(key), index]))
    const replace = (bound: Bound): Bound => {
      const key = numbers.size === 0 ? undefined : numbers.get(boundKey(bound))
      if (key !== undefined) return { op: 'key', key }
      if (bound.op === 'column') throw faultAt('UnsupportedSqlStructure', { position }, { text: this.#text })
      return mapChildren(bound, replace)
    }
    return replace(value)
  }
}
