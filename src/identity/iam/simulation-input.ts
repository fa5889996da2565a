// Parameters of IAM's two simulators. No I/O.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
import { compilePolicy } from '../../iam/compile.ts'
import type { PolicyUse } from '../../iam/policy.ts'
import type { SignedPrincipal } from '../../iam/principal.ts'
import type { QueryParameters } from '../parameters.ts'
import { QueryError } from '../query-error.ts'
import { checkText, requiredText } from './fields.ts'
import { parsePage, type Page } from './paging.ts'
import type { SimulatedPolicy } from './simulation.ts'

export interface SimulationInput {
  /** Policies given as texts. */
  policies: SimulatedPolicy[]
  boundary: SimulatedPolicy | null
  actions: string[]
  resources: string[]
  resourcePolicy: SimulatedPolicy | null
  /** The account of `ResourceOwner`; null: the caller's. */
  resourceAccountId: string | null
  /** `CallerArn`: who is to ask; null for none. */
  callerArn: string | null
  context: ReadonlyMap<string, readonly string[]>
  page: Page
}

/** What both simulators take. */
export function parseSimulation(parameters: QueryParameters): SimulationInput {
  const boundaries = policyList(parameters, 'PermissionsBoundaryPolicyInputList')
  if (boundaries.length > 1) throw invalidInput('PermissionsBoundaryPolicyInputList', 'it can have one policy only')
  const actions = parameters.list('ActionNames').map(actionName)
  // Without any, the first is what is missing.
  if (actions.length === 0) requiredText(parameters, 'ActionNames')
  const resources = parameters.list('ResourceArns').map((arn) => checkText('ResourceArns', arn, { max: 2048 }))
  const resourcePolicy = parameters.optional('ResourcePolicy')
  return {
    policies: policyList(parameters, 'PolicyInputList'),
    boundary: boundaries[0] ?? null,
    actions,
    resources: resources.length === 0 ? ['*'] : resources,
    resourcePolicy:
      resourcePolicy === null
        ? null
        : compileInput(resourcePolicy, 'resource', { name: 'ResourcePolicy', sourceType: 'resource' }),
    resourceAccountId: resourceOwner(parameters),
    callerArn: parameters.optional('CallerArn'),
    context: contextEntries(parameters),
    page: parsePage(parameters),
  }
}

function invalidInput(parameter: string, why: string): QueryError {
  return new QueryError('InvalidInput', `Invalid Input ${parameter}: ${why}`)
}

function policyList(
  parameters: QueryParameters,
  name: 'PolicyInputList' | 'PermissionsBoundaryPolicyInputList',
): SimulatedPolicy[] {
  return parameters
    .list(name)
    .map((document, index) => compileInput(document, 'identity', { name: `${name}.${index + 1}`, sourceType: 'none' }))
}

function compileInput(
  document: string,
  use: PolicyUse,
  { name, sourceType }: { name: string; sourceType: 'none' | 'resource' },
): SimulatedPolicy {
  const compiled = compilePolicy(document, use)
  if (compiled.outcome === 'malformed') throw invalidInput(name, compiled.problems[0]?.message ?? 'it is malformed')
  return { name, policy: compiled.policy, sourceId: name, sourceType, document }
}

function actionName(name: string): string {
  checkText('ActionNames', name, { min: 3, max: 128 })
  if (!/^[\w-]+:\w+$/.test(name)) throw invalidInput('ActionNames', `${name} is not of the form service:Action`)
  return name
}

/** `arn:aws:iam::111122223333:root` is 111122223333. */
function resourceOwner(parameters: QueryParameters): string | null {
  const owner = parameters.optional('ResourceOwner')
  if (owner === null) return null
  const account = /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/.exec(owner)?.[1]
  if (account === undefined) throw invalidInput('ResourceOwner', `${owner} names no account`)
  return account
}

function contextEntries(parameters: QueryParameters): Map<string, readonly string[]> {
  const entries = new Map<string, readonly string[]>()
  for (const entry of parameters.structures('ContextEntries')) {
    const name = checkText('ContextKeyName', entry.required('ContextKeyName'), { min: 5, max: 256 })
    entries.set(name.toLowerCase(), entry.list('ContextKeyValues'))
  }
  return entries
}

/** The user or role session that an ARN names; null for any other ARN. */
export function principalOfArn(arn: string): SignedPrincipal | null {
  const user = /^arn:aws:iam::(\d{12}):user\/(?:\S*\/)?([\w+=,.@-]+)$/.exec(arn)
  if (user !== null) {
    const [, accountId = '', username = ''] = user
    return { type: 'User', accountId, arn, userId: username, username }
  }
  const role = /^arn:aws:iam::(\d{12}):role\/(?:\S*\/)?([\w+=,.@-]+)$/.exec(arn)
  if (role === null) return null
  const [, accountId = '', name = ''] = role
  return roleSession({ accountId, roleArn: arn, roleId: name, name })
}

/** A session of a role, as the simulator asks in its place. */
export function roleSession({
  accountId,
  roleArn,
  roleId,
  name,
}: {
  accountId: string
  roleArn: string
  roleId: string
  name: string
}): SignedPrincipal {
  const sessionName = 'simulation'
  const arn = `arn:aws:sts::${accountId}:assumed-role/${name}/${sessionName}`
  return { type: 'AssumedRole', accountId, arn, userId: `${roleId}:${sessionName}`, roleArn, roleId, sessionName }
}
