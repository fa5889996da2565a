import { describe, expect, it } from 'vitest'
import { wasmCallback } from '../../../src/kernels/select/wasm-callback.ts'

describe('wasmCallback()', () => {
  it('is a function that a table takes and that calls the one given', () => {
    const calls: number[][] = []
    const table = new WebAssembly.Table({ initial: 2, element: 'anyfunc' })
    table.set(
      0,
      wasmCallback((a) => calls.push([a]) as unknown as void),
    )
    table.set(
      1,
      wasmCallback((a, b, c) => calls.push([a, b, c]) as unknown as void),
    )
    table.get(0)(7)
    table.get(1)(1, 2, -3)
    expect(calls).toEqual([[7], [1, 2, -3]])
  })

  it('refuses other numbers of parameters', () => {
    expect(() => wasmCallback((_a, _b) => {})).toThrow(TypeError)
  })
})
