// The key sets an isolate remembers, under the deployment's setting of which issuers may speak plain HTTP.
import type { Env } from '../../env.ts'
import { fetchDocument } from './fetch-document.ts'
import type { PlainHttp } from './issuer-url.ts'
import { KeySets } from './key-sets.ts'

const remembered: Record<PlainHttp, KeySets> = {
  never: new KeySets(fetchDocument, 'never'),
  loopback: new KeySets(fetchDocument, 'loopback'),
}

/** Shared by all requests of the isolate. */
export function webIdentityKeySets(env: Env): { plainHttp: PlainHttp; keySets: KeySets } {
  const plainHttp = env.EDGESHARD_OIDC_ALLOW_HTTP === 'loopback' ? 'loopback' : 'never'
  return { plainHttp, keySets: remembered[plainHttp] }
}
