// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
import { describe, expect, it } from 'vitest'
import { checkPostPolicy, parsePostPolicy } from '../../src/auth/post-policy.ts'
import type { PostPolicy } from '../../src/auth/post-policy.ts'

const expiration = '2013-05-25T00:00:00.000Z'
const expires = Date.UTC(2013, 4, 25)
const encoded = (policy: unknown) =>
  Buffer.from(typeof policy === 'string' ? policy : JSON.stringify(policy)).toString('base64')
const parse = (conditions: unknown) => parsePostPolicy(encoded({ expiration, conditions }))

function parsed(conditions: unknown): PostPolicy {
  const policy = parse(conditions)
  if ('problem' in policy) throw new Error(policy.problem)
  return policy
}

describe('parsePostPolicy()', () => {
  it('reads all forms of conditions', () => {
    const conditions = [
      { ACL: 'public-read' },
      ['eq', '$Key', 'a'],
      ['StArTs-WiTh', '$Content-Type', 'image/'],
      ['content-length-range', 1, 10],
      ['content-length-range', '0', '5'],
      ['content-length-range', 0, 7],
    ]
    expect(parse(conditions)).toEqual({
      expires,
      conditions: [
        { operator: 'eq', field: 'acl', value: 'public-read', spelling: 'ACL' },
        { operator: 'eq', field: 'key', value: 'a', spelling: 'Key' },
        { operator: 'starts-with', field: 'content-type', value: 'image/', spelling: 'Content-Type' },
      ],
      size: { min: 1, max: 5 },
    })
  })

  it("reads what AWS's page has beyond JSON: escapes of `$` and `\\v`, and a last comma", () => {
    const text = `{ "expiration": "${expiration}",\n "conditions": [\n {"acl": "p\\$\\v\\u00e9\\\\$" },\n ["starts-with", "$key", ", ]"],\n ]\n}`
    expect(parsePostPolicy(encoded(text))).toMatchObject({
      conditions: [{ value: 'p$\v\u00e9\\$' }, { value: ', ]' }],
    })
  })

  it.each([
    ['2013-05-25T00:00:00Z', expires],
    ['2013-05-25T02:00:00+02:00', expires],
    ['2013-05-25T00:00:00.000000Z', expires],
  ])('reads the expiration %s', (text, time) => {
    expect(parsePostPolicy(encoded({ expiration: text, conditions: [] }))).toMatchObject({ expires: time })
  })

  const invalid: [policy: string, problem: string][] = [
    ['', "Expecting '{' but found End-of-Input"],
    ['%%%', 'invalid Base64 encoding.'],
    [Buffer.from([0xff]).toString('base64'), 'invalid Base64 encoding.'],
    [encoded('invalid json'), 'Invalid JSON.'],
    [encoded('[]'), 'Invalid JSON.'],
    [encoded({ conditions: [] }), 'Policy missing expiration.'],
    [encoded({ EXPIRATION: expiration, conditions: [] }), 'Policy missing expiration.'],
    [encoded({ expiration }), 'Policy missing conditions.'],
    [encoded({ expiration, CONDITIONS: [] }), 'Policy missing conditions.'],
    [encoded({ expiration, conditions: [], extra: 1 }), 'Unexpected: "extra"'],
    [encoded({ expiration: true, conditions: [] }), 'Invalid JSON.'],
    [encoded({ expiration: 'tomorrow', conditions: [] }), "Invalid 'expiration' value: 'tomorrow'"],
    [encoded({ expiration: '2013-05-25 00:00:00+00:00', conditions: [] }), "Invalid 'expiration' value: '2013-05-25 00:00:00+00:00'"],
    [encoded({ expiration: '2013-13-25T00:00:00Z', conditions: [] }), "Invalid 'expiration' value: '2013-13-25T00:00:00Z'"],
    [encoded({ expiration, conditions: {} }), "Invalid 'conditions' value: must be a List."],
    [encoded({ expiration, conditions: [true] }), 'Invalid condition test: must be a List or Object.'],
    [encoded({ expiration, conditions: [{}] }), 'Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.'],
    [encoded({ expiration, conditions: [{ a: 'b', c: 'd' }] }), 'Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.'],
    [encoded({ expiration, conditions: [{ success_action_status: 201 }] }), 'Invalid Simple-Condition: value must be a string.'],
    [encoded({ expiration, conditions: [[]] }), 'Invalid Condition: missing operation identifier.'],
    [encoded({ expiration, conditions: [['ends-with', '$key', 'a']] }), "Invalid Condition: unknown operation 'ends-with'."],
    [encoded({ expiration, conditions: [['eq', '$key']] }), 'Invalid eq: wrong number of arguments.'],
    [encoded({ expiration, conditions: [['eq', '$key', 'a', 'b']] }), 'Invalid eq: wrong number of arguments.'],
    [encoded({ expiration, conditions: [['eq', '$key', 1]] }), 'Invalid JSON.'],
    [encoded({ expiration, conditions: [['content-length-range', 0]] }), 'Invalid content-length-range: wrong number of arguments.'],
    [encoded({ expiration, conditions: [['content-length-range', -1, 0]] }), 'Invalid JSON.'],
    [encoded({ expiration, conditions: [['content-length-range', 0, 1.5]] }), 'Invalid JSON.'],
    [encoded({ expiration, conditions: [['content-length-range', 'a', 'b']] }), 'Invalid JSON.'],
  ] // prettier-ignore
  it.each(invalid)('%s: %s', (policy, problem) => {
    expect(parsePostPolicy(policy)).toEqual({ problem })
  })
})

const bucket = { bucket: 'photos' }
const check = (conditions: unknown, fields: Record<string, string>, now = expires - 1) =>
  checkPostPolicy(parsed(conditions), {
    fields: new Map(Object.entries(fields)),
    bucket: 'photos',
    exempt: ['x-amz-signature'],
    now,
  })?.problem ?? 'allowed'

describe('checkPostPolicy()', () => {
  const cases: [name: string, conditions: unknown[], fields: Record<string, string>, expected: string][] = [
    ['an exact match', [bucket, { key: 'a' }], { key: 'a' }, 'allowed'],
    ['another value', [bucket, { key: 'a' }], { key: 'b' }, 'Policy Condition failed: ["eq", "$key", "a"]'],
    ['a beginning', [bucket, ['starts-with', '$key', 'a/']], { key: 'a/b' }, 'allowed'],
    ['another beginning', [bucket, ['starts-with', '$Key', 'a/']], { key: 'b/a/' }, 'Policy Condition failed: ["starts-with", "$Key", "a/"]'],
    ['any value', [bucket, ['starts-with', '$key', '']], { key: 'b' }, 'allowed'],
    ['any value of a field that is not there', [bucket, ['starts-with', '$filename', '']], {}, 'Policy Condition failed: ["starts-with", "$filename", ""]'],
    ['values in another case', [bucket, { acl: 'private' }], { acl: 'Private' }, 'Policy Condition failed: ["eq", "$acl", "private"]'],
    ['a field no condition names', [bucket], { key: 'a', submit: 'Upload' }, 'Extra input fields: key, submit'],
    ['fields that need no condition', [bucket], { policy: 'x', 'x-amz-signature': 'x', 'x-ignore-this': 'x', 'x-amz-checksum-crc32': 'x' }, 'allowed'],
    ['fields of another signature', [bucket], { awsaccesskeyid: 'x', signature: 'x' }, 'Extra input fields: awsaccesskeyid, signature'],
    ['no bucket', [{ key: 'a' }], { key: 'a' }, 'Extra input fields: bucket'],
    ['another bucket', [{ bucket: 'films' }], {}, 'Policy Condition failed: ["eq", "$bucket", "films"]'],
    ['the beginning of the bucket', [['starts-with', '$bucket', 'pho']], {}, 'allowed'],
    ['a bucket field that says otherwise than the URL', [bucket], { bucket: 'films' }, 'allowed'],
    ['a list of types that all begin so', [bucket, ['starts-with', '$Content-Type', 'image/']], { 'content-type': 'image/jpg, image/png,image/gif' }, 'allowed'],
    ['a list of types with another', [bucket, ['starts-with', '$Content-Type', 'image/']], { 'content-type': 'image/jpg,text/plain' }, 'Policy Condition failed: ["starts-with", "$Content-Type", "image/"]'],
    ['a list of anything else is text', [bucket, ['starts-with', '$x-amz-meta-a', 'a']], { 'x-amz-meta-a': 'a,b' }, 'allowed'],
    ['two conditions on a field', [bucket, ['starts-with', '$key', 'a'], { key: 'ab' }], { key: 'ac' }, 'Policy Condition failed: ["eq", "$key", "ab"]'],
    ['a condition without a dollar sign', [bucket, ['eq', 'key', 'a']], { key: 'a' }, 'Extra input fields: key'],
    ['a token of another value, not shown', [bucket, { 'x-amz-security-token': 'SECRET' }], { 'x-amz-security-token': 'x' }, 'Policy Condition failed: ["eq", "$x-amz-security-token", "…"]'],
  ] // prettier-ignore
  it.each(cases)('%s', (_name, conditions, fields, expected) => {
    expect(check(conditions, fields)).toBe(expected)
  })

  it('ends when it expires', () => {
    expect(check([bucket], {}, expires - 1)).toBe('allowed')
    expect(check([bucket], {}, expires)).toBe('Policy expired.')
  })
})
