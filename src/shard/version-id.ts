// Version ids: opaque to clients, URL-safe, 32 characters. They carry the version's sequence number, so that a named
// version is found without an index, and random characters, so that ids cannot be guessed.

/** The id of the version that versioning did not make. AWS spells it so. */
export const NULL_VERSION = 'null'

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ._'
/** 36^11 > 2^53: every sequence number fits. */
const SEQUENCE_CHARS = 11
const RANDOM_CHARS = 21

export function makeVersionId(seq: number): string {
  let id = seq.toString(36).padStart(SEQUENCE_CHARS, '0')
  for (const byte of crypto.getRandomValues(new Uint8Array(RANDOM_CHARS))) id += ALPHABET.charAt(byte & 63)
  return id
}

/** The sequence number inside an id; null when it is none of ours. */
export function sequenceOf(versionId: string): number | null {
  if (versionId.length !== SEQUENCE_CHARS + RANDOM_CHARS) return null
  const seq = parseInt(versionId.slice(0, SEQUENCE_CHARS), 36)
  return Number.isSafeInteger(seq) ? seq : null
}
