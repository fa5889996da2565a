import { parseObjectRead, readObject, readPermissions } from '../object-read.ts'
import { defineOperation } from '../operation.ts'
import { encryptionHeaders } from '../write-headers.ts'

/**
 * HeadObject: GetObject without the body; the same status, headers and errors.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 */
export const headObject = defineOperation({
  name: 'HeadObject',
  route: { method: 'HEAD', level: 'object' },
  settles: true,
  refuses: encryptionHeaders,
  parse: parseObjectRead,
  permissions: readPermissions,
  handle: (input, context) => readObject(input, context, 'HEAD'),
})
