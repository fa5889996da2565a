// What was decided about one permission, as audit records and explanations show it. No I/O, no clock.
import type { Matched, PolicyKind } from '../iam/decision.ts'
import type { Verdict } from './access.ts'

export interface DescribedVerdict {
  action: string
  resource: string
  decision: 'allowed' | 'denied'
  /** Which statement decided; absent where none did: an account in its own bucket, a missing permission. */
  statement?: Matched
  /** For an implicit denial: the kind of policy that had to allow it and did not. */
  missing?: PolicyKind
  reason: string
}

export function describeVerdict(verdict: Verdict): DescribedVerdict {
  const { permission, matched, reason } = verdict
  const missing = verdict.allowed ? null : verdict.missing
  return {
    action: permission.action,
    resource: permission.resource,
    decision: verdict.allowed ? 'allowed' : 'denied',
    ...(matched === null ? null : { statement: matched }),
    ...(missing === null ? null : { missing }),
    reason,
  }
}
