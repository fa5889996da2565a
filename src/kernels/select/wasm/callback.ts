// JavaScript functions as functions of WebAssembly, which tables of functions take: a module of its own, one instance for each.

// @ts-ignore: decorator
@external("callback", "one")
declare function callOne(a: i32): void

// @ts-ignore: decorator
@external("callback", "three")
declare function callThree(a: i32, b: i32, c: i32): void

export function one(a: i32): void {
  callOne(a)
}

export function three(a: i32, b: i32, c: i32): void {
  callThree(a, b, c)
}
