// Fields of a JSON body, read one by one while everything that is wrong with them is gathered. No I/O, no clock.
import { accessKeysPerAccountMax } from '../limits.ts'

export type Checked<T> = { outcome: 'valid'; value: T } | { outcome: 'invalid'; problems: string[] }

export type JsonObject = Record<string, unknown>

/** What a text must look like, and how to say it. Imported ids and keys come from other systems and are wider than ours. */
const rules = {
  name: { pattern: /^[^\p{Cc}]{1,128}$/u, says: '1 to 128 characters without control characters' },
  email: { pattern: /^(?=.{3,320}$)[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u, says: 'an e-mail address of up to 320 characters' },
  accountId: { pattern: /^\d{12}$/, says: 'twelve digits' },
  canonicalId: { pattern: /^[\w$.-]{1,128}$/, says: '1 to 128 letters, digits and $ _ . - (AWS has 64 hex digits)' },
  accessKeyId: { pattern: /^[\w.-]{3,128}$/, says: '3 to 128 letters, digits and _ . -' },
  secretAccessKey: { pattern: /^[\x21-\x7e]{8,128}$/, says: '8 to 128 printable ASCII characters without spaces' },
  description: { pattern: /^[^\p{Cc}]{0,256}$/u, says: 'up to 256 characters without control characters' },
  userName: { pattern: /^[\w+=,.@-]{1,64}$/, says: 'the name of a user: 1 to 64 letters, digits and _ + = , . @ -' },
  dialect: { pattern: /^(?:aws|lenient|extended)$/, says: 'aws, lenient or extended' },
  status: { pattern: /^(?:active|disabled)$/, says: 'active or disabled' },
} as const

type TextField = keyof typeof rules

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/

/** An access key given to be kept. */
export interface KeyInput {
  accessKeyId: string
  secretAccessKey: string
}

/** Reads a body that must be an object with no other fields than these. */
export function check<T>(body: unknown, known: string[], read: (fields: Fields) => T): Checked<T> {
  if (!isObject(body)) return { outcome: 'invalid', problems: ['the body must be a JSON object'] }
  const fields = new Fields(body)
  const value = read(fields)
  const unknown = Object.keys(body).filter((name) => !known.includes(name))
  const problems = [...fields.problems, ...unknown.map((name) => `there is no field ${JSON.stringify(name)} here`)]
  return problems.length === 0 ? { outcome: 'valid', value } : { outcome: 'invalid', problems }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Reads the fields of one object and gathers what is wrong with them. */
export class Fields {
  readonly problems: string[] = []
  readonly #object: JsonObject

  constructor(object: JsonObject) {
    this.#object = object
  }

  get isEmpty(): boolean {
    return Object.keys(this.#object).length === 0
  }

  text(name: TextField, presence: 'required' | 'optional'): string | undefined {
    const value = this.#object[name]
    if (value === undefined && presence === 'optional') return undefined
    if (typeof value === 'string' && rules[name].pattern.test(value)) return value
    this.problems.push(`${name} must be ${rules[name].says}`)
    return undefined
  }

  seconds(name: string, max: number): number | undefined {
    const value = this.#object[name]
    if (value === undefined) return undefined
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max) return value
    this.problems.push(`${name} must be a whole number from 0 to ${max}`)
    return undefined
  }

  /** False when it is not there. */
  flag(name: string): boolean {
    const value = this.#object[name] ?? false
    if (typeof value === 'boolean') return value
    this.problems.push(`${name} must be true or false`)
    return false
  }

  absent(name: string, because: string): void {
    if (this.#object[name] !== undefined) this.problems.push(`${name} has no place beside ${because}`)
  }

  /** A point in time after `now`; null for none. Milliseconds since 1970. */
  time(name: string, now: number): number | null | undefined {
    const value = this.#object[name]
    if (value === undefined || value === null) return value
    const time = typeof value === 'string' && isoTime.test(value) ? Date.parse(value) : Number.NaN
    if (time > now) return time
    this.problems.push(`${name} must be a time to come, like 2030-01-31T12:00:00Z, or null`)
    return undefined
  }

  /** An object as JSON; null for none. What is in it is checked by who asks. */
  json(name: string): string | null | undefined {
    const value = this.#object[name]
    if (value === undefined || value === null) return value
    if (isObject(value)) return JSON.stringify(value)
    this.problems.push(`${name} must be a JSON object or null`)
    return undefined
  }

  /** accessKeyId and secretAccessKey: both or neither. */
  pair(): KeyInput | null {
    if (this.#object['accessKeyId'] === undefined && this.#object['secretAccessKey'] === undefined) return null
    return {
      accessKeyId: this.text('accessKeyId', 'required') ?? '',
      secretAccessKey: this.text('secretAccessKey', 'required') ?? '',
    }
  }

  keys(name: string): KeyInput[] | undefined {
    const value = this.#object[name]
    if (value === undefined) return undefined
    if (!Array.isArray(value) || value.length > accessKeysPerAccountMax) {
      this.problems.push(`${name} must be a list of up to ${accessKeysPerAccountMax} access keys`)
      return undefined
    }
    const keys = value.map((item: unknown, i) => this.#key(`${name}[${i}]`, item))
    const ids = new Set(keys.map((key) => key.accessKeyId))
    if (ids.size < keys.length) this.problems.push(`${name} must name each access key once`)
    return keys
  }

  #key(place: string, item: unknown): KeyInput {
    const checked = check(item, ['accessKeyId', 'secretAccessKey'], (fields) => ({
      accessKeyId: fields.text('accessKeyId', 'required') ?? '',
      secretAccessKey: fields.text('secretAccessKey', 'required') ?? '',
    }))
    if (checked.outcome === 'valid') return checked.value
    this.problems.push(...checked.problems.map((problem) => `${place}: ${problem}`))
    // Apart from all others, so that the complaint is about its form alone.
    return { accessKeyId: place, secretAccessKey: '' }
  }
}
