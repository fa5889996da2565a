// What a handler of the admin API answers, and the errors it knows. No I/O.

/** A JSON value that goes out as it is. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

export interface AdminAnswer {
  status: number
  /** Null for 204. */
  body: Json
  /** Lower-case names. */
  headers?: Record<string, string>
}

/** code → HTTP status. */
const ADMIN_ERRORS = {
  AccessDenied: 403,
  AccessKeyAlreadyExists: 409,
  AccountAlreadyExists: 409,
  AccountNotEmpty: 409,
  EntityTooLarge: 413,
  InternalError: 500,
  InvalidRequest: 400,
  LimitExceeded: 409,
  MethodNotAllowed: 405,
  NoSuchAccessKey: 404,
  NoSuchAccount: 404,
  NoSuchPolicy: 404,
  NoSuchServiceAccount: 404,
  NoSuchUser: 404,
  NoSuchBucket: 404,
  NoSuchPrincipal: 404,
  NotFound: 404,
  RootAccount: 409,
} as const satisfies Record<string, number>

export type AdminErrorCode = keyof typeof ADMIN_ERRORS

export function succeed(status: 200 | 201, body: Json): AdminAnswer {
  return { status, body }
}

export const noContent: AdminAnswer = { status: 204, body: null }

/** An error's body without its request id, which `handleAdmin` adds. */
export function refuse(code: AdminErrorCode, message: string, headers: Record<string, string> = {}): AdminAnswer {
  return { status: ADMIN_ERRORS[code], body: { error: { code, message } }, headers }
}
