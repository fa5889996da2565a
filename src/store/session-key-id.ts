// Ids of temporary access keys: `ASIA` and 16 characters of Base32 that hold the account, as AWS's ids do, and chance.
// So GetAccessKeyInfo can tell whose a temporary key is although none is stored. No I/O.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids

/** RFC 4648. */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const prefix = 'ASIA'
/** Eight characters hold 40 bits: twelve digits are less than 2^40. */
const halfChars = 8
const idPattern = /^ASIA([A-Z2-7]{8})[A-Z2-7]{8}$/

/** A new id. Two sessions may come to have the same; their tokens and secrets still differ (session-token.ts). */
export function newSessionKeyId(accountId: string): string {
  const random = crypto.getRandomValues(new Uint8Array(halfChars))
  const chance = Array.from(random, (byte) => alphabet[byte & 31]).join('')
  let account = ''
  for (let rest = Number(accountId); account.length < halfChars; rest = Math.floor(rest / 32)) {
    account = (alphabet[rest % 32] ?? '') + account
  }
  return prefix + account + chance
}

/** The account of a temporary access key, whether or not it ever was; null for any other id. */
export function accountOfSessionKey(accessKeyId: string): string | null {
  const account = idPattern.exec(accessKeyId)?.[1]
  if (account === undefined) return null
  let value = 0
  for (const character of account) value = value * 32 + alphabet.indexOf(character)
  const digits = String(value).padStart(12, '0')
  return digits.length === 12 ? digits : null
}
