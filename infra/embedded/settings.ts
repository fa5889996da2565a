// What the embedded server is told by its environment. No I/O, no clock. docs/configuration.md is the user's table.
import { isIP } from 'node:net'

export type LogTarget = 'file' | 'stdout' | 'off'

export interface Settings {
  host: string
  /** 0: any free port. */
  port: number
  dataDir: string
  log: LogTarget
  /** Null: the data folder's own key, made at the first start. */
  rootKey: { accessKeyId: string; secretAccessKey: string } | null
  /** Null: the data folder's own secret, made at the first start. */
  secret: string | null
  /** New large bodies go to R2: miniflare's simulation of it is bound. */
  r2: boolean
  /** Variables the Worker sees, besides the root key and the secret. */
  variables: Record<string, string>
}

export type SettingsResult = { settings: Settings; unknown: string[] } | { problem: string }

type Environment = Record<string, string | undefined>

/** A rule gives null for a good value, else what a good value looks like. */
interface Rule {
  byDefault: string | null
  expects(value: string): string | null
}

const hostNamePattern = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/
const weekMilliseconds = 7 * 24 * 3600 * 1000

const rules = {
  EDGESHARD_HOST: matching('127.0.0.1', (value) => isIP(value) !== 0 || value === 'localhost', 'an IP address'),
  EDGESHARD_PORT: wholeNumber('9000', 0, 65_535),
  EDGESHARD_DATA_DIR: matching('.edgeshard', (value) => !value.includes('\0'), 'a folder'),
  EDGESHARD_REGION: pattern('us-east-1', /^[a-z0-9-]{1,32}$/, 'a region name such as us-east-1'),
  EDGESHARD_DOMAINS: matching(null, isDomainList, 'host names separated by commas, such as s3.example.com'),
  EDGESHARD_SIGV2: pattern('on', /^(on|off)$/, 'on or off'),
  EDGESHARD_STRICT_REGION: pattern('off', /^(on|off)$/, 'on or off'),
  EDGESHARD_CLIENT_IP_HEADER: pattern(
    null,
    /^[a-z0-9-]{1,64}$/,
    'a header name in lower case, such as x-forwarded-for',
  ),
  EDGESHARD_AUDIT: pattern(null, /^(log|off)$/, 'log or off'),
  EDGESHARD_AUDIT_BUCKET: pattern(null, /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of a bucket'),
  EDGESHARD_AUDIT_PREFIX: pattern(null, /^[\x21-\x7e]{1,512}$/, 'up to 512 printable characters'),
  EDGESHARD_OIDC_ALLOW_HTTP: pattern(null, /^loopback$/, 'loopback'),
  EDGESHARD_BULK: pattern('files', /^(files|r2|volumes)$/, 'files, r2 or volumes'),
  EDGESHARD_OBJECT_OWNERSHIP: pattern(
    'none',
    /^(none|BucketOwnerEnforced|BucketOwnerPreferred|ObjectWriter)$/,
    'none, BucketOwnerEnforced, BucketOwnerPreferred or ObjectWriter',
  ),
  EDGESHARD_PUBLIC_ACCESS_BLOCK: pattern('off', /^(on|off)$/, 'on or off'),
  EDGESHARD_SELECT_DIALECT: pattern('extended', /^(aws|lenient|extended)$/, 'aws, lenient or extended'),
  EDGESHARD_SELECT_PART_BYTES: pattern('off', /^(off|[1-9]\d{0,14})$/, 'a number of bytes, or off'),
  EDGESHARD_SHARDS: wholeNumber('2', 1, 256),
  EDGESHARD_LEASE_MS: wholeNumber(null, 1, weekMilliseconds),
  EDGESHARD_GRACE_MS: wholeNumber(null, 1, weekMilliseconds),
  EDGESHARD_SCRUB_MS: wholeNumber(null, 1, weekMilliseconds),
  EDGESHARD_LOG: pattern('file', /^(file|stdout|off)$/, 'file, stdout or off'),
  EDGESHARD_SECRET: pattern(null, /^[\x21-\x7e]{32,}$/, 'at least 32 printable characters'),
  ROOT_ACCESS_KEY_ID: pattern(null, /^[\w.-]{3,128}$/, '3 to 128 letters, digits, dots, dashes or underscores'),
  ROOT_SECRET_ACCESS_KEY: pattern(null, /^[\x21-\x7e]{8,128}$/, '8 to 128 printable characters'),
} as const satisfies Record<string, Rule>

type Name = keyof typeof rules

/** Values that must not be repeated in a message. */
const secretNames: ReadonlySet<string> = new Set<Name>(['EDGESHARD_SECRET', 'ROOT_SECRET_ACCESS_KEY'])
/** Variables that go to the Worker as they are. */
const workerNames = [
  'EDGESHARD_REGION',
  'EDGESHARD_DOMAINS',
  'EDGESHARD_SIGV2',
  'EDGESHARD_STRICT_REGION',
  'EDGESHARD_CLIENT_IP_HEADER',
  'EDGESHARD_AUDIT',
  'EDGESHARD_AUDIT_BUCKET',
  'EDGESHARD_AUDIT_PREFIX',
  'EDGESHARD_OIDC_ALLOW_HTTP',
  'EDGESHARD_BULK',
  'EDGESHARD_OBJECT_OWNERSHIP',
  'EDGESHARD_PUBLIC_ACCESS_BLOCK',
  'EDGESHARD_SELECT_DIALECT',
  'EDGESHARD_SELECT_PART_BYTES',
  'EDGESHARD_SHARDS',
  'EDGESHARD_LEASE_MS',
  'EDGESHARD_GRACE_MS',
  'EDGESHARD_SCRUB_MS',
] as const

/** The settings, or one sentence that says what is wrong. An empty value counts as none. */
export function readSettings(environment: Environment): SettingsResult {
  const values = new Map<string, string>()
  for (const [name, rule] of Object.entries<Rule>(rules)) {
    const given = environment[name]
    const value = given === undefined || given === '' ? rule.byDefault : given
    if (value === null) continue
    const expected = rule.expects(value)
    if (expected !== null) return { problem: badValue(name, value, expected) }
    values.set(name, value)
  }
  if (values.has('ROOT_ACCESS_KEY_ID') !== values.has('ROOT_SECRET_ACCESS_KEY')) {
    return { problem: 'ROOT_ACCESS_KEY_ID and ROOT_SECRET_ACCESS_KEY must be set together or not at all.' }
  }
  const unknown = Object.keys(environment).filter(
    (name) => name.startsWith('EDGESHARD_') && !Object.hasOwn(rules, name),
  )
  return { settings: settingsOf(values), unknown }
}

function settingsOf(values: ReadonlyMap<string, string>): Settings {
  const text = (name: Name) => values.get(name) ?? ''
  const variables: Record<string, string> = {}
  for (const name of workerNames) {
    const value = values.get(name)
    if (value !== undefined) variables[name] = value
  }
  const rootKey = { accessKeyId: text('ROOT_ACCESS_KEY_ID'), secretAccessKey: text('ROOT_SECRET_ACCESS_KEY') }
  return {
    host: text('EDGESHARD_HOST') === 'localhost' ? '127.0.0.1' : text('EDGESHARD_HOST'),
    port: Number(text('EDGESHARD_PORT')),
    dataDir: text('EDGESHARD_DATA_DIR'),
    log: text('EDGESHARD_LOG') as LogTarget,
    rootKey: rootKey.accessKeyId === '' ? null : rootKey,
    secret: values.get('EDGESHARD_SECRET') ?? null,
    r2: text('EDGESHARD_BULK') === 'r2',
    variables,
  }
}

function badValue(name: string, value: string, expected: string): string {
  const shown = secretNames.has(name) ? '' : ` ${JSON.stringify(value)}`
  return `The value${shown} of ${name} is not usable: it must be ${expected}.`
}

function matching(byDefault: string | null, accepts: (value: string) => boolean, expected: string): Rule {
  return { byDefault, expects: (value) => (accepts(value) ? null : expected) }
}

function pattern(byDefault: string | null, expression: RegExp, expected: string): Rule {
  return matching(byDefault, (value) => expression.test(value), expected)
}

function wholeNumber(byDefault: string | null, min: number, max: number): Rule {
  const accepts = (value: string) => /^\d{1,12}$/.test(value) && Number(value) >= min && Number(value) <= max
  return matching(byDefault, accepts, `a whole number from ${min} to ${max}`)
}

function isDomainList(value: string): boolean {
  return value.split(',').every((name) => hostNamePattern.test(name.trim()))
}
