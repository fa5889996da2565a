// Policy documents as parameters: checked by the policy engine, with IAM's quotas of characters. No I/O.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length
import { compilePolicy } from '../../iam/compile.ts'
import { policyCharacters } from '../../iam/policy-size.ts'
import type { PolicyUse } from '../../iam/policy.ts'
import { managedPolicyCharsMax, trustPolicyCharsMax } from '../../limits.ts'
import type { QueryParameters } from '../parameters.ts'
import { QueryError } from '../query-error.ts'
import { checkText, requiredText } from './fields.ts'

// oxlint-disable-next-line no-control-regex -- tabs and line ends are allowed
const documentRule = { max: 131_072, pattern: /^[\u0009\u000A\u000D\u0020-\u00FF]+$/ }

/** The text of a document, not yet read. */
export function policyDocument(
  parameters: QueryParameters,
  parameter: 'AssumeRolePolicyDocument' | 'PolicyDocument',
): string {
  return checkText(parameter, requiredText(parameters, parameter), documentRule)
}

/** A document for users, groups and roles; throws MalformedPolicyDocument. */
export function checkIdentityPolicy(document: string): string {
  return check(document, 'identity')
}

/** The same for a managed policy, which has a quota of its own; throws LimitExceeded. */
export function checkManagedPolicy(document: string): string {
  if (policyCharacters(document) > managedPolicyCharsMax) {
    throw new QueryError('LimitExceeded', `Cannot exceed quota for PolicySize: ${managedPolicyCharsMax}`)
  }
  return checkIdentityPolicy(document)
}

/** Who may assume a role; throws MalformedPolicyDocument and LimitExceeded. */
export function checkTrustPolicy(document: string): string {
  if (policyCharacters(document) > trustPolicyCharsMax) {
    throw new QueryError('LimitExceeded', `Cannot exceed quota for ACLSizePerRole: ${trustPolicyCharsMax}`)
  }
  return check(document, 'trust')
}

function check(document: string, use: PolicyUse): string {
  const compiled = compilePolicy(document, use)
  if (compiled.outcome === 'compiled') return document
  const [problem] = compiled.problems
  throw new QueryError('MalformedPolicyDocument', problem?.message ?? 'Syntax errors in policy.')
}
