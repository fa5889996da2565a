import { describe, expect, it } from 'vitest'
import { S3_ERRORS, S3Error } from '../../src/errors.ts'
import { SELECT_ERRORS } from '../../src/select-error-codes.ts'
import { errorXml, respond, respondError, type ResponseFacts } from '../../src/s3/respond.ts'
import { childText, parseXml } from '../../src/s3/xml.ts'

const facts: ResponseFacts = {
  method: 'GET',
  requestId: '0123456789ABCDEF',
  resource: '/b/a&b',
  cors: null,
  now: Date.UTC(1994, 10, 6, 8, 49, 37),
}
const head = { ...facts, method: 'HEAD' }

describe('respond()', () => {
  it('carries the ids, Date and Server on every answer', () => {
    const { headers } = respond({ status: 204 }, facts)
    expect(headers.get('x-amz-request-id')).toBe(facts.requestId)
    expect(headers.get('x-amz-id-2')).toMatch(/^\S{76}$/)
    expect(headers.get('date')).toBe('Sun, 06 Nov 1994 08:49:37 GMT')
    expect(headers.get('server')).toBe('Edgeshard')
    expect(headers.get('cache-control')).toBeNull()
    expect(headers.get('content-type')).toBeNull()
  })
  it('takes a string for XML', async () => {
    const response = respond({ status: 200, body: '<a/>' }, facts)
    expect(response.headers.get('content-type')).toBe('application/xml')
    expect(await response.text()).toBe('<a/>')
  })
  it('lets the operation choose another content type', () => {
    const response = respond({ status: 200, body: '{}', headers: { 'content-type': 'application/json' } }, facts)
    expect(response.headers.get('content-type')).toBe('application/json')
  })
  it('adds CORS headers', () => {
    const response = respond({ status: 200 }, { ...facts, cors: { 'access-control-allow-origin': '*' } })
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
  })
  it('keeps the length on HEAD and sends no body', async () => {
    const response = respond({ status: 200, contentLength: 12345 }, head)
    expect(response.headers.get('content-length')).toBe('12345')
    expect(await response.text()).toBe('')
    expect(respond({ status: 200, body: 'é' }, head).headers.get('content-length')).toBe('2')
  })
  it('sends neither body nor length with 304', async () => {
    const response = respond({ status: 304, contentLength: 5, headers: { etag: '"a"' } }, facts)
    expect(response.headers.get('content-length')).toBeNull()
    expect(response.headers.get('etag')).toBe('"a"')
    expect(await response.text()).toBe('')
  })
})

describe('respondError()', () => {
  it("writes S3 Control's XML where that was asked", async () => {
    const error = new S3Error('NoSuchPublicAccessBlockConfiguration', { fields: { AccountId: '111122223333' } })
    const text = await respondError(error, { ...facts, isControl: true }).text()
    expect(text.replace(/<HostId>\S{76}</, '<HostId>…<')).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
        '<ErrorResponse xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/"><Error>' +
        '<Code>NoSuchPublicAccessBlockConfiguration</Code>' +
        '<Message>The public access block configuration was not found</Message><AccountId>111122223333</AccountId>' +
        '</Error><RequestId>0123456789ABCDEF</RequestId><HostId>…</HostId></ErrorResponse>',
    )
  })
  it('writes AWS’s XML with the fields of the code before the resource', async () => {
    const error = new S3Error('NoSuchKey', { fields: { Key: 'a&b' }, reason: 'secret', cause: new Error('secret') })
    const response = respondError(error, facts)
    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toBe('application/xml')
    const text = await response.text()
    expect(text).not.toContain('secret')
    const root = parseXml(text)
    expect(root.name).toBe('Error')
    expect(root.children.map(({ name }) => name)).toEqual(['Code', 'Message', 'Key', 'Resource', 'RequestId', 'HostId'])
    expect(childText(root, 'Key')).toBe('a&b')
    expect(childText(root, 'Resource')).toBe('/b/a&b')
    expect(childText(root, 'RequestId')).toBe(facts.requestId)
  })
  it('sends headers of the error and of CORS', () => {
    const error = new S3Error('InvalidRange', { headers: { 'content-range': 'bytes */10' } })
    const { headers } = respondError(error, { ...facts, cors: { vary: 'Origin' } })
    expect(headers.get('content-range')).toBe('bytes */10')
    expect(headers.get('vary')).toBe('Origin')
  })
  it('names the code in a header on HEAD, where there is no body', async () => {
    const response = respondError(new S3Error('NoSuchBucket'), head)
    expect(response.headers.get('x-amz-error-code')).toBe('NoSuchBucket')
    expect(await response.text()).toBe('')
  })
  it('sends 304 without body and content type', async () => {
    const response = respondError(new S3Error('NotModified', { headers: { etag: '"a"' } }), facts)
    expect(response.status).toBe(304)
    expect(response.headers.get('content-type')).toBeNull()
    expect(await response.text()).toBe('')
  })
})

describe('S3_ERRORS', () => {
  it('is in alphabetical order, each with a status a response can have and a message', () => {
    const ofSelect = Object.keys(SELECT_ERRORS)
    const codes = Object.keys(S3_ERRORS)
    expect(codes).toEqual([...ofSelect.toSorted(), ...codes.filter((code) => !ofSelect.includes(code)).toSorted()])
    for (const [status, message] of Object.values(S3_ERRORS)) {
      expect(status).toBeGreaterThanOrEqual(300)
      expect(status).toBeLessThan(600)
      expect(message).not.toBe('')
    }
  })
  it('can be replaced in message', () => {
    const error = new S3Error('InvalidArgument', { message: 'Other' })
    expect(errorXml(error, facts)).toContain('<Code>InvalidArgument</Code><Message>Other</Message>')
  })
})
