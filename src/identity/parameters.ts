// Parameters of AWS's Query protocol: flat names with lists as `Tags.member.1.Key`. No I/O.
// https://docs.aws.amazon.com/IAM/latest/APIReference/CommonParameters.html
import { QueryError } from './query-error.ts'

export class QueryParameters {
  readonly #values: ReadonlyMap<string, string>

  /** Of a form body or a query string, or of values by name; the first value of each name counts. */
  constructor(given: string | ReadonlyMap<string, string>) {
    if (typeof given !== 'string') {
      this.#values = given
      return
    }
    const values = new Map<string, string>()
    for (const [name, value] of new URLSearchParams(given)) if (!values.has(name)) values.set(name, value)
    this.#values = values
  }

  names(): Iterable<string> {
    return this.#values.keys()
  }

  /** Null when it was not sent. */
  optional(name: string): string | null {
    return this.#values.get(name) ?? null
  }

  /** Throws ValidationError when it is missing or empty. */
  required(name: string): string {
    const value = this.#values.get(name)
    if (value === undefined || value === '') {
      const member = name.charAt(0).toLowerCase() + name.slice(1)
      throw new QueryError(
        'ValidationError',
        `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
      )
    }
    return value
  }

  /** `Names.member.1`, `Names.member.2`, …: the values, until a number is missing. */
  list(name: string): string[] {
    const items: string[] = []
    for (;;) {
      const value = this.#values.get(`${name}.member.${items.length + 1}`)
      if (value === undefined) return items
      items.push(value)
    }
  }

  /** `Tags.member.1.Key`, …: one record for each member, its fields by name, until a number is missing. One pass. */
  structures(name: string): QueryParameters[] {
    const prefix = `${name}.member.`
    const members = new Map<string, Map<string, string>>()
    for (const [key, value] of this.#values) {
      if (!key.startsWith(prefix)) continue
      const dot = key.indexOf('.', prefix.length)
      if (dot < 0) continue
      const number = key.slice(prefix.length, dot)
      const fields = members.get(number) ?? new Map<string, string>()
      members.set(number, fields.set(key.slice(dot + 1), value))
    }
    const ordered: QueryParameters[] = []
    for (;;) {
      const fields = members.get(String(ordered.length + 1))
      if (fields === undefined) return ordered
      ordered.push(new QueryParameters(fields))
    }
  }

  static of(entries: readonly (readonly [name: string, value: string])[]): QueryParameters {
    return new QueryParameters(new Map(entries))
  }
}
