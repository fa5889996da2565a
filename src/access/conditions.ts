// Condition keys of a request: what policies may ask about it. Pure; each key is worked out only when a policy asks.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
import type { ConditionContext } from '../iam/condition-context.ts'
import type { Conditions } from '../iam/permission.ts'
import type { SignedPrincipal } from '../iam/principal.ts'
import type { Session } from '../auth/identity.ts'
import type { RequestFacts } from './request-facts.ts'

/** What a decision knows beside the request itself. */
export interface ConditionSources {
  request: RequestFacts
  /** Account that owns what is asked for; null where nobody does. */
  resourceAccountId: string | null
  /** Tags of the user or role; those of the session come first. */
  principalTags: Readonly<Record<string, string>>
  /** Tags of the object asked for; null where they were not looked up. */
  objectTags: Readonly<Record<string, string>> | null
  /** From the operation; they count before everything else. An empty list: not in the request. */
  own: Conditions | undefined
}

type Value = string | readonly string[] | null

/**
 * The context of one decision. Keys are asked for in lower case; several policies ask for the same ones, so that each is
 * worked out once.
 */
export function conditionContext(sources: ConditionSources): ConditionContext {
  const known = new Map<string, readonly string[] | null>()
  return {
    get(key) {
      let values = known.get(key)
      if (values === undefined) known.set(key, (values = valuesOf(key, sources)))
      return values
    },
  }
}

function valuesOf(key: string, sources: ConditionSources): readonly string[] | null {
  const { own } = sources
  if (own !== undefined && Object.hasOwn(own, key)) return (own[key] ?? []).length === 0 ? null : (own[key] ?? null)
  const value =
    keys.get(key)?.(sources) ?? headerValue(key, sources) ?? tagValue(key, sources) ?? claimValue(key, sources)
  return typeof value === 'string' ? [value] : value
}

const keys = new Map<string, (sources: ConditionSources) => Value>([
  // Of the principal.
  ['aws:principalarn', (sources) => principalOf(sources, ({ principal }) => principalArn(principal))],
  ['aws:principalaccount', (sources) => principalOf(sources, ({ accountId }) => accountId)],
  ['aws:principaltype', principalType],
  ['aws:userid', (sources) => principalOf(sources, ({ principal }) => principal.userId) ?? 'anonymous'],
  [
    'aws:username',
    (sources) => principalOf(sources, ({ principal }) => (principal.type === 'User' ? principal.username : null)),
  ],
  ['aws:principalisawsservice', () => 'false'],
  // Of temporary credentials. No device is ever asked for: there is no multi-factor authentication here.
  ['aws:multifactorauthpresent', (sources) => sessionOf(sources, ({ issued }) => (issued === null ? null : 'false'))],
  [
    'aws:tokenissuetime',
    (sources) => sessionOf(sources, ({ issued }) => (issued === null ? null : isoSeconds(issued))),
  ],
  ['aws:sourceidentity', (sources) => sessionOf(sources, ({ sourceIdentity }) => sourceIdentity)],
  ['aws:federatedprovider', (sources) => sessionOf(sources, ({ federatedProvider }) => federatedProvider)],
  // Of the request.
  ['aws:currenttime', ({ request }) => isoSeconds(request.now)],
  ['aws:epochtime', ({ request }) => String(Math.floor(request.now / 1000))],
  ['aws:securetransport', ({ request }) => String(request.isSecure)],
  ['aws:sourceip', ({ request }) => request.clientIp()],
  ['aws:useragent', ({ request }) => request.headers.get('user-agent')],
  ['aws:referer', ({ request }) => request.headers.get('referer')],
  ['aws:requestedregion', ({ request }) => request.region],
  ['aws:viaawsservice', () => 'false'],
  // Of the resource.
  ['aws:resourceaccount', ({ resourceAccountId }) => resourceAccountId],
  ['s3:resourceaccount', ({ resourceAccountId }) => resourceAccountId],
  // Of requests to S3.
  ['s3:authtype', ({ request }) => request.signature?.authType ?? null],
  ['s3:signatureversion', ({ request }) => request.signature?.version ?? null],
  ['s3:signatureage', signatureAge],
  ['s3:tlsversion', ({ request }) => numberOfTls(request.tlsVersion())],
  ['s3:prefix', ({ request }) => request.query.get('prefix')],
  ['s3:delimiter', ({ request }) => request.query.get('delimiter')],
  ['s3:max-keys', ({ request }) => request.query.get('max-keys')],
  ['s3:versionid', ({ request }) => request.query.get('versionId')],
  ['s3:if-match', ({ request }) => request.headers.get('if-match')],
  ['s3:if-none-match', ({ request }) => request.headers.get('if-none-match')],
  ['s3:object-lock-mode', ({ request }) => request.headers.get('x-amz-object-lock-mode')],
  ['s3:object-lock-legal-hold', ({ request }) => request.headers.get('x-amz-object-lock-legal-hold')],
  ['s3:object-lock-retain-until-date', ({ request }) => request.headers.get('x-amz-object-lock-retain-until-date')],
  ['s3:object-lock-remaining-retention-days', remainingRetentionDays],
])

/** `s3:x-amz-acl` and the like: the header of that name. */
function headerValue(key: string, { request }: ConditionSources): Value {
  return key.startsWith('s3:x-amz-') ? request.headers.get(key.slice('s3:'.length)) : null
}

/** `token.example.com:sub`: what the web identity of a session's beginning was. */
function claimValue(key: string, sources: ConditionSources): Value {
  return sessionOf(sources, ({ webIdentity = {} }) =>
    Object.hasOwn(webIdentity, key) ? (webIdentity[key] ?? null) : null,
  )
}

const tagPrefixes = ['aws:principaltag/', 's3:existingobjecttag/', 'aws:resourcetag/'] as const

function tagValue(key: string, sources: ConditionSources): Value {
  const prefix = tagPrefixes.find((candidate) => key.startsWith(candidate))
  if (prefix === undefined) return null
  const name = key.slice(prefix.length)
  if (prefix === 'aws:principaltag/') {
    const session = sessionOf(sources, ({ tags }) => taggedWith(tags, name))
    return session ?? taggedWith(sources.principalTags, name)
  }
  return prefix === 's3:existingobjecttag/' ? taggedWith(sources.objectTags ?? {}, name) : null
}

/** Tag keys in condition keys have no case: every tag that fits counts. */
function taggedWith(tags: Readonly<Record<string, string>>, name: string): readonly string[] | null {
  const values: string[] = []
  for (const [key, value] of Object.entries(tags)) if (key.toLowerCase() === name) values.push(value)
  return values.length === 0 ? null : values
}

type AccountIdentity = Extract<RequestFacts['identity'], { kind: 'account' }>

function principalOf({ request }: ConditionSources, pick: (identity: AccountIdentity) => Value): Value {
  return request.identity.kind === 'account' ? pick(request.identity) : null
}

function sessionOf({ request }: ConditionSources, pick: (session: Session) => Value): Value {
  const session = request.identity.kind === 'account' ? request.identity.session : null
  return session === null ? null : pick(session)
}

/** The role's ARN for its sessions. */
function principalArn(principal: SignedPrincipal): string {
  return principal.type === 'AssumedRole' ? principal.roleArn : principal.arn
}

function principalType({ request: { identity } }: ConditionSources): string {
  return identity.kind === 'anonymous' ? 'Anonymous' : identity.principal.type
}

/** `TLSv1.2` is `1.2`. */
function numberOfTls(version: string | null): string | null {
  return /(\d+\.\d+)$/.exec(version ?? '')?.[1] ?? null
}

function signatureAge({ request }: ConditionSources): string | null {
  const age = request.signature?.ageMilliseconds ?? null
  return age === null ? null : String(age)
}

function remainingRetentionDays({ request }: ConditionSources): string | null {
  const until = Date.parse(request.headers.get('x-amz-object-lock-retain-until-date') ?? '')
  if (Number.isNaN(until)) return null
  return String(Math.ceil((until - request.now) / 86_400_000))
}

let isoSecond = NaN
let isoText = ''

/** `2013-05-24T00:00:00Z`. Requests of one second share it. */
function isoSeconds(time: number): string {
  const second = Math.floor(time / 1000)
  if (second !== isoSecond) {
    isoSecond = second
    isoText = `${new Date(time).toISOString().slice(0, 19)}Z`
  }
  return isoText
}
