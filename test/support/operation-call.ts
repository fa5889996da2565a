// Calls one operation without a pipeline: parse, permissions and handle against a store written by hand.
import { accountPrincipal } from '../../src/iam/principal.ts'
import { S3Error } from '../../src/errors.ts'
import { formHeaders } from '../../src/s3/form-headers.ts'
import { parseXml } from '../../src/s3/xml.ts'
import type { BodyDigests, VerifiedBody } from '../../src/auth/body.ts'
import type { Identity } from '../../src/auth/identity.ts'
import type { AddressAt, Level } from '../../src/s3/address.ts'
import type { PostForm } from '../../src/auth/post-form.ts'
import type { Permission } from '../../src/iam/permission.ts'
import type { Context, Operation, S3Response } from '../../src/s3/operation.ts'
import type { ObjectVersion, UploadFacts } from '../../src/shard/rpc.ts'
import type { Bucket } from '../../src/store/buckets.ts'
import type { Store } from '../../src/store/store.ts'

export interface Call {
  bucket?: Partial<Bucket>
  key?: string
  query?: Record<string, string>
  headers?: Record<string, string>
  xml?: string
  /** Fields of a form by lower-case name. */
  form?: Record<string, string>
  store?: Partial<Store>
  identity?: Identity
  body?: Partial<VerifiedBody>
  /** What is found may not be read; what is judged again may not be used. */
  unsettled?: true
  /** Actions refused by `authorise`, as `action resource`. */
  refused?: string[]
}

/** Of the bucket, unless a call says otherwise. */
export const owner: Extract<Identity, { kind: 'account' }> = {
  kind: 'account',
  accountId: '111122223333',
  canonicalId: 'c'.repeat(64),
  displayName: 'Owner',
  accessKeyId: 'AK',
  isRoot: false,
  principal: accountPrincipal('111122223333'),
  session: null,
}

/** Another account than the bucket's. */
export const stranger: Identity = {
  ...owner,
  accountId: '222222222222',
  canonicalId: 'd'.repeat(64),
  principal: accountPrincipal('222222222222'),
}

/** Sun, 06 Nov 1994 08:49:37 GMT. */
export const modified = 784111777000

export function bucketOf(changes: Partial<Bucket> = {}): Bucket {
  return {
    bucketId: 'id',
    catalog: 'CATALOG_0',
    name: 'bucket',
    accountId: '111122223333',
    canonicalId: 'c'.repeat(64),
    displayName: 'Owner',
    location: '',
    created: 0,
    shards: 2,
    versioning: 'unversioned',
    objectLock: false,
    ownership: 'BucketOwnerEnforced',
    configs: {},
    accountPublicAccessBlock: null,
    ...changes,
  }
}

export function versionOf(changes: Partial<ObjectVersion> = {}): ObjectVersion {
  return {
    etag: 'abc',
    size: 10,
    headers: { 'content-type': 'text/plain' },
    tags: {},
    checksum: { algorithm: 'CRC32', type: 'FULL_OBJECT', value: 'AAAAAA==' },
    storageClass: 'STANDARD',
    owner: '111122223333',
    versionId: 'null',
    modified,
    partsCount: 0,
    seq: 1,
    ...changes,
  }
}

export function uploadOf(changes: Partial<UploadFacts> = {}): UploadFacts {
  return {
    uploadId: 'u',
    key: 'key',
    initiated: modified,
    headers: {},
    tags: {},
    checksumAlgorithm: null,
    checksumType: null,
    storageClass: 'STANDARD',
    owner: '111122223333',
    ...changes,
  }
}

export function bodyOf(changes: Partial<VerifiedBody> = {}): VerifiedBody {
  return {
    length: 3,
    algorithm: null,
    want() {},
    read: () => Promise.resolve(null),
    verify: () => Promise.resolve<BodyDigests>({ size: 3, md5: '', checksum: null }),
    ...changes,
  }
}

/** A store with these methods; any other one called is an error. */
export function storeOf(methods: Partial<Store>): Store {
  return new Proxy(methods, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name)
      if (method === undefined) throw new Error(`Unexpected store.${String(name)}()`)
      return method
    },
  }) as Store
}

function formOf(fields: Record<string, string>): PostForm {
  return { fields: new Map(Object.entries(fields)) }
}

function bind(operation: Operation, call: Call) {
  const { level } = operation.route
  const name = call.bucket?.name ?? 'bucket'
  const query = call.query ?? {}
  const addresses: { [L in Level]: AddressAt<L> } = {
    service: { level: 'service' },
    account: { level: 'account', accountId: owner.accountId },
    bucket: { level: 'bucket', bucket: name },
    object: { level: 'object', bucket: name, key: call.key ?? 'key' },
  }
  return operation.bind({
    method: operation.route.method,
    address: addresses[level],
    query: {
      get: (key) => query[key] ?? null,
      has: (key) => key in query,
      names: () => Object.keys(query),
    },
    headers:
      call.form === undefined ? new Headers(call.headers) : formHeaders(formOf(call.form), new Headers(call.headers)),
    xml: call.xml === undefined ? null : parseXml(call.xml),
    text: call.xml ?? '',
    ...(call.form !== undefined && { form: formOf(call.form) }),
  })
}

/** `s3:GetObject arn:aws:s3:::bucket/key`, of parse and permissions alone. */
export function permissionsOf(operation: Operation, call: Call): string[] {
  return bind(operation, call).permissions.map(permissionText)
}

function allowed(call: Call, permissions: Permission[]): boolean {
  return !permissions.some((permission) => call.refused?.includes(permissionText(permission)) === true)
}

function permissionText({ action, resource }: Permission): string {
  return `${action} ${resource}`
}

export async function answerOf(operation: Operation, call: Call): Promise<S3Response> {
  const context: Context = {
    store: storeOf(call.store ?? {}),
    identity: call.identity ?? owner,
    bucket: bucketOf(call.bucket),
    body: bodyOf(call.body),
    async authorise(_, permissions) {
      if (!allowed(call, permissions)) throw new S3Error('AccessDenied')
    },
    allows: (_, permissions) => Promise.resolve(allowed(call, permissions)),
    async judge(_, permissions, again) {
      if (!allowed(call, permissions)) throw new S3Error('AccessDenied')
      if (again !== undefined && call.unsettled === true) throw new S3Error('AccessDenied')
      return again === undefined ? { owner: '111122223333' } : { seq: 7 }
    },
    async settle(facts) {
      if (call.unsettled === true && facts.outcome === 'found') throw new S3Error('AccessDenied')
    },
    selectFanOut: null,
    selectDialect: 'extended',
    requestId: 'REQUEST',
    now: modified,
    region: 'us-east-1',
    origin: 'http://127.0.0.1:9000',
    bucketUrl: 'http://127.0.0.1:9000/bucket',
    waitUntil() {},
    countSent() {},
  }
  return bind(operation, call).run(context)
}

/** The S3Error of a call, as `{ status, code, message, fields, headers }`. Fails when the call succeeds. */
export async function errorOf(operation: Operation, call: Call) {
  try {
    await answerOf(operation, call)
  } catch (error) {
    if (!(error instanceof S3Error)) throw error
    const { status, code, message, fields, headers } = error
    return { status, code, message, fields, headers }
  }
  throw new Error('The call succeeded')
}

/** `404 NoSuchKey`. */
export async function codeOf(operation: Operation, call: Call): Promise<string> {
  const { status, code } = await errorOf(operation, call)
  return `${status} ${code}`
}

/** A body as text, streamed or not. */
export async function textOf(response: S3Response): Promise<string> {
  const { body } = response
  if (body === undefined || body === null) return ''
  return typeof body === 'string' ? body : new Response(body as BodyInit).text()
}

/** What an XML answer says, without declaration and namespace. */
export async function xmlOf(response: S3Response): Promise<string> {
  const text = await textOf(response)
  return text.replace(/^<\?xml[^>]*>\s*/, '').replace(' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"', '')
}
