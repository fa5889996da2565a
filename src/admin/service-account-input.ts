// What the routes of service accounts accept. No I/O; `now` is passed in.
import { inlinePolicyCharsMax } from '../limits.ts'
import { check, type Checked, type KeyInput } from './fields.ts'
import { policyProblems } from './policy-input.ts'

export interface ServiceAccountInput {
  name: string
  description: string
  /** Null: the account itself is the parent. */
  userName: string | null
  /** JSON; null: bounded by its parent alone. */
  policy: string | null
  /** Milliseconds since 1970; null for never. */
  expires: number | null
  /** Null: make one. */
  key: KeyInput | null
}

/** The body of CreateServiceAccount. */
export function parseServiceAccount(body: unknown, now: number): Checked<ServiceAccountInput> {
  const known = ['name', 'description', 'userName', 'policy', 'expires', 'accessKeyId', 'secretAccessKey']
  const checked = check(body, known, (fields) => ({
    name: fields.text('name', 'required') ?? '',
    description: fields.text('description', 'optional') ?? '',
    userName: fields.text('userName', 'optional') ?? null,
    policy: fields.json('policy') ?? null,
    expires: fields.time('expires', now) ?? null,
    key: fields.pair(),
  }))
  return withPolicyChecked(checked, checked.outcome === 'valid' ? checked.value.policy : null)
}

/** What to change; what is absent stays. */
export interface ServiceAccountChange {
  name?: string
  description?: string
  policy?: string | null
  expires?: number | null
  status?: 'active' | 'disabled'
}

/** The body of UpdateServiceAccount: at least one field. */
export function parseServiceAccountChange(body: unknown, now: number): Checked<ServiceAccountChange> {
  const checked = check(body, ['name', 'description', 'policy', 'expires', 'status'], (fields) => {
    const name = fields.text('name', 'optional')
    const description = fields.text('description', 'optional')
    const policy = fields.json('policy')
    const expires = fields.time('expires', now)
    const status = fields.text('status', 'optional')
    if (fields.isEmpty) fields.problems.push('give at least one of name, description, policy, expires and status')
    return {
      ...(name !== undefined && { name }),
      ...(description !== undefined && { description }),
      ...(policy !== undefined && { policy }),
      ...(expires !== undefined && { expires }),
      ...(status !== undefined && { status: status === 'disabled' ? ('disabled' as const) : ('active' as const) }),
    }
  })
  return withPolicyChecked(checked, checked.outcome === 'valid' ? (checked.value.policy ?? null) : null)
}

/** It bounds as a session's policy does. */
function withPolicyChecked<T>(checked: Checked<T>, policy: string | null): Checked<T> {
  const problems = policy === null ? [] : policyProblems(policy, 'session', { charsMax: inlinePolicyCharsMax.user })
  return problems.length === 0 ? checked : { outcome: 'invalid', problems }
}
