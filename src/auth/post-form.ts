// The fields of a form upload, and who it claims to be from. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTForms.html and …/RESTObjectPOST.html
import { baseName } from '../http/form-data.ts'
import { checkDay, isAlgorithm, parseCredential } from './credential.ts'
import { parseBasicDate } from './timestamp.ts'
import type { FormHead } from '../http/form-data.ts'
import type { ClaimOptions, Credential, SignedClaim } from './credential.ts'
import type { Refusal } from './refusal.ts'

/** What a form says beside its file. */
export interface PostForm {
  /** By lower-case name, `${filename}` filled in. */
  fields: ReadonlyMap<string, string>
}

/** What a form's signature says about itself; nothing of it is checked yet. */
export type FormClaim = {
  policy: string
  /** As the client wrote it. */
  signature: string
  securityToken: string | null
  accessKeyId: string
} & (({ version: 4; time: number } & Credential & Pick<SignedClaim, 'algorithm'>) | { version: 2 })

/** Fields of the signature itself, which no policy can name. */
export const signatureFields = { 2: ['awsaccesskeyid', 'signature'], 4: ['x-amz-signature'] } as const

// Never text a client writes: `$` cannot stand in them.
const verbatim = new Set(['policy', 'signature', 'x-amz-signature'])

/** The form's fields, or why there is no upload in it. */
export function readForm({ fields: sent, file }: FormHead): PostForm | Refusal {
  const filename = baseName(file?.filename ?? '')
  const fields = new Map<string, string>()
  for (const [spelling, value] of sent) {
    const name = spelling.toLowerCase()
    if (fields.has(name)) return { reason: 'form-field-repeated', field: name }
    // "The variable ${filename} … is recognized by all form fields."
    fields.set(name, verbatim.has(name) ? value : value.replaceAll('${filename}', () => filename))
  }
  const key = fields.get('key')
  if (key === undefined) return { reason: 'form-field-missing', field: 'key' }
  if (key === '') return { reason: 'form-key-empty' }
  return file === null ? { reason: 'form-file-missing' } : { fields }
}

const fieldsOf4 = ['policy', 'x-amz-algorithm', 'x-amz-credential', 'x-amz-date', 'x-amz-signature']
const spellingsOf2 = { policy: 'policy', awsaccesskeyid: 'AWSAccessKeyId', signature: 'signature' }

/** The form's claim; null when it makes none. A form that has one field of a signature has to have them all. */
export function parseFormClaim({ fields }: PostForm, options: ClaimOptions): FormClaim | Refusal | null {
  const isVersion4 = fieldsOf4.some((name) => name !== 'policy' && fields.has(name))
  const isVersion2 = fields.has('signature') || fields.has('awsaccesskeyid')
  if (isVersion4 && isVersion2) return { reason: 'several-mechanisms' }
  if (isVersion4) return parseClaim4(fields, options)
  if (!isVersion2 && !fields.has('policy')) return null
  if (!options.signatureV2) return { reason: 'signature-version-2' }
  for (const [name, field] of Object.entries(spellingsOf2)) {
    if (!fields.get(name)) return { reason: 'form-field-missing', field }
  }
  return {
    version: 2,
    policy: fields.get('policy') ?? '',
    signature: fields.get('signature') ?? '',
    securityToken: fields.get('x-amz-security-token') || null,
    accessKeyId: fields.get('awsaccesskeyid') ?? '',
  }
}

function parseClaim4(fields: ReadonlyMap<string, string>, options: ClaimOptions): FormClaim | Refusal {
  const missing = fieldsOf4.find((name) => !fields.has(name))
  if (missing !== undefined) return { reason: 'form-field-missing', field: missing }
  const text = (name: string) => fields.get(name) ?? ''
  const algorithm = text('x-amz-algorithm')
  if (!isAlgorithm(algorithm)) return { reason: 'form-algorithm', value: algorithm }
  const date = parseBasicDate(text('x-amz-date'))
  if (date === null) return { reason: 'form-date', value: text('x-amz-date') }
  const regionSet = fields.get('x-amz-region-set') ?? null
  const credential = parseCredential(text('x-amz-credential'), { algorithm, regionSet, ...options })
  if ('problem' in credential) return { reason: 'credential', place: 'form', detail: credential }
  const otherDay = checkDay(credential.scope.date, date.timestamp)
  if (otherDay !== null) return { reason: 'credential', place: 'form', detail: otherDay }
  return {
    version: 4,
    ...credential,
    algorithm,
    time: date.time,
    policy: text('policy'),
    signature: text('x-amz-signature'),
    securityToken: fields.get('x-amz-security-token') || null,
  }
}
