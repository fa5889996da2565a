// What S3 demands of a bucket policy: known actions and condition keys, principals that can exist, resources in the bucket, and
// that they fit one another. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-policy-language-overview.html
import { compileAction } from './action-pattern.ts'
import { coversKey, isKeyOfBucketPolicies } from './condition-keys.ts'
import { lowerAscii } from './fold-case.ts'
import { compileGlob, matchesGlob } from './pattern.ts'
import type { ConditionElement, Located, StatementElement } from './policy-document.ts'
import type { Fault, Faults } from './policy-faults.ts'
import { problemsOf } from './policy-messages.ts'
import type { CompiledPolicy, PolicyProblem } from './policy.ts'
import { isPrincipalOf } from './principal-values.ts'
import { s3Actions, type ResourceLevel, type S3Action } from './s3-actions.ts'
import { parseTemplate, type Token } from './variables.ts'

const arnPrefix = 'arn:aws:s3:::'

/** All that can be said of a statement without the bucket's name. */
export function checkBucketStatement(statement: StatementElement, faults: Faults): void {
  const { path, principal, action, resource } = statement
  if (principal === null) faults.add(`${path}.Principal`, 'missing', 'Principal')
  else if (principal.isNegated && statement.effect === 'Allow') faults.add(principal.path, 'not-principal-allow')
  else if (principal.named !== 'everyone') {
    for (const { path: at, type, value } of principal.named) {
      if (!isPrincipalOf(type, value)) faults.add(at, 'principal', value)
    }
  }
  const before = faults.list.length
  if (action === null) faults.add(`${path}.Action`, 'missing', 'Action')
  else if (action.items.length === 0) faults.add(action.path, 'empty', 'Action')
  if (resource === null) faults.add(`${path}.Resource`, 'missing', 'Resource')
  else if (resource.items.length === 0) faults.add(resource.path, 'empty', 'Resource')
  const covered = (action?.items ?? []).map((item) => ({ item, actions: coveredBy(item.text) }))
  for (const { item, actions } of covered) if (actions.length === 0) faults.add(item.path, 'action')
  for (const { path: at, text } of resource?.items ?? []) if (!isOfS3(text)) faults.add(at, 'resource')
  // What fits what can only be asked of what is right by itself.
  if (faults.list.length === before) checkTogether(statement, covered, faults)
}

interface Covered {
  item: Located
  actions: readonly S3Action[]
}

const grantable = [...s3Actions.values()]
  .filter(isGrantable)
  .map((action) => ({ lower: lowerAscii(action.name), action }))

function isGrantable({ level }: S3Action): boolean {
  return level === 'bucket' || level === 'object'
}

/** The actions on buckets and objects that a pattern covers. */
function coveredBy(pattern: string): S3Action[] {
  const lower = lowerAscii(pattern)
  if (lower !== '*' && !lower.startsWith('s3:')) return []
  const only = s3Actions.get(lower)
  if (only !== undefined) return isGrantable(only) ? [only] : []
  const glob = compileAction(lower)
  return grantable.filter((entry) => matchesGlob(glob, entry.lower)).map((entry) => entry.action)
}

/** An ARN of S3 with the name of a bucket in it, or a pattern of one. */
function isOfS3(resource: string): boolean {
  return resource.startsWith(arnPrefix) && partsOf(resource).bucket.length > 0
}

/** What stands for the bucket and whether a key follows. What a variable stands for is not known yet: anything. */
function partsOf(resource: string): { bucket: Token[]; hasKey: boolean } {
  const bucket: Token[] = []
  const name = resource.slice(arnPrefix.length)
  for (const token of parseTemplate(name, { variables: true, wildcards: true }) ?? parseTemplate(name, asText) ?? []) {
    const slash = token.type === 'text' ? token.text.indexOf('/') : -1
    if (token.type === 'text' && slash !== -1) {
      if (slash > 0) bucket.push({ type: 'text', text: token.text.slice(0, slash) })
      return { bucket, hasKey: true }
    }
    bucket.push(token.type === 'variable' ? { type: 'star' } : token)
  }
  return { bucket, hasKey: false }
}

const asText = { variables: false, wildcards: true }

function checkTogether(
  { action, resource, conditions }: StatementElement,
  covered: readonly Covered[],
  faults: Faults,
): void {
  const levels = new Set(resource?.isNegated === false ? resource.items.flatMap(levelsOf) : bothLevels)
  const applying = covered.map(({ item, actions }) => ({
    item,
    actions: actions.filter(({ level }) => levels.has(level)),
  }))
  if (action?.isNegated === false) {
    for (const { item, actions } of applying) {
      if (actions.length === 0) faults.add(item.path, 'action-without-resource')
    }
  }
  for (const condition of conditions) {
    const key = condition.key.toLowerCase()
    if (!isKeyOfBucketPolicies(key)) faults.add(condition.path, 'condition-key', condition.key)
    else if (action?.isNegated === false && !fitsEach(condition, applying)) {
      faults.add(condition.path, 'condition-without-action', condition.key)
    }
  }
}

const bothLevels: readonly ResourceLevel[] = ['bucket', 'object']

/** Which kinds of resources a pattern can match. A wildcard may stand for the `/` before a key. */
function levelsOf({ text }: Located): readonly ResourceLevel[] {
  const { bucket, hasKey } = partsOf(text)
  if (hasKey) return ['object']
  return bucket.some(({ type }) => type !== 'text') ? bothLevels : ['bucket']
}

/** Whether every action has the key of the condition; of a pattern, one of the actions that it covers. */
function fitsEach({ key }: ConditionElement, applying: readonly Covered[]): boolean {
  const lower = key.toLowerCase()
  if (!lower.startsWith('s3:')) return true
  return applying.every(({ actions }) => actions.some(({ conditionKeys }) => coversKey(conditionKeys, lower)))
}

/** What keeps a compiled policy (use `resource`) from being the policy of this bucket: resources outside of it. */
export function bucketPolicyProblems(policy: CompiledPolicy, bucket: string): PolicyProblem[] {
  const faults: Fault[] = policy.statements.flatMap(({ source }) =>
    source.resources
      .filter((resource) => !liesIn(resource, bucket))
      .map((resource) => ({ path: `${source.path}.Resource`, code: 'resource', detail: resource })),
  )
  return problemsOf('resource', faults)
}

/** Whether a pattern can match the bucket or something in it. */
function liesIn(resource: string, bucket: string): boolean {
  const tokens = partsOf(resource).bucket
  if (matchesGlob(compileGlob(tokens), bucket)) return true
  // 'arn:aws:s3:::photos*.jpg' is in the bucket 'photos': its star stands for '/' and more.
  const [first, second] = tokens
  return first?.type === 'text' && second?.type === 'star' && `${bucket}/`.startsWith(first.text)
}
