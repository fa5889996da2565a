// The region a request was signed for, for records of the last use of keys. Says nothing of whether the signature holds.
// No I/O, no clock.

// `AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request`, in a header or percent-encoded in a URL.
const scope = /Credential=[^,&\s]{1,400}?(?:\/|%2F)\d{8}(?:\/|%2F)([\w-]+)(?:\/|%2F)\w+(?:\/|%2F)aws4_request/i

/** Null where the credential names none: Signature Version 2, 4A, or the form of a POST. */
export function credentialRegion(headers: Headers, url: string): string | null {
  return scope.exec(headers.get('authorization') ?? url)?.[1] ?? null
}
