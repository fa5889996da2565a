// Versions of managed policies. https://docs.aws.amazon.com/IAM/latest/APIReference/API_PolicyVersion.html
import { policyVersionsMax } from '../../limits.ts'
import { element, type Xml } from '../../s3/xml.ts'
import {
  createPolicyVersion,
  deletePolicyVersion,
  setDefaultVersion,
  type PolicyVersion,
} from '../../store/tables/policy-versions.ts'
import type { Action } from '../action.ts'
import { QueryError } from '../query-error.ts'
import { flag, policyArnParameter, versionId } from './fields.ts'
import { definePolicyAction, versionOf, versionsOf } from './managed.ts'
import { memberList, pageOf, parsePage } from './paging.ts'
import { checkManagedPolicy, policyDocument } from './policy-document.ts'
import { noSuchVersion } from './refusals.ts'
import { encodeDocument, isoDate } from './shapes.ts'

/** `<PolicyVersion>`'s children; lists have no documents. */
export function versionElements(version: PolicyVersion, document: 'with-document' | 'listed'): (Xml | null)[] {
  return [
    document === 'listed' ? null : element('Document', encodeDocument(version.document)),
    element('VersionId', `v${version.version}`),
    element('IsDefaultVersion', version.isDefault),
    element('CreateDate', isoDate(version.created)),
  ]
}

/** CreatePolicyVersion. https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicyVersion.html */
const createVersion = definePolicyAction({
  name: 'CreatePolicyVersion',
  effect: 'changes',
  parse: (parameters) => ({
    arn: policyArnParameter(parameters, 'PolicyArn'),
    document: checkManagedPolicy(policyDocument(parameters, 'PolicyDocument')),
    setDefault: flag(parameters, 'SetAsDefault'),
  }),
  async handle({ arn, document, setDefault }, _policy, { env, now }) {
    const added = { document, created: now, default: setDefault ? 'new' : 'as-before' } as const
    const result = await createPolicyVersion(env, arn, added, { versionsMax: policyVersionsMax })
    if (result.outcome === 'too-many') {
      throw new QueryError(
        'LimitExceeded',
        `A managed policy can have up to ${policyVersionsMax} versions. ` +
          'Before you create a new version, you must delete an existing version.',
      )
    }
    const version = { version: result.version, document, isDefault: setDefault, created: now }
    return [element('PolicyVersion', versionElements(version, 'listed'))]
  },
})

/** GetPolicyVersion. https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicyVersion.html */
const getVersion = definePolicyAction({
  name: 'GetPolicyVersion',
  effect: 'reads',
  parse: (parameters) => ({ arn: policyArnParameter(parameters, 'PolicyArn'), id: versionId(parameters) }),
  missing: ({ arn, id }) => noSuchVersion(arn, `v${id}`),
  async handle({ arn, id }, policy, { env }) {
    const version = await versionOf(env, policy, id)
    if (version === null) throw noSuchVersion(arn, `v${id}`)
    return [element('PolicyVersion', versionElements(version, 'with-document'))]
  },
})

/** ListPolicyVersions: the newest first. https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyVersions.html */
const listVersions = definePolicyAction({
  name: 'ListPolicyVersions',
  effect: 'reads',
  parse: (parameters) => ({ arn: policyArnParameter(parameters, 'PolicyArn'), page: parsePage(parameters) }),
  async handle({ page }, policy, { env }) {
    const versions = await versionsOf(env, policy)
    const { items, tail } = pageOf(versions, page, newestFirst)
    return [
      memberList(
        'Versions',
        items.map((version) => versionElements(version, 'listed')),
      ),
      ...tail,
    ]
  },
})

/** A text that is smaller the newer the version is. */
function newestFirst({ version }: PolicyVersion): string {
  return String(Number.MAX_SAFE_INTEGER - version).padStart(16, '0')
}

/** SetDefaultPolicyVersion. https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetDefaultPolicyVersion.html */
const setDefault = definePolicyAction({
  name: 'SetDefaultPolicyVersion',
  effect: 'changes',
  parse: (parameters) => ({ arn: policyArnParameter(parameters, 'PolicyArn'), id: versionId(parameters) }),
  missing: ({ arn, id }) => noSuchVersion(arn, `v${id}`),
  async handle({ arn, id }, _policy, { env, now }) {
    const { outcome } = await setDefaultVersion(env, arn, { version: id, now })
    if (outcome === 'missing') throw noSuchVersion(arn, `v${id}`)
    return null
  },
})

/** DeletePolicyVersion. https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicyVersion.html */
const deleteVersion = definePolicyAction({
  name: 'DeletePolicyVersion',
  effect: 'changes',
  parse: (parameters) => ({ arn: policyArnParameter(parameters, 'PolicyArn'), id: versionId(parameters) }),
  missing: ({ arn, id }) => noSuchVersion(arn, `v${id}`),
  async handle({ arn, id }, _policy, { env }) {
    const { outcome } = await deletePolicyVersion(env, arn, id)
    if (outcome === 'missing') throw noSuchVersion(arn, `v${id}`)
    if (outcome === 'default') {
      throw new QueryError('DeleteConflict', 'Cannot delete the default version of a policy.')
    }
    return null
  },
})

export const policyVersionActions: readonly Action[] = [
  createVersion,
  deleteVersion,
  getVersion,
  listVersions,
  setDefault,
]
