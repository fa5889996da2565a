// GetAccountAuthorizationDetails: users, groups, roles and managed policies with everything that grants and bounds.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
import { assert } from '../../assert.ts'
import type { EntityKind } from '../../iam/arn.ts'
import { element, type Xml } from '../../s3/xml.ts'
import { listEntities, type Entity } from '../../store/tables/entities.ts'
import { loadHoldings, type Holdings } from '../../store/tables/holdings.ts'
import { listPolicies, type ManagedPolicy } from '../../store/tables/policies.ts'
import { listPolicyVersions, type PolicyVersion } from '../../store/tables/policy-versions.ts'
import { oneOf } from './fields.ts'
import { defineIamAction, type IamContext } from './iam-action.ts'
import { listBuiltIn, versionsOf } from './managed.ts'
import { cutPage, memberList, parsePage, type Page } from './paging.ts'
import { policyElements } from './policies.ts'
import { versionElements } from './policy-versions.ts'
import {
  attachedPolicyMembers,
  boundaryElement,
  encodeDocument,
  groupElements,
  lastUsedElement,
  roleElements,
  tagsElement,
  userElements,
} from './shapes.ts'

/** Sections of the answer, in the order pages go through them. */
const sections = ['User', 'Group', 'Role', 'LocalManagedPolicy', 'AWSManagedPolicy'] as const
type Section = (typeof sections)[number]

const kindOfSection = { User: 'user', Group: 'group', Role: 'role' } as const satisfies Partial<
  Record<Section, EntityKind>
>

type Entry = { section: Section; name: string } & ({ entity: Entity } | { policy: ManagedPolicy })

interface DetailsInput {
  wanted: readonly Section[]
  page: Page
}

export const getAccountAuthorizationDetails = defineIamAction<DetailsInput>({
  name: 'GetAccountAuthorizationDetails',
  parse(parameters) {
    const filter = parameters.list('Filter').map((word) => oneOf('Filter', word, sections))
    const wanted = filter.length === 0 ? sections : sections.filter((section) => filter.includes(section))
    return { wanted, page: parsePage(parameters, { parts: 2 }) }
  },
  resource: () => '*',
  async handle({ wanted, page }, context) {
    const entries = await readEntries(context, wanted, page)
    const { items, tail } = cutPage(entries, page, ({ section, name }) => [section, name])
    const entities = items.flatMap((entry) => ('entity' in entry ? [entry.entity] : []))
    const policies = items.flatMap((entry) => ('policy' in entry ? [entry.policy] : []))
    const details = await entityDetails(context, entities)
    return [
      memberList('UserDetailList', details('user', userDetail)),
      memberList('GroupDetailList', details('group', groupDetail)),
      memberList('RoleDetailList', details('role', roleDetail)),
      memberList('Policies', await policyDetails(context, policies)),
      ...tail,
    ]
  },
})

/** One more than a page holds, if there are so many. */
async function readEntries(context: IamContext, wanted: readonly Section[], page: Page): Promise<Entry[]> {
  const [from, last = ''] = page.after ?? []
  const start = from === undefined ? 0 : sections.findIndex((section) => section === from)
  const entries: Entry[] = []
  for (const section of sections.slice(Math.max(start, 0))) {
    const limit = page.maxItems + 1 - entries.length
    if (limit <= 0) break
    if (wanted.includes(section)) {
      entries.push(...(await readSection(context, section, { after: section === from ? last : '', limit })))
    }
  }
  return entries
}

async function readSection(
  { env, accountId }: IamContext,
  section: Section,
  { after, limit }: { after: string; limit: number },
): Promise<Entry[]> {
  switch (section) {
    case 'User':
    case 'Group':
    case 'Role': {
      const query = { kind: kindOfSection[section], pathPrefix: '', after, limit }
      const entities = await listEntities(env, accountId, query)
      return entities.map((entity) => ({ section, name: entity.name, entity }))
    }
    case 'LocalManagedPolicy': {
      const policies = await listPolicies(env, accountId, { pathPrefix: '', usage: null, after, limit })
      return policies.map((policy) => ({ section, name: policy.name, policy }))
    }
    case 'AWSManagedPolicy': {
      // Those in use: AWS leaves out what the account does not hold.
      const builtIn = await listBuiltIn(env, accountId)
      const used = builtIn.filter(({ name, attachments, boundaries }) => name > after && attachments + boundaries > 0)
      return used.slice(0, limit).map((policy) => ({ section, name: policy.name, policy }))
    }
  }
}

type Render = (entity: Entity, held: Holdings) => (Xml | null)[]

/** Members of one kind, each with what it holds. */
async function entityDetails(
  { env }: IamContext,
  entities: readonly Entity[],
): Promise<(kind: EntityKind, render: Render) => (Xml | null)[][]> {
  const holdings = await loadHoldings(
    env,
    entities.map(({ entityId }) => entityId),
  )
  const none: Holdings = { inline: [], attached: [], groups: [] }
  return (kind, render) =>
    entities
      .filter((entity) => entity.kind === kind)
      .map((entity) => render(entity, holdings.get(entity.entityId) ?? none))
}

function inlineList(name: string, { inline }: Holdings): Xml {
  return memberList(
    name,
    inline.map((policy) => [
      element('PolicyName', policy.name),
      element('PolicyDocument', encodeDocument(policy.document)),
    ]),
  )
}

function attachedList({ attached }: Holdings): Xml {
  return memberList('AttachedManagedPolicies', attachedPolicyMembers(attached))
}

function userDetail(user: Entity, held: Holdings): (Xml | null)[] {
  return [
    ...userElements(user, 'listed'),
    inlineList('UserPolicyList', held),
    memberList('GroupList', held.groups),
    attachedList(held),
    boundaryElement(user.boundaryArn),
    tagsElement(user.tags),
  ]
}

function groupDetail(group: Entity, held: Holdings): (Xml | null)[] {
  return [...groupElements(group), inlineList('GroupPolicyList', held), attachedList(held)]
}

function roleDetail(role: Entity, held: Holdings): (Xml | null)[] {
  assert(role.role !== null, 'An entity of kind role has the facts of a role')
  return [
    ...roleElements({ ...role, boundaryArn: null, tags: {} }, role.role, 'created'),
    memberList('InstanceProfileList', []),
    inlineList('RolePolicyList', held),
    attachedList(held),
    boundaryElement(role.boundaryArn),
    tagsElement(role.tags),
    lastUsedElement(role.role),
  ]
}

/** Each with its versions and their documents. */
async function policyDetails({ env }: IamContext, policies: readonly ManagedPolicy[]): Promise<(Xml | null)[][]> {
  const own = policies.filter(({ accountId }) => accountId !== 'aws').map(({ arn }) => arn)
  const versions = own.length === 0 ? new Map<string, PolicyVersion[]>() : await listPolicyVersions(env, own)
  return Promise.all(
    policies.map(async (policy) => {
      const all = versions.get(policy.arn) ?? (await versionsOf(env, policy))
      const members = all.map((version) => versionElements(version, 'with-document'))
      const description = policy.description === null ? null : element('Description', policy.description)
      return [...policyElements(policy, 'listed'), description, memberList('PolicyVersionList', members)]
    }),
  )
}
