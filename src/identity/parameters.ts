// Parameters of AWS's Query protocol: flat names with lists as `Tags.member.1.Key`. No I/O.
// https://docs.aws.amazon.com/IAM/latest/APIReference/CommonParameters.html
import { QueryError } from './query-error.ts'

export class QueryParameters {
  readonly #values: ReadonlyMap<string, string>

  /** Of a form body or a query string; the first value of each name counts. */
  constructor(text: string) {
    const values = new Map<string, string>()
    for (const [name, value] of new URLSearchParams(text)) if (!values.has(name)) values.set(name, value)
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

  /** `Tags.member.1.Key`, …: one record for each member, its fields by name. */
  structures(name: string): QueryParameters[] {
    const members: QueryParameters[] = []
    for (;;) {
      const prefix = `${name}.member.${members.length + 1}.`
      const fields = [...this.#values].filter(([key]) => key.startsWith(prefix))
      if (fields.length === 0) return members
      members.push(QueryParameters.of(fields.map(([key, value]) => [key.slice(prefix.length), value])))
    }
  }

  static of(entries: readonly (readonly [name: string, value: string])[]): QueryParameters {
    return new QueryParameters(new URLSearchParams(entries.map(([name, value]) => [name, value])).toString())
  }
}
