// A URL cut in pieces, nothing decoded: `URL` would resolve dot segments that the client signed. Pure.

export interface RawUrl {
  /** Scheme and authority: `http://127.0.0.1:9000`. */
  origin: string
  /** Host and port as they came, which is what a client signs. */
  authority: string
  /** Lower case, without the port. */
  host: string
  /** From the first slash to the question mark; `/` at least. */
  path: string
  /** After the question mark; empty without one. */
  query: string
}

/** Cuts an absolute URL, `http://host:port/path?query`, as the runtime hands it over. */
export function splitUrl(url: string): RawUrl {
  const start = url.indexOf('://') + 3
  const mark = url.indexOf('?', start)
  const end = mark < 0 ? url.length : mark
  const slash = url.indexOf('/', start)
  const pathStart = slash < 0 || slash > end ? end : slash
  const authority = url.slice(start, pathStart)
  return {
    origin: url.slice(0, pathStart),
    authority,
    host: hostName(authority),
    path: pathStart === end ? '/' : url.slice(pathStart, end),
    query: mark < 0 ? '' : url.slice(mark + 1),
  }
}

/** `Bucket.Example.com.:9000` is `bucket.example.com`; `[::1]:9000` is `[::1]`. */
function hostName(authority: string): string {
  const colon = authority.lastIndexOf(':')
  let host = colon > authority.lastIndexOf(']') ? authority.slice(0, colon) : authority
  if (host.endsWith('.')) host = host.slice(0, -1)
  return host.toLowerCase()
}
