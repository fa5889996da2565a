import { describe } from 'vitest'
import { referenceKernels } from '../../../src/kernels/select/reference/index.ts'
import { wasmKernels } from '../../../src/kernels/select/wasm-kernels.ts'
import { jsonLinesContract } from './json-lines.contract.ts'
import { jsonContract } from './json.contract.ts'

describe('the JSON kernels in WebAssembly', () => {
  jsonContract(wasmKernels)
  jsonLinesContract(wasmKernels)
})
describe('the reference of the JSON kernels', () => {
  jsonContract(referenceKernels)
  jsonLinesContract(referenceKernels)
})
