// Which access key a request says it was signed with, whether or not that holds: for the record of a refused one. Pure.

/**
 * Ids have 20 characters on AWS; imported ones may have others. A secret, given in the place of its id by mistake, has 40:
 * what is that long is not repeated.
 */
const idPattern = /^[\w.-]{1,32}$/

/** The id as the request names it in its header or its query; null where none is named. Nothing of it was verified. */
export function claimedAccessKeyId(headers: Headers, rawQuery: string): string | null {
  const claimed = ofAuthorization(headers.get('authorization') ?? '') ?? ofQuery(rawQuery)
  return claimed !== null && idPattern.test(claimed) ? claimed : null
}

/** `AWS4-HMAC-SHA256 Credential=<id>/<date>/…` and `AWS <id>:<signature>`. */
function ofAuthorization(authorization: string): string | null {
  const credential = /\bCredential=([^,\s]+)/.exec(authorization)?.[1]
  if (credential !== undefined) return ofCredential(credential)
  return /^AWS ([^:\s]+):/.exec(authorization)?.[1] ?? null
}

/** `X-Amz-Credential=<id>%2F<date>%2F…` and `AWSAccessKeyId=<id>`. */
function ofQuery(rawQuery: string): string | null {
  const credential = /(?:^|&)X-Amz-Credential=([^&]+)/i.exec(rawQuery)?.[1]
  if (credential !== undefined) return ofCredential(credential.replaceAll(/%2f/gi, '/'))
  return /(?:^|&)AWSAccessKeyId=([^&]+)/i.exec(rawQuery)?.[1] ?? null
}

/** The id is what stands before date, region, service and `aws4_request`; SigV4A's credentials name no region. */
function ofCredential(credential: string): string {
  return credential.replace(/(?:\/[^/]*){3,4}$/, '')
}
