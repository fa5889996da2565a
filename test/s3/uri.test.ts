import { describe, expect, it } from 'vitest'
import { uriDecode, uriEncode, uriEncodePath } from '../../src/s3/uri.ts'

describe('uriEncode()', () => {
  const table: [text: string, all: string, path: string][] = [
    ['AZaz09-._~', 'AZaz09-._~', 'AZaz09-._~'],
    ['a/b', 'a%2Fb', 'a/b'],
    ["!'()*", '%21%27%28%29%2A', '%21%27%28%29%2A'],
    ['a b+c', 'a%20b%2Bc', 'a%20b%2Bc'],
    ['é🙂', '%C3%A9%F0%9F%99%82', '%C3%A9%F0%9F%99%82'],
    ['%2F', '%252F', '%252F'],
    ['\n', '%0A', '%0A'],
    // What AWS answers for listings with encoding-type=url.
    ['test_file(3).png', 'test_file%283%29.png', 'test_file%283%29.png'],
    ['foo+1/bar', 'foo%2B1%2Fbar', 'foo%2B1/bar'],
    ['', '', ''],
  ]
  for (const [text, all, path] of table) {
    it(`encodes ${JSON.stringify(text)}`, () => {
      expect(uriEncode(text)).toBe(all)
      expect(uriEncodePath(text)).toBe(path)
      expect(uriDecode(all)).toBe(text)
    })
  }
  it('does not throw on a lone surrogate', () => expect(uriEncode('\ud800')).toBe('%EF%BF%BD'))
})

describe('uriDecode()', () => {
  it('keeps the plus', () => expect(uriDecode('a+b%2B')).toBe('a+b+'))
  it('decodes once', () => expect(uriDecode('%252F')).toBe('%2F'))
  for (const text of ['%', '%2', '%zz', '%ff', '%c0%80', '%ed%a0%80', 'a%E4b']) {
    it(`refuses ${text}`, () => expect(uriDecode(text)).toBeNull())
  }
})
