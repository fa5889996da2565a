// Errors of the Query protocol: IAM's and STS's codes as data, and the one class that carries them.
// https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html

/** code → HTTP status. In alphabetical order. */
export const QUERY_ERRORS = {
  AccessDenied: 403,
  ConcurrentModification: 409,
  DeleteConflict: 409,
  EntityAlreadyExists: 409,
  ExpiredToken: 403,
  ExpiredTokenException: 400,
  IDPCommunicationError: 400,
  IDPRejectedClaim: 403,
  IncompleteSignature: 400,
  InternalFailure: 500,
  InvalidAction: 400,
  InvalidAuthenticationCode: 403,
  InvalidAuthorizationMessageException: 400,
  InvalidClientTokenId: 403,
  InvalidIdentityToken: 400,
  InvalidInput: 400,
  InvalidParameterCombination: 400,
  InvalidParameterValue: 400,
  LimitExceeded: 409,
  MalformedInput: 400,
  MalformedPolicyDocument: 400,
  MalformedQueryString: 404,
  MissingAction: 400,
  MissingAuthenticationToken: 403,
  MissingParameter: 400,
  NoSuchEntity: 404,
  NotImplemented: 501,
  PackedPolicyTooLarge: 400,
  PolicyEvaluation: 500,
  PolicyNotAttachable: 400,
  RequestExpired: 400,
  ServiceUnavailable: 503,
  SignatureDoesNotMatch: 403,
  Throttling: 400,
  UnmodifiableEntity: 400,
  ValidationError: 400,
} as const satisfies Record<string, number>

export type QueryErrorCode = keyof typeof QUERY_ERRORS

/** An error a client is told. `reason` is for the log only. */
export class QueryError extends Error {
  readonly code: QueryErrorCode
  readonly status: number
  readonly reason: string | undefined

  constructor(code: QueryErrorCode, message: string, reason?: string) {
    super(message)
    this.name = 'QueryError'
    this.code = code
    this.status = QUERY_ERRORS[code]
    this.reason = reason
  }
}
