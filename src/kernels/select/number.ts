/** Kernels of wasm/number.ts; reference/number.ts does the same in TypeScript. */
// oxlint-disable-next-line typescript/no-empty-object-type -- filled by its owner
export interface NumberKernels {}
