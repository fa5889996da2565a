/** Random numbers below 1 from a seed, which is the environment's SEED or the time's; name it in failures. */
export function seededRandom(): { random: () => number; seed: number } {
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
  let state = seed
  // mulberry32
  const random = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return { random, seed }
}
