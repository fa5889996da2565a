import module from './wasm/select.wasm'
import type { SelectKernels } from './kernels.ts'

/** A fresh instance of the WebAssembly kernels. Its memory only grows: drop it after a query that took much. */
export function wasmKernels(): SelectKernels {
  return new WebAssembly.Instance(module).exports as unknown as SelectKernels
}
