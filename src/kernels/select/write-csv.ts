/** Kernels of wasm/write-csv.ts; reference/write-csv.ts does the same in TypeScript. */
// oxlint-disable-next-line typescript/no-empty-object-type -- filled by its owner
export interface WriteCsvKernels {}
