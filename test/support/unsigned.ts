// Requests by somebody, or by nobody: the same call with and without a signature.
import type { Credentials } from './address.ts'
import type { Endpoint, SignedRequest } from './endpoint.ts'

/** Null: nobody signs. */
export type Caller = Credentials | null

export type Ask = (
  caller: Caller,
  method: string,
  path: string,
  request?: Omit<SignedRequest, 'credentials'>,
) => Promise<Response>

export function askOf(server: Pick<Endpoint, 'url' | 'fetchSigned'>): Ask {
  return (caller, method, path, request = {}) =>
    caller === null
      ? fetchUnsigned(server.url, method, path, request)
      : server.fetchSigned(method, path, { ...request, credentials: caller })
}

function fetchUnsigned(
  url: string,
  method: string,
  path: string,
  { headers = {}, query = {}, body }: Omit<SignedRequest, 'credentials'>,
): Promise<Response> {
  const search = new URLSearchParams(query).toString()
  const target = `${url}${path}${search === '' ? '' : `?${search}`}`
  return fetch(target, { method, headers, ...(body !== undefined && { body: body as BodyInit }) })
}
