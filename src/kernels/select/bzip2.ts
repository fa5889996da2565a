/** Kernels of wasm/bzip2.ts; reference/bzip2.ts does the same in TypeScript. */
// oxlint-disable-next-line typescript/no-empty-object-type -- filled by its owner
export interface Bzip2Kernels {}
