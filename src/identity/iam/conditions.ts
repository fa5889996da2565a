// Condition keys that IAM's own actions bring along, by their names in lower case. No I/O.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
import { tagConditions, type Conditions } from '../../iam/permission.ts'
import type { Tags } from '../../store/tables/tags.ts'

/** Tags of what is acted on. */
export function resourceTags(tags: Tags): Conditions {
  return { ...tagConditions('aws:resourcetag/', tags), ...tagConditions('iam:resourcetag/', tags) }
}

/** Tags that the request removes. */
export function removedTags(keys: readonly string[]): Conditions {
  return { 'aws:tagkeys': keys }
}

/** The managed policy that is attached or detached. */
export function attachedPolicy(arn: string): Conditions {
  return { 'iam:policyarn': [arn] }
}

/** The boundary that the request sets; nothing without one. */
export function requestedBoundary(arn: string | null): Conditions {
  return arn === null ? {} : { 'iam:permissionsboundary': [arn] }
}
