/**
 * The names of one source: which column each is. Unquoted names match whatever their case, quoted ones as they are;
 * `_N` is the Nth column. No I/O, no clock.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-select.html#s3-select-sql-reference-attribute-access
 */
import type { S3Error, S3ErrorCode } from '../../errors.ts'
import type { Dialect } from '../request.ts'
import type { Expression, Name, Source } from '../sql/ast.ts'
import { statementError } from '../sql/statement-error.ts'
import type { Bound, ColumnRef, PathStep } from './bound.ts'

export type PathExpression = Extract<Expression, { kind: 'path' }>
export type ObjectSource = Extract<Source, { source: 'object' }>

/** What is known of a source's records. */
export interface SourceFacts {
  /** Columns in order; null where the format does not say (JSON; CSV without a header). */
  names: readonly string[] | null
  format: 'CSV' | 'JSON' | 'Parquet'
  /** CSV's: with anything but USE columns have no names. */
  header?: 'NONE' | 'USE' | 'IGNORE'
  dialect: Dialect
  /** Select over many objects: `_key` is the key a record came from. */
  keyColumn?: boolean
  /** `SELECT *` is a value for each name, and not the record as it is. */
  expandStar?: boolean
}

/** Beyond any column there is. */
const columnNumberMax = 1_000_000_000

export class SourceScope {
  readonly facts: SourceFacts
  /** What the source's records are read for; numbers are `Bound`'s. */
  readonly columns: ColumnRef[] = []
  /** Null: columns have no names. */
  readonly names: readonly string[] | null
  readonly #source: ObjectSource
  readonly #text: string
  readonly #tableNames: string[]
  readonly #numbers = new Map<string, number>()
  #positions: Map<string, number[]> | null = null

  /** `text`: the statement, for messages. */
  constructor(source: ObjectSource, facts: SourceFacts, text: string) {
    this.#source = source
    this.facts = facts
    this.#text = text
    this.names = facts.format === 'CSV' && facts.header !== undefined && facts.header !== 'USE' ? null : facts.names
    this.#tableNames = tableNamesOf(source, facts.format)
  }

  /** The number of a column, the same for the same. */
  column(reference: ColumnRef): number {
    const key = JSON.stringify(reference)
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    this.#numbers.set(key, this.columns.length)
    return this.columns.push(reference) - 1
  }

  /** The whole record. */
  record(): Bound {
    return { op: 'column', column: this.column({ by: 'record' }) }
  }

  /** Whether a name is the source's own: its alias, S3Object, or what its path ends with. */
  isTable({ text, quoted }: Name): boolean {
    if (quoted) return this.#tableNames.includes(text)
    return this.#tableNames.some((name) => name.toLowerCase() === text.toLowerCase())
  }

  /** Whether a name without a table before it is a column; false where any name might be. */
  hasColumn({ text, quoted }: Name): boolean {
    return this.#matches(text, quoted).length > 0
  }

  /** Whether any name at all is a path into the records. */
  get takesAnyName(): boolean {
    return this.facts.format === 'JSON'
  }

  /** What a name and its steps are. Throws AmbiguousFieldName, MissingHeaderName, EvaluatorBindingDoesNotExist. */
  resolve(path: PathExpression): Bound {
    const { root, steps } = path
    if (!this.isTable(root)) {
      return this.#below([{ step: 'key', name: root.text, caseSensitive: root.quoted }, ...steps], path)
    }
    if (steps.length > 0) return this.#below(steps, path)
    // Columns of records that have names can be called as their table.
    if (this.hasColumn(root)) return this.#position(root.text, root.quoted, path)
    return this.record()
  }

  /** `SELECT alias.*` among others: a column for each name. Throws UnsupportedSqlStructure where names are not known. */
  everyColumn(position: number): { name: string; value: Bound }[] {
    if (this.names === null) throw this.#fault('UnsupportedSqlStructure', position, '*')
    return this.names.map((name, index) => ({
      name,
      value: { op: 'column', column: this.column({ by: 'position', index }) },
    }))
  }

  #below(steps: PathStep[], path: PathExpression): Bound {
    const [first, ...others] = steps
    const wildcard = steps.findIndex(({ step }) => step === 'elements' || step === 'values')
    if (first?.step === 'key' && this.facts.keyColumn === true && first.name === '_key' && others.length === 0) {
      return { op: 'column', column: this.column({ by: 'key' }) }
    }
    if (this.facts.format === 'JSON') {
      const plain = wildcard === -1 ? steps : steps.slice(0, wildcard)
      const value: Bound =
        plain.length === 0 ? this.record() : { op: 'column', column: this.column({ by: 'path', steps: plain }) }
      return withSteps(value, wildcard === -1 ? [] : steps.slice(wildcard))
    }
    if (first?.step !== 'key') throw this.#fault('ParseInvalidPathComponent', path.position, path.root.text)
    const column = this.#position(first.name, first.caseSensitive, path)
    if (others.length === 0) return column
    if (this.facts.format === 'CSV' || wildcard !== -1) return withSteps(column, others)
    return { op: 'column', column: this.column({ by: 'path', steps: [this.#exactName(first), ...others] }) }
  }

  /** A name of Parquet's schema as the schema writes it. */
  #exactName(step: PathStep & { step: 'key' }): PathStep {
    const [index] = this.#matches(step.name, step.caseSensitive)
    const name = index === undefined ? undefined : this.names?.[index]
    return name === undefined ? step : { step: 'key', name, caseSensitive: true }
  }

  #position(name: string, caseSensitive: boolean, path: PathExpression): Bound {
    const [first, second] = this.#matches(name, caseSensitive)
    if (second !== undefined) throw this.#fault('AmbiguousFieldName', path.position, name)
    const index = first ?? this.#numbered(name, path)
    if (index === null) throw this.#missing(name, path)
    return { op: 'column', column: this.column({ by: 'position', index }) }
  }

  #numbered(name: string, { position }: PathExpression): number | null {
    const digits = /^_(\d+)$/.exec(name)?.[1]
    if (digits === undefined) return null
    const number = Math.min(Number(digits), columnNumberMax)
    if (number === 0) throw this.#fault('InvalidColumnIndex', position, name)
    return number - 1
  }

  #matches(name: string, caseSensitive: boolean): number[] {
    this.#positions ??= positionsOf(this.names ?? [])
    const alike = this.#positions.get(name.toLowerCase()) ?? []
    return caseSensitive ? alike.filter((index) => this.names?.[index] === name) : alike
  }

  #missing(name: string, { position }: PathExpression): S3Error {
    const code = this.names === null ? 'EvaluatorBindingDoesNotExist' : 'MissingHeaderName'
    if (this.facts.dialect !== 'lenient') return this.#fault(code, position, name)
    // Ceph's words, which its clients look for.
    const message = `ProcessingTimeError: alias {${name}} or column not exist in schema.`
    return statementError(code, { text: this.#text, position, message })
  }

  #fault(code: S3ErrorCode, position: number, found: string): S3Error {
    return statementError(code, { text: this.#text, position, found })
  }

  /** Steps below the records in FROM. Throws InvalidKeyPath where there is nothing below: only JSON has paths. */
  fromPath(): PathStep[] {
    const { path, position } = this.#source
    if (path.length > 0 && this.facts.format !== 'JSON') throw this.#fault('InvalidKeyPath', position, 'S3Object')
    return path
  }
}

/** Without an alias a record goes by the last name of FROM's path; in JSON also by `_1`. */
function tableNamesOf({ object, alias, path }: ObjectSource, format: SourceFacts['format']): string[] {
  const names = object === null ? ['S3Object'] : []
  if (alias !== null) return [alias.text, ...names]
  const last = path.at(-1)
  if (last?.step === 'key') names.push(last.name)
  if (format === 'JSON') names.push('_1')
  return names
}

function positionsOf(names: readonly string[]): Map<string, number[]> {
  const positions = new Map<string, number[]>()
  for (const [index, name] of names.entries()) {
    const lower = name.toLowerCase()
    const alike = positions.get(lower)
    if (alike === undefined) positions.set(lower, [index])
    else alike.push(index)
  }
  return positions
}

/** Steps into a value. A lone `[*]` that ends a path at the right of IN says what IN does anyway; after others it flattens. */
function withSteps(operand: Bound, steps: PathStep[]): Bound {
  const first = steps.findIndex(({ step }) => step === 'elements' || step === 'values')
  const isLone = first === steps.length - 1 && steps[first]?.step === 'elements'
  const needed = isLone ? steps.slice(0, -1) : steps
  return needed.length === 0 ? operand : { op: 'path', operand, steps: needed }
}
