// Customer managed policies, and the built-in ones as far as they can be read.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_Policy.html
import { policyArn } from '../../iam/arn.ts'
import { policiesPerAccountMax } from '../../limits.ts'
import { requestTagConditions } from '../../iam/permission.ts'
import { element, type Xml } from '../../s3/xml.ts'
import { createPolicy, deletePolicy, listPolicies, type ManagedPolicy } from '../../store/tables/policies.ts'
import type { Action } from '../action.ts'
import { QueryError } from '../query-error.ts'
import { choice, description, flag, pathPrefix, policyArnParameter, policyName, policyPath } from './fields.ts'
import { defineIamAction } from './iam-action.ts'
import { newPolicyId } from './ids.ts'
import { definePolicyAction, listBuiltIn } from './managed.ts'
import { cutPage, memberList, parsePage, type Page } from './paging.ts'
import { checkManagedPolicy, policyDocument } from './policy-document.ts'
import { noSuchPolicy, policyInUse, quotaExceeded } from './refusals.ts'
import { isoDate, tagListElement, tagsElement, type Detail } from './shapes.ts'
import { requestedTags } from './tag-fields.ts'

/** `<Policy>`'s children; `created`: as CreatePolicy answers. */
export function policyElements(policy: ManagedPolicy, detail: Detail | 'created'): (Xml | null)[] {
  return [
    element('PolicyName', policy.name),
    element('PolicyId', policy.policyId),
    element('Arn', policy.arn),
    element('Path', policy.path),
    element('DefaultVersionId', `v${policy.defaultVersion}`),
    element('AttachmentCount', policy.attachments),
    element('PermissionsBoundaryUsageCount', policy.boundaries),
    element('IsAttachable', true),
    detail !== 'whole' || policy.description === null ? null : element('Description', policy.description),
    element('CreateDate', isoDate(policy.created)),
    element('UpdateDate', isoDate(policy.updated)),
    detail === 'listed' ? null : detail === 'created' ? tagsElement(policy.tags) : tagListElement(policy.tags),
  ]
}

/** CreatePolicy. https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html */
const createManaged = defineIamAction({
  name: 'CreatePolicy',
  parse: (parameters) => ({
    name: policyName(parameters),
    path: policyPath(parameters),
    description: description(parameters),
    tags: requestedTags(parameters, 'two-keys'),
    document: checkManagedPolicy(policyDocument(parameters, 'PolicyDocument')),
  }),
  resource: (input, accountId) => policyArn({ ...input, accountId }),
  conditions: ({ tags }) => requestTagConditions(tags),
  async handle({ document, ...input }, { env, accountId, now }) {
    const policy = {
      ...input,
      arn: policyArn({ ...input, accountId }),
      policyId: newPolicyId(),
      accountId,
      created: now,
      updated: now,
      defaultVersion: 1,
      attachments: 0,
      boundaries: 0,
    }
    const { outcome } = await createPolicy(env, policy, document, { countMax: policiesPerAccountMax })
    switch (outcome) {
      case 'exists':
        throw new QueryError(
          'EntityAlreadyExists',
          `A policy called ${input.name} already exists. Duplicate names are not allowed.`,
        )
      case 'too-many':
        throw quotaExceeded('PoliciesPerAccount', policiesPerAccountMax)
      case 'created':
        return [element('Policy', policyElements(policy, 'created'))]
    }
  },
})

/** GetPolicy. https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicy.html */
const getManaged = definePolicyAction({
  name: 'GetPolicy',
  effect: 'reads',
  parse: (parameters) => ({ arn: policyArnParameter(parameters, 'PolicyArn') }),
  handle: async (_input, policy) => [element('Policy', policyElements(policy, 'whole'))],
})

/** DeletePolicy. https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html */
const deleteManaged = definePolicyAction({
  name: 'DeletePolicy',
  effect: 'changes',
  parse: (parameters) => ({ arn: policyArnParameter(parameters, 'PolicyArn') }),
  async handle({ arn }, policy, { env }) {
    const deleted = await deletePolicy(env, policy)
    if (deleted.outcome === 'used') throw policyInUse(deleted.use)
    if (deleted.outcome === 'missing') throw noSuchPolicy(arn)
    return null
  },
})

const scopes = ['All', 'AWS', 'Local'] as const

interface ListInput {
  scope: (typeof scopes)[number]
  prefix: string
  usage: 'attached' | 'boundary' | null
  page: Page
}

/** ListPolicies: the built-in ones first. https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html */
const listManaged = defineIamAction<ListInput>({
  name: 'ListPolicies',
  parse(parameters) {
    const usage = choice(parameters, 'PolicyUsageFilter', ['PermissionsPolicy', 'PermissionsBoundary'])
    const isAttached = flag(parameters, 'OnlyAttached') || usage === 'PermissionsPolicy'
    return {
      scope: choice(parameters, 'Scope', scopes) ?? 'All',
      prefix: pathPrefix(parameters),
      usage: usage === 'PermissionsBoundary' ? 'boundary' : isAttached ? 'attached' : null,
      page: parsePage(parameters, { parts: 2 }),
    }
  },
  resource: ({ prefix }, accountId) => policyArn({ accountId, path: prefix === '' ? '/' : prefix, name: '' }),
  async handle({ scope, prefix, usage, page }, { env, accountId }) {
    const [origin = 'aws', after = ''] = page.after ?? []
    const builtIn = scope === 'Local' || origin !== 'aws' ? [] : await listBuiltIn(env, accountId)
    const found = builtIn
      .filter(({ name, path }) => name > after && path.startsWith(prefix))
      .filter(({ attachments, boundaries }) => {
        return usage === null || (usage === 'attached' ? attachments : boundaries) > 0
      })
    if (scope !== 'AWS' && found.length <= page.maxItems) {
      const query = { pathPrefix: prefix, usage, after: origin === 'aws' ? '' : after }
      found.push(...(await listPolicies(env, accountId, { ...query, limit: page.maxItems + 1 - found.length })))
    }
    const { items, tail } = cutPage(found, page, (last) => [last.accountId === 'aws' ? 'aws' : 'local', last.name])
    const members = items.map((policy) => policyElements(policy, 'listed'))
    return [memberList('Policies', members), ...tail]
  },
})

export const policyActions: readonly Action[] = [createManaged, deleteManaged, getManaged, listManaged]
