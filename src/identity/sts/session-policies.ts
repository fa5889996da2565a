// Session policies: what bounds a session beside its role's or user's own policies.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
import type { Env } from '../../env.ts'
import { compilePolicy } from '../../iam/compile.ts'
import { managedPolicy } from '../../iam/managed-policies.ts'
import { sessionPolicyArnsMax, sessionPolicyCharsMax } from '../../limits.ts'
import { policyDocuments } from '../../store/tables/policy-documents.ts'
import { QueryError } from '../query-error.ts'
import { checkText } from '../iam/fields.ts'
import { checkCount } from './check-count.ts'
import type { QueryParameters } from '../parameters.ts'

/** As a request names them. */
export interface PolicyInput {
  /** JSON; null for none. */
  inline: string | null
  /** ARNs of managed policies. */
  arns: readonly string[]
}

/** `Policy` and `PolicyArns.member.N.arn`. Throws QueryError. */
export function parseSessionPolicies(parameters: QueryParameters): PolicyInput {
  const inline = parameters.optional('Policy')
  const arns = parameters.structures('PolicyArns').map((descriptor) => descriptor.required('arn'))
  checkCount('PolicyArns', arns, sessionPolicyArnsMax)
  for (const arn of arns) checkText('PolicyArns.member.arn', arn, { min: 20, max: 2048 })
  if (inline !== null) {
    checkText('Policy', inline, { min: 1, max: sessionPolicyCharsMax })
    checkPolicy(inline)
  }
  return { inline, arns }
}

function checkPolicy(document: string): void {
  const compiled = compilePolicy(document, 'session')
  if (compiled.outcome === 'compiled') return
  const [problem] = compiled.problems
  throw new QueryError('MalformedPolicyDocument', problem?.message ?? 'The policy is not in the valid JSON format.')
}

/**
 * The documents. Managed policies are those of the account or built in, and are taken as they stand now: unlike on AWS,
 * a later version of one does not change sessions that have begun, since a token carries what bounds it.
 * Throws ValidationError for one that does not exist.
 */
export async function sessionPolicyDocuments(
  env: Env,
  accountId: string,
  { inline, arns }: PolicyInput,
): Promise<string[]> {
  const found = await policyDocuments(env, accountId, arns)
  const documents = inline === null ? [] : [inline]
  for (const arn of arns) {
    const document = managedPolicy(arn)?.document ?? found.get(arn)
    if (document === undefined) {
      throw new QueryError('ValidationError', `Policy ${arn} does not exist or is not attachable.`)
    }
    documents.push(document)
  }
  return documents
}
