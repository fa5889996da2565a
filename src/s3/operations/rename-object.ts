import { S3Error } from '../../errors.ts'
import { objectArn } from '../../iam/permission.ts'
import { parseWriteConditions } from '../../http/conditional.ts'
import { keyBytesMax } from '../../limits.ts'
import { invalidArgument } from '../invalid-argument.ts'
import { defineOperation } from '../operation.ts'
import { writeError } from '../outcomes.ts'

/**
 * RenameObject: give an object another key of the same bucket, atomically and without moving its bytes.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_RenameObject.html
 *
 * Differs from AWS: works in every bucket; x-amz-client-token is checked for its form but a retry of a rename that was
 * done is answered NoSuchKey; permissions are those of reading, deleting and writing instead of a session.
 */
export const renameObject = defineOperation({
  name: 'RenameObject',
  route: { method: 'PUT', level: 'object', query: { renameObject: true } },

  parse({ address, headers }) {
    checkClientToken(headers.get('x-amz-client-token'))
    const sourceKey = renameSource(headers.get('x-amz-rename-source'))
    if (sourceKey === address.key) {
      const message = 'The source and the destination of a rename must be different.'
      throw new S3Error('InvalidRequest', { message })
    }
    return {
      bucket: address.bucket,
      key: address.key,
      sourceKey,
      conditions: parseWriteConditions(headers),
      sourceConditions: parseWriteConditions(headers, 'x-amz-rename-source-'),
    }
  },

  permissions({ bucket, key, sourceKey }) {
    return [
      { action: 's3:GetObject', resource: objectArn(bucket, sourceKey) },
      { action: 's3:DeleteObject', resource: objectArn(bucket, sourceKey) },
      { action: 's3:PutObject', resource: objectArn(bucket, key) },
    ]
  },

  async handle({ key, sourceKey, conditions, sourceConditions }, { store, bucket }) {
    const result = await store.rename(bucket, { key, sourceKey, conditions, sourceConditions })
    // What is missing is the source: an If-Match on a destination that is not there says so as well.
    if (result.outcome !== 'written') throw writeError(result, { bucket: bucket.name, key: sourceKey })
    return { status: 200 }
  },
})

/** The key in x-amz-rename-source: URL-encoded, with or without a slash in front. */
function renameSource(header: string | null): string {
  const name = 'x-amz-rename-source'
  if (header === null || header === '') throw invalidArgument(name, '', `${name} must name the source key`)
  let decoded = ''
  try {
    decoded = decodeURIComponent(header).replace(/^\//, '')
  } catch {
    throw invalidArgument(name, header, 'Invalid rename source encoding.')
  }
  if (decoded === '') throw invalidArgument(name, header, `${name} must name the source key`)
  if (new TextEncoder().encode(decoded).length > keyBytesMax) throw new S3Error('KeyTooLongError')
  return decoded
}

/** "A unique string with a max of 64 ASCII characters in the ASCII range of 33 - 126." */
function checkClientToken(token: string | null): void {
  if (token === null || /^[\u0021-\u007E]{1,64}$/.test(token)) return
  throw invalidArgument('x-amz-client-token', token, 'The client token must be 1 to 64 printable ASCII characters')
}
