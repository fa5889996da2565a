// An operation is one file with four fields in reading order: route, parse, permissions, handle.
import type { VerifiedBody } from '../auth/body.ts'
import type { Identity } from '../auth/identity.ts'
import type { PostForm } from '../auth/post-form.ts'
import type { Permission } from '../iam/permission.ts'
import type { Basis } from '../iam/basis.ts'
import type { FactsOutcome } from '../shard/rpc.ts'
import type { Dialect } from '../select/request.ts'
import type { Bucket } from '../store/buckets.ts'
import type { Store } from '../store/store.ts'
import type { SelectFanOut } from './select/on-nodes.ts'
import type { XmlElement } from './xml.ts'
import type { AddressAt, Level } from './address.ts'

export type Method = 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE' | 'OPTIONS'

/** What a request must look like. Specificity = number of conditions; the most specific route wins. */
export interface Route {
  method: Method
  level: Level
  /** Query parameters that must be present; `true` for any value. */
  query?: Record<string, string | true>
  /** A header that must be present, lower case. */
  header?: string
}

/** The query string, decoded; first value of each name. */
export interface Query {
  get(name: string): string | null
  has(name: string): boolean
  names(): string[]
}

/** What `parse` sees: everything of the request but a streamed body. */
export interface OperationRequest<L extends Level> {
  method: Method
  address: AddressAt<L>
  query: Query
  headers: Headers
  /** The parsed body, for operations with `body: 'xml'`; null when the body is empty. */
  xml: XmlElement | null
  /** The body as text, for operations with `body: 'xml'`. */
  text: string
  /** The fields of a form, for operations with `body: 'form'`; missing when the body is no form. */
  form?: PostForm
}

/** What `handle` may use. */
export interface Context {
  store: Store
  identity: Identity
  /** The bucket the address names; the pipeline loaded it (NoSuchBucket otherwise). Not for service-level calls. */
  bucket: Bucket
  /** The streamed body, for operations with `body: 'stream'`; the file, for those with `body: 'form'`. */
  body: VerifiedBody
  /** Throws AccessDenied unless the identity may do all of this to another bucket than the addressed one (copy source). */
  authorise(bucket: Bucket, permissions: Permission[]): Promise<void>
  /** The same question without the error; `basis` as `judge` gave it. */
  allows(bucket: Bucket, permissions: Permission[], basis?: Basis): Promise<boolean>
  /**
   * The same for an object that is not read yet: the source of a copy, or what gets tags. The answer says what it rests
   * on: nothing may be done where that does not hold. `again`: for the version that is there now.
   */
  judge(bucket: Bucket, permissions: Permission[], again?: 'again'): Promise<Basis>
  /**
   * For operations with `settles`: decides what depends on the object, now that it is known; throws AccessDenied. To be
   * called before anything of the object is told.
   */
  settle(facts: FactsOutcome): Promise<void>
  requestId: string
  /** Milliseconds since 1970. */
  now: number
  region: string
  /** Of queries, where neither the request nor its bucket names one. */
  selectDialect: Dialect
  /** How queries over large objects are answered in parts; null: they are not. */
  selectFanOut: SelectFanOut | null
  /** Scheme and host the client used: `http://127.0.0.1:9000`. */
  origin: string
  /** Where the client found the addressed bucket: `http://127.0.0.1:9000/photos`, `http://photos.localhost:9000`. */
  bucketUrl: string
  /** Keeps work alive after the answer. */
  waitUntil(work: Promise<unknown>): void
  /** Counts bytes of an answer whose length is not announced, as they are sent. */
  countSent(bytes: number): void
}

export interface S3Response {
  status: number
  /** Lower-case names. */
  headers?: Record<string, string>
  /** A string is XML (content-type application/xml is added); bytes and streams go out as they are. */
  body?: string | Uint8Array | ReadableStream<Uint8Array> | null
  /** Bytes of a streamed body, so that Content-Length goes out. */
  contentLength?: number
}

export interface OperationDefinition<L extends Level, Input> {
  /** As AWS spells it. */
  name: string
  route: Route & { level: L }
  /**
   * What the pipeline may read before `handle`. Default `none`: a body that comes is drained and ignored. `form`: the
   * fields of multipart/form-data, which say who it is from.
   */
  body?: 'none' | 'xml' | 'stream' | 'form'
  /** The bucket need not exist (CreateBucket). */
  bucketOptional?: true
  /** No signature is asked for (OPTIONS preflight). */
  anonymous?: true
  /** It reads the object anyway, and calls `settle` with what it found; or `judge`, and acts on what that rests on. */
  settles?: true
  /** Request headers answered NotImplemented when present, lower case. */
  refuses?: string[]
  /** Pure: throws S3Error on bad input. */
  parse(request: OperationRequest<L>): Input
  /** Pure: every permission the request needs. */
  permissions(input: Input): Permission[]
  handle(input: Input, context: Context): Promise<S3Response>
}

/** An operation whose Input type is closed over, so that the table holds one plain type. */
export interface Operation {
  name: string
  route: Route
  body: 'none' | 'xml' | 'stream' | 'form'
  bucketOptional: boolean
  anonymous: boolean
  settles: boolean
  refuses: string[]
  bind(request: OperationRequest<Level>): BoundOperation
}

/** A parsed request, ready to be authorised and run. */
export interface BoundOperation {
  permissions: Permission[]
  run(context: Context): Promise<S3Response>
}

/** Makes a table entry out of a definition. */
export function defineOperation<L extends Level, Input>(definition: OperationDefinition<L, Input>): Operation {
  return {
    name: definition.name,
    route: definition.route,
    body: definition.body ?? 'none',
    bucketOptional: definition.bucketOptional ?? false,
    anonymous: definition.anonymous ?? false,
    settles: definition.settles ?? false,
    refuses: definition.refuses ?? [],
    bind(request) {
      // The matcher hands over only requests of the route's level.
      const input = definition.parse(request as unknown as OperationRequest<L>)
      return {
        permissions: definition.permissions(input),
        run: (context) => definition.handle(input, context),
      }
    },
  }
}
