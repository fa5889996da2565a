// What the admin API accepts: JSON and query parameters to typed values, or every problem at once. No I/O, no clock.
import {
  accessKeysPerAccountMax,
  adminPageDefault,
  adminPageMax,
  rotationGraceSecondsDefault,
  rotationGraceSecondsMax,
} from '../limits.ts'

export type Checked<T> = { outcome: 'valid'; value: T } | { outcome: 'invalid'; problems: string[] }

type JsonObject = Record<string, unknown>

/** What a text must look like, and how to say it. Imported ids and keys come from other systems and are wider than ours. */
const rules = {
  name: { pattern: /^[^\p{Cc}]{1,128}$/u, says: '1 to 128 characters without control characters' },
  email: { pattern: /^(?=.{3,320}$)[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u, says: 'an e-mail address of up to 320 characters' },
  accountId: { pattern: /^\d{12}$/, says: 'twelve digits' },
  canonicalId: { pattern: /^[\w$.-]{1,128}$/, says: '1 to 128 letters, digits and $ _ . - (AWS has 64 hex digits)' },
  accessKeyId: { pattern: /^[\w.-]{3,128}$/, says: '3 to 128 letters, digits and _ . -' },
  secretAccessKey: { pattern: /^[\x21-\x7e]{8,128}$/, says: '8 to 128 printable ASCII characters without spaces' },
} as const

type TextField = keyof typeof rules

export interface KeyInput {
  accessKeyId: string
  secretAccessKey: string
}

export interface AccountInput {
  name: string
  email: string
  accountId?: string
  canonicalId?: string
  /** Undefined: one is made. */
  accessKeys?: KeyInput[]
}

/** The body of CreateAccount. */
export function parseAccountInput(body: unknown): Checked<AccountInput> {
  return check(body, ['name', 'email', 'accountId', 'canonicalId', 'accessKeys'], (fields) => {
    const accountId = fields.text('accountId', 'optional')
    const canonicalId = fields.text('canonicalId', 'optional')
    const accessKeys = fields.keys('accessKeys')
    return {
      name: fields.text('name', 'required') ?? '',
      email: fields.text('email', 'required') ?? '',
      ...(accountId !== undefined && { accountId }),
      ...(canonicalId !== undefined && { canonicalId }),
      ...(accessKeys !== undefined && { accessKeys }),
    }
  })
}

/** The body of UpdateAccount: at least one of name and email. */
export function parseAccountChange(body: unknown): Checked<{ name?: string; email?: string }> {
  return check(body, ['name', 'email'], (fields) => {
    const name = fields.text('name', 'optional')
    const email = fields.text('email', 'optional')
    if (fields.isEmpty) fields.problems.push('give name, email or both')
    return { ...(name !== undefined && { name }), ...(email !== undefined && { email }) }
  })
}

/** The body of CreateAccessKey: both values to import a key, neither to have one made. Null: make one. */
export function parseKeyInput(body: unknown): Checked<KeyInput | null> {
  return check(body, ['accessKeyId', 'secretAccessKey'], (fields) => fields.pair())
}

export interface RotationInput {
  /** Null: make one. */
  key: KeyInput | null
  graceSeconds: number
  /** The key keeps its id and gets this secret, or one that is made for null. False: it gets a successor. */
  keptSecret: string | null | false
}

/** The body of RotateAccessKey. */
export function parseRotation(body: unknown): Checked<RotationInput> {
  return check(body, ['accessKeyId', 'secretAccessKey', 'graceSeconds', 'keepAccessKeyId'], (fields) => {
    const isKept = fields.flag('keepAccessKeyId')
    const graceSeconds = fields.seconds('graceSeconds', rotationGraceSecondsMax) ?? rotationGraceSecondsDefault
    if (!isKept) return { key: fields.pair(), graceSeconds, keptSecret: false }
    fields.absent('accessKeyId', 'keepAccessKeyId')
    return { key: null, graceSeconds, keptSecret: fields.text('secretAccessKey', 'optional') ?? null }
  })
}

const blockSettings = ['blockPublicAcls', 'ignorePublicAcls', 'blockPublicPolicy', 'restrictPublicBuckets'] as const

export type PublicAccessBlockInput = Record<(typeof blockSettings)[number], boolean>

/** The body of PutPublicAccessBlock: at least one setting; one that is left out is off. */
export function parsePublicAccessBlockInput(body: unknown): Checked<PublicAccessBlockInput> {
  return check(body, [...blockSettings], (fields) => {
    if (fields.isEmpty) fields.problems.push(`give one of ${blockSettings.join(', ')}`)
    return {
      blockPublicAcls: fields.flag('blockPublicAcls'),
      ignorePublicAcls: fields.flag('ignorePublicAcls'),
      blockPublicPolicy: fields.flag('blockPublicPolicy'),
      restrictPublicBuckets: fields.flag('restrictPublicBuckets'),
    }
  })
}

/** The query of ListAccounts. */
export function parsePage(query: URLSearchParams): Checked<{ after: string; limit: number }> {
  const limit = query.get('limit') ?? String(adminPageDefault)
  if (!/^\d{1,4}$/.test(limit) || Number(limit) < 1 || Number(limit) > adminPageMax)
    return { outcome: 'invalid', problems: [`limit must be a number from 1 to ${adminPageMax}`] }
  return { outcome: 'valid', value: { after: query.get('after') ?? '', limit: Number(limit) } }
}

function check<T>(body: unknown, known: string[], read: (fields: Fields) => T): Checked<T> {
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
class Fields {
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
