// SimulateCustomPolicy and SimulatePrincipalPolicy.
// Differs from AWS: of the statements that match, the one that decides is told; names of missing keys are in lower case.
import { compilePolicy } from '../../iam/compile.ts'
import type { SignedPrincipal } from '../../iam/principal.ts'
import { element, type Xml } from '../../s3/xml.ts'
import { getEntity, type Entity } from '../../store/tables/entities.ts'
import { entityPolicies, type StoredPolicy } from '../../store/tables/principal-policies.ts'
import type { Action } from '../action.ts'
import { QueryError } from '../query-error.ts'
import { resourceTags } from './conditions.ts'
import { requiredText } from './fields.ts'
import { defineIamAction, defineLoadedAction, type Answer, type IamContext } from './iam-action.ts'
import { cutPage, memberList } from './paging.ts'
import { noSuchEntity } from './refusals.ts'
import { nameOfArn } from './shapes.ts'
import { simulate, type SimulatedPolicy, type Simulation, type SimulationResult } from './simulation.ts'
import { parseSimulation, principalOfArn, roleSession, type SimulationInput } from './simulation-input.ts'
import { statementPosition, type Position } from './statement-position.ts'

/** SimulateCustomPolicy. https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html */
const simulateCustomPolicy = defineIamAction({
  name: 'SimulateCustomPolicy',
  parse(parameters) {
    const input = parseSimulation(parameters)
    if (input.policies.length === 0) requiredText(parameters, 'PolicyInputList')
    return input
  },
  resource: () => '*',
  async handle(input, { accountId }) {
    return answer(input, {
      principal: principalFor(input, null, accountId),
      identity: input.policies,
      boundary: input.boundary,
      serviceControl: null,
      resource: input.resourcePolicy,
      resourceAccountId: input.resourceAccountId ?? accountId,
      context: input.context,
    })
  },
})

/** Who asks: `CallerArn`, or the user whose policies are simulated. A resource's policy has to know. */
function principalFor(input: SimulationInput, source: Entity | null, accountId: string): SignedPrincipal {
  if (input.callerArn !== null) {
    const caller = principalOfArn(input.callerArn)
    if (caller === null) throw new QueryError('InvalidInput', `Invalid Input CallerArn: ${input.callerArn}`)
    return caller
  }
  if (input.resourcePolicy !== null && source?.kind !== 'user') {
    throw new QueryError('InvalidInput', 'Invalid Input CallerArn: it is required with a ResourcePolicy')
  }
  if (source?.kind === 'role') {
    return roleSession({ accountId, roleArn: source.arn, roleId: source.entityId, name: source.name })
  }
  if (source?.kind === 'user') {
    return { type: 'User', accountId, arn: source.arn, userId: source.entityId, username: source.name }
  }
  // Nobody in particular: somebody of the account whom policies alone allow things.
  const name = 'simulation'
  return { type: 'User', accountId, arn: `arn:aws:iam::${accountId}:user/${name}`, userId: name, username: name }
}

interface PrincipalInput extends SimulationInput {
  sourceArn: string
  source: Pick<Entity, 'kind' | 'name'>
}

/** SimulatePrincipalPolicy. https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html */
const simulatePrincipalPolicy = defineLoadedAction<PrincipalInput, Entity>({
  name: 'SimulatePrincipalPolicy',
  parse(parameters) {
    const sourceArn = requiredText(parameters, 'PolicySourceArn')
    const kind = /^arn:aws:iam::\d{12}:(user|group|role)\/\S+$/.exec(sourceArn)?.[1]
    if (kind !== 'user' && kind !== 'group' && kind !== 'role') {
      throw new QueryError(
        'InvalidInput',
        `Invalid Entity Arn: ${sourceArn} does not clearly define entity type and name.`,
      )
    }
    return { ...parseSimulation(parameters), sourceArn, source: { kind, name: nameOfArn(sourceArn) } }
  },
  async load({ sourceArn, source }, { env, accountId }) {
    const entity = await getEntity(env, accountId, source)
    return entity?.arn === sourceArn ? entity : null
  },
  describe: ({ sourceArn }, entity) => ({ resource: sourceArn, conditions: resourceTags(entity?.tags ?? {}) }),
  missing: ({ source }) => noSuchEntity(source.kind, source.name),
  async handle(input, entity, context) {
    return answer(input, await simulationOf(input, entity, context))
  },
})

async function simulationOf(
  input: SimulationInput,
  entity: Entity,
  { env, accountId }: IamContext,
): Promise<Simulation> {
  const stored = await entityPolicies(env, { accountId, entityId: entity.entityId })
  if (stored === null) throw noSuchEntity(entity.kind, entity.name)
  return {
    principal: principalFor(input, entity, accountId),
    identity: [...stored.identity.map(compileStored), ...input.policies],
    boundary: input.boundary ?? (stored.boundary === null ? null : compileStored(stored.boundary)),
    serviceControl: stored.serviceControl?.map(compileStored) ?? null,
    resource: input.resourcePolicy,
    resourceAccountId: input.resourceAccountId ?? accountId,
    context: input.context,
  }
}

/** Stored policies were checked when they were stored; one that does not compile all the same allows nothing here. */
function compileStored({ name, document }: StoredPolicy): SimulatedPolicy {
  const compiled = compilePolicy(document, 'identity')
  if (compiled.outcome === 'malformed')
    throw new QueryError('PolicyEvaluation', `The policy ${name} cannot be evaluated`)
  return { name, policy: compiled.policy, document, ...sourceOf(name) }
}

/** By the names that stored policies have. */
function sourceOf(name: string): Pick<SimulatedPolicy, 'sourceId' | 'sourceType'> {
  const [, policy, kind, holder] = /^inline policy (\S+) of (user|group|role) (\S+)$/.exec(name) ?? []
  if (kind === 'user' || kind === 'group' || kind === 'role') {
    return { sourceId: `${kind}_${holder}_${policy}`, sourceType: kind }
  }
  if (!name.startsWith('arn:')) return { sourceId: name, sourceType: 'none' }
  const isBuiltIn = name.startsWith('arn:aws:iam::aws:')
  return { sourceId: nameOfArn(name), sourceType: isBuiltIn ? 'aws-managed' : 'user-managed' }
}

function answer({ actions, resources, page }: SimulationInput, simulation: Simulation): Answer {
  // Evaluated for this page alone: there may be many.
  const start = page.after === null ? 0 : Number(page.after[0]) + 1
  const end = Math.min(start + page.maxItems + 1, actions.length * resources.length)
  const indexes: number[] = []
  for (let index = start; index < end; index++) indexes.push(index)
  const { items, tail } = cutPage(indexes, page, (last) => [String(last)])
  const results = items.map((index) => {
    const action = actions[Math.floor(index / resources.length)] ?? ''
    return resultElements(simulate(simulation, action, resources[index % resources.length] ?? '*'))
  })
  return [memberList('EvaluationResults', results), ...tail]
}

function resultElements(result: SimulationResult): (Xml | null)[] {
  const { matched, allowedByBoundary, allowedByServiceControl } = result
  return [
    element('EvalActionName', result.action),
    element('EvalResourceName', result.resource),
    element('EvalDecision', result.decision),
    memberList('MatchedStatements', matched === null ? [] : [statementElements(matched)]),
    memberList('MissingContextValues', result.missing),
    allowedByServiceControl === null
      ? null
      : element('OrganizationsDecisionDetail', [element('AllowedByOrganizations', allowedByServiceControl)]),
    allowedByBoundary === null
      ? null
      : element('PermissionsBoundaryDecisionDetail', [element('AllowedByPermissionsBoundary', allowedByBoundary)]),
  ]
}

function statementElements({ policy, index }: NonNullable<SimulationResult['matched']>): (Xml | null)[] {
  const position = statementPosition(policy.document, index)
  return [
    element('SourcePolicyId', policy.sourceId),
    element('SourcePolicyType', policy.sourceType),
    position === null ? null : positionElement('StartPosition', position.start),
    position === null ? null : positionElement('EndPosition', position.end),
  ]
}

function positionElement(name: string, { line, column }: Position): Xml {
  return element(name, [element('Line', line), element('Column', column)])
}

export const simulatorActions: readonly Action[] = [simulateCustomPolicy, simulatePrincipalPolicy]
