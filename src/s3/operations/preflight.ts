import { S3Error } from '../../errors.ts'
import { checkPreflight, corsHeaders } from '../cors.ts'
import { defineOperation } from '../operation.ts'
import type { Address, Level } from '../address.ts'
import type { Context, Operation, S3Response } from '../operation.ts'

interface Input {
  /** Null at service level. */
  bucket: string | null
  resourceType: 'BUCKET' | 'OBJECT'
  origin: string
  /** Access-Control-Request-Method. */
  method: string | null
  requestHeaders: string | null
}

/**
 * The CORS preflight: a browser asks, without credentials, whether it may send a request from another origin. One
 * operation for each level of address, all the same.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/RESTOPTIONSobject.html
 */
export const preflight: Operation[] = [preflightAt('service'), preflightAt('bucket'), preflightAt('object')]

function preflightAt(level: Level): Operation {
  return defineOperation<Level, Input>({
    name: 'OptionsObject',
    route: { method: 'OPTIONS', level },
    bucketOptional: true,
    anonymous: true,

    parse({ address, headers }: { address: Address; headers: Headers }) {
      const origin = headers.get('origin')
      if (origin === null) {
        throw new S3Error('BadRequest', { message: 'Insufficient information. Origin request header needed.' })
      }
      return {
        bucket: 'bucket' in address ? address.bucket : null,
        resourceType: address.level === 'object' ? 'OBJECT' : 'BUCKET',
        origin,
        method: headers.get('access-control-request-method'),
        requestHeaders: headers.get('access-control-request-headers'),
      }
    },

    permissions() {
      return []
    },

    handle: answer,
  })
}

async function answer(input: Input, { store }: Context): Promise<S3Response> {
  const { origin, requestHeaders } = input
  // AWS looks for the bucket and its rules before it looks at the method.
  const bucket = input.bucket === null ? null : await store.bucket(input.bucket)
  if (bucket === null) throw forbidden(input, 'BUCKET', 'CORSResponse: Bucket not found')
  const config = bucket.configs.cors
  if (config === undefined) throw forbidden(input, 'BUCKET', 'CORSResponse: CORS is not enabled for this bucket.')
  const method = checkPreflight(input)
  const headers = corsHeaders(config, { origin, method, requestHeaders })
  if (headers === null) throw forbidden(input, input.resourceType)
  return { status: 200, headers, body: null }
}

/** AccessForbidden, by default with AWS's message for a request that no rule allows. */
function forbidden({ method }: Input, resourceType: string, message?: string): S3Error {
  const fields = { Method: method ?? 'OPTIONS', ResourceType: resourceType }
  return new S3Error('AccessForbidden', message === undefined ? { fields } : { message, fields })
}
