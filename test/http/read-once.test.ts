import { expect, it } from 'vitest'
import { readOnce } from '../../src/http/read-once.ts'

const given = new Request('http://host/a//b?c', {
  method: 'PUT',
  headers: { 'Content-Type': 'text/plain', 'x-amz-meta-a': '1', 'X-Amz-Meta-B': '2' },
  body: 'text',
  duplex: 'half',
} as RequestInit)
const request = readOnce(given)

it('says what the request says', () => {
  expect([request.method, request.url]).toEqual(['PUT', 'http://host/a//b?c'])
  expect([...request.headers]).toEqual([...given.headers])
  expect([...request.headers.keys()]).toEqual([...given.headers.keys()])
  expect(request.body).toBe(given.body)
})

it('finds headers by names of any case, and none that is not there', () => {
  expect(request.headers.get('content-type')).toBe('text/plain')
  expect(request.headers.get('X-AMZ-meta-b')).toBe('2')
  expect(request.headers.get('x-amz-meta-c')).toBeNull()
  expect(request.headers.has('Content-Type')).toBe(true)
  expect(request.headers.has('no header')).toBe(false)
})

it('can be copied into Headers', () => {
  const copy = new Headers(request.headers)
  copy.set('x-amz-meta-a', '3')
  expect([copy.get('x-amz-meta-a'), request.headers.get('x-amz-meta-a')]).toEqual(['3', '1'])
})

it('knows when the body is used', async () => {
  expect(request.bodyUsed).toBe(false)
  await given.text()
  expect(request.bodyUsed).toBe(true)
})
