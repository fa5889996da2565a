import { describe, expect, it } from 'vitest'
import { parseObjectTagging, parseTaggingHeader, taggingDocument } from '../../src/s3/tagging.ts'
import { parseXml } from '../../src/s3/xml.ts'

const many = (count: number) => Array.from({ length: count }, (_, index) => `k${index}=v`).join('&')
const document = (...tags: [string, string][]) =>
  parseXml(
    `<Tagging><TagSet>${tags.map(([key, value]) => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`).join('')}</TagSet></Tagging>`,
  )

describe('parseTaggingHeader()', () => {
  it.each([
    [null, {}],
    ['', {}],
    ['a=1&b=2', { a: '1', b: '2' }],
    ['a', { a: '' }],
    ['a=b=c', { a: 'b=c' }],
    ['a+b=%2B', { 'a b': '+' }],
    ['%C3%A4=1', { ä: '1' }],
  ])('reads %j', (header, tags) => {
    expect(parseTaggingHeader(header)).toEqual(tags)
  })
  it.each([
    ['a=1&a=2', 'InvalidArgument'],
    ['%zz=1', 'InvalidArgument'],
    ['=1', 'InvalidTag'],
    ['a=%3C', 'InvalidTag'],
    ['aws:a=1', 'InvalidTag'],
    [`${'k'.repeat(129)}=1`, 'InvalidTag'],
    [`k=${'v'.repeat(257)}`, 'InvalidTag'],
    [many(11), 'InvalidTag'],
  ])('refuses %s', (header, code) => {
    expect(() => parseTaggingHeader(header)).toThrow(expect.objectContaining({ code }))
  })
  it('takes ten tags of the longest kind, a name of Object.prototype among them', () => {
    expect(Object.keys(parseTaggingHeader(`${many(9)}&__proto__=${'v'.repeat(256)}`))).toHaveLength(10)
  })
})

describe('parseObjectTagging()', () => {
  it('reads a document', () => {
    expect(parseObjectTagging(document(['a', '1'], ['b', '']))).toEqual({ a: '1', b: '' })
    expect(parseObjectTagging(document())).toEqual({})
  })
  it.each([
    [null, 'MalformedXML'],
    [parseXml('<Tagging/>'), 'MalformedXML'],
    [parseXml('<Other><TagSet/></Other>'), 'MalformedXML'],
    [parseXml('<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>'), 'MalformedXML'],
    [document(['a', '1'], ['a', '2']), 'InvalidTag'],
    [document(['a', '!']), 'InvalidTag'],
  ])('refuses %j', (xml, code) => {
    expect(() => parseObjectTagging(xml)).toThrow(expect.objectContaining({ code }))
  })
})

describe('taggingDocument()', () => {
  it('gives back what was parsed', () => {
    expect(parseObjectTagging(parseXml(taggingDocument({ a: '1', b: '' })))).toEqual({ a: '1', b: '' })
  })
})
