// What SignatureDoesNotMatch and RequestTimeTooSkewed show beside their messages. Pure.
import { hex, utf8 } from './sigv4.ts'
import type { SignatureEvidence } from './refusal.ts'

/**
 * AWS's fields, and a hint. A session token is half a credential and a customer's encryption key is a secret: they are not
 * repeated, so that a canonical request that has one does not hash to what the string to sign says.
 */
export function evidenceFields(evidence: SignatureEvidence): Record<string, string> {
  const { accessKeyId, provided, stringToSign, hint } = evidence
  const toSign = withoutSecrets(stringToSign)
  const fields: Record<string, string> = {
    AWSAccessKeyId: accessKeyId,
    StringToSign: toSign,
    SignatureProvided: provided,
    StringToSignBytes: spacedHex(toSign),
  }
  if (evidence.canonicalRequest !== null) {
    const canonicalRequest = withoutSecrets(evidence.canonicalRequest)
    fields['CanonicalRequest'] = canonicalRequest
    fields['CanonicalRequestBytes'] = spacedHex(canonicalRequest)
  }
  if (hint !== null) fields['Hint'] = hint
  return fields
}

/** By how much a clock is wrong, and whether it looks like a time zone. Milliseconds since 1970. */
export function clockHint(time: number, now: number): string {
  const minutes = Math.round(Math.abs(now - time) / 60_000)
  const direction = time < now ? 'behind' : 'ahead of'
  const zone = minutes % 60 === 0 && minutes <= 14 * 60 ? ' Local time may have been sent as UTC.' : ''
  return `The clock of the client is about ${minutes} minutes ${direction} that of the server.${zone}`
}

function withoutSecrets(text: string): string {
  return text
    .replaceAll(/^(x-amz-security-token:|x-amz-.*customer-key:).*$/gim, '$1…')
    .replaceAll(secretParameters, '$1…')
}

const secretParameters = /((?:^|[&?\n])x-amz-security-token=)[^&\n]*/gi

/** `41 57 53`: a text's UTF-8, as AWS shows what it signed. */
function spacedHex(text: string): string {
  return hex(utf8(text)).replaceAll(/..(?=.)/g, '$& ')
}
