// The project's pipeline with nobody asked for anything: every request is the root account's, unsigned, about its own
// buckets. What authentication and authorisation cost is held against this.
import { Access } from '../../src/access/access.ts'
import { accessSources } from '../../src/access/sources.ts'
import { auditTrail } from '../../src/audit/audit-trail.ts'
import { authenticate, type Authenticated, type AuthRequest } from '../../src/auth/authenticate.ts'
import type { Identity } from '../../src/auth/identity.ts'
import type { Env } from '../../src/env.ts'
import { accountPrincipal } from '../../src/iam/principal.ts'
import { indexOperations } from '../../src/s3/match.ts'
import { OPERATIONS } from '../../src/s3/operations.ts'
import { serve } from '../../src/serve.ts'
import { createStore } from '../../src/store/create-store.ts'
import { rootAccountId, rootCanonicalId, rootDisplayName } from '../../src/store/tables/accounts.ts'
import { localEnvironment, type LocalEnv } from '../../infra/embedded/local/environment.ts'
import worker from '../../infra/embedded/local/worker.ts'

export * from '../../infra/embedded/local/worker.ts'

const operations = indexOperations(OPERATIONS)
const domains = ['localhost']

const root: Identity = {
  kind: 'account',
  accountId: rootAccountId,
  canonicalId: rootCanonicalId,
  displayName: rootDisplayName,
  accessKeyId: '',
  isRoot: true,
  principal: accountPrincipal(rootAccountId),
  session: null,
}

const nothing: Authenticated = {
  identity: root,
  signature: null,
  body: {
    length: 0,
    algorithm: null,
    want: () => {},
    read: () => Promise.resolve(null),
    verify: () => Promise.resolve({ size: 0, md5: '', checksum: null }),
    drain: () => Promise.resolve(),
  },
}

/** Bodies are read as those of unsigned requests. */
async function open(request: AuthRequest): Promise<Authenticated> {
  if (request.body === null) return nothing
  return { ...(await authenticate(request, () => Promise.resolve(null))), identity: root }
}

export default {
  fetch(request, env, context): Promise<Response> | Response {
    if (request.url.includes('/-/')) return worker.fetch(request, env, context)
    return answer(request, localEnvironment(env), (work) => context.waitUntil(work))
  },
} satisfies ExportedHandler<LocalEnv>

function answer(request: Request, env: Env, waitUntil: (work: Promise<unknown>) => void): Promise<Response> {
  return serve(request, {
    store: createStore(env),
    operations,
    authenticate: open,
    access: (facts) => new Access(facts, accessSources(env)),
    audit: auditTrail(env, waitUntil, true),
    clientIpHeader: 'x-forwarded-for',
    region: 'us-east-1',
    selectFanOut: null,
    selectDialect: 'extended',
    domains,
    waitUntil,
    gatherLog: true,
  })
}
