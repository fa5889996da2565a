// Field names and values. RFC 9110 section 5. No I/O, no clock.

/**
 * The members of a comma-separated list without the space around them. A recipient reads empty ones as nothing: RFC 9110
 * section 5.6.1.2.
 */
export function listMembers(value: string): string[] {
  const members: string[] = []
  for (const part of value.split(',')) {
    const member = part.trim()
    if (member !== '') members.push(member)
  }
  return members
}

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const forbiddenInValue = /[\u0000-\u0008\u000a-\u001f\u007f]/

/**
 * Whether text can be sent as a field value: no control characters but tab. Ask before echoing anything a client
 * chose, such as `response-content-type` from a query string: `Headers` throws on a line break.
 */
export function isFieldValue(text: string): boolean {
  return !forbiddenInValue.test(text)
}

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

/** Whether text is a field name or another token. */
export function isToken(text: string): boolean {
  return token.test(text)
}
