// The one place that words refusals as AWS does: code, message and extra fields.
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
import { S3Error } from '../errors.ts'
import { clockSkewSecondsMax, formHeadBytesMax } from '../limits.ts'
import { clockHint, evidenceFields } from './signature-evidence.ts'
import type { CredentialProblem, Place, Refusal } from './refusal.ts'

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
  'authorization-v2-malformed': () =>
    argument('AWS authorization header is invalid.  Expected AwsAccessKeyId:signature', {
      ArgumentName: 'Authorization',
    }),
  'parameters-v2-missing': () =>
    denied('Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters'),
  'expires-v2': ({ found }) => denied(`Invalid date (should be seconds since epoch): ${found}`),
  'components-missing': () =>
    malformed('the authorization header requires three components: Credential, SignedHeaders, and Signature.'),
  credential: ({ place, detail }) => credentialError(place, detail),
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
  'expired-v2': ({ expires, now }) =>
    denied('Request has expired', { Expires: isoSeconds(expires), ServerTime: isoSeconds(now) }),
  'not-yet-valid': ({ time, expires, now }) =>
    denied('Request is not yet valid', {
      'X-Amz-Date': String(time),
      Expires: isoSeconds(expires),
      ServerTime: isoSeconds(now),
    }),
  skewed: ({ timestamp, time, now }) =>
    new S3Error('RequestTimeTooSkewed', {
      fields: {
        RequestTime: timestamp,
        ServerTime: isoSeconds(now),
        MaxAllowedSkewMilliseconds: String(clockSkewSecondsMax * 1000),
        Hint: clockHint(time, now),
      },
    }),

  'access-key-unknown': ({ accessKeyId }) =>
    new S3Error('InvalidAccessKeyId', { fields: { AWSAccessKeyId: accessKeyId } }),
  'signature-wrong': ({ evidence }) => new S3Error('SignatureDoesNotMatch', { fields: evidenceFields(evidence) }),
  'token-invalid': () => new S3Error('InvalidToken'),
  'token-expired': () => new S3Error('ExpiredToken'),

  'payload-missing': () => invalid('Missing required header for this request: x-amz-content-sha256'),
  'payload-invalid': ({ value }) =>
    argument(`x-amz-content-sha256 must be ${payloadNames} or a valid sha256 value.`, {
      ArgumentName: 'x-amz-content-sha256',
      ArgumentValue: value,
    }),
  'payload-of-another-algorithm': ({ value, algorithm }) =>
    argument(`The x-amz-content-sha256 value is not one of ${algorithm} signatures.`, {
      ArgumentName: 'x-amz-content-sha256',
      ArgumentValue: value,
    }),
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

  // AWS's answers on the wire; its list of errors has other codes for some: UserKeyMustBeSpecified,
  // IncorrectNumberOfFilesInPostRequest. As recorded in https://github.com/transloadit/uppy-server/issues/57 and
  // https://github.com/itinance/react-native-fs/issues/992.
  'form-malformed': ({ what }) => new S3Error('MalformedPOSTRequest', { reason: what }),
  'form-too-long': () =>
    new S3Error('MaxPostPreDataLengthExceeded', {
      fields: { MaxPostPreDataLengthBytes: String(formHeadBytesMax) },
    }),
  'form-file-missing': () =>
    argument('POST requires exactly one file upload per request.', { ArgumentName: 'file', ArgumentValue: '0' }),
  'form-field-missing': ({ field }) =>
    argument(
      `Bucket POST must contain a field named '${field}'.  If it is specified, please check the order of the fields.`,
      { ArgumentName: field, ArgumentValue: '' },
    ),
  'form-field-repeated': ({ field }) =>
    argument(`Bucket POST must contain no more than one field named '${field}'.`, {
      ArgumentName: field,
      ArgumentValue: '',
    }),
  'form-key-empty': () =>
    argument('User key must have a length greater than 0.', { ArgumentName: 'key', ArgumentValue: '' }),
  'form-algorithm': ({ value }) =>
    argument('Only AWS4-HMAC-SHA256 is supported', { ArgumentName: 'X-Amz-Algorithm', ArgumentValue: value }),
  'form-date': ({ value }) =>
    argument('X-Amz-Date must be formated via ISO8601 Long format', {
      ArgumentName: 'X-Amz-Date',
      ArgumentValue: value,
    }),
  'policy-invalid': ({ problem }) => new S3Error('InvalidPolicyDocument', { message: `Invalid Policy: ${problem}` }),
  'policy-violated': ({ problem }) => denied(`Invalid according to Policy: ${problem}`),
  'file-too-large': ({ size, max }) =>
    new S3Error('EntityTooLarge', { fields: { ProposedSize: String(size), MaxSizeAllowed: String(max) } }),
  'file-too-small': ({ size, min }) =>
    new S3Error('EntityTooSmall', { fields: { ProposedSize: String(size), MinSizeAllowed: String(min) } }),

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

function credentialError(place: Place, detail: CredentialProblem): S3Error {
  const fields: Record<string, string> = detail.problem === 'region' ? { Region: detail.expected } : {}
  const problem = credentialProblem(detail)
  if (place === 'header') return malformed(problem, fields)
  if (place === 'query') return parameters(`Error parsing the X-Amz-Credential parameter; ${problem}`, fields)
  return argument(problem, { ArgumentName: 'x-amz-credential', ...fields })
}

function credentialProblem(detail: CredentialProblem): string {
  const { problem, found } = detail
  if (problem === 'region') return `the region '${found}' is wrong; expecting '${detail.expected}'`
  if (problem === 'region-set-missing') return 'the X-Amz-Region-Set is missing.'
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

function malformed(problem: string, fields: Record<string, string> = {}): S3Error {
  const message = `The authorization header is malformed; ${problem}`
  return new S3Error('AuthorizationHeaderMalformed', { message, fields })
}

function parameters(message: string, fields: Record<string, string> = {}): S3Error {
  return new S3Error('AuthorizationQueryParametersError', { message, fields })
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
