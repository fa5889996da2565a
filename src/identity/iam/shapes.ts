// IAM's data types as XML: what answers consist of. No I/O.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_Types.html
import { element, type Xml } from '../../s3/xml.ts'
import type { Entity, RoleFacts } from '../../store/tables/entities.ts'
import type { Tags } from '../../store/tables/tags.ts'
import { memberList } from './paging.ts'
import { sortedTags, tagMembers } from './tag-fields.ts'

/** `2026-11-25T19:46:00Z`: whole seconds, as IAM has them. */
export function isoDate(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`
}

/** A policy document as IAM answers it: percent-encoded by RFC 3986. */
export function encodeDocument(document: string): string {
  return encodeURIComponent(document).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** Lists leave out what only the Get answers. */
export type Detail = 'whole' | 'listed'

function idElements({ path, name, entityId, arn, created }: Entity, type: 'User' | 'Group' | 'Role'): Xml[] {
  return [
    element('Path', path),
    element(`${type}Name`, name),
    element(`${type}Id`, entityId),
    element('Arn', arn),
    element('CreateDate', isoDate(created)),
  ]
}

export function userElements(user: Entity, detail: Detail): (Xml | null)[] {
  const elements = idElements(user, 'User')
  return detail === 'listed' ? elements : [...elements, boundaryElement(user.boundaryArn), tagsElement(user.tags)]
}

export function groupElements(group: Entity): Xml[] {
  return idElements(group, 'Group')
}

/** `created`: as CreateRole answers, without what only GetRole has; `described`: as UpdateRoleDescription does. */
export function roleElements(role: Entity, facts: RoleFacts, detail: Detail | 'created' | 'described'): (Xml | null)[] {
  const elements = [
    ...idElements(role, 'Role'),
    element('AssumeRolePolicyDocument', encodeDocument(facts.trustPolicy)),
    detail === 'created' || facts.description === null ? null : element('Description', facts.description),
    detail === 'created' || detail === 'described' ? null : element('MaxSessionDuration', facts.maxSessionSeconds),
  ]
  if (detail === 'listed') return elements
  elements.push(boundaryElement(role.boundaryArn), tagsElement(role.tags))
  return detail === 'whole' ? [...elements, lastUsedElement(facts)] : elements
}

/** `<PermissionsBoundary>`; null without one. */
export function boundaryElement(arn: string | null): Xml | null {
  if (arn === null) return null
  return element('PermissionsBoundary', [
    element('PermissionsBoundaryType', 'Policy'),
    element('PermissionsBoundaryArn', arn),
  ])
}

/** `<Tags>`; null without any. */
export function tagsElement(tags: Tags): Xml | null {
  return Object.keys(tags).length === 0 ? null : tagListElement(tags)
}

/** `<Tags>`, be it empty: as GetPolicy and GetOpenIDConnectProvider answer. */
export function tagListElement(tags: Tags): Xml {
  return memberList('Tags', tagMembers(sortedTags(tags)))
}

/** `<RoleLastUsed>`, empty for a role nobody has used. */
export function lastUsedElement({ lastUsed }: RoleFacts): Xml {
  if (lastUsed === null) return element('RoleLastUsed', [])
  return element('RoleLastUsed', [element('LastUsedDate', isoDate(lastUsed.time)), element('Region', lastUsed.region)])
}

/** Members of a list of attached policies, by their ARNs. */
export function attachedPolicyMembers(arns: readonly string[]): Xml[][] {
  return arns.map((arn) => [element('PolicyName', nameOfArn(arn)), element('PolicyArn', arn)])
}

/** What stands after the last `/`. */
export function nameOfArn(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1)
}

/** The path of a policy by its ARN: `/division/`. */
export function pathOfArn(arn: string): string {
  return arn.slice(arn.indexOf('/'), arn.lastIndexOf('/') + 1)
}
