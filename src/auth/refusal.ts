// Why a request or its body is refused, as data. Pure rules return these; `refusal-error.ts` words them as AWS does.
import type { ChecksumAlgorithm } from '../kernels/checksum.ts'

/** Where the signature was given: it decides the error code. */
export type Place = 'header' | 'query' | 'form'

/** What is wrong with `<access key>/<date>/<region>/<service>/aws4_request`; `found` is the offending part. */
export type CredentialProblem =
  | { problem: 'malformed'; found: string }
  | { problem: 'date-format'; found: string }
  | { problem: 'service'; found: string }
  | { problem: 'terminal'; found: string }
  /** `day` is the one of the request's date. */
  | { problem: 'other-day'; found: string; day: string }
  /** `expected` is the only region there is. */
  | { problem: 'region'; found: string; expected: string }
  /** Signature Version 4A without X-Amz-Region-Set. */
  | { problem: 'region-set-missing'; found: string }

/** What SignatureDoesNotMatch shows, so that a client's author can compare. */
export interface SignatureEvidence {
  accessKeyId: string
  provided: string
  stringToSign: string
  /** Null where none is signed: Signature Version 2, forms. */
  canonicalRequest: string | null
  /** What probably went wrong; null when nobody looked. */
  hint: string | null
}

export type Refusal =
  // The claim.
  | { reason: 'several-mechanisms' }
  | { reason: 'authorization-without-space' }
  | { reason: 'authorization-unsupported'; scheme: string }
  | { reason: 'signature-version-2' }
  | { reason: 'authorization-v2-malformed' }
  | { reason: 'parameters-v2-missing' }
  | { reason: 'expires-v2'; found: string }
  | { reason: 'components-missing' }
  | { reason: 'credential'; place: Place; detail: CredentialProblem }
  | { reason: 'date-missing' }
  | { reason: 'parameters-missing' }
  | { reason: 'algorithm-unsupported' }
  | { reason: 'parameter-date-format' }
  | { reason: 'expires'; problem: 'not-a-number' | 'negative' | 'too-long' }
  | { reason: 'headers-not-signed'; names: readonly string[] }
  // Its time.
  | { reason: 'expired'; expiresSeconds: number; expires: number; now: number }
  | { reason: 'expired-v2'; expires: number; now: number }
  | { reason: 'not-yet-valid'; time: number; expires: number; now: number }
  | { reason: 'skewed'; timestamp: string; time: number; now: number }
  // Its truth.
  | { reason: 'access-key-unknown'; accessKeyId: string }
  | { reason: 'signature-wrong'; evidence: SignatureEvidence }
  | { reason: 'token-invalid' }
  | { reason: 'token-expired' }
  // The payload.
  | { reason: 'payload-missing' }
  | { reason: 'payload-invalid'; value: string }
  | { reason: 'payload-of-another-algorithm'; value: string; algorithm: string }
  | { reason: 'payload-signed-by-nobody' }
  | { reason: 'length-missing' }
  | { reason: 'length-invalid'; header: string; value: string }
  | { reason: 'body-incomplete'; what: string }
  | { reason: 'chunk-too-small'; chunk: number; size: number }
  | { reason: 'trailer-malformed'; what: string }
  | { reason: 'trailer-unsupported' }
  | { reason: 'payload-mismatch'; client: string; computed: string }
  | { reason: 'message-too-long' }
  // A form.
  | { reason: 'form-malformed'; what: string }
  | { reason: 'form-too-long' }
  | { reason: 'form-file-missing' }
  | { reason: 'form-field-missing'; field: string }
  | { reason: 'form-field-repeated'; field: string }
  | { reason: 'form-key-empty' }
  | { reason: 'form-algorithm'; value: string }
  | { reason: 'form-date'; value: string }
  | { reason: 'policy-invalid'; problem: string }
  | { reason: 'policy-violated'; problem: string }
  /** `size` is what is known of it. */
  | { reason: 'file-too-large'; size: number; max: number }
  | { reason: 'file-too-small'; size: number; min: number }
  // Digests.
  | { reason: 'md5-invalid'; value: string }
  | { reason: 'md5-mismatch'; client: string; computed: string }
  | { reason: 'checksum-invalid'; header: string; trailing: boolean }
  | { reason: 'checksum-name-unknown' }
  | { reason: 'checksums-several' }
  | { reason: 'checksum-mismatch'; algorithm: ChecksumAlgorithm }
  | { reason: 'algorithm-unknown' }
  | { reason: 'algorithm-without-checksum' }
  | { reason: 'algorithm-disagrees'; header: string }
