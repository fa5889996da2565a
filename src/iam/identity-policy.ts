// What IAM demands of a policy of an identity or a session, beyond the grammar. It knows no list of actions: `s3:Gte*` is
// stored and grants nothing. No I/O, no clock.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_policy-validator.html
import { arnParts } from './arn-pattern.ts'
import { compileGlob, matchesGlob } from './pattern.ts'
import type { ListElement, StatementElement } from './policy-document.ts'
import type { Faults } from './policy-faults.ts'
import { parseTemplate } from './variables.ts'

export function checkIdentityStatement(statement: StatementElement, faults: Faults): void {
  const { path, sid, principal, action, resource } = statement
  if (sid !== null && !/^[0-9A-Za-z]*$/.test(sid.text)) faults.add(sid.path, 'sid-characters')
  if (principal !== null) faults.add(principal.path, 'principal-forbidden')
  if (action === null || action.items.length === 0) faults.add(`${path}.Action`, 'no-actions')
  else checkActions(action, faults)
  if (resource === null || resource.items.length === 0) faults.add(`${path}.Resource`, 'no-resources')
  else checkResources(resource, faults)
}

function checkActions({ items }: ListElement, faults: Faults): void {
  for (const { path, text } of items) {
    const [vendor = '', , ...more] = text.split(':')
    if (text === '*') continue
    if (!text.includes(':')) faults.add(path, 'action-vendor')
    else if (more.length > 0) faults.add(path, 'action-colons')
    else if (vendor !== '*' && !/^[a-zA-Z0-9\-.]+$/.test(vendor)) faults.add(path, 'vendor', vendor)
  }
}

/** A resource of the wrong form keeps IAM from going on to its older checks in the same statement. */
function checkResources({ items }: ListElement, faults: Faults): void {
  const problems = items.map(({ path, text }) => ({ path, problem: text === '*' ? null : resourceProblem(text) }))
  const isMisshapen = problems.some(({ problem }) => problem !== null && problem !== 'legacy')
  for (const { path, problem } of problems) {
    if (problem === null) continue
    if (problem !== 'legacy') faults.add(path, 'resource', problem)
    else if (!isMisshapen) faults.add(path, 'resource-legacy')
  }
}

const iamResources = [
  'user/',
  'federated-user/',
  'role/',
  'group/',
  'instance-profile/',
  'mfa/',
  'server-certificate/',
  'policy/',
  'sms-mfa/',
  'saml-provider/',
  'oidc-provider/',
  'report/',
  'access-report/',
]

/** IAM's sentence; `legacy` for what it says only that it failed to parse. */
function resourceProblem(resource: string): string | null {
  const [scheme, partition, service = '', region = '', account = '', ...rest] = resource.split(':')
  const noArn = `Resource ${resource} must be in ARN format or "*".`
  if (partition === undefined) return noArn
  if (!coversAws(partition)) return partitionProblem(resource, partition)
  if (scheme !== 'arn') return noArn
  const parts = resource.split(':').length
  if (parts < 3) return 'Resource vendor must be fully qualified and cannot contain regexes.'
  if (parts < 6 && resource.includes('::')) return 'legacy'
  if (service === '') return 'legacy'
  if (/[*?]/.test(service)) return 'Resource vendor must be fully qualified and cannot contain regexes.'
  if (parts < 6) return null
  if (service === 's3' && region !== '' && !isElsewhereOfS3(account, rest)) {
    return `Resource ${resource} can not contain region information.`
  }
  if (service !== 'iam') return null
  if (region !== '') return `IAM resource ${resource} cannot contain region information.`
  const name = arnParts(resource)?.[5] ?? ''
  const isKnown = name === '*' || name === 'root' || iamResources.some((start) => coversStart(name, start))
  return isKnown ? null : `IAM resource path must either be "*" or start with ${iamResources.join(', ')}.`
}

/** Access points and their like live in a region; `*` may be one of them. */
function isElsewhereOfS3(account: string, rest: readonly string[]): boolean {
  return account !== '' || /^(?:accesspoint|\*)/.test(rest[0] ?? '')
}

/** `aws`, or a pattern of it. */
function coversAws(partition: string): boolean {
  return matchesGlob(compileGlob(parseTemplate(partition, { variables: false, wildcards: true }) ?? []), 'aws')
}

/** Whether a name, up to its first wildcard, may begin so: `us*` may be a user. */
function coversStart(name: string, start: string): boolean {
  const literal = name.split(/[*?$]/)[0] ?? ''
  return literal.length === name.length
    ? name.startsWith(start)
    : literal.startsWith(start) || start.startsWith(literal)
}

function partitionProblem(resource: string, partition: string): string {
  const [, , ...rest] = resource.split(':')
  const shown = [0, 1, 2].map((index) => (rest.length === 0 ? '*' : (rest[index] ?? '*')))
  const last = rest.length > 3 ? rest.slice(3).join(':') : '*'
  return `Partition "${partition}" is not valid for resource "arn:${[partition, ...shown, last].join(':')}".`
}
