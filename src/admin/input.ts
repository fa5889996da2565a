// What the admin API accepts: JSON and query parameters to typed values, or every problem at once. No I/O, no clock.
import { adminPageDefault, adminPageMax, rotationGraceSecondsDefault, rotationGraceSecondsMax } from '../limits.ts'
import { check, type Checked, type KeyInput } from './fields.ts'

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

/** The body of PutBucketSelect. */
export function parseBucketSelect(body: unknown): Checked<{ dialect: string }> {
  return check(body, ['dialect'], (fields) => ({ dialect: fields.text('dialect', 'required') ?? '' }))
}

/** The query of ListAccounts. */
export function parsePage(query: URLSearchParams): Checked<{ after: string; limit: number }> {
  const limit = query.get('limit') ?? String(adminPageDefault)
  if (!/^\d{1,4}$/.test(limit) || Number(limit) < 1 || Number(limit) > adminPageMax)
    return { outcome: 'invalid', problems: [`limit must be a number from 1 to ${adminPageMax}`] }
  return { outcome: 'valid', value: { after: query.get('after') ?? '', limit: Number(limit) } }
}
