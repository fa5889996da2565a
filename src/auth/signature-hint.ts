// What probably went wrong with a signature: the change to the request that makes it right. Only who knows the secret can
// make a signature that is right for any of them, so that a hint tells nobody anything of it. Bounded work.
import { hintsPerSecondMax, hintTrialsEcdsaMax, hintTrialsMax } from '../limits.ts'
import { hintTrials } from './hint-trials.ts'
import { arrivedPartsV2 } from './request-forms-v2.ts'
import { stringToSignV2, subresources } from './sigv2.ts'
import { canonicalRequest, scopeOf, stringToSign } from './sigv4.ts'
import { arrivedParts } from './request-forms.ts'
import { ecdsaVerifier, hmacAlgorithm, hmacVerifier, sha1Verifier } from './verifier.ts'
import type { SignedClaim } from './credential.ts'
import type { ClaimV2 } from './credential-v2.ts'
import type { ArrivedRequest, ArrivedTarget } from './request-forms.ts'
import type { AuthSettings } from './settings.ts'
import type { StringToSignParts } from './sigv2.ts'
import type { Verifier } from './verifier.ts'

export interface HintSource {
  request: ArrivedRequest & { hostBucket: string | null; now: number }
  target: ArrivedTarget
  settings: AuthSettings
  secret: string
}

const wrongSecret =
  'None of the usual changes explains it: the secret access key is probably not that of this access key id.'

/** Null when this isolate has looked into enough of them this second. */
export async function signatureHint(claim: SignedClaim, source: HintSource): Promise<string | null> {
  if (!budget.take(source.request.now)) return null
  return (
    (await changedRequest(claim, source)) ??
    (await otherKey(claim, source)) ??
    missingHeader(claim, source.request.headers) ??
    wrongSecret
  )
}

/** The same for Signature Version 2. */
export async function signatureHintV2(claim: ClaimV2, source: HintSource): Promise<string | null> {
  if (!budget.take(source.request.now)) return null
  const parts = arrivedPartsV2(source.request, source.target, claim)
  const verifier = await sha1Verifier(source.secret)
  for (const { changed, hint } of trialsV2(parts, source)) {
    if (await verifier.matches(stringToSignV2({ ...parts, ...changed }), claim.signature)) return hint
  }
  const toSign = stringToSignV2(parts)
  return (await misspelt(source.secret, sha1Verifier, toSign, claim.signature)) ?? wrongSecret
}

/** A form's policy: the only thing to change is the key. */
export async function policyHint(
  claim: { signature: string; policy: string },
  { secret, now, verifierOf }: { secret: string; now: number; verifierOf: (secret: string) => Promise<Verifier> },
): Promise<string | null> {
  if (!budget.take(now)) return null
  const verifier = await verifierOf(secret)
  const whole = claim.policy.replaceAll(/\s+/g, '')
  if (whole !== claim.policy && (await verifier.matches(whole, claim.signature))) {
    return 'The policy was signed without the white space it arrived with.'
  }
  return (await misspelt(secret, verifierOf, claim.policy, claim.signature)) ?? wrongSecret
}

async function changedRequest(claim: SignedClaim, { request, target, settings, secret }: HintSource) {
  const isHmac = claim.algorithm === hmacAlgorithm
  const verifier = await (isHmac ? hmacVerifier(secret, claim.scope) : ecdsaVerifier(claim.accessKeyId, secret))
  const { algorithm, timestamp, scopeText: scope } = claim
  let left = isHmac ? hintTrialsMax : hintTrialsEcdsaMax
  for (const { parts, hint } of hintTrials(claim, { request, target, domains: settings.domains })) {
    if (left-- === 0) return null
    const toSign = stringToSign({ algorithm, timestamp, scope }, canonicalRequest(parts))
    if (await verifier.matches(toSign, claim.signature)) return hint
  }
  return null
}

/** A key derived for another region or service than the credential names, or from a secret with something around it. */
async function otherKey(claim: SignedClaim, { request, target, settings, secret }: HintSource): Promise<string | null> {
  const { algorithm, timestamp, scope, scopeText } = claim
  const canonical = canonicalRequest(arrivedParts(request, target, claim))
  const toSign = stringToSign({ algorithm, timestamp, scope: scopeText }, canonical)
  if (algorithm !== hmacAlgorithm) {
    const verifierOf = (other: string) => ecdsaVerifier(claim.accessKeyId, other)
    return misspelt(secret, verifierOf, toSign, claim.signature)
  }
  const regions = [settings.region, 'us-east-1', 'auto', ''].map((region) => ({ ...scope, region }))
  const services = ['s3', 'iam', 'sts', 'execute-api'].map((service) => ({ ...scope, service }))
  for (const other of [...regions, ...services]) {
    if (other.region === scope.region && other.service === scope.service) continue
    const verifier = hmacVerifier(secret, other)
    const terms = { algorithm, timestamp, scope: scopeOf(other) }
    for (const text of [toSign, stringToSign(terms, canonical)]) {
      if (!(await verifier.matches(text, claim.signature))) continue
      return other.region === scope.region
        ? `The key was derived for the service "${other.service}"; the credential names "${scope.service}".`
        : `The key was derived for the region "${other.region}"; the credential names "${scope.region}".`
    }
  }
  return misspelt(secret, (text) => hmacVerifier(text, scope), toSign, claim.signature)
}

/** The secret with white space around it, or percent-encoded: as configuration files and environments have it. */
async function misspelt(
  secret: string,
  verifierOf: (secret: string) => Verifier | Promise<Verifier>,
  toSign: string,
  signature: string,
): Promise<string | null> {
  for (const other of [`${secret}\n`, `${secret} `, `${secret}\r\n`, ` ${secret}`, `"${secret}"`, `'${secret}'`]) {
    const verifier = await verifierOf(other)
    if (await verifier.matches(toSign, signature)) {
      return 'The secret access key was used with white space or quotes around it.'
    }
  }
  const encoded = encodeURIComponent(secret)
  if (encoded === secret) return null
  const verifier = await verifierOf(encoded)
  return (await verifier.matches(toSign, signature)) ? 'The secret access key was used percent-encoded.' : null
}

/** Not proven, but nothing else is known of it. */
function missingHeader({ signedHeaders }: SignedClaim, headers: Headers): string | null {
  const known = new Set([...headers.keys(), 'host', 'expect', 'transfer-encoding', 'accept-encoding'])
  const missing = signedHeaders.find((name) => !known.has(name))
  return missing === undefined
    ? null
    : `The header ${missing} was signed and did not arrive: a proxy may have removed it.`
}

function* trialsV2(
  parts: StringToSignParts,
  { request, target, settings }: HintSource,
): Generator<{ changed: Partial<StringToSignParts>; hint: string }> {
  for (const method of ['GET', 'PUT', 'HEAD', 'POST', 'DELETE']) {
    yield { changed: { method }, hint: `The signature is of a ${method} request, but ${parts.method} was sent.` }
  }
  const { contentType, resource } = parts
  for (const type of ['', contentType.split(';')[0] ?? '', `${contentType};charset=UTF-8`, 'binary/octet-stream']) {
    yield { changed: { contentType: type }, hint: 'The header content-type was signed with another value, or none.' }
  }
  yield { changed: { contentMd5: '' }, hint: 'The header content-md5 was not signed.' }
  yield { changed: { amzHeaders: '' }, hint: 'The x-amz-… headers were not signed.' }
  const dated = request.headers.get('date') ?? request.headers.get('x-amz-date') ?? ''
  yield { changed: { date: dated }, hint: 'Beside x-amz-date, nothing is signed in the place of the date.' }

  const { hostBucket } = request
  const withoutBucket = hostBucket === null ? resource.replace(/^\/[^/?]+/, '') : resource.slice(hostBucket.length + 1)
  const pathStyle = 'The resource was signed without the bucket: for a virtual-hosted request its name comes first.'
  yield { changed: { resource: withoutBucket }, hint: pathStyle }
  for (const host of [request.headers.get('x-forwarded-host') ?? '', ...settings.domains].slice(0, 4)) {
    const bucket = host.split(':')[0] ?? ''
    const hint = `The resource was signed as that of the host "${bucket}": a proxy changed the Host header.`
    if (bucket !== '') yield { changed: { resource: `/${bucket}${resource}` }, hint }
  }
  yield* resourceTrialsV2(resource, target)
}

function* resourceTrialsV2(resource: string, { query }: ArrivedTarget) {
  const [path = '', after = ''] = resource.split('?')
  const rest = after === '' ? '' : `?${after}`
  yield { changed: { resource: decodedPath(path) + rest }, hint: 'The path was signed decoded: it is signed as sent.' }
  yield { changed: { resource: encodeURI(path) + rest }, hint: 'The path was percent-encoded twice.' }
  yield { changed: { resource: path }, hint: `The sub-resource was not signed: ${[...subresources].join(', ')} are.` }
  if (query !== '') yield { changed: { resource: `${path}?${query}` }, hint: 'The whole query was signed.' }
}

function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/** So many a second: looking into wrong signatures must not be a way to keep an isolate busy. */
class Budget {
  #second = 0
  #left = 0

  /** Milliseconds since 1970. */
  take(now: number): boolean {
    const second = Math.floor(now / 1000)
    if (second !== this.#second) {
      this.#second = second
      this.#left = hintsPerSecondMax
    }
    this.#left -= 1
    return this.#left >= 0
  }
}

const budget = new Budget()
