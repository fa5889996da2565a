// An audit trail that takes nothing: for pipelines in tests that are about something else.
import type { AuditTrail } from '../../src/audit/audit-trail.ts'

export const silentAudit: AuditTrail = { concerns: () => false, write: () => {} }
