// The whole check of a web identity token, cheapest first: nobody's keys are fetched for a token that cannot count.
import { webIdentityKeySets } from './web-identity-key-sets.ts'
import type { Env } from '../../env.ts'
import { getOidcProvider, type OidcProvider } from '../../store/tables/oidc-providers.ts'
import { checkClaims, issuerOf, type AcceptedClaims } from './check-claims.ts'
import type { IdentityTokenProblem } from './identity-token-problem.ts'
import { issuerUrl } from './issuer-url.ts'
import { parseJsonWebToken } from './json-web-token.ts'
import { isSignedBy, isSupportedAlgorithm } from './verification-keys.ts'

export interface VerifiedIdentity extends AcceptedClaims {
  provider: OidcProvider
  /** `iss`. */
  issuer: string
  claims: Readonly<Record<string, unknown>>
}

type Verification =
  | { outcome: 'verified'; identity: VerifiedIdentity }
  | { outcome: 'refused'; problem: IdentityTokenProblem }

/** Verifies a token for a provider that the account trusts. `now` in milliseconds since 1970. */
export async function verifyIdentityToken(
  env: Env,
  { token: text, accountId }: { token: string; accountId: string },
  now: number,
): Promise<Verification> {
  // 1. What does it say of itself?
  const parsed = parseJsonWebToken(text)
  if (parsed.outcome === 'refused') return parsed
  const { token } = parsed
  if (!isSupportedAlgorithm(token.algorithm)) {
    return refused({ problem: 'algorithm-refused', algorithm: token.algorithm })
  }
  const named = issuerOf(token.claims)
  if (named === null) return refused({ problem: 'claim-missing', claim: 'iss' })
  // 2. Does the account trust whom it names, for this audience, now?
  const provider = await getOidcProvider(env, accountId, named)
  if (provider === null) return refused({ problem: 'issuer-unknown', issuer: named })
  const { plainHttp, keySets } = webIdentityKeySets(env)
  const issuer = issuerUrl(provider.url, plainHttp)
  if (issuer === null) return refused({ problem: 'provider-unusable', why: `${provider.url} may not be asked` })
  const checked = checkClaims(token.claims, { issuer, clientIds: provider.clientIds, now })
  if (checked.outcome === 'refused') return checked
  // 3. Did they sign it?
  const found = await keySets.keysFor(issuer, token, now)
  if (found.outcome === 'refused') return found
  if (!(await isSignedBy(token, found.keys))) return refused({ problem: 'signature-wrong' })
  return { outcome: 'verified', identity: { ...checked.accepted, provider, issuer, claims: token.claims } }
}

function refused(problem: IdentityTokenProblem): Verification {
  return { outcome: 'refused', problem }
}
