import type { AuditTrail } from '../../src/audit/audit-trail.ts'

/** Records nothing. */
export const noAudit: AuditTrail = { concerns: () => false, write: () => undefined }
