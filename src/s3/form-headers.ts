// Fields of a form upload as the headers they stand for, so that one set of rules reads both. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTForms.html
import { isFieldValue, isToken } from '../http/headers.ts'
import { invalidArgument } from './invalid-argument.ts'
import { encodeWord } from './user-metadata.ts'
import type { PostForm } from '../auth/post-form.ts'

const restHeaders = new Set([
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
])

/** The headers among the fields. Throws InvalidArgument for a name or value that no header can have. */
export function formHeaders({ fields }: PostForm): Headers {
  const headers = new Headers()
  for (const [field, value] of fields) {
    const name = field === 'acl' ? 'x-amz-acl' : field
    if (!restHeaders.has(name) && !name.startsWith('x-amz-')) continue
    if (!isToken(name) || !isFieldValue(value)) {
      throw invalidArgument(field, '', 'A form field that stands for a header must have a name and value of a header.')
    }
    // Header values have no characters but these; those of metadata may be encoded.
    headers.set(name, name.startsWith('x-amz-meta-') ? encodeWord(value) : value)
  }
  return headers
}
