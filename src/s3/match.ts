// Request → operation. The most specific route wins, so the order of the table never matters. No I/O, no clock.
import { S3Error } from '../errors.ts'
import type { Level } from './address.ts'
import type { Operation, Query, Route } from './operation.ts'

/** What matching looks at. */
export interface MatchRequest {
  /** As sent; a method S3 does not know matches nothing. */
  method: string
  level: Level
  query: Query
  headers: Headers
}

/** The table sorted for matching: per method and level, most specific first. */
export interface OperationIndex {
  readonly byMethod: ReadonlyMap<string, readonly Candidate[]>
  /** Sub-resources some operation of the level knows, whatever its method. */
  readonly subresources: Readonly<Record<Level, ReadonlySet<string>>>
  readonly methods: Readonly<Record<Level, readonly string[]>>
}

interface Candidate {
  operation: Operation
  specificity: number
  query: readonly (readonly [name: string, value: string | true])[]
}

/** Query parameters that turn a request to the bucket into one to something of the bucket. From AWS's S3 API model. */
const bucketSubresources = new Set([
  'abac',
  'accelerate',
  'acl',
  'analytics',
  'cors',
  'delete',
  'encryption',
  'intelligent-tiering',
  'inventory',
  'lifecycle',
  'location',
  'logging',
  'metadataAnnotationTable',
  'metadataConfiguration',
  'metadataInventoryTable',
  'metadataJournalTable',
  'metadataTable',
  'metrics',
  'notification',
  'object-lock',
  'ownershipControls',
  'policy',
  'policyStatus',
  'publicAccessBlock',
  'replication',
  'requestPayment',
  'session',
  'tagging',
  'uploads',
  'versioning',
  'versions',
  'website',
])

/** The same for objects. */
const objectSubresources = new Set([
  'acl',
  'annotation',
  'attributes',
  'encryption',
  'legal-hold',
  'renameObject',
  'restore',
  'retention',
  'select',
  'tagging',
  'torrent',
  'uploadId',
  'uploads',
])

const noSubresources: ReadonlySet<string> = new Set()

const known: Record<Level, ReadonlySet<string>> = {
  service: noSubresources,
  account: noSubresources,
  bucket: bucketSubresources,
  object: objectSubresources,
}

/** Sorts the table; once per isolate. */
export function indexOperations(operations: readonly Operation[]): OperationIndex {
  const byMethod = new Map<string, Candidate[]>()
  const subresources = ofEachLevel(() => new Set<string>())
  const methods = ofEachLevel(() => new Set<string>())
  for (const operation of operations) {
    const { route } = operation
    const query = Object.entries(route.query ?? {})
    const key = `${route.method} ${route.level}`
    const candidates = byMethod.get(key) ?? []
    candidates.push({ operation, query, specificity: specificity(route) })
    byMethod.set(key, candidates)
    methods[route.level].add(route.method)
    for (const [name] of query) if (known[route.level].has(name)) subresources[route.level].add(name)
  }
  for (const candidates of byMethod.values()) candidates.sort((a, b) => b.specificity - a.specificity)
  return {
    byMethod,
    subresources,
    methods: ofEachLevel((level) => sorted(methods[level])),
  }
}

function ofEachLevel<T>(make: (level: Level) => T): Record<Level, T> {
  return { service: make('service'), account: make('account'), bucket: make('bucket'), object: make('object') }
}

function sorted(names: Set<string>): string[] {
  return [...names].sort()
}

function specificity(route: Route): number {
  return Object.keys(route.query ?? {}).length + (route.header === undefined ? 0 : 1)
}

/**
 * The operation asked for. Throws
 * - InvalidArgument where two routes are equally specific: the client names two sub-resources;
 * - NotImplemented for a sub-resource of AWS's that no operation here knows, so that `DELETE /bucket?website` can never
 *   be taken for DeleteBucket;
 * - MethodNotAllowed for everything else that matches nothing.
 */
export function matchOperation(index: OperationIndex, request: MatchRequest): Operation {
  const candidates = index.byMethod.get(`${request.method} ${request.level}`)
  let best: Candidate | null = null
  if (candidates !== undefined) {
    for (const candidate of candidates) {
      if (best !== null && candidate.specificity < best.specificity) break
      if (!matches(candidate, request)) continue
      if (best !== null) throw conflicting(subresourcesOf(request))
      best = candidate
    }
  }
  if (best === null) throw nothing(index, request)
  // HEAD and OPTIONS have no sub-resources on AWS: what they carry is ignored.
  if (request.method !== 'HEAD' && request.method !== 'OPTIONS') refuseOtherSubresources(best, index, request)
  return best.operation
}

function matches({ operation, query }: Candidate, request: MatchRequest): boolean {
  for (const [name, value] of query) {
    if (value === true ? !request.query.has(name) : request.query.get(name) !== value) return false
  }
  const { header } = operation.route
  return header === undefined || request.headers.has(header)
}

/** The sub-resources the request names, sorted. */
function subresourcesOf({ query, level }: MatchRequest): string[] {
  return query
    .names()
    .filter((name) => known[level].has(name))
    .sort()
}

/** A sub-resource that the chosen route does not ask for must not be passed over in silence. */
function refuseOtherSubresources(chosen: Candidate, index: OperationIndex, request: MatchRequest): void {
  let isAsked = false
  for (const name of request.query.names()) if (known[request.level].has(name)) isAsked = true
  if (!isAsked) return
  const named = subresourcesOf(request)
  const routed = chosen.query.map(([name]) => name)
  const others = named.filter((name) => !routed.includes(name))
  if (others.length === 0) return
  if (others.length < named.length) throw conflicting(named)
  throw nothing(index, request)
}

function conflicting(names: string[]): S3Error {
  return new S3Error('InvalidArgument', {
    message: `Conflicting query string parameters: ${names.join(', ')}`,
    fields: { ArgumentName: 'ResourceType', ArgumentValue: names[0] ?? '' },
  })
}

/** The answer where no route fits. */
function nothing(index: OperationIndex, request: MatchRequest): S3Error {
  const { level, method } = request
  const [subresource] = subresourcesOf(request)
  if (subresource !== undefined && !index.subresources[level].has(subresource)) {
    return new S3Error('NotImplemented', {
      message: 'A parameter you provided implies functionality that is not implemented',
      fields: { Parameter: subresource, ResourceType: resourceType(level, subresource) },
    })
  }
  return new S3Error('MethodNotAllowed', {
    fields: { Method: method, ResourceType: resourceType(level, subresource) },
    headers: { allow: index.methods[level].join(', ') },
  })
}

/** `BUCKET`, `OBJECT`, or with the sub-resource as AWS writes it: `BUCKETPOLICY`. */
function resourceType(level: Level, subresource: string | undefined): string {
  const suffix = subresource === undefined ? '' : subresource.replaceAll('-', '').toUpperCase()
  return level.toUpperCase() + suffix
}
