// Which folder of src may import which. `type x`: its types only. A folder may always import from itself.
import path from 'node:path'

export interface SourceFile {
  /** From the root of the project. */
  name: string
  text: string
}

export interface Import {
  specifier: string
  typeOnly: boolean
}

const values = ['assert.ts', 'limits.ts']

const mayImport: Record<string, string[]> = {
  'assert.ts': [],
  'env.ts': ['type shard', 'type select-node'],
  'errors.ts': ['select-error-codes.ts'],
  'select-error-codes.ts': [],
  'exchange.ts': [
    'type access',
    'errors.ts',
    'http',
    'log.ts',
    'metrics.ts',
    's3',
    'type auth',
    'type iam',
    'type store',
  ],
  'limits.ts': ['assert.ts'],
  'log.ts': [],
  'metrics.ts': [],
  'serve.ts': [
    ...values,
    'access',
    'audit',
    'auth',
    'errors.ts',
    'exchange.ts',
    'explain',
    'http',
    'iam',
    'log.ts',
    'metrics.ts',
    's3',
    'store',
    'type env.ts',
  ],
  'worker.ts': [''],
  admin: [
    ...values,
    'access',
    'audit',
    'auth',
    'errors.ts',
    'explain',
    'http',
    'iam',
    'kernels',
    'log.ts',
    'store',
    'type env.ts',
  ],
  // Why a decision is what it is, and who can reach what: `access` and `iam` asked again, for people to read.
  explain: [...values, 'access', 'iam', 'log.ts', 'store', 'type auth', 'type env.ts'],
  // What a request may do: policies, lists and condition keys brought together for `iam` to decide.
  access: [...values, 'errors.ts', 'http', 'iam', 'log.ts', 'store', 'type auth', 'type env.ts', 'type shard/rpc.ts'],
  // What requests leave behind for auditors, whichever pipeline they came through.
  audit: [
    ...values,
    'access',
    'auth/claimed-key.ts',
    'http',
    'kernels',
    'log.ts',
    'metrics.ts',
    's3/address.ts',
    's3/form-headers.ts',
    's3/hoisted-headers.ts',
    'store',
    'type auth',
    'type env.ts',
    'type exchange.ts',
    'type iam',
    'type s3',
  ],
  auth: [...values, 'errors.ts', 'http', 'kernels', 'type iam', 'type store'],
  // Damage met in the middle of a stream is known to nobody else.
  bulk: [...values, 'kernels/crc32.ts', 'type kernels', 'log.ts', 'metrics.ts', 'type env.ts', 'type shard'],
  http: [],
  iam: [],
  identity: [
    ...values,
    'access',
    'audit',
    'auth',
    'errors.ts',
    'explain',
    'http',
    'iam',
    'kernels',
    'log.ts',
    'metrics.ts',
    's3/xml.ts',
    'store',
    'type env.ts',
  ],
  kernels: [],
  s3: [
    ...values,
    'errors.ts',
    'http',
    'iam/acl.ts',
    'iam/basis.ts',
    'iam/bucket-policy.ts',
    'iam/compile.ts',
    'iam/permission.ts',
    'iam/public-access-block.ts',
    'iam/public-policy.ts',
    'kernels',
    // Faults that come when the answer has begun.
    'log.ts',
    'select',
    'type auth',
    'type iam',
    'type shard/rpc.ts',
    'type store',
  ],
  // Durable Objects that answer parts of queries: they read objects as the operations do.
  'select-node': [...values, 'errors.ts', 'log.ts', 's3/select', 'select', 'store', 'type env.ts'],
  // S3 Select: knows no HTTP, no XML and no storage; objects come as `ObjectSource`.
  select: [...values, 'errors.ts', 'kernels'],
  shard: [
    ...values,
    'bulk',
    'http',
    'iam/basis.ts',
    'kernels',
    'log.ts',
    'metrics.ts',
    'store/tables',
    'type env.ts',
    'type iam',
  ],
  // What a copy becomes is decided by the same pure rules in one shard and between two.
  store: [
    ...values,
    'bulk',
    'http',
    'iam/basis.ts',
    'iam/acl.ts',
    'iam/arn.ts',
    'iam/managed-policies.ts',
    'iam/principal.ts',
    'kernels',
    'log.ts',
    'metrics.ts',
    'shard/copied-part.ts',
    'shard/copy-facts.ts',
    'type auth',
    'type env.ts',
    'type iam/principal-matcher.ts',
    'type shard',
  ],
}

const importPattern =
  /^(?:import|export)\s+(type\s)?[^'"]*?from\s+['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]|\bimport\(['"]([^'"]+)['"]\)/gm

export function importsOf({ text }: SourceFile): Import[] {
  return [...text.matchAll(importPattern)].map((match) => ({
    specifier: match[2] ?? match[3] ?? match[4] ?? '',
    typeOnly: match[1] !== undefined,
  }))
}

/** One sentence for each import that a file of src must not have. */
export function importProblems(file: SourceFile): string[] {
  const from = path.posix.relative('src', file.name)
  const folder = topOf(from)
  const allowed = mayImport[folder]
  if (allowed === undefined) return [`${file.name} is in no folder that test/support/imports.ts knows`]
  return importsOf(file)
    .filter(({ specifier }) => specifier.startsWith('.'))
    .map(({ specifier, typeOnly }) => ({ target: path.posix.join(path.posix.dirname(from), specifier), typeOnly }))
    .filter(({ target, typeOnly }) => topOf(target) !== folder && !isAllowed(allowed, target, typeOnly))
    .map(({ target, typeOnly }) => `${file.name} must not import ${typeOnly ? 'types of ' : ''}src/${target}`)
}

function isAllowed(allowed: string[], target: string, typeOnly: boolean): boolean {
  return allowed.some((entry) => {
    const place = entry.replace(/^type /, '')
    const covers = place === '' || target === place || target.startsWith(`${place}/`)
    return covers && (typeOnly || !entry.startsWith('type '))
  })
}

function topOf(name: string): string {
  return name.split('/')[0] ?? name
}
