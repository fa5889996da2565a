// The client's address, as the connection or a trusted proxy names it.

/** `203.0.113.7:51234` and `[2001:db8::1]:443` without the port; an address that has none stays as it is. */
function withoutPort(address: string): string {
  if (address.startsWith('[')) return address.slice(1, Math.max(address.indexOf(']'), 1))
  const colon = address.indexOf(':')
  // More than one colon: IPv6 without brackets.
  return colon < 0 || address.includes(':', colon + 1) ? address : address.slice(0, colon)
}

/**
 * Where a request comes from. `connection` is the peer as the runtime names it; `header`, where a trusted proxy says it,
 * counts alone when it is set. Null: not known.
 */
export function clientAddress(headers: Headers, header: string | null, connection: string | null): string | null {
  if (header !== null) return lastAddress(headers.get(header))
  return connection === null ? null : withoutPort(connection)
}

/** The last address of a list such as X-Forwarded-For: the one that the nearest proxy saw; null for none. */
function lastAddress(header: string | null): string | null {
  if (header === null) return null
  const last = header.slice(header.lastIndexOf(',') + 1).trim()
  return last === '' ? null : withoutPort(last)
}
