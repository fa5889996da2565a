/** Kernels of wasm/aggregate.ts; reference/aggregate.ts does the same in TypeScript. */
// oxlint-disable-next-line typescript/no-empty-object-type -- filled by its owner
export interface AggregateKernels {}
