// A hand-written store for tests of operations: every method a test does not give fails the test.
import { accountPrincipal } from '../../src/iam/principal.ts'
import { parseXml } from '../../src/s3/xml.ts'
import type { Address, Level } from '../../src/s3/address.ts'
import type { Context, Method, Operation, OperationRequest, S3Response } from '../../src/s3/operation.ts'
import type { FactsOutcome, ObjectVersion } from '../../src/shard/rpc.ts'
import type { Bucket } from '../../src/store/buckets.ts'
import type { ListedObject, ListedUpload, Store } from '../../src/store/store.ts'

export const ownerId = 'a'.repeat(64)

export function bucketRecord(facts: Partial<Bucket> = {}): Bucket {
  return {
    name: 'photos',
    accountId: '111111111111',
    canonicalId: ownerId,
    displayName: 'alice',
    location: '',
    created: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
    shards: 2,
    versioning: 'unversioned',
    objectLock: false,
    ownership: 'BucketOwnerEnforced',
    configs: {},
    accountPublicAccessBlock: null,
    bucketId: 'bucket-1',
    catalog: 'CATALOG_0',
    ...facts,
  }
}

/** A store with these methods; calling any other one throws. */
export function storeWith(methods: Partial<Store>): Store {
  return new Proxy(methods as Store, {
    get(target, name) {
      const method = Reflect.get(target, name) as unknown
      if (method !== undefined) return method
      throw new Error(`The test gives no store.${String(name)}`)
    },
  })
}

/** A store that notes what setConfig is told, as `[bucket, name, value]`. */
export function configStore(outcome: 'stored' | 'missing' = 'stored') {
  const stored: [bucket: string, name: string, value: string | null][] = []
  const setConfig: Store['setConfig'] = async (bucket, name, value) => {
    stored.push([bucket.name, name, value])
    return { outcome }
  }
  return { stored, store: { setConfig } }
}

/** The same for setOwnership, as `[bucket, ownership]`. */
export function ownershipStore(outcome: 'stored' | 'missing' = 'stored') {
  const stored: [bucket: string, ownership: string][] = []
  const setOwnership: Store['setOwnership'] = async (bucket, ownership) => {
    stored.push([bucket.name, ownership])
    return { outcome }
  }
  return { stored, store: { setOwnership } }
}

/** The same for setAccountPublicAccessBlock, as `[accountId, value]`. */
export function accountBlockStore() {
  const stored: [accountId: string, value: string | null][] = []
  const setAccountPublicAccessBlock: Store['setAccountPublicAccessBlock'] = async (accountId, value) => {
    stored.push([accountId, value])
    return { outcome: 'stored' }
  }
  return { stored, store: { setAccountPublicAccessBlock } }
}

export function contextWith(store: Partial<Store> = {}, facts: Partial<Context> = {}): Context {
  const body = null as unknown as Context['body']
  return {
    store: storeWith(store),
    identity: {
      kind: 'account',
      accountId: '111111111111',
      canonicalId: ownerId,
      displayName: 'alice',
      accessKeyId: 'AKIDALICE',
      isRoot: false,
      principal: accountPrincipal('111111111111'),
      session: null,
    },
    bucket: bucketRecord(),
    body,
    authorise: () => Promise.resolve(),
    allows: () => Promise.resolve(true),
    judge: () => Promise.resolve(null),
    settle: () => Promise.resolve(),
    selectFanOut: null,
    selectDialect: 'extended',
    requestId: 'REQUEST',
    now: Date.UTC(2026, 0, 2),
    region: 'us-east-1',
    bucketUrl: 'http://s3/bucket',
    origin: 'http://127.0.0.1:9000',
    waitUntil() {},
    countSent() {},
    ...facts,
  }
}

export interface TestRequest {
  method?: Method
  headers?: Record<string, string>
  body?: string
}

/** A request for `/bucket/key?query` (nothing is decoded in the path), or `/v20180820/<account>`, as the pipeline would hand it over. */
export function requestFor(url: string, { method = 'GET', headers = {}, body = '' }: TestRequest = {}) {
  const mark = url.indexOf('?')
  const path = mark < 0 ? url : url.slice(0, mark)
  const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1))
  const request: OperationRequest<Level> = {
    method,
    address: addressOf(path),
    query: { get: (name) => query.get(name), has: (name) => query.has(name), names: () => [...query.keys()] },
    headers: new Headers(headers),
    // As the pipeline does it: a bucket policy is no XML.
    get xml() {
      return body === '' ? null : parseXml(body)
    },
    text: body,
  }
  return request
}

function addressOf(path: string): Address {
  const [, account] = /^\/v20180820\/(\d+)$/.exec(path) ?? []
  if (account !== undefined) return { level: 'account', accountId: account }
  const [bucket = '', ...key] = path.slice(1).split('/')
  if (bucket === '') return { level: 'service' }
  return key.length === 0 ? { level: 'bucket', bucket } : { level: 'object', bucket, key: key.join('/') }
}

/** Parses and runs, without asking for permission. */
export async function run(operation: Operation, url: string, context: Context, request: TestRequest = {}) {
  return operation.bind(requestFor(url, request)).run(context)
}

/** `s3:Action resource` of each permission the request needs. */
export function permissionsOf(operation: Operation, url: string, request: TestRequest = {}): string[] {
  const { permissions } = operation.bind(requestFor(url, request))
  return permissions.map(({ action, resource }) => `${action} ${resource}`)
}

export function listedObject(key: string, facts: Partial<ListedObject> = {}): ListedObject {
  return {
    key,
    versionId: 'null',
    isLatest: true,
    isDeleteMarker: false,
    etag: 'd41d8cd98f00b204e9800998ecf8427e',
    size: 5,
    modified: Date.UTC(2026, 1, 3, 4, 5, 6, 789),
    storageClass: 'STANDARD',
    checksumAlgorithm: 'CRC64NVME',
    checksumType: 'FULL_OBJECT',
    owner: '111111111111',
    ...facts,
  }
}

export function listedUpload(key: string, facts: Partial<ListedUpload> = {}): ListedUpload {
  return {
    key,
    uploadId: 'upload-1',
    initiated: Date.UTC(2026, 1, 3, 4, 5, 6, 789),
    storageClass: 'STANDARD',
    owner: '111111111111',
    checksumAlgorithm: null,
    checksumType: null,
    ...facts,
  }
}

/** A store whose `open` finds an object of these facts, whichever is asked for. */
export function foundObject(facts: Partial<ObjectVersion> = {}): Partial<Store> {
  const version: ObjectVersion = {
    etag: 'd41d8cd98f00b204e9800998ecf8427e',
    size: 5,
    headers: {},
    tags: {},
    checksum: null,
    storageClass: 'STANDARD',
    owner: '111111111111',
    versionId: 'null',
    modified: Date.UTC(2026, 1, 3),
    seq: 1,
    partsCount: 0,
    ...facts,
  }
  return { open: async () => ({ outcome: 'found', version, range: null, part: null, body: null }) }
}

/** A store whose `objectFacts` finds an object of these facts, whichever is asked for. */
export function foundFacts(facts: Partial<Extract<FactsOutcome, { outcome: 'found' }>> = {}): Partial<Store> {
  const found = { owner: '111111111111', acl: null, tags: {}, versionId: 'null', seq: 1, ...facts }
  return { objectFacts: async () => ({ ...found, outcome: 'found' }) }
}

/** The XML of an answer; an answer without is an error of the test. */
export function xmlOf({ body }: S3Response): string {
  if (typeof body === 'string') return body
  throw new Error('The answer has no XML')
}
