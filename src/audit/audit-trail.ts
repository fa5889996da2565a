// Where audit records go: the log, a bucket where one is configured, and the counters.
import { logAudit } from '../log.ts'
import { auditRecords as recordsWritten, denials } from '../metrics.ts'
import { gatherForBucket } from './audit-bucket.ts'
import { auditRecords, type AuditedService, type AuditFacts } from './audit-record.ts'
import { denialOf, type AnsweredFacts } from './denial.ts'
import type { Env } from '../env.ts'

/** For one request. */
export interface AuditTrail {
  /** Whether a request is recorded: it would have changed something, or was denied. Counts denials. */
  concerns(service: AuditedService, answered: AnsweredFacts, isMutating: boolean): boolean
  /** Never throws, and waits for nothing. */
  write(facts: Omit<AuditFacts, 'clientIpHeader'>): void
}

type WaitUntil = (work: Promise<unknown>) => void

/** `gather`: the log is one file, and lines may be written several at once. */
export function auditTrail(env: Env, waitUntil: WaitUntil, gather: boolean): AuditTrail {
  const isOff = env.EDGESHARD_AUDIT === 'off'
  return {
    concerns(service, answered, isMutating) {
      const denial = denialOf(answered)
      if (denial !== null) denials.add(1, service, denial)
      return !isOff && (isMutating || denial !== null)
    },
    write(facts) {
      for (const record of auditRecords({ ...facts, clientIpHeader: env.EDGESHARD_CLIENT_IP_HEADER ?? null })) {
        const text = JSON.stringify(record)
        recordsWritten.add(1, record.service, record.decision.outcome)
        logAudit(text, gather ? waitUntil : null)
        if (env.EDGESHARD_AUDIT_BUCKET !== undefined) gatherForBucket(env, text, waitUntil)
      }
    },
  }
}
