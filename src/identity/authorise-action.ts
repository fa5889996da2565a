// Whether the caller may do what an action of IAM or STS needs, by the policies of its own account.
import { Access } from '../access/access.ts'
import { denialSentence } from '../access/denial.ts'
import { requestFacts } from '../access/request-facts.ts'
import { accessSources } from '../access/sources.ts'
import type { Authenticated } from '../auth/authenticate.ts'
import type { Env } from '../env.ts'
import type { Permission } from '../iam/permission.ts'
import type { QueryParameters } from './parameters.ts'
import { QueryError } from './query-error.ts'

export interface AskedBy {
  env: Env
  request: Request
  parameters: QueryParameters
  /** Null for an action that asks for no signature. */
  authenticated: Pick<Authenticated, 'identity' | 'signature'> | null
  /** Milliseconds since 1970. */
  now: number
}

/** Throws AccessDenied unless the caller may do all of it. Who has not signed is asked for nothing. */
export function authoriser(asked: AskedBy): (permissions: readonly Permission[]) => Promise<void> {
  const { env, request, parameters, authenticated, now } = asked
  if (authenticated === null) return () => Promise.resolve()
  const facts = requestFacts({
    request,
    authenticated,
    headers: request.headers,
    query: { get: (name) => parameters.optional(name) },
    clientIpHeader: env.EDGESHARD_CLIENT_IP_HEADER ?? null,
    region: env.EDGESHARD_REGION ?? 'us-east-1',
    now,
  })
  const access = new Access(facts, accessSources(env))
  return async (permissions) => {
    const verdict = await access.decide(null, permissions)
    if (verdict.allowed) return
    const { identity, permission, reason } = verdict
    const arn = identity.kind === 'anonymous' ? 'anonymous' : identity.principal.arn
    throw new QueryError('AccessDenied', denialSentence(verdict, arn, permission), reason)
  }
}
