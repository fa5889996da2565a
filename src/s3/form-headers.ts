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

/** What is no property of the object, and so no field's to say. */
const ofTheRequest = new Set(['x-amz-expected-bucket-owner', 'x-amz-request-payer'])

/** The signature's own, which nobody else needs to see. */
const ofTheSignature = new Set([
  'x-amz-algorithm',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-region-set',
  'x-amz-security-token',
  'x-amz-signature',
])

/**
 * The headers that the fields stand for, and of those that were sent only the ones that no field could stand for: a form
 * is judged by its fields alone. Throws InvalidArgument for a name or value that no header can have.
 */
export function formHeaders({ fields }: PostForm, sent: Headers): Headers {
  const headers = new Headers()
  for (const [name, value] of sent) if (!isOfTheForm(name)) headers.set(name, value)
  for (const [field, value] of fields) {
    const name = field === 'acl' ? 'x-amz-acl' : field
    if (!isOfTheForm(name) || ofTheSignature.has(name)) continue
    if (!isToken(name) || !isFieldValue(value)) {
      throw invalidArgument(field, '', 'A form field that stands for a header must have a name and value of a header.')
    }
    // Header values have no characters but these; those of metadata may be encoded.
    headers.set(name, name.startsWith('x-amz-meta-') ? encodeWord(value) : value)
  }
  return headers
}

function isOfTheForm(name: string): boolean {
  return restHeaders.has(name) || (name.startsWith('x-amz-') && !ofTheRequest.has(name))
}
