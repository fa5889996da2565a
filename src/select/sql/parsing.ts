// What the parts of the parser share.
import type { Dialect } from '../request.ts'
import type { Expression, Query } from './ast.ts'
import type { TokenStream } from './token-stream.ts'

export interface Parsing {
  readonly tokens: TokenStream
  readonly dialect: Dialect
  /** An expression of operators that bind tighter than `binding`; 0, the default, is any. */
  expression(binding?: number): Expression
  /** A query, with its order and limit, up to what cannot belong to it. */
  query(): Query
  /** Counts an operator. Throws MaxOperatorsExceeded. */
  operator(): void
  /** Throws UnsupportedSqlStructure, at the next token, in the dialects that have AWS's language alone. */
  extendedOnly(): void
}
