// Whether a claim is true: the signature that the access key's secret makes of what arrived. Throws SignatureDoesNotMatch.
import { ecdsaVerifier, hmacAlgorithm, hmacVerifier, sha1Verifier } from './verifier.ts'
import { refuse } from './refusal-error.ts'
import { canonicalRequests } from './request-forms.ts'
import { stringsToSignV2 } from './request-forms-v2.ts'
import { signatureHint, signatureHintV2 } from './signature-hint.ts'
import { SigningKeys } from './signing-keys.ts'
import { stringToSign } from './sigv4.ts'
import type { Credential, SignedClaim } from './credential.ts'
import type { ClaimV2 } from './credential-v2.ts'
import type { AccessKey } from './identity.ts'
import type { ArrivedRequest, ArrivedTarget } from './request-forms.ts'
import type { AuthSettings } from './settings.ts'
import type { Verifier } from './verifier.ts'

/** What arrived, and whom it has to be from. */
export interface Asked {
  request: ArrivedRequest & { hostBucket: string | null; now: number }
  target: ArrivedTarget
  accessKey: AccessKey
  settings: AuthSettings
}

/** What the signature turned out to be of, and what checks the next one. */
export interface Verified {
  verifier: Verifier
  canonicalRequest: string
}

// Shared by all requests of the isolate.
const isolateKeys = new SigningKeys()

/** The current secret, then the one before it while that counts. */
export function* liveSecrets({ secret, previousSecret }: AccessKey): Generator<[name: string, secret: string]> {
  yield ['current', secret]
  if (previousSecret !== null) yield ['previous', previousSecret]
}

/** A request signed by Signature Version 4 or 4A. */
export async function verifySignature(claim: SignedClaim, asked: Asked): Promise<Verified> {
  const { request, target, accessKey, settings } = asked
  const { algorithm, timestamp, scopeText: scope } = claim
  const tried: { canonicalRequest: string; toSign: string }[] = []
  for (const [name, secret] of liveSecrets(accessKey)) {
    const verifier = await verifierFor(claim, name, secret)
    if (tried.length === 0) {
      for (const canonicalRequest of canonicalRequests(request, target, claim)) {
        const toSign = stringToSign({ algorithm, timestamp, scope }, canonicalRequest)
        if (await verifier.matches(toSign, claim.signature)) return { verifier, canonicalRequest }
        tried.push({ canonicalRequest, toSign })
      }
    } else {
      for (const { canonicalRequest, toSign } of tried) {
        if (await verifier.matches(toSign, claim.signature)) return { verifier, canonicalRequest }
      }
    }
  }
  const [first] = tried
  return refuse({
    reason: 'signature-wrong',
    evidence: {
      accessKeyId: claim.accessKeyId,
      provided: claim.signature,
      stringToSign: first?.toSign ?? '',
      canonicalRequest: first?.canonicalRequest ?? '',
      hint: await signatureHint(claim, { request, target, settings, secret: accessKey.secret }),
    },
  })
}

/** A request signed by Signature Version 2. */
export async function verifySignatureV2(claim: ClaimV2, asked: Asked): Promise<void> {
  const { request, target, accessKey, settings } = asked
  const strings = [...stringsToSignV2(request, target, claim)]
  for (const [name, secret] of liveSecrets(accessKey)) {
    const verifier = await verifierV2(claim.accessKeyId, name, secret)
    for (const toSign of strings) if (await verifier.matches(toSign, claim.signature)) return
  }
  refuse({
    reason: 'signature-wrong',
    evidence: {
      accessKeyId: claim.accessKeyId,
      provided: claim.signature,
      stringToSign: strings[0] ?? '',
      canonicalRequest: null,
      hint: await signatureHintV2(claim, { request, target, settings, secret: accessKey.secret }),
    },
  })
}

/** What checks signatures of Signature Version 4 or 4A; `name` tells an access key's secrets apart. */
export function verifierFor(
  { algorithm, accessKeyId, scope }: Credential & Pick<SignedClaim, 'algorithm'>,
  name: string,
  secret: string,
): Promise<Verifier> {
  if (algorithm !== hmacAlgorithm) {
    return isolateKeys.get(`4A/${accessKeyId}/${name}`, secret, () => ecdsaVerifier(accessKeyId, secret))
  }
  const { date, region, service } = scope
  const entry = `4/${accessKeyId}/${name}/${date}/${region}/${service}`
  return isolateKeys.get(entry, secret, () => hmacVerifier(secret, scope))
}

/** What checks signatures of Signature Version 2. */
export function verifierV2(accessKeyId: string, name: string, secret: string): Promise<Verifier> {
  return isolateKeys.get(`2/${accessKeyId}/${name}`, secret, () => sha1Verifier(secret))
}
