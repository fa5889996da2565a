import { describe, expect, it } from 'vitest'
import { readSettings } from '../../infra/embedded/settings.ts'

function settingsOf(environment: Record<string, string>) {
  const result = readSettings(environment)
  if ('problem' in result) throw new Error(result.problem)
  return result.settings
}

describe('readSettings()', () => {
  it('has a default for everything', () => {
    expect(settingsOf({})).toEqual({
      host: '127.0.0.1',
      port: 9000,
      dataDir: '.edgeshard',
      log: 'file',
      rootKey: null,
      secret: null,
      r2: false,
      variables: {
        EDGESHARD_REGION: 'us-east-1',
        EDGESHARD_BULK: 'files',
        EDGESHARD_OBJECT_OWNERSHIP: 'none',
        EDGESHARD_PUBLIC_ACCESS_BLOCK: 'off',
        EDGESHARD_SELECT_DIALECT: 'extended',
        EDGESHARD_SELECT_PART_BYTES: 'off',
        EDGESHARD_SHARDS: '2',
        EDGESHARD_SIGV2: 'on',
        EDGESHARD_STRICT_REGION: 'off',
      },
    })
  })

  it('takes an empty value for none', () => {
    expect(settingsOf({ EDGESHARD_PORT: '', ROOT_ACCESS_KEY_ID: '', ROOT_SECRET_ACCESS_KEY: '' })).toEqual(
      settingsOf({}),
    )
  })

  it('passes what the Worker needs and binds R2 when bodies go there', () => {
    const settings = settingsOf({
      EDGESHARD_AUDIT: 'off',
      EDGESHARD_AUDIT_BUCKET: 'audit-trail',
      EDGESHARD_AUDIT_PREFIX: 'log/',
      EDGESHARD_BULK: 'r2',
      EDGESHARD_DOMAINS: 's3.example.com, cdn',
      EDGESHARD_OIDC_ALLOW_HTTP: 'loopback',
      EDGESHARD_LEASE_MS: '5',
      EDGESHARD_GRACE_MS: '6',
      EDGESHARD_SCRUB_MS: '7',
    })
    expect(settings.r2).toBe(true)
    expect(settings.variables).toMatchObject({
      EDGESHARD_AUDIT: 'off',
      EDGESHARD_AUDIT_BUCKET: 'audit-trail',
      EDGESHARD_AUDIT_PREFIX: 'log/',
      EDGESHARD_DOMAINS: 's3.example.com, cdn',
      EDGESHARD_OIDC_ALLOW_HTTP: 'loopback',
      EDGESHARD_LEASE_MS: '5',
      EDGESHARD_GRACE_MS: '6',
      EDGESHARD_SCRUB_MS: '7',
    })
  })

  it('listens on the loopback for localhost', () => {
    expect(settingsOf({ EDGESHARD_HOST: 'localhost' }).host).toBe('127.0.0.1')
  })

  it.each([
    ['EDGESHARD_HOST', 'example.com'],
    ['EDGESHARD_OIDC_ALLOW_HTTP', 'always'],
    ['EDGESHARD_PORT', '65536'],
    ['EDGESHARD_PORT', '80a'],
    ['EDGESHARD_PORT', '-1'],
    ['EDGESHARD_PORT', ' 9000'],
    ['EDGESHARD_REGION', 'US East'],
    ['EDGESHARD_DOMAINS', 's3.example.com,,a'],
    ['EDGESHARD_DOMAINS', 'http://s3.example.com'],
    ['EDGESHARD_SIGV2', 'no'],
    ['EDGESHARD_STRICT_REGION', 'true'],
    ['EDGESHARD_AUDIT', 'on'],
    ['EDGESHARD_AUDIT_BUCKET', 'Not A Bucket'],
    ['EDGESHARD_AUDIT_PREFIX', 'with space '],
    ['EDGESHARD_BULK', 'disk'],
    ['EDGESHARD_OBJECT_OWNERSHIP', 'objectwriter'],
    ['EDGESHARD_PUBLIC_ACCESS_BLOCK', 'yes'],
    ['EDGESHARD_SELECT_DIALECT', 'AWS'],
    ['EDGESHARD_SHARDS', '0'],
    ['EDGESHARD_SHARDS', '257'],
    ['EDGESHARD_LEASE_MS', '0'],
    ['EDGESHARD_GRACE_MS', '1m'],
    ['EDGESHARD_SCRUB_MS', '0'],
    ['EDGESHARD_LOG', 'syslog'],
    ['EDGESHARD_SECRET', 'too short'],
    ['ROOT_ACCESS_KEY_ID', 'with/slash'],
    ['ROOT_SECRET_ACCESS_KEY', 'short'],
  ])('refuses %s=%s in one sentence', (name, value) => {
    const result = readSettings({ [name]: value })
    expect(result).toEqual({ problem: expect.stringMatching(new RegExp(`^The value.* of ${name} .*[.]$`)) })
  })

  it('never repeats a secret', () => {
    expect(readSettings({ ROOT_SECRET_ACCESS_KEY: 'hunter2' })).toEqual({
      problem: expect.not.stringContaining('hunter2'),
    })
  })

  it('wants both halves of the root key', () => {
    const result = readSettings({ ROOT_ACCESS_KEY_ID: 'AKIDEXAMPLE' })
    expect(result).toEqual({ problem: expect.stringContaining('together') })
  })

  it('names settings it does not know', () => {
    expect(readSettings({ EDGESHARD_PROT: '1', HOME: '/root' })).toMatchObject({ unknown: ['EDGESHARD_PROT'] })
  })
})
