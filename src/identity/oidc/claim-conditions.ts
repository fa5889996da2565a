// What a verified token says, as condition keys: `token.actions.githubusercontent.com:sub`. No I/O, no clock.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
import type { Conditions } from '../../iam/permission.ts'
import { effectiveAudiences, textsOf } from './check-claims.ts'

/** Claims that the requests of a session may be asked for too; the others are for the trust policy alone. */
const sessionClaims: ReadonlySet<string> = new Set(['amr', 'aud', 'email', 'oaud', 'sub'])

export interface ClaimConditions {
  /** For the trust policy: every claim that is a text, a number, a flag or a list of them. */
  trust: Conditions
  /** For the requests of the session. */
  session: Conditions
}

/**
 * The keys of a token of this provider (its URL without the scheme). `aud` is the authorized party where the token names
 * one, and `oaud` then what the token itself has as `aud`.
 */
export function claimConditions(providerUrl: string, claims: Readonly<Record<string, unknown>>): ClaimConditions {
  const values = new Map<string, readonly string[]>()
  // Keys have no case. A claim spelled in another way must not stand in for one that is spelled as the key is.
  const names = Object.keys(claims).sort((one, other) => Number(isLowerCase(other)) - Number(isLowerCase(one)))
  for (const name of names) {
    const texts = textsOf(claims[name])
    const key = name.toLowerCase()
    if (texts.length > 0 && !values.has(key)) values.set(key, texts)
  }
  const audiences = textsOf(claims['aud'])
  if (claims['azp'] !== undefined && audiences.length > 0) values.set('oaud', audiences)
  values.set('aud', effectiveAudiences(claims))
  const keyed = (entries: [string, readonly string[]][]): Conditions =>
    Object.fromEntries(entries.map(([name, texts]) => [`${providerUrl}:${name}`.toLowerCase(), texts]))
  const all = [...values]
  return { trust: keyed(all), session: keyed(all.filter(([name]) => sessionClaims.has(name))) }
}

function isLowerCase(text: string): boolean {
  return text === text.toLowerCase()
}
