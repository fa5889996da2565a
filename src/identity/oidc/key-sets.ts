// The keys of identity providers, found by OpenID Connect discovery and remembered in the isolate.
// https://openid.net/specs/openid-connect-discovery-1_0.html
import { keySetFailureMilliseconds, keySetMilliseconds, keySetRefreshMilliseconds, keySetsMax } from '../../limits.ts'
import type { FetchDocument } from './fetch-document.ts'
import type { IdentityTokenProblem } from './identity-token-problem.ts'
import { discoveryUrl, mayBeFetched, type PlainHttp } from './issuer-url.ts'
import { isObject, type JsonWebToken } from './json-web-token.ts'
import { candidateKeys, parseKeySet, type VerificationKey } from './verification-keys.ts'

type Loaded =
  | { outcome: 'loaded'; keys: readonly VerificationKey[] }
  | { outcome: 'failed'; problem: IdentityTokenProblem }

interface Entry {
  loaded: Loaded
  /** When it was asked for. Milliseconds since 1970. */
  asked: number
}

/**
 * A set is trusted for `keySetMilliseconds`: as long as a key that its issuer withdrew may still count. A key that is not in
 * it makes the set be asked for again, as issuers rotate their keys, but not more often than each
 * `keySetRefreshMilliseconds`, so that tokens with invented key ids cause no traffic. A failure is remembered for
 * `keySetFailureMilliseconds`. No promise is shared between requests: workerd refuses to wait for another request's I/O.
 */
export class KeySets {
  readonly #entries = new Map<string, Entry>()
  readonly #fetchDocument: FetchDocument
  readonly #plainHttp: PlainHttp

  constructor(fetchDocument: FetchDocument, plainHttp: PlainHttp) {
    this.#fetchDocument = fetchDocument
    this.#plainHttp = plainHttp
  }

  /** The issuer's keys that may have signed the token: at least one. `now` in milliseconds since 1970. */
  async keysFor(
    issuer: string,
    token: JsonWebToken,
    now: number,
  ): Promise<{ outcome: 'found'; keys: VerificationKey[] } | { outcome: 'refused'; problem: IdentityTokenProblem }> {
    let entry = this.#entries.get(issuer)
    if (entry === undefined || now - entry.asked >= trustedMilliseconds(entry)) entry = await this.#ask(issuer, now)
    let candidates = entry.loaded.outcome === 'loaded' ? candidateKeys(entry.loaded.keys, token) : []
    const mayBeRotated = entry.loaded.outcome === 'loaded' && now - entry.asked >= keySetRefreshMilliseconds
    if (candidates.length === 0 && mayBeRotated) {
      entry = await this.#ask(issuer, now)
      candidates = entry.loaded.outcome === 'loaded' ? candidateKeys(entry.loaded.keys, token) : []
    }
    if (entry.loaded.outcome === 'failed') return { outcome: 'refused', problem: entry.loaded.problem }
    return candidates.length === 0
      ? { outcome: 'refused', problem: { problem: 'key-missing' } }
      : { outcome: 'found', keys: candidates }
  }

  async #ask(issuer: string, now: number): Promise<Entry> {
    const before = this.#entries.get(issuer)
    // Requests that come meanwhile go on with what is known.
    if (before !== undefined && now - before.asked < trustedMilliseconds(before)) before.asked = now
    const entry = { loaded: await this.#load(issuer), asked: now }
    // The oldest stand first.
    this.#entries.delete(issuer)
    this.#entries.set(issuer, entry)
    const [oldest] = this.#entries.keys()
    if (this.#entries.size > keySetsMax && oldest !== undefined) this.#entries.delete(oldest)
    return entry
  }

  async #load(issuer: string): Promise<Loaded> {
    const configuration = await this.#document(discoveryUrl(issuer))
    if (configuration.outcome === 'failed') return configuration
    const { issuer: named, jwks_uri: keysUrl } = configuration.document
    // Else one provider could speak for another (section 4.3 of the specification).
    if (named !== issuer) return unusable(`${discoveryUrl(issuer)} is of another issuer`)
    if (typeof keysUrl !== 'string' || !mayBeFetched(keysUrl, this.#plainHttp)) {
      return unusable(`${discoveryUrl(issuer)} names no jwks_uri that may be fetched`)
    }
    const answer = await this.#document(keysUrl)
    if (answer.outcome === 'failed') return answer
    const keys = parseKeySet(answer.document)
    return keys === null ? unusable(`${keysUrl} is no key set, or has too many keys`) : { outcome: 'loaded', keys }
  }

  async #document(
    url: string,
  ): Promise<{ outcome: 'fetched'; document: Record<string, unknown> } | Extract<Loaded, { outcome: 'failed' }>> {
    const answer = await this.#fetchDocument(url)
    if (answer.outcome === 'unreachable') {
      return { outcome: 'failed', problem: { problem: 'provider-unreachable', why: answer.why } }
    }
    if (answer.outcome === 'unusable') return unusable(answer.why)
    const { document } = answer
    return isObject(document) ? { outcome: 'fetched', document } : unusable(`${url} is no JSON object`)
  }
}

function trustedMilliseconds({ loaded }: Entry): number {
  return loaded.outcome === 'loaded' ? keySetMilliseconds : keySetFailureMilliseconds
}

function unusable(why: string): Extract<Loaded, { outcome: 'failed' }> {
  return { outcome: 'failed', problem: { problem: 'provider-unusable', why } }
}
