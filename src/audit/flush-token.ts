// How the embedded server shows that it may ask for a flush. Pure.
import { createHmac } from 'node:crypto'

/** What whoever knows the deployment's secret sends as `authorization`; infra/embedded/runtime.ts does. */
export function flushToken(secret: string): string {
  return `Bearer ${createHmac('sha256', secret).update('edgeshard flush v1').digest('hex')}`
}
