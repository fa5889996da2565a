import { describe, expect, it } from 'vitest'
import { splitUrl } from '../../src/http/raw-url.ts'

describe('splitUrl()', () => {
  it.each([
    ['http://h:90/b/../k?x=/?', { authority: 'h:90', host: 'h', path: '/b/../k', query: 'x=/?' }],
    ['http://h', { authority: 'h', host: 'h', path: '/', query: '' }],
    ['http://h?acl', { authority: 'h', host: 'h', path: '/', query: 'acl' }],
    ['http://h/?prefix=a/b', { authority: 'h', host: 'h', path: '/', query: 'prefix=a/b' }],
    ['http://h//b//', { authority: 'h', host: 'h', path: '//b//', query: '' }],
    ['https://A.b.:1/x%2Fy?q=%2F', { authority: 'A.b.:1', host: 'a.b', path: '/x%2Fy', query: 'q=%2F' }],
    ['http://[::1]:9000/k', { authority: '[::1]:9000', host: '[::1]', path: '/k', query: '' }],
  ])('cuts %s without decoding', (url, pieces) => {
    expect(splitUrl(url)).toEqual({ origin: url.slice(0, url.indexOf('//') + 2) + pieces.authority, ...pieces })
  })
})
