import { S3Error } from '../../errors.ts'
import { quoteEntityTag } from '../../http/etag.ts'
import { objectArn } from '../../iam/permission.ts'
import { checkKey } from '../address.ts'
import { checksumHeaders } from '../checksum-headers.ts'
import { storageClassHeader, storedHeaders } from '../object-headers.ts'
import { defineOperation } from '../operation.ts'
import { writeError } from '../outcomes.ts'
import { aclOfHeaders } from '../requested-acl.ts'
import { parseObjectTagging } from '../tagging.ts'
import { writtenVersionHeader } from '../version-id.ts'
import { checkObjectLock, encryptionHeaders, writePermissions } from '../write-headers.ts'
import { writtenAs } from '../written-acl.ts'
import { element, parseXml, xmlDeclaration } from '../xml.ts'
import type { PostForm } from '../../auth/post-form.ts'
import type { S3Response } from '../operation.ts'
import type { HeaderAcl } from '../requested-acl.ts'

/**
 * PostObject: an upload by an HTML form. Its signature, policy and size are checked where requests are authenticated.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 *
 * Differs from AWS: a form that carries an Authorization header as well is refused.
 */
export const postObject = defineOperation({
  name: 'PostObject',
  route: { method: 'POST', level: 'bucket' },
  body: 'form',
  refuses: encryptionHeaders,

  parse({ address, headers, form }) {
    return { bucket: address.bucket, upload: form === undefined ? null : uploadOf(form, headers) }
  },

  permissions({ bucket, upload }) {
    if (upload !== null) return writePermissions({ bucket, key: upload.key }, upload)
    // Without a form nobody knows the key.
    return [{ action: 's3:PutObject', resource: objectArn(bucket, '*') }]
  },

  async handle({ upload }, context) {
    const { store, bucket, bucketUrl, body } = context
    if (upload === null) {
      const Condition = 'Bucket POST must be of the enclosure-type multipart/form-data'
      throw new S3Error('PreconditionFailed', { fields: { Condition } })
    }
    const { key, stored, tags, storageClass, success } = upload
    const written = await writtenAs(upload.acl, key, context)
    checkObjectLock(upload.headers, bucket)
    const options = { headers: stored, tags, storageClass, ...written, conditions: null }
    const result = await store.put(bucket, key, body, options)
    if (result.outcome !== 'written') throw writeError(result, { bucket: bucket.name, key })
    const etag = quoteEntityTag(result.etag)
    const headers = {
      etag,
      ...checksumHeaders(result.checksum),
      ...writtenVersionHeader(bucket, result.versionId),
    }
    const location = `${bucketUrl}/${encodeURIComponent(key)}`
    return answer(success, { bucket: bucket.name, key, etag, location, headers })
  },
})

interface Upload {
  key: string
  headers: Headers
  acl: HeaderAcl
  stored: Record<string, string>
  tags: Record<string, string>
  storageClass: string
  success: Success
}

function uploadOf(form: PostForm, headers: Headers): Upload {
  const { fields } = form
  const key = fields.get('key') ?? ''
  checkKey(key)
  return {
    key,
    headers,
    acl: aclOfHeaders(headers, 'object'),
    stored: storedHeaders(headers),
    tags: tagsOf(fields.get('tagging') ?? ''),
    storageClass: storageClassHeader(headers) ?? 'STANDARD',
    success: successOf(form),
  }
}

function tagsOf(document: string): Record<string, string> {
  return document === '' ? {} : parseObjectTagging(parseXml(document))
}

type Success = { redirect: string } | { status: 200 | 201 | 204 }

/** What the form wants to be told: a redirect that can be one, else a status, else nothing. */
function successOf({ fields }: PostForm): Success {
  const redirect = fields.get('success_action_redirect') ?? fields.get('redirect') ?? ''
  // "If Amazon S3 cannot interpret the URL, it acts as if the field is not present."
  const url = /^https?:\/\//i.test(redirect) && URL.canParse(redirect) ? new URL(redirect).href : null
  if (url !== null) return { redirect: url }
  const status = fields.get('success_action_status')
  return { status: status === '200' ? 200 : status === '201' ? 201 : 204 }
}

interface Written {
  bucket: string
  key: string
  etag: string
  location: string
  headers: Record<string, string>
}

function answer(success: Success, { bucket, key, etag, location, headers }: Written): S3Response {
  if ('redirect' in success) {
    const told = Object.entries({ bucket, key, etag }).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    return { status: 303, headers: { ...headers, location: withQuery(success.redirect, told.join('&')) } }
  }
  const { status } = success
  if (status !== 201) return { status, headers: { ...headers, location } }
  const children = [
    element('Location', location),
    element('Bucket', bucket),
    element('Key', key),
    element('ETag', etag),
  ]
  return { status, headers: { ...headers, location }, body: xmlDeclaration + element('PostResponse', children) }
}

function withQuery(url: string, query: string): string {
  const [before = '', ...fragment] = url.split('#')
  const end = fragment.length === 0 ? '' : `#${fragment.join('#')}`
  return `${before}${before.includes('?') ? '&' : '?'}${query}${end}`
}
