// The module of S3 Select's kernels: one file for each concept. No imports, no runtime, no objects.
export * from './aggregate'
export * from './bzip2'
export * from './codec'
export * from './csv'
export * from './extreme'
export * from './group'
export * from './like'
export * from './json'
export * from './json-candidates'
export * from './json-lines'
export * from './json-walk'
export * from './number'
export * from './parquet'
export * from './parquet-values'
export * from './predicate'
export * from './write-csv'
export * from './write-json'

/** The first byte of memory that holds none of the module's own data. */
export function heapBase(): usize {
  return __heap_base
}
