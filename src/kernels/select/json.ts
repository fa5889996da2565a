/** Kernels of wasm/json.ts; reference/json.ts does the same in TypeScript. */
// oxlint-disable-next-line typescript/no-empty-object-type -- filled by its owner
export interface JsonKernels {}
