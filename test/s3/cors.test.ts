import { describe, expect, it } from 'vitest'
import { checkPreflight, corsDocument, corsHeaders, corsRequestOf, parseCorsDocument } from '../../src/s3/cors.ts'
import { parseXml } from '../../src/s3/xml.ts'

const configuration = (rules: string) => `<CORSConfiguration>${rules}</CORSConfiguration>`
const rule = (inner: string) => `<CORSRule>${inner}</CORSRule>`
const minimal = '<AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod>'

function parse(xml: string) {
  return parseCorsDocument(parseXml(xml), xml)
}

function stored(xml: string): string {
  return JSON.stringify(parse(configuration(xml)))
}

describe('parseCorsDocument()', () => {
  it('reads every element, and corsDocument() writes them again', () => {
    const xml = configuration(
      rule(
        '<ID>one</ID><AllowedHeader>x-*</AllowedHeader><AllowedMethod>GET</AllowedMethod>' +
          '<AllowedMethod>PUT</AllowedMethod><AllowedOrigin>http://*.a&amp;b</AllowedOrigin>' +
          '<ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>3000</MaxAgeSeconds>',
      ) + rule('<AllowedMethod>HEAD</AllowedMethod><AllowedOrigin></AllowedOrigin>'),
    )
    const rules = parse(xml)
    expect(rules).toEqual([
      {
        id: 'one',
        allowedOrigins: ['http://*.a&b'],
        allowedMethods: ['GET', 'PUT'],
        allowedHeaders: ['x-*'],
        exposeHeaders: ['ETag'],
        maxAgeSeconds: 3000,
      },
      {
        id: null,
        allowedOrigins: [''],
        allowedMethods: ['HEAD'],
        allowedHeaders: [],
        exposeHeaders: [],
        maxAgeSeconds: null,
      },
    ])
    expect(corsDocument(rules)).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
        xml.replace('<CORSConfiguration>', '<CORSConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'),
    )
  })

  const origin = '<AllowedOrigin>*</AllowedOrigin>'
  it.each([
    ['no rule', '', 'MalformedXML', 'was not well-formed'],
    ['no origin', rule('<AllowedMethod>GET</AllowedMethod>'), 'MalformedXML', 'was not well-formed'],
    ['no method', rule(origin), 'MalformedXML', 'was not well-formed'],
    [
      'an age that is no number',
      rule(`${minimal}<MaxAgeSeconds>1h</MaxAgeSeconds>`),
      'MalformedXML',
      'was not well-formed',
    ],
    ['a long ID', rule(`${minimal}<ID>${'i'.repeat(256)}</ID>`), 'MalformedXML', 'was not well-formed'],
    [
      'a method of another kind',
      rule(`${origin}<AllowedMethod>MYMETHOD</AllowedMethod>`),
      'InvalidRequest',
      'Found unsupported HTTP method in CORS config. Unsupported method is MYMETHOD',
    ],
    [
      'a method in lower case',
      rule(`${origin}<AllowedMethod>get</AllowedMethod>`),
      'InvalidRequest',
      'Found unsupported HTTP method in CORS config. Unsupported method is get',
    ],
    [
      'two wildcards in an origin',
      rule('<AllowedOrigin>http://*.*</AllowedOrigin><AllowedMethod>GET</AllowedMethod>'),
      'InvalidRequest',
      'AllowedOrigin "http://*.*" can not have more than one wildcard.',
    ],
    [
      'two wildcards in a header',
      rule(`${minimal}<AllowedHeader>*x*</AllowedHeader>`),
      'InvalidRequest',
      'AllowedHeader "*x*" can not have more than one wildcard.',
    ],
    [
      'a header that is none',
      rule(`${minimal}<AllowedHeader>x y</AllowedHeader>`),
      'InvalidRequest',
      'AllowedHeader "x y" contains invalid character.',
    ],
    [
      'a wildcard in an exposed header',
      rule(`${minimal}<ExposeHeader>*</ExposeHeader>`),
      'InvalidRequest',
      'ExposeHeader "*" contains wildcard. We currently do not support wildcard for ExposeHeader.',
    ],
    ['101 rules', rule(minimal).repeat(101), 'InvalidRequest', 'The number of CORS rules should not exceed'],
    ['more than 64 KiB', rule(minimal) + ' '.repeat(64 * 1024), 'MaxMessageLengthExceeded', 'too big'],
  ])('refuses %s', (_what, rules, code, message) => {
    expect(() => parse(configuration(rules))).toThrow(expect.objectContaining({ code }))
    expect(() => parse(configuration(rules))).toThrow(message)
  })

  it('refuses an empty body and another root', () => {
    expect(() => parseCorsDocument(null, '')).toThrow(expect.objectContaining({ code: 'MissingRequestBodyError' }))
    expect(() => parse('<Tagging/>')).toThrow(expect.objectContaining({ code: 'MalformedXML' }))
  })

  it('takes 100 rules', () => {
    expect(parse(configuration(rule(minimal).repeat(100)))).toHaveLength(100)
  })
})

describe('corsHeaders()', () => {
  const vary = 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method'
  const origins = stored(
    ['*suffix', 'start*end', 'prefix*', 'http://exact', 'ab*ba']
      .map((origin) => rule(`<AllowedOrigin>${origin}</AllowedOrigin><AllowedMethod>GET</AllowedMethod>`))
      .join('') + rule('<AllowedOrigin>*.put</AllowedOrigin><AllowedMethod>PUT</AllowedMethod>'),
  )

  // The first rows are the origins of ceph/s3-tests test_cors_origin_response.
  it.each([
    ['foo.suffix', 'GET', true],
    ['foo.bar', 'GET', false],
    ['foo.suffix.get', 'GET', false],
    ['startend', 'GET', true],
    ['start1end', 'GET', true],
    ['0start12end', 'GET', false],
    ['prefix', 'GET', true],
    ['prefix.suffix', 'GET', true],
    ['bla.prefix', 'GET', false],
    ['foo.suffix', 'PUT', false],
    ['foo.put', 'PUT', true],
    ['foo.put', 'DELETE', false],
    ['http://exact', 'GET', true],
    ['HTTP://EXACT', 'GET', false],
    ['http://exact.evil', 'GET', false],
    // The star stands for characters between the two ends, not for ends that overlap.
    ['aba', 'GET', false],
    ['abba', 'GET', true],
  ])('%s may %s: %s', (origin, method, isAllowed) => {
    const headers = corsHeaders(origins, { origin, method, requestHeaders: null })
    if (!isAllowed) expect(headers).toBeNull()
    else {
      expect(headers).toEqual({
        'access-control-allow-origin': origin,
        'access-control-allow-methods': method,
        'access-control-allow-credentials': 'true',
        vary,
      })
    }
  })

  it('says nothing without an origin or without a configuration', () => {
    expect(corsHeaders(origins, { origin: null, method: 'GET', requestHeaders: null })).toBeNull()
    expect(corsHeaders(undefined, { origin: 'a', method: 'GET', requestHeaders: null })).toBeNull()
  })

  it('lets everybody in with a star, without credentials', () => {
    const config = stored(rule(`${minimal}<ExposeHeader>x-amz-id-2</ExposeHeader><ExposeHeader>ETag</ExposeHeader>`))
    expect(corsHeaders(config, { origin: 'http://a', method: 'GET', requestHeaders: null })).toEqual({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET',
      'access-control-expose-headers': 'x-amz-id-2, ETag',
      vary,
    })
  })

  it('allows headers whatever their case, and repeats the ones asked for', () => {
    const config = stored(
      rule(
        '<AllowedOrigin>http://a</AllowedOrigin><AllowedMethod>PUT</AllowedMethod><AllowedMethod>GET</AllowedMethod>' +
          '<AllowedHeader>X-Amz-Meta-*</AllowedHeader><AllowedHeader>content-type</AllowedHeader>' +
          '<MaxAgeSeconds>3000</MaxAgeSeconds>',
      ),
    )
    const ask = (requestHeaders: string) => corsHeaders(config, { origin: 'http://a', method: 'PUT', requestHeaders })
    expect(ask('Content-Type,  x-amz-META-a')).toEqual({
      'access-control-allow-origin': 'http://a',
      'access-control-allow-methods': 'PUT, GET',
      'access-control-allow-headers': 'content-type, x-amz-meta-a',
      'access-control-max-age': '3000',
      'access-control-allow-credentials': 'true',
      vary,
    })
    expect(ask('content-type, authorization')).toBeNull()
  })

  it('goes on to a later rule when an earlier one lacks a header', () => {
    const config = stored(rule(minimal) + rule(`${minimal}<AllowedHeader>*</AllowedHeader><ID>second</ID>`))
    expect(corsHeaders(config, { origin: 'a', method: 'GET', requestHeaders: 'x-any' })).toMatchObject({
      'access-control-allow-headers': 'x-any',
    })
  })
})

describe('corsRequestOf()', () => {
  it('takes the method a request says it will use, as AWS does on actual requests too', () => {
    const headers = new Headers({ origin: 'http://a', 'access-control-request-method': 'GET' })
    expect(corsRequestOf('PUT', headers)).toEqual({ origin: 'http://a', method: 'GET', requestHeaders: null })
    expect(corsRequestOf('PUT', new Headers())).toEqual({ origin: null, method: 'PUT', requestHeaders: null })
  })
})

describe('checkPreflight()', () => {
  it.each([
    [null, null, 'Invalid Access-Control-Request-Method: null'],
    ['PATCH', null, 'Invalid Access-Control-Request-Method: PATCH'],
    ['GET', 'x-a, x b', 'Access-Control-Request-Headers "x b" contains invalid character.'],
  ])('refuses method %s with headers %s', (method, requestHeaders, message) => {
    expect(() => checkPreflight({ method, requestHeaders })).toThrow(
      expect.objectContaining({ code: 'BadRequest', message }),
    )
  })

  it('gives back the method', () => {
    expect(checkPreflight({ method: 'PUT', requestHeaders: 'x-a, , X-B' })).toBe('PUT')
  })
})
