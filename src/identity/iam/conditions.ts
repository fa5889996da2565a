// Condition keys that IAM's own actions bring along, by their names in lower case. No I/O.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
import type { Conditions } from '../../iam/permission.ts'
import type { Tags } from '../../store/tables/tags.ts'

/** Tags of what is acted on. */
export function resourceTags(tags: Tags): Conditions {
  const conditions: Record<string, readonly string[]> = {}
  for (const [key, value] of Object.entries(tags)) {
    const name = key.toLowerCase()
    conditions[`aws:resourcetag/${name}`] = [value]
    conditions[`iam:resourcetag/${name}`] = [value]
  }
  return conditions
}

/** Tags that the request puts. */
export function requestTags(tags: Tags): Conditions {
  const keys = Object.keys(tags)
  const conditions: Record<string, readonly string[]> = keys.length === 0 ? {} : { 'aws:tagkeys': keys }
  for (const [key, value] of Object.entries(tags)) conditions[`aws:requesttag/${key.toLowerCase()}`] = [value]
  return conditions
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
