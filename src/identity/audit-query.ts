// What an answered request to IAM or STS leaves in the audit: nothing for a read that succeeded.
import type { AuditTrail } from '../audit/audit-trail.ts'
import type { QueryParameters } from './parameters.ts'
import type { QueryExchange } from './query-exchange.ts'

/** Their names say that they read, and yet they hand out credentials. */
const makesCredentials: ReadonlySet<string> = new Set(['GetFederationToken', 'GetSessionToken'])

/**
 * Parameters that say whom and what a request was about, without the numbers of lists. Documents, tokens, secrets and
 * external ids are parameters too: nothing else is kept.
 */
const parameterNames: ReadonlySet<string> = new Set([
  'AccessKeyId',
  'AccountAlias',
  'ClientID',
  'ClientIDList',
  'Description',
  'DurationSeconds',
  'GroupName',
  'MaxSessionDuration',
  'Name',
  'NewGroupName',
  'NewPath',
  'NewUserName',
  'OpenIDConnectProviderArn',
  'Path',
  'PermissionsBoundary',
  'PolicyArn',
  'PolicyArns',
  'PolicyName',
  'RoleArn',
  'RoleName',
  'RoleSessionName',
  'SetAsDefault',
  'SourceIdentity',
  'Status',
  'TagKeys',
  'Tags',
  'ThumbprintList',
  'TransitiveTagKeys',
  'Url',
  'UserName',
  'VersionId',
])

/** For the pipeline, once the answer is known. Never throws. */
export function auditQuery(exchange: QueryExchange, status: number, trail: AuditTrail): void {
  const { action, identity, access, error } = exchange
  const service = action?.service ?? 'iam'
  const isMutating = action !== null && changesSomething(action.name)
  const isUnverified = error !== null && error.status < 500 && action !== null && !action.anonymous && identity === null
  const answered = { verdicts: access?.verdicts ?? [], isUnverified, error }
  if (!trail.concerns(service, answered, isMutating)) return
  trail.write({
    service,
    request: exchange.request,
    requestId: exchange.requestId,
    now: exchange.now,
    identity: identity ?? (action?.anonymous === true ? { kind: 'anonymous' } : null),
    operation: action?.name ?? null,
    ...answered,
    bucket: null,
    key: null,
    versionId: null,
    parameters: { ...kept(exchange.parameters), ...issued(exchange) },
    status,
  })
}

function changesSomething(name: string): boolean {
  return !/^(?:Decode|Get|List|Simulate)/.test(name) || makesCredentials.has(name)
}

function kept(parameters: QueryParameters | null): Record<string, string> {
  const found: Record<string, string> = {}
  for (const name of parameters?.names() ?? []) {
    if (parameterNames.has(name.split('.', 1)[0] ?? '')) found[name] = parameters?.optional(name) ?? ''
  }
  return found
}

/** The access key that was made: with it what is done later leads back to here. */
function issued({ result }: QueryExchange): Record<string, string> {
  const made = /<AccessKeyId>([^<]+)<\/AccessKeyId>/.exec((result ?? []).join(''))?.[1]
  return made === undefined ? {} : { madeAccessKeyId: made }
}
