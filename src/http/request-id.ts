// The two ids of every answer: x-amz-request-id names the request, x-amz-id-2 who answered it.

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const idLength = 16

// Random bytes are drawn for many requests at once: a call to the generator costs more than all the rest.
const pool = new Uint8Array(idLength * 256)
let used = pool.length

/** Sixteen upper-case characters, 80 random bits, as AWS's look. */
export function requestId(): string {
  if (used === pool.length) {
    crypto.getRandomValues(pool)
    used = 0
  }
  let id = ''
  for (let end = used + idLength; used < end; used++) id += alphabet[(pool[used] ?? 0) & 31]
  return id
}

let host: string | null = null

/** 76 characters of base64, the same for as long as this isolate lives: tells which one answered. */
export function hostId(): string {
  // Not at module level: Workers have no randomness before the first request.
  host ??= btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(57))))
  return host
}
