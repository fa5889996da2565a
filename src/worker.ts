// Entry point: the service's own routes under /-/, and S3 for everything else.
import { Router, json } from 'itty-router'
import { handleAdmin } from './admin/admin.ts'
import { Access } from './access/access.ts'
import { accessSources } from './access/sources.ts'
import { auditTrail, type AuditTrail } from './audit/audit-trail.ts'
import { handleFlush } from './audit/flush.ts'
import { authenticate } from './auth/authenticate.ts'
import { credentialRegion } from './auth/credential-region.ts'
import { authSettings } from './auth/settings.ts'
import type { Env } from './env.ts'
import { splitUrl } from './http/raw-url.ts'
import { handleQuery, isQueryRequest } from './identity/identity.ts'
import { renderMetrics } from './metrics.ts'
import { bucketOfHost, parseDomains } from './s3/address.ts'
import { indexOperations } from './s3/match.ts'
import { OPERATIONS } from './s3/operations.ts'
import { deploymentDialect } from './s3/select/dialect.ts'
import { selectFanOut } from './select-node/select-nodes.ts'
import { serve } from './serve.ts'
import { createStore } from './store/create-store.ts'
import { keyLookup } from './store/tables/access-keys.ts'
import { noteUse } from './store/tables/last-uses.ts'
import { readiness } from './store/tables/ready.ts'

export { KeyShard } from './shard/key-shard.ts'
export { Volume } from './shard/volume.ts'
export { SelectNode } from './select-node/select-node.ts'

const operations = indexOperations(OPERATIONS)

// `-` is no bucket name, so that these paths hide nothing of S3's.
const router = Router<Request, [Env, AuditTrail]>()
  .get('/-/health', () => json({ status: 'ok' }))
  .get('/-/ready', async (_request, env) => {
    const state = await readiness(env)
    return json(state, { status: state.ready ? 200 : 503 })
  })
  // Not itty-router's text(), which has a Content-Type of its own.
  .get(
    '/-/metrics',
    () => new Response(renderMetrics(), { headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' } }),
  )
  .post('/-/flush', (request, env) => handleFlush(request, env))
  .all('/-/admin/*', (request, env, audit) => handleAdmin(request, env, audit))
  .all('*', () => json({ error: 'Not found' }, { status: 404 }))

// Parsed once: the environment of an isolate never changes.
let domains: readonly string[] | null = null

export default {
  fetch(request, env, context): Promise<Response> {
    domains ??= parseDomains(env.EDGESHARD_DOMAINS)
    const waitUntil = (work: Promise<unknown>): void => context.waitUntil(work)
    // Deployed, every request has a log of its own.
    const gatherLog = env.FILES !== undefined
    const audit = auditTrail(env, waitUntil, gatherLog)
    if (isServiceRequest(request.url, domains)) return router.fetch(request, env, audit)
    if (isQueryRequest(request) && bucketOfHost(splitUrl(request.url).host, domains) === null) {
      return handleQuery(request, { env, audit, waitUntil, gatherLog })
    }
    const keys = keyLookup(env)
    const settings = authSettings(env, domains)
    return serve(request, {
      store: createStore(env),
      operations,
      async authenticate(asked) {
        const authenticated = await authenticate(asked, keys, settings)
        noteUse(env, authenticated.identity, { time: asked.now, describe: () => useOfS3(request, env) }, waitUntil)
        return authenticated
      },
      access: (facts) => new Access(facts, accessSources(env)),
      audit,
      clientIpHeader: env.EDGESHARD_CLIENT_IP_HEADER ?? null,
      region: env.EDGESHARD_REGION ?? 'us-east-1',
      selectDialect: deploymentDialect(env.EDGESHARD_SELECT_DIALECT),
      selectFanOut: selectFanOut(env),
      domains,
      waitUntil,
      gatherLog,
    })
  },
} satisfies ExportedHandler<Env>

function useOfS3({ headers, url }: Request, env: Env): { service: string; region: string } {
  return { service: 's3', region: credentialRegion(headers, url) ?? env.EDGESHARD_REGION ?? 'us-east-1' }
}

/** `/-/…` at the service itself; on a bucket's own host it is a key like any other. */
function isServiceRequest(url: string, known: readonly string[]): boolean {
  // Most requests are told apart by one search; only then is the URL taken to pieces.
  if (!url.includes('/-/')) return false
  const { host, path } = splitUrl(url)
  return path.startsWith('/-/') && bucketOfHost(host, known) === null
}
