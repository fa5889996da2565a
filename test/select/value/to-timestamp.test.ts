import { describe, expect, it } from 'vitest'
import { formatTimestamp } from '../../../src/select/value/timestamp.ts'
import { compileToTimestamp } from '../../../src/select/value/to-timestamp.ts'

const read = (pattern: string, text: string) => formatTimestamp(compileToTimestamp(pattern)(text))

describe('compileToTimestamp()', () => {
  it.each([
    // AWS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-date.html
    ['yyyy', '2016', '2016T'],
    ['yyyy-MM-dd', '2007-02-23', '2007-02-23'],
    ["yyyy-MM-dd'T'HH:mm:ss.SSSXXX", '2007-02-23T12:14:33.079-08:00', '2007-02-23T12:14:33.079-08:00'],
    ['y', '7', '0007T'],
    ['y', '2007', '2007T'],
    ['yyyy', '0007', '0007T'],
    ['yy', '00', '2000T'],
    ['yy', '69', '2069T'],
    ['yy', '70', '1970T'],
    ['yy', '99', '1999T'],
    ['y M', '2007 6', '2007-06T'],
    ['y M', '2007 06', '2007-06T'],
    ['y MM', '2007 06', '2007-06T'],
    ['y MMM', '2007 jun', '2007-06T'],
    ['y MMMM', '2007 JUNE', '2007-06T'],
    ['y M d', '2007 6 5', '2007-06-05'],
    ['y M d H', '2007 6 5 9', '2007-06-05T09:00-00:00'],
    ['y M d h a', '2007 6 5 9 am', '2007-06-05T09:00-00:00'],
    ['y M d h a', '2007 6 5 12 AM', '2007-06-05T00:00-00:00'],
    ['y M d h a', '2007 6 5 12 pm', '2007-06-05T12:00-00:00'],
    ['y M d H m s', '2007 6 5 9 8 6', '2007-06-05T09:08:06-00:00'],
    ['y M d H m s S', '2007 6 5 9 8 6 2', '2007-06-05T09:08:06.2-00:00'],
    ['y M d H m s SSS', '2007 6 5 9 8 6 250', '2007-06-05T09:08:06.25-00:00'],
    ['y M d H m s SSS', '2007 6 5 9 8 6 000', '2007-06-05T09:08:06-00:00'],
    ['y M d H m s n', '2007 6 5 9 8 6 00100', '2007-06-05T09:08:06.0000001-00:00'],
    ['y M d H m s SSSSSSSSS', '2007 6 5 9 8 6 123456789', '2007-06-05T09:08:06.123456789-00:00'],
    ['y M d H m X', '1969 07 20 20 01 Z', '1969-07-20T20:01Z'],
    ['y M d H m XXXXX', '1969 07 20 20 01 Z', '1969-07-20T20:01Z'],
    ['y M d H m X', '1969 07 20 20 01 -0000', '1969-07-20T20:01Z'],
    ['y M d H m X', '1969 07 20 20 01 +02', '1969-07-20T20:01+02:00'],
    ['y M d H m X', '1969 07 20 20 01 -0203', '1969-07-20T20:01-02:03'],
    ['y M d H m xxx', '1969 07 20 20 01 +02:03', '1969-07-20T20:01+02:03'],
    ['y M d H m xx', '1969 07 20 20 01 +0203', '1969-07-20T20:01+02:03'],
    [' y M d ', ' 2007 6 5 ', '2007-06-05'],
    ["'Some'y'crazy'M'delimiter'd'here'", 'some2007crazy6delimiter5here', '2007-06-05'],
    ["'😸'y'😸'M'😸'd'😸'", '😸2007😸6😸5😸', '2007-06-05'],
    ['yyyyMMddHHmmss', '20070605040302', '2007-06-05T04:03:02-00:00'],
    ['yyyyMMddHHmmssSSS', '20070605040302017', '2007-06-05T04:03:02.017-00:00'],
  ])('reads with %s the text %s as %s', (pattern, text, expected) => expect(read(pattern, text)).toBe(expected))

  it.each([
    ['yyyy-MM-dd', '0000-01-01'],
    ['yyyy-MM-dd', '2017-00-01'],
    ['yyyy-MM-dd', '2017-13-01'],
    ['yyyy-MM-dd', '2017-02-29'],
    ['yyyy-MM-dd', '2017-1-01'],
    ['yyyy-MM-dd', ' 2017-01-01'],
    ['yyyy-MM-dd', '2017-01-01 '],
    ['yyyy-MM-dd', '2017-01'],
    ['yyyy-MM-dd', '12017-01-01'],
    ['yyyy-MM-dd hh:mm a', '2017-01-01 13:01 PM'],
    ['yyyy-MM-dd hh:mm a', '2017-01-01 00:01 PM'],
    ['yyyy-MM-dd HH:mm', '2017-01-01 24:01'],
    ['yyyy-MM-dd HH:mm', '2017-01-01 01:60'],
    ['yyyy-MM-dd HH:mm x', '2017-01-01 01:00 Z'],
    ['yyyy-MM-dd HH:mm X', '2017-01-01 01:00 +2400'],
    ['y MMM', '2007 June'],
    ['y M d H m s n', '2007 6 5 9 8 6 1000000000'],
    ['y', ''],
  ])('with %s finds no timestamp in %s', (pattern, text) => {
    expect(() => read(pattern, text)).toThrow(expect.objectContaining({ code: 'ValueParseFailure' }))
  })

  it.each([
    ['', 'EvaluatorInvalidTimestampFormatPattern'],
    ["'some text' /-,:.", 'EvaluatorInvalidTimestampFormatPattern'],
    ['a', 'EvaluatorInvalidTimestampFormatPattern'],
    ['x', 'EvaluatorInvalidTimestampFormatPattern'],
    ['M', 'EvaluatorInvalidTimestampFormatPattern'],
    ['yyyy-d', 'EvaluatorInvalidTimestampFormatPattern'],
    ['yyyy-M-d-h-s', 'EvaluatorInvalidTimestampFormatPattern'],
    ['yyyy-M-d-H-m-S', 'EvaluatorInvalidTimestampFormatPattern'],
    ['y M d H m s SSSSSSSSSS', 'EvaluatorInvalidTimestampFormatPattern'],
    ['y MMMMM', 'EvaluatorInvalidTimestampFormatPatternSymbolForParsing'],
    ['yyyyy', 'EvaluatorInvalidTimestampFormatPatternSymbol'],
    ['y nn', 'EvaluatorInvalidTimestampFormatPatternSymbol'],
    ['y_M', 'EvaluatorInvalidTimestampFormatPatternToken'],
    ['Q', 'EvaluatorInvalidTimestampFormatPatternToken'],
    ["y 'open", 'EvaluatorUnterminatedTimestampFormatPatternToken'],
    ["y '", 'EvaluatorUnterminatedTimestampFormatPatternToken'],
    ['y yy', 'EvaluatorTimestampFormatPatternDuplicateFields'],
    ['h H', 'EvaluatorTimestampFormatPatternDuplicateFields'],
    ['n S', 'EvaluatorTimestampFormatPatternDuplicateFields'],
    ['S SSSSSSSSSSSSSSSSSSSS', 'EvaluatorTimestampFormatPatternDuplicateFields'],
    ['y X xx', 'EvaluatorTimestampFormatPatternDuplicateFields'],
    ['yyyy M dd H m a', 'EvaluatorTimestampFormatPatternHourClockAmPmMismatch'],
    ['yyyy M dd h m', 'EvaluatorTimestampFormatPatternHourClockAmPmMismatch'],
  ])('refuses the pattern %s with %s', (pattern, code) => {
    expect(() => compileToTimestamp(pattern)).toThrow(expect.objectContaining({ code }))
  })
})
