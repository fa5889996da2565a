import { objectArn } from '../../iam/permission.ts'
import { defineOperation } from '../operation.ts'
import { openQuery } from '../select/engine.ts'
import { selectObject } from '../select/select-object.ts'
import { parseSelectQuery } from '../select/select-query.ts'
import { versionIdOf } from '../version-id.ts'
import { encryptionHeaders } from '../write-headers.ts'

/**
 * SelectObjectContent: the records of a CSV, JSON or Parquet object that an SQL statement asks for, as an event stream.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_SelectObjectContent.html
 *
 * Differs from AWS: more SQL unless the dialect is `aws`; ZSTD; a versionId; lines of JSON where Accept asks for them.
 * docs/select.md
 */
export const selectObjectContent = defineOperation({
  name: 'SelectObjectContent',
  route: { method: 'POST', level: 'object', query: { select: true } },
  body: 'xml',
  settles: true,
  refuses: encryptionHeaders,

  parse(request) {
    const { address, query, headers } = request
    const { bucket, key } = address
    return { bucket, key, versionId: versionIdOf(query), headers, ...parseSelectQuery(request) }
  },

  permissions({ bucket, key, versionId }) {
    const action = versionId === null ? 's3:GetObject' : 's3:GetObjectVersion'
    return [{ action, resource: objectArn(bucket, key) }]
  },

  handle: (query, context) => selectObject(query, context, openQuery),
})
