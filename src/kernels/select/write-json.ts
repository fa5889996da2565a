/** Kernels of wasm/write-json.ts; reference/write-json.ts does the same in TypeScript. */
// oxlint-disable-next-line typescript/no-empty-object-type -- filled by its owner
export interface WriteJsonKernels {}
