import { parseObjectRead, readObject, readPermissions } from '../object-read.ts'
import { defineOperation } from '../operation.ts'
import { encryptionHeaders } from '../write-headers.ts'

/**
 * GetObject: read an object, byte ranges of it, or one of its parts.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 *
 * Differs from AWS: several ranges are answered as multipart/byteranges (AWS sends the whole object); objects of the
 * archive storage classes are readable at once.
 */
export const getObject = defineOperation({
  name: 'GetObject',
  route: { method: 'GET', level: 'object' },
  settles: true,
  refuses: encryptionHeaders,
  parse: parseObjectRead,
  permissions: readPermissions,
  handle: (input, context) => readObject(input, context, 'GET'),
})
