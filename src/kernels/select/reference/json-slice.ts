// The reference of jsonScan: the same states, byte by byte.
import { cellKind } from '../cells.ts'
import { isBlank, isDelimiter, isNumber } from '../json-cursor.ts'
import { jsonFault, jsonFrameBytes, jsonPhase, jsonScanFields, jsonStep, jsonStepBytes } from '../json.ts'

const brokenNone = 0xffffffff
/** A token goes on behind the end of the range. */
class Incomplete extends Error {}
class Fault extends Error {
  readonly fault: number
  constructor(fault: number) {
    super('fault')
    this.fault = fault
  }
}

const isBeyondAscii = (byte: number) => byte >= 0x80

export class JsonSlice {
  readonly #bytes: Uint8Array
  readonly #words: Uint32Array
  readonly #scan: number
  #at = 0
  #to = 0
  #rows = 0

  constructor(bytes: Uint8Array, scan: number) {
    this.#bytes = bytes
    this.#words = new Uint32Array(bytes.buffer)
    this.#scan = scan
  }

  run(from: number, to: number): number {
    this.#at = from
    this.#to = to
    this.#set('fault', jsonFault.none)
    try {
      for (;;) this.#step()
    } catch (error) {
      if (error instanceof Fault) this.#set('fault', error.fault)
      else if (!(error instanceof Incomplete)) throw error
    }
    this.#set('broken', brokenNone)
    this.#set('rows', this.#rows)
    this.#set('consumed', this.#at)
    return this.#rows
  }

  #get(field: keyof typeof jsonScanFields): number {
    return this.#words[(this.#scan + jsonScanFields[field]) >> 2] ?? 0
  }

  #set(field: keyof typeof jsonScanFields, value: number): void {
    this.#words[(this.#scan + jsonScanFields[field]) >> 2] = value
  }

  /** A word of the innermost frame: 0 its kind, 1 the element's index, 2 found, 3 the hash of the key found. */
  #frame(word: number, value?: number): number {
    const at = ((this.#get('frames') + this.#get('level') * jsonFrameBytes) >> 2) + word
    if (value !== undefined) this.#words[at] = value
    return this.#words[at] ?? 0
  }

  /** A word of the step that leads from `level` on. */
  #stepWord(level: number, word: number): number {
    return this.#words[((this.#get('steps') + level * jsonStepBytes) >> 2) + word] ?? 0
  }

  #step(): void {
    const phase = this.#get('phase')
    if (phase === jsonPhase.deadContainer || phase === jsonPhase.deadString) {
      this.#passDead()
      return
    }
    while (this.#at < this.#to && isBlank(this.#bytes[this.#at])) this.#at++
    if (this.#at === this.#to) throw new Incomplete()
    const byte = this.#bytes[this.#at] ?? 0
    if (phase === jsonPhase.after && this.#get('level') === 0) this.#between(byte)
    else if (phase === jsonPhase.after) this.#afterValue(byte)
    else if (phase === jsonPhase.firstElement && byte === 0x5d) this.#close()
    else if (phase === jsonPhase.firstKey && byte === 0x7d) this.#close()
    else if (phase === jsonPhase.firstKey || phase === jsonPhase.key) this.#key(byte)
    else if (phase === jsonPhase.deadValue) this.#wholeValue(byte, { isRecord: false })
    else this.#value(byte)
  }

  #between(byte: number): void {
    if (byte === 0x2c) {
      let end = this.#at + 1
      while (end < this.#to && isBlank(this.#bytes[end]) && this.#bytes[end] !== 0x0a) end++
      if (end === this.#to) throw new Incomplete()
      if (this.#bytes[end] !== 0x0a) throw new Fault(jsonFault.syntax)
      this.#at = end
    }
    this.#set('phase', jsonPhase.value)
  }

  #afterValue(byte: number): void {
    const isObject = this.#frame(0) === 1
    if (byte === 0x2c) {
      this.#at++
      this.#frame(1, this.#frame(1) + 1)
      this.#set('phase', isObject ? jsonPhase.key : jsonPhase.value)
    } else if (byte === (isObject ? 0x7d : 0x5d)) this.#close()
    else throw new Fault(jsonFault.syntax)
  }

  #close(): void {
    const isSpread = this.#stepWord(this.#get('level') - 1, 0) === jsonStep.spread
    if (this.#frame(2) === 0 && !isSpread) this.#addRow(this.#at, this.#at, cellKind.missing)
    this.#at++
    this.#set('level', this.#get('level') - 1)
    this.#set('phase', jsonPhase.after)
  }

  #addRow(start: number, end: number, kind: number): void {
    if (this.#rows === this.#get('rowsMax')) throw new Incomplete()
    this.#words[(this.#get('starts') >> 2) + this.#rows] = start
    this.#words[(this.#get('ends') >> 2) + this.#rows] = end
    this.#bytes[this.#get('kinds') + this.#rows] = kind
    this.#rows++
  }

  #key(byte: number): void {
    if (byte !== 0x22) throw new Fault(jsonFault.syntax)
    const end = this.#stringEnd(this.#at)
    let colon = end
    while (colon < this.#to && isBlank(this.#bytes[colon])) colon++
    if (colon === this.#to) throw new Incomplete()
    if (this.#bytes[colon] !== 0x3a) throw new Fault(jsonFault.syntax)
    const isLive = this.#isLiveKey(this.#bytes.slice(this.#at + 1, end - 1))
    this.#set('phase', isLive ? jsonPhase.value : jsonPhase.deadValue)
    this.#at = colon + 1
  }

  #isLiveKey(key: Uint8Array): boolean {
    const level = this.#get('level') - 1
    if (this.#stepWord(level, 0) === jsonStep.values) {
      this.#frame(2, 1)
      return true
    }
    const verdict = this.#get('verdict')
    let hash = this.#get('verdictHash')
    if (verdict === 0) {
      if (!this.#isStepKey(key, level)) return false
      hash = key.reduce((sum, byte) => Math.imul(sum ^ byte, 0x01000193) >>> 0, 0x811c9dc5)
    } else {
      this.#set('verdict', 0)
      if (verdict === 2) return false
    }
    if (this.#frame(2) === 1) {
      if (this.#frame(3) !== hash) throw new Fault(jsonFault.ambiguous)
      return false
    }
    this.#frame(2, 1)
    this.#frame(3, hash)
    return true
  }

  #isStepKey(key: Uint8Array, level: number): boolean {
    const address = this.#stepWord(level, 1)
    const name = this.#bytes.slice(address, address + this.#stepWord(level, 2))
    const isSensitive = this.#stepWord(level, 3) !== 0
    if (key.includes(0x5c)) throw new Fault(jsonFault.undecided)
    if (!isSensitive && name.some(isBeyondAscii) && key.some(isBeyondAscii)) throw new Fault(jsonFault.undecided)
    const lowered = (byte: number) => (!isSensitive && byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte)
    return key.length === name.length && key.every((byte, index) => lowered(byte) === lowered(name[index] ?? 0))
  }

  #value(byte: number): void {
    const level = this.#get('level')
    if (level > 0 && this.#frame(0) === 0) {
      const isOther = this.#stepWord(level - 1, 0) === jsonStep.index && this.#frame(1) !== this.#stepWord(level - 1, 4)
      if (isOther) {
        this.#set('phase', jsonPhase.deadValue)
        return
      }
      this.#frame(2, 1)
    }
    if (level === this.#get('stepCount')) this.#wholeValue(byte, { isRecord: true })
    else if (this.#open(byte, level)) return
    else if (this.#stepWord(level, 0) === jsonStep.spread) this.#wholeValue(byte, { isRecord: true })
    else {
      this.#addRow(this.#at, this.#at, cellKind.missing)
      this.#set('phase', jsonPhase.deadValue)
    }
  }

  /** Goes into the value when the step at `level` leads into such. */
  #open(byte: number, level: number): boolean {
    const step = this.#stepWord(level, 0)
    const opensObject = byte === 0x7b && (step === jsonStep.key || step === jsonStep.values)
    const intoArray = step === jsonStep.index || step === jsonStep.elements || step === jsonStep.spread
    const opensArray = byte === 0x5b && intoArray
    if (!opensObject && !opensArray) return false
    this.#at++
    this.#set('level', level + 1)
    this.#frame(0, opensObject ? 1 : 0)
    this.#frame(1, 0)
    this.#frame(2, 0)
    this.#set('phase', opensObject ? jsonPhase.firstKey : jsonPhase.firstElement)
    return true
  }

  #wholeValue(byte: number, { isRecord }: { isRecord: boolean }): void {
    const isNested = byte === 0x7b || byte === 0x5b
    if (!isRecord && (isNested || byte === 0x22)) {
      this.#set('phase', isNested ? jsonPhase.deadContainer : jsonPhase.deadString)
      this.#set('deadDepth', 0)
      this.#set('inString', 0)
      this.#set('escaped', 0)
      if (!isNested) this.#at++
      return
    }
    const end = isNested ? this.#containerEnd() : byte === 0x22 ? this.#stringEnd(this.#at) : this.#scalarEnd()
    if (isRecord) this.#addRow(this.#at, end, isNested ? cellKind.nested : cellKind.text)
    this.#at = end
    this.#set('phase', jsonPhase.after)
  }

  #containerEnd(): number {
    let depth = 0
    for (let at = this.#at; at < this.#to; at++) {
      const byte = this.#bytes[at]
      if (byte === 0x22) at = this.#stringEnd(at) - 1
      else if (byte === 0x7b || byte === 0x5b) depth++
      else if (byte === 0x7d || byte === 0x5d) depth--
      if (depth > 0) continue
      if (byte !== (this.#bytes[this.#at] ?? 0) + 2) throw new Fault(jsonFault.syntax)
      return at + 1
    }
    throw new Incomplete()
  }

  /** Behind the closing quote of the string at `at`. */
  #stringEnd(at: number): number {
    for (let next = at + 1; next < this.#to; next++) {
      const byte = this.#bytes[next]
      if (byte === 0x0a) throw new Fault(jsonFault.syntax)
      if (byte === 0x22) return next + 1
      if (byte === 0x5c) next++
    }
    throw new Incomplete()
  }

  #scalarEnd(): number {
    let end = this.#at
    while (end < this.#to && !isDelimiter(this.#bytes[end])) end++
    if (end === this.#to) throw new Incomplete()
    const text = String.fromCharCode(...this.#bytes.subarray(this.#at, end))
    if (!isNumber(text) && !['true', 'false', 'null'].includes(text)) throw new Fault(jsonFault.syntax)
    return end
  }

  /** What is passed over may go on in the next range: all that is known of it is carried. */
  #passDead(): void {
    const isString = this.#get('phase') === jsonPhase.deadString
    for (; this.#at < this.#to; this.#at++) {
      const byte = this.#bytes[this.#at]
      const within = isString || this.#get('inString') === 1
      if (this.#get('escaped') === 1) this.#set('escaped', 0)
      else if (within && byte === 0x0a) throw new Fault(jsonFault.syntax)
      else if (within && byte === 0x5c) this.#set('escaped', 1)
      else if (byte === 0x22 && !isString) this.#set('inString', within ? 0 : 1)
      else if (!within || (isString && byte === 0x22)) {
        if (byte === 0x7b || byte === 0x5b) this.#set('deadDepth', this.#get('deadDepth') + 1)
        else if (byte === 0x7d || byte === 0x5d) this.#set('deadDepth', this.#get('deadDepth') - 1)
        if (isString || this.#get('deadDepth') === 0) {
          this.#at++
          this.#set('phase', jsonPhase.after)
          return
        }
      }
    }
    throw new Incomplete()
  }
}
