// The one place that words refusals as AWS does: code, message and extra fields.
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
import { S3Error } from '../errors.ts'
import { clockSkewSecondsMax } from '../limits.ts'
import { hex, utf8 } from './sigv4.ts'
import type { CredentialProblem, Refusal } from './refusal.ts'

/** AWS's code, message and fields for a refusal. */
export function refusalError(refusal: Refusal): S3Error {
  // TypeScript cannot see that the entry found by a union's tag takes that member of the union.
  return (errors[refusal.reason] as (refusal: Refusal) => S3Error)(refusal)
}

/** Throws the refusal as the error S3 documents for it. */
export function refuse(refusal: Refusal): never {
  throw refusalError(refusal)
}

// A missing reason is a type error.
const errors: { [Reason in Refusal['reason']]: (refusal: Extract<Refusal, { reason: Reason }>) => S3Error } = {
  // AWS echoes the Authorization header as ArgumentValue; here it may be a password, so that only its scheme is told.
  'several-mechanisms': () =>
    argument(
      'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
      { ArgumentName: 'Authorization' },
    ),
  'authorization-without-space': () =>
    argument("Authorization header is invalid -- one and only one ' ' (space) required.", {
      ArgumentName: 'Authorization',
    }),
  'authorization-unsupported': ({ scheme }) =>
    argument('Unsupported Authorization Type', { ArgumentName: 'Authorization', ArgumentValue: scheme }),
  'signature-version-2': () =>
    invalid('The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.'),
  'signature-version-4a': () =>
    new S3Error('NotImplemented', {
      message: 'AWS4-ECDSA-P256-SHA256 signatures are not implemented. Please use AWS4-HMAC-SHA256.',
    }),
  'components-missing': () =>
    malformed('the authorization header requires three components: Credential, SignedHeaders, and Signature.'),
  credential: ({ place, detail }) =>
    place === 'header'
      ? malformed(credentialProblem(detail))
      : parameters(`Error parsing the X-Amz-Credential parameter; ${credentialProblem(detail)}`),
  'date-missing': () => denied('AWS authentication requires a valid Date or x-amz-date header'),
  'parameters-missing': () =>
    parameters(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    ),
  'algorithm-unsupported': () =>
    parameters('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"'),
  'parameter-date-format': () => parameters(`X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`),
  // A time that cannot be is 403 in ceph/s3-tests, like one that has passed.
  expires: ({ problem }) =>
    problem === 'not-a-number'
      ? parameters(expiresProblems[problem])
      : new S3Error('AccessDenied', { message: expiresProblems[problem] }),
  'headers-not-signed': ({ names }) =>
    denied('There were headers present in the request which were not signed', { HeadersNotSigned: names.join(', ') }),

  expired: ({ expiresSeconds, expires, now }) =>
    denied('Request has expired', {
      'X-Amz-Expires': String(expiresSeconds),
      Expires: isoSeconds(expires),
      ServerTime: isoSeconds(now),
    }),
  'not-yet-valid': ({ time, expires, now }) =>
    denied('Request is not yet valid', {
      'X-Amz-Date': String(time),
      Expires: isoSeconds(expires),
      ServerTime: isoSeconds(now),
    }),
  skewed: ({ timestamp, now }) =>
    new S3Error('RequestTimeTooSkewed', {
      fields: {
        RequestTime: timestamp,
        ServerTime: isoSeconds(now),
        MaxAllowedSkewMilliseconds: String(clockSkewSecondsMax * 1000),
      },
    }),

  'access-key-unknown': ({ accessKeyId }) =>
    new S3Error('InvalidAccessKeyId', { fields: { AWSAccessKeyId: accessKeyId } }),
  'signature-wrong': ({ evidence }) =>
    new S3Error('SignatureDoesNotMatch', {
      fields: {
        AWSAccessKeyId: evidence.accessKeyId,
        StringToSign: evidence.stringToSign,
        SignatureProvided: evidence.provided,
        StringToSignBytes: spacedHex(evidence.stringToSign),
        CanonicalRequest: evidence.canonicalRequest,
        CanonicalRequestBytes: spacedHex(evidence.canonicalRequest),
      },
    }),
  'token-invalid': () => new S3Error('InvalidToken'),
  'token-expired': () => new S3Error('ExpiredToken'),

  'payload-missing': () => invalid('Missing required header for this request: x-amz-content-sha256'),
  'payload-invalid': ({ value }) =>
    argument(`x-amz-content-sha256 must be ${payloadNames} or a valid sha256 value.`, {
      ArgumentName: 'x-amz-content-sha256',
      ArgumentValue: value,
    }),
  'payload-not-implemented': ({ value }) =>
    new S3Error('NotImplemented', { message: `The chunk encoding algorithm ${value} is not implemented.` }),
  'payload-signed-by-nobody': () =>
    invalid(
      "Anonymous requests don't support this x-amz-content-sha256 value. Please use UNSIGNED-PAYLOAD or STREAMING-UNSIGNED-PAYLOAD-TRAILER.",
    ),
  'length-missing': () => new S3Error('MissingContentLength'),
  'length-invalid': ({ header, value }) =>
    argument(`Value for ${header} header is invalid.`, { ArgumentName: header, ArgumentValue: value }),
  'body-incomplete': ({ what }) => new S3Error('IncompleteBody', { reason: what }),
  'chunk-too-small': ({ chunk, size }) =>
    new S3Error('InvalidChunkSizeError', { fields: { Chunk: String(chunk), BadChunkSize: String(size) } }),
  'trailer-malformed': ({ what }) => new S3Error('MalformedTrailerError', { reason: what }),
  'trailer-unsupported': () => invalid('The value specified in the x-amz-trailer header is not supported'),
  'payload-mismatch': ({ client, computed }) =>
    new S3Error('XAmzContentSHA256Mismatch', {
      fields: { ClientComputedContentSHA256: client, S3ComputedContentSHA256: computed },
    }),
  'message-too-long': () => new S3Error('MaxMessageLengthExceeded'),

  'md5-invalid': ({ value }) => new S3Error('InvalidDigest', { fields: { 'Content-MD5': value } }),
  'md5-mismatch': ({ client, computed }) =>
    new S3Error('BadDigest', { fields: { ExpectedDigest: client, CalculatedDigest: computed } }),
  // No value that could match: ceph/s3-tests asks for the code of one that does not.
  'checksum-invalid': ({ header, trailing }) =>
    new S3Error('BadDigest', { message: `Value for ${header} ${trailing ? 'trailing header' : 'header'} is invalid.` }),
  'checksum-name-unknown': () => invalid('The algorithm type you specified in x-amz-checksum- header is invalid.'),
  'checksums-several': () =>
    invalid('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.'),
  'checksum-mismatch': ({ algorithm }) =>
    new S3Error('BadDigest', {
      message: `The ${algorithm} you specified did not match the calculated checksum.`,
    }),
  'algorithm-unknown': () =>
    invalid(
      'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, MD5, SHA1, SHA256, SHA512, XXHASH128, XXHASH3, XXHASH64]',
    ),
  'algorithm-without-checksum': () =>
    invalid(
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    ),
  'algorithm-disagrees': ({ header }) => invalid(`Value for ${header} header is invalid.`),
}

const payloadNames =
  'UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, ' +
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, ' +
  'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER'

const expiresProblems = {
  'not-a-number': 'X-Amz-Expires should be a number',
  negative: 'X-Amz-Expires must be non-negative',
  'too-long':
    'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
}

function credentialProblem(detail: CredentialProblem): string {
  const { problem, found } = detail
  if (problem === 'date-format') {
    return `incorrect date format "${found}". This date in the credential must be in the format "yyyyMMdd".`
  }
  if (problem === 'service') return `incorrect service "${found}". This endpoint belongs to "s3".`
  if (problem === 'terminal') return `incorrect terminal "${found}". This endpoint uses "aws4_request".`
  if (problem === 'other-day') {
    return `Invalid credential date "${found}". This date is not the same as X-Amz-Date: "${detail.day}".`
  }
  return 'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".'
}

function argument(message: string, fields: Record<string, string>): S3Error {
  return new S3Error('InvalidArgument', { message, fields })
}

function malformed(problem: string): S3Error {
  return new S3Error('AuthorizationHeaderMalformed', { message: `The authorization header is malformed; ${problem}` })
}

function parameters(message: string): S3Error {
  return new S3Error('AuthorizationQueryParametersError', { message })
}

function denied(message: string, fields: Record<string, string> = {}): S3Error {
  return new S3Error('AccessDenied', { message, fields })
}

function invalid(message: string): S3Error {
  return new S3Error('InvalidRequest', { message })
}

/** `2013-05-24T00:00:00Z`. */
function isoSeconds(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`
}

/** `41 57 53`: a text's UTF-8, as AWS shows what it signed. */
function spacedHex(text: string): string {
  return hex(utf8(text)).replaceAll(/..(?=.)/g, '$& ')
}
