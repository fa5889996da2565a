// A form upload: who it is from by its policy, and its file as a body. The fields are read whole, the file is not.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html
import { formBoundary, formDelimiter, parseFormHead } from '../http/form-data.ts'
import { isToken } from '../http/headers.ts'
import {
  drainBytesMax,
  drainMillisecondsMax,
  formHeadBytesMax,
  presignedSecondsMax,
  singleWriteBytesMax,
} from '../limits.ts'
import { BodySource } from './body-source.ts'
import { FormFile } from './form-file.ts'
import { parseFormClaim, readForm, signatureFields } from './post-form.ts'
import { checkPostPolicy, parsePostPolicy } from './post-policy.ts'
import { refuse } from './refusal-error.ts'
import { RequestBody } from './request-body.ts'
import { policyHint } from './signature-hint.ts'
import { liveSecrets, verifierFor, verifierV2 } from './verify-claim.ts'
import type { SignatureFacts } from './authenticate.ts'
import type { ClaimOptions } from './credential.ts'
import type { AccessKey, Identity, KeyLookup } from './identity.ts'
import type { FormClaim, PostForm } from './post-form.ts'
import type { Verifier } from './verifier.ts'

export interface FormRequest {
  method: string
  headers: Headers
  body: ReadableStream<Uint8Array> | null
  /** The bucket that the request addresses. */
  bucket: string
  /** Milliseconds since 1970. */
  now: number
}

export interface AuthenticatedForm {
  identity: Identity
  signature: SignatureFacts | null
  body: RequestBody
  form: PostForm
}

/** Throws S3Error for a form that is none, a signature that is wrong, a policy that is not met. Then the body is drained. */
export async function authenticateForm(
  request: FormRequest,
  lookup: KeyLookup,
  options: ClaimOptions,
): Promise<AuthenticatedForm> {
  const source = new BodySource(request.body)
  try {
    const { form, file, delimiter, headBytes } = await readHead(request, source)
    const { identity, signature, size } = await identify(form, request, { lookup, options })
    const announced = announcedBytes(request.headers, headBytes + delimiter.length)
    const held = file
    const content = new FormFile(source, { held, delimiter, size, announced })
    const body = new RequestBody(content, {
      method: request.method,
      headers: digestHeaders(form),
      payload: { kind: 'unsigned' },
      signing: null,
      hoisted: new Map(),
      checksumsDescribeBody: true,
    })
    return { identity, signature, body, form }
  } catch (error) {
    // The pipeline knows no body to drain before there is one, so that the client sees its answer.
    await source.drain(drainBytesMax, drainMillisecondsMax)
    throw error
  }
}

interface Head {
  form: PostForm
  /** The first bytes of the file, and perhaps all. */
  file: Uint8Array
  delimiter: Uint8Array
  /** Before the file. */
  headBytes: number
}

async function readHead({ headers }: FormRequest, source: BodySource): Promise<Head> {
  const boundary = formBoundary(headers.get('content-type') ?? '')
  if (boundary === null) return refuse({ reason: 'form-malformed', what: 'no usable boundary in Content-Type' })
  const bytes = (await source.read(formHeadBytesMax)) ?? new Uint8Array(0)
  const parsed = parseFormHead({ bytes, isWhole: source.ended }, boundary, 'file')
  if (parsed.outcome === 'malformed') return refuse({ reason: 'form-malformed', what: parsed.what })
  if (parsed.outcome === 'too-long') return refuse({ reason: 'form-too-long' })
  const form = readForm(parsed.head)
  if ('reason' in form) return refuse(form)
  const headBytes = parsed.head.file?.start ?? bytes.length
  return { form, file: bytes.subarray(headBytes), delimiter: formDelimiter(boundary), headBytes }
}

interface Identified {
  identity: Identity
  signature: SignatureFacts | null
  /** What the file may have, inclusive. */
  size: { min: number; max: number }
}

async function identify(
  form: PostForm,
  { bucket, now }: FormRequest,
  { lookup, options }: { lookup: KeyLookup; options: ClaimOptions },
): Promise<Identified> {
  const claim = parseFormClaim(form, options)
  if (claim === null) {
    return { identity: { kind: 'anonymous' }, signature: null, size: { min: 0, max: singleWriteBytesMax } }
  }
  if ('reason' in claim) return refuse(claim)
  const accessKey = await lookup(claim.accessKeyId, claim.securityToken)
  if (accessKey === 'token-invalid' || accessKey === 'token-expired') return refuse({ reason: accessKey })
  if (accessKey === null || accessKey.disabled) {
    return refuse({ reason: 'access-key-unknown', accessKeyId: claim.accessKeyId })
  }
  await verifyPolicy(claim, accessKey, now)

  const policy = parsePostPolicy(claim.policy)
  if ('problem' in policy) return refuse({ reason: 'policy-invalid', problem: policy.problem })
  // A key derived for a day signs for a week, as for presigned URLs.
  const isStale = claim.version === 4 && now > claim.time + presignedSecondsMax * 1000
  const problem = isStale
    ? { problem: 'Policy expired.' }
    : checkPostPolicy(policy, { fields: form.fields, bucket, exempt: signatureFields[claim.version], now })
  if (problem !== null) return refuse({ reason: 'policy-violated', problem: problem.problem })
  const { min, max } = policy.size
  return {
    identity: accessKey.identity,
    signature: {
      authType: 'POST',
      version: claim.version === 4 ? claim.algorithm : 'AWS',
      // Version 2 says until when, and not since when.
      ageMilliseconds: claim.version === 4 ? now - claim.time : null,
    },
    size: { min, max: Math.min(max ?? singleWriteBytesMax, singleWriteBytesMax) },
  }
}

/** The policy, as it was sent, is what is signed. */
async function verifyPolicy(claim: FormClaim, accessKey: AccessKey, now: number): Promise<void> {
  for (const [name, secret] of liveSecrets(accessKey)) {
    const verifier = await verifierOf(claim, name, secret)
    if (await verifier.matches(claim.policy, claim.signature)) return
  }
  const { accessKeyId, signature, policy } = claim
  const hint = await policyHint(claim, {
    secret: accessKey.secret,
    now,
    verifierOf: (secret) => verifierOf(claim, 'hint', secret),
  })
  const evidence = { accessKeyId, provided: signature, stringToSign: policy, canonicalRequest: null, hint }
  refuse({ reason: 'signature-wrong', evidence })
}

function verifierOf(claim: FormClaim, name: string, secret: string): Promise<Verifier> {
  return claim.version === 4 ? verifierFor(claim, name, secret) : verifierV2(claim.accessKeyId, name, secret)
}

/** The file's bytes if the form ends with it, by Content-Length; null when that is not told. */
function announcedBytes(headers: Headers, around: number): number | null {
  const length = headers.get('content-length')
  if (length === null || !/^\d{1,15}$/.test(length)) return null
  // `--` and a line end follow the last boundary.
  return Math.max(Number(length) - around - 4, 0)
}

/** Fields that say what the file digests to, as the headers they stand for. */
function digestHeaders({ fields }: PostForm): Headers {
  const headers = new Headers()
  for (const [name, value] of fields) {
    if (name !== 'content-md5' && !name.startsWith('x-amz-checksum-') && name !== 'x-amz-sdk-checksum-algorithm')
      continue
    if (!isToken(name) || !/^[\x20-\x7e]*$/.test(value)) {
      refuse({ reason: 'checksum-invalid', header: name, trailing: false })
    }
    headers.set(name, value)
  }
  return headers
}
