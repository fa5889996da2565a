import { S3Error } from '../../errors.ts'
import { bucketArn } from '../../iam/permission.ts'
import { defineOperation } from '../operation.ts'
import { openQueryOfMany } from '../select/engine.ts'
import { selectMany } from '../select/select-many.ts'
import { parseSelectQuery } from '../select/select-query.ts'
import { encryptionHeaders } from '../write-headers.ts'

/**
 * SelectObjects: SelectObjectContent over every object whose key begins with a prefix, in the order of the keys, as if they
 * were one; `_key` is a column. Not an operation of AWS. docs/select.md
 */
export const selectObjects = defineOperation({
  name: 'SelectObjects',
  route: { method: 'POST', level: 'bucket', query: { select: true } },
  body: 'xml',
  refuses: encryptionHeaders,

  parse(request) {
    const { address, query, headers } = request
    const parsed = parseSelectQuery(request)
    if (parsed.document.scanRange !== null) throw new S3Error('UnsupportedScanRangeInput')
    return { bucket: address.bucket, prefix: query.get('prefix') ?? '', headers, ...parsed }
  },

  // Each object is authorised by itself when its turn comes.
  permissions({ bucket }) {
    return [{ action: 's3:ListBucket', resource: bucketArn(bucket) }]
  },

  handle: (query, context) => selectMany(query, context, openQueryOfMany),
})
