// Whether the caller may do what an action of IAM or STS needs, by the policies of its own account.
import { Access } from '../access/access.ts'
import { decideAssumption } from '../access/assumption.ts'
import { denialSentence } from '../access/denial.ts'
import { requestFacts } from '../access/request-facts.ts'
import { accessSources } from '../access/sources.ts'
import type { Authenticated } from '../auth/authenticate.ts'
import type { Env } from '../env.ts'
import type { ActionContext } from './action.ts'
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

export interface Decisions extends Pick<ActionContext, 'authorise' | 'mayAssume'> {
  /** What `authorise` asks. */
  access: Access
}

/** What the action may ask of the policies. Who has not signed is asked for nothing, and may assume no role by itself. */
export function decisions(asked: AskedBy): Decisions {
  const { env, request, parameters, authenticated, now } = asked
  const facts = requestFacts({
    request,
    authenticated: authenticated ?? { identity: { kind: 'anonymous' }, signature: null },
    headers: request.headers,
    query: { get: (name) => parameters.optional(name) },
    clientIpHeader: env.EDGESHARD_CLIENT_IP_HEADER ?? null,
    region: env.EDGESHARD_REGION ?? 'us-east-1',
    now,
  })
  const sources = accessSources(env)
  const access = new Access(facts, sources)
  return {
    access,
    async authorise(permissions) {
      if (authenticated === null) return
      const verdict = await access.decide(null, permissions)
      if (verdict.allowed) return
      const { identity, permission, reason } = verdict
      const arn = identity.kind === 'anonymous' ? 'anonymous' : identity.principal.arn
      throw new QueryError('AccessDenied', denialSentence(verdict, arn, permission), reason)
    },
    async mayAssume(assumption) {
      const decision = await decideAssumption(facts, assumption, (principal) => sources.policies(principal))
      const { action, role } = assumption
      const permission = { action, resource: role.arn }
      access.verdicts.push({
        ...decision,
        identity: facts.identity,
        permission,
        ownerAccountId: role.accountId,
        bucket: null,
      })
      return decision
    },
  }
}
