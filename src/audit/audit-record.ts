// The audit record of a request: who did what, from where, what was decided and how it ended. Pure. docs/audit.md.
import { describeVerdict, type DescribedVerdict } from '../access/describe-verdict.ts'
import { connectionFacts } from '../access/request-facts.ts'
import { claimedAccessKeyId } from '../auth/claimed-key.ts'
import { splitUrl } from '../http/raw-url.ts'
import { auditedPermissionsMax, auditedTextCharsMax, keyBytesMax } from '../limits.ts'
import { denialOf } from './denial.ts'
import type { Verdict } from '../access/access.ts'
import type { Identity } from '../auth/identity.ts'

export type AuditedService = 's3' | 'iam' | 'sts' | 'admin'

/** What a pipeline knows of a request when it is answered. */
export interface AuditFacts {
  service: AuditedService
  request: Request
  requestId: string
  /** Milliseconds since 1970. */
  now: number
  /** The header in which a trusted proxy names the client, lower case; null: the connection's own address counts. */
  clientIpHeader: string | null
  /** Null: refused before it was established, or never asked for. */
  identity: Identity | null
  /** The request was refused while its signature was looked at. */
  isUnverified: boolean
  /** As AWS spells it; null when the request named none. */
  operation: string | null
  verdicts: readonly Verdict[]
  bucket: string | null
  key: string | null
  /** The version that was named, or the one that was made. */
  versionId: string | null
  /** Never secrets, signatures or bodies: chosen by name. */
  parameters: Readonly<Record<string, string>>
  status: number
  error: { code: string; reason?: string | undefined } | null
}

export interface AuditRecord {
  /** ISO 8601. */
  time: string
  requestId: string
  service: AuditedService
  operation: string | null
  who: AuditedCaller
  from: { address: string | null; userAgent: string | null; tls: boolean; tlsVersion: string | null }
  what: {
    method: string
    bucket?: string
    key?: string
    versionId?: string
    parameters?: Readonly<Record<string, string>>
  }
  decision: AuditedDecision
  status: number
  /** S3's or IAM's error code. */
  error?: string
  /** A request that asked for more permissions than one record holds has several: which one this is, from 1. */
  part?: { number: number; of: number }
}

export type AuditedCaller =
  | { type: 'Anonymous' }
  /** Not established: the access key is the one the request claimed to be signed with. */
  | { type: 'Unverified'; claimedAccessKeyId?: string }
  | {
      type: 'Account' | 'User' | 'AssumedRole' | 'FederatedUser'
      arn: string
      accountId: string
      accessKeyId: string
      sessionName?: string
      sourceIdentity?: string
    }

export interface AuditedDecision {
  /** `partly-denied`: DeleteObjects of keys some of which it may not delete. `undecided`: no policy was asked. */
  outcome: 'allowed' | 'denied' | 'partly-denied' | 'undecided'
  /** Why it was denied: `explicit-deny`, `no-identity-policy`, or the code that refused its signature. */
  denial?: string
  /** One sentence more about the denial, where there is one. */
  reason?: string
  permissions: readonly DescribedVerdict[]
}

/** The records of a request: one, but for DeleteObjects of many keys. */
export function auditRecords(facts: AuditFacts): AuditRecord[] {
  const parts: (readonly Verdict[])[] = []
  for (let start = 0; start < facts.verdicts.length; start += auditedPermissionsMax) {
    parts.push(facts.verdicts.slice(start, start + auditedPermissionsMax))
  }
  if (parts.length <= 1) return [recordOf(facts, facts.verdicts)]
  return parts.map((verdicts, index) => ({
    ...recordOf(facts, verdicts),
    part: { number: index + 1, of: parts.length },
  }))
}

function recordOf(facts: AuditFacts, verdicts: readonly Verdict[]): AuditRecord {
  const { request, error } = facts
  const { isSecure, tlsVersion, clientIp } = connectionFacts(request, facts.clientIpHeader)
  return {
    time: new Date(facts.now).toISOString(),
    requestId: facts.requestId,
    service: facts.service,
    operation: facts.operation,
    who: callerOf(facts),
    from: {
      address: clientIp(),
      userAgent: bounded(request.headers.get('user-agent')),
      tls: isSecure,
      tlsVersion: tlsVersion(),
    },
    what: whatOf(facts),
    decision: decisionOf(facts, verdicts),
    status: facts.status,
    ...(error === null ? null : { error: error.code }),
  }
}

function callerOf({ identity, request }: AuditFacts): AuditedCaller {
  if (identity === null) {
    const claimed = claimedAccessKeyId(request.headers, splitUrl(request.url).query)
    return { type: 'Unverified', ...(claimed === null ? null : { claimedAccessKeyId: claimed }) }
  }
  if (identity.kind === 'anonymous') return { type: 'Anonymous' }
  const { principal, accessKeyId, session } = identity
  const { type, arn, accountId } = principal
  const sourceIdentity = session?.sourceIdentity ?? null
  return {
    type,
    arn,
    accountId,
    accessKeyId,
    ...(principal.type === 'AssumedRole' ? { sessionName: principal.sessionName } : null),
    ...(sourceIdentity === null ? null : { sourceIdentity }),
  }
}

function whatOf({ request, bucket, key, versionId, parameters }: AuditFacts): AuditRecord['what'] {
  const entries = Object.entries(parameters)
  return {
    method: request.method,
    ...(bucket === null ? null : { bucket }),
    // Of a form that was refused, it may be longer than a key can be.
    ...(key === null ? null : { key: key.slice(0, keyBytesMax) }),
    ...(versionId === null ? null : { versionId }),
    ...(entries.length === 0
      ? null
      : { parameters: Object.fromEntries(entries.map(([name, value]) => [name, bounded(value) ?? ''])) }),
  }
}

function decisionOf(facts: AuditFacts, verdicts: readonly Verdict[]): AuditedDecision {
  const denial = denialOf(facts)
  const permissions = verdicts.map(describeVerdict)
  if (denial === null) return { outcome: outcomeOf(facts.verdicts), permissions }
  const reason = facts.error?.reason
  return { outcome: 'denied', denial, ...(reason === undefined ? null : { reason }), permissions }
}

function outcomeOf(verdicts: readonly Verdict[]): AuditedDecision['outcome'] {
  if (verdicts.length === 0) return 'undecided'
  return verdicts.every(({ allowed }) => allowed) ? 'allowed' : 'partly-denied'
}

function bounded(text: string | null): string | null {
  return text === null || text.length <= auditedTextCharsMax ? text : `${text.slice(0, auditedTextCharsMax)}…`
}
