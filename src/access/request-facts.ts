// What is known of a request before anything was decided.
import { clientAddress } from '../http/client-ip.ts'
import type { SignatureFacts } from '../auth/authenticate.ts'
import type { Identity } from '../auth/identity.ts'

/** How the client reached the service. */
export interface ConnectionFacts {
  /** Came over TLS, as far as can be known. */
  isSecure: boolean
  /** TLS version as the edge names it: `TLSv1.3`; null where it is not known. */
  tlsVersion: () => string | null
  /** The client's address without its port; null where it is not known. Looked up only when it is asked for. */
  clientIp: () => string | null
}

export interface RequestFacts extends ConnectionFacts {
  identity: Identity
  /** How the request was signed; null for an anonymous one. */
  signature: SignatureFacts | null
  headers: Headers
  /** The query string, decoded. */
  query: { get(name: string): string | null }
  /** The region of this deployment. */
  region: string
  /** Milliseconds since 1970. */
  now: number
}

/** What the pipelines know when they ask what a request may do. */
export interface RequestSources {
  request: Request
  authenticated: { identity: Identity; signature: SignatureFacts | null }
  /** With those that a presigned URL carries. */
  headers: Headers
  query: RequestFacts['query']
  /** The header in which a trusted proxy names the client, lower case; null: the connection's own address counts. */
  clientIpHeader: string | null
  region: string
  now: number
}

export function requestFacts(sources: RequestSources): RequestFacts {
  const { request, authenticated, clientIpHeader } = sources
  return {
    identity: authenticated.identity,
    signature: authenticated.signature,
    headers: sources.headers,
    query: sources.query,
    ...connectionFacts(request, clientIpHeader),
    region: sources.region,
    now: sources.now,
  }
}

/** `clientIpHeader` as in RequestSources. */
export function connectionFacts(request: Request, clientIpHeader: string | null): ConnectionFacts {
  return {
    isSecure: isSecure(request, clientIpHeader !== null),
    tlsVersion: () => edgeFact(request, 'tlsVersion'),
    // `cf` is parsed when it is first asked for.
    clientIp: () =>
      clientAddress(request.headers, clientIpHeader, clientIpHeader === null ? edgeFact(request, 'clientIp') : null),
  }
}

/** Whether the client's connection is encrypted: a trusted proxy says it in X-Forwarded-Proto. */
function isSecure({ headers, url }: Request, hasProxy: boolean): boolean {
  const forwarded = hasProxy ? headers.get('x-forwarded-proto') : null
  return forwarded === null ? url.startsWith('https:') : forwarded.toLowerCase() === 'https'
}

/** What Cloudflare's edge, or workerd on one machine, says of the connection. Parsed when it is first asked for. */
function edgeFact(request: Request, name: 'clientIp' | 'tlsVersion'): string | null {
  const value = request.cf?.[name]
  return typeof value === 'string' ? value : null
}
