// What is known of a request before anything was decided.
import type { SignatureFacts } from '../auth/authenticate.ts'
import type { Identity } from '../auth/identity.ts'

export interface RequestFacts {
  identity: Identity
  /** How the request was signed; null for an anonymous one. */
  signature: SignatureFacts | null
  headers: Headers
  /** The query string, decoded. */
  query: { get(name: string): string | null }
  /** Came over TLS, as far as can be known. */
  isSecure: boolean
  /** TLS version as the edge names it: `TLSv1.3`; null where it is not known. */
  tlsVersion: () => string | null
  /** The client's address without its port; null where it is not known. Looked up only when it is asked for. */
  clientIp: () => string | null
  /** The region of this deployment. */
  region: string
  /** Milliseconds since 1970. */
  now: number
}
