import { describe, expect, it } from 'vitest'
import { discoveryUrl, issuerUrl, mayBeFetched } from '../../../src/identity/oidc/issuer-url.ts'

describe('issuerUrl()', () => {
  it.each([
    ['token.example.com', 'https://token.example.com', 'https://token.example.com'],
    ['auth.example.com/', 'https://auth.example.com/', 'https://auth.example.com/'],
    ['sso.example.com:8443/realms/a', 'https://sso.example.com:8443/realms/a', 'https://sso.example.com:8443/realms/a'],
    ['localhost:8080/r', 'https://localhost:8080/r', 'http://localhost:8080/r'],
    ['127.0.0.1:8080', 'https://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['localhost.example.com', 'https://localhost.example.com', 'https://localhost.example.com'],
    ['10.0.0.1', 'https://10.0.0.1', 'https://10.0.0.1'],
    ['127.0.0.1@evil.example', null, null],
    ['', null, null],
  ])('%s', (url, usually, withLoopback) => {
    expect(issuerUrl(url, 'never')).toBe(usually)
    expect(issuerUrl(url, 'loopback')).toBe(withLoopback)
  })
})

describe('mayBeFetched()', () => {
  it.each([
    ['https://www.example.com/keys?v=1', true, true],
    ['http://www.example.com/keys', false, false],
    ['http://127.0.0.1:9/keys', false, true],
    ['http://localhost:8080/realms/a', false, true],
    ['http://[::1]:8080', false, true],
    // Names that only begin like the loopback.
    ['http://127.0.0.1.example.com', false, false],
    ['http://localhost.example.com', false, false],
    ['http://127.0.0.1@evil.example', false, false],
    ['https://token.example.com#x', false, false],
    ['http://10.0.0.1/keys', false, false],
    ['http://169.254.169.254/latest/meta-data', false, false],
    ['file:///etc/passwd', false, false],
    ['data:application/json,{}', false, false],
    ['ftp://127.0.0.1/keys', false, false],
    ['https://user@www.example.com/keys', false, false],
    ['/keys', false, false],
    ['', false, false],
  ])('%s', (url, usually, withLoopback) => {
    expect(mayBeFetched(url, 'never')).toBe(usually)
    expect(mayBeFetched(url, 'loopback')).toBe(withLoopback)
  })
})

describe('discoveryUrl()', () => {
  it.each([
    ['https://token.example.com', 'https://token.example.com/.well-known/openid-configuration'],
    ['https://token.example.com/', 'https://token.example.com/.well-known/openid-configuration'],
    ['https://sso.example.com/realms/a', 'https://sso.example.com/realms/a/.well-known/openid-configuration'],
  ])('%s', (issuer, url) => expect(discoveryUrl(issuer)).toBe(url))
})
