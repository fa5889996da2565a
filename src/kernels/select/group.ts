/** Kernels of wasm/group.ts; reference/group.ts does the same in TypeScript. */
// oxlint-disable-next-line typescript/no-empty-object-type -- filled by its owner
export interface GroupKernels {}
