// Goal: what a target writes becomes readings of the right series, however its bytes are cut, and what is no line of
// the format harms nothing but itself.
// Method: bodies are read into a sink that writes down what it is told; random bodies are cut at random.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_LINE_BYTES } from './lines.ts'
import { createTextReader, MAX_SERIES_BYTES, type TextFormat, type TextReader } from './text-reader.ts'
import { createToldSink, type ToldSink } from './testing/told-sink.ts'

const AT = 1_800_000_000_000
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

interface Reading {
  readonly sink: ToldSink
  readonly reader: TextReader
  read(text: string, at?: number, format?: TextFormat, cut?: number): readonly string[]
}

function reading(maxSeries?: number, maxKnown = 10_000): Reading {
  const sink = createToldSink(maxSeries)
  const about = { part: null, instance: null }
  const reader = createTextReader({ sink, about, maxKnown, maxKnownBytes: 1_000_000 })
  return {
    sink,
    reader,
    read(text, at = AT, format = 'prometheus', cut = 10_000) {
      const bytes = bytesOf(text)
      reader.begin(at, format)
      for (let from = 0; from < bytes.length; from += cut) reader.write(bytes.subarray(from, from + cut))
      reader.end()
      return sink.told()
    },
  }
}

const kinds = ({ sink }: Reading): readonly string[] => sink.series.map(({ name, kind }) => `${name} ${kind}`)

describe('the text format of Prometheus', () => {
  it('is read with labels, escapes, blanks and instants', () => {
    const one = reading()
    const told = one.read(
      [
        '# HELP http_requests_total The total number of HTTP requests.',
        '# TYPE http_requests_total counter',
        'http_requests_total{method="post",code="200"} 1027 1395066363000',
        '# Escaping in label values:',
        String.raw`msdos_file_access_time_seconds{path="C:\\DIR\\FILE.TXT",error="no \"FILE\"\n{}"} 1.458255915e9`,
        '',
        ' something_weird { problem = "division by zero" , } +Inf -3982045',
        'metric_without_timestamp_and_labels\t12.47',
        'bare 1',
      ].join('\n'),
    )
    expect(told).toEqual([
      'http_requests_total{method=post,code=200} 1027 @1395066363000',
      'msdos_file_access_time_seconds{path=C:\\DIR\\FILE.TXT,error=no "FILE"\n{}} 1458255915 @1800000000000',
      'something_weird{problem=division by zero} Infinity @-3982045',
      'metric_without_timestamp_and_labels 12.47 @1800000000000',
      'bare 1 @1800000000000',
    ])
    expect(one.sink.faults).toEqual({})
  })

  it('tells counters from gauges by the type, else by the name', () => {
    const one = reading()
    one.read(
      [
        '# TYPE handled counter',
        'handled 1',
        '# TYPE open_total gauge',
        'open_total 1',
        '# TYPE took_seconds histogram',
        'took_seconds_bucket{le="0.5"} 1',
        'took_seconds_sum 1',
        'took_seconds_count 1',
        '# TYPE wait_seconds summary',
        'wait_seconds{quantile="0.5"} NaN',
        'wait_seconds_sum 1',
        'wait_seconds_count 0',
        'stray_total 1',
        '# TYPE any untyped',
        'any 1',
      ].join('\n'),
    )
    expect(kinds(one)).toEqual([
      'handled counter',
      'open_total gauge',
      'took_seconds_bucket counter',
      'took_seconds_sum counter',
      'took_seconds_count counter',
      'wait_seconds gauge',
      'wait_seconds_sum counter',
      'wait_seconds_count counter',
      'stray_total counter',
      'any gauge',
    ])
    expect(one.sink.series.map(({ unit }) => unit ?? '-').join(' ')).toBe('- - s s - s s - - -')
  })

  it('leaves a quantile out where nothing came, and says nothing of it', () => {
    expect(reading().read('# TYPE w summary\nw{quantile="0.5"} NaN\nw_sum 0')).toEqual([
      'w_sum 0 @1800000000000',
    ])
  })

  it.each([
    ['no value', 'broken'],
    ['no number', 'broken one'],
    ['labels without an end', 'broken{a="b" 1'],
    ['a label without quotes', 'broken{a=b} 1'],
    ['a label twice', 'broken{a="1",a="2"} 1'],
    ['something behind', 'broken 1 2 3'],
    ['an exemplar', 'broken 1 # {a="b"} 1'],
    ['a name that is none', '1broken 1'],
    ['quotes around it', '"broken" 1'],
    ['a type without a name', '# TYPE'],
  ])('counts a line with %s, and reads the others', (_, line) => {
    const one = reading()
    expect(one.read(`before 1\n${line}\nafter 2\n`)).toEqual([
      'before 1 @1800000000000',
      'after 2 @1800000000000',
    ])
    expect(one.sink.faults).toEqual({ malformed: 1 })
  })

  it('leaves out lines and names that are too long, and reads the others', () => {
    const one = reading()
    const long = `help ${'x'.repeat(MAX_LINE_BYTES)}`
    const name = `a{b="${'x'.repeat(MAX_SERIES_BYTES)}"} 1`
    for (const cut of [1_000, 1_000_000]) {
      expect(one.read(`a 1\n# ${long}\n${name}\nb 2\n`, AT, 'prometheus', cut)).toHaveLength(2)
    }
    expect(one.sink.faults).toEqual({ 'too-large': 3 })
  })

  it('takes an instant that is ahead for the present', () => {
    expect(reading().read(`a 1 ${AT + 60_000}`)).toEqual([`a 1 @${AT}`])
  })
})

describe('OpenMetrics', () => {
  const om = (one: Reading, text: string, at = AT): readonly string[] => one.read(text, at, 'openmetrics')

  it('is read with instants in seconds, exemplars and an end', () => {
    const one = reading()
    const told = om(
      one,
      [
        '# TYPE foo histogram',
        'foo_bucket{le="0.01"} 0 1520879607.789 # {trace_id="a b"} 0.67 1520879607',
        'foo_bucket{le="+Inf"} 17 # {trace_id="KOO5S4vxi0o"} 9.8',
        '# TYPE state stateset',
        'state{state="a"} 1',
        '# EOF',
      ].join('\n'),
    )
    expect(told).toEqual([
      'foo_bucket{le=0.01} 0 @1520879607789',
      `foo_bucket{le=+Inf} 17 @${AT}`,
      `state{state=a} 1 @${AT}`,
    ])
    expect(one.sink.faults).toEqual({})
  })

  it('says that a body without an end was cut off, and what comes behind the end is none of it', () => {
    const one = reading()
    om(one, 'a 1\n')
    expect(one.sink.faults).toEqual({ malformed: 1 })
    expect(om(one, 'a 1\n# EOF\nb 2\n')).toEqual([`a 1 @${AT}`])
    expect(one.sink.faults).toEqual({ malformed: 2 })
  })

  const counters = (seconds: number, more = ''): string =>
    `# TYPE r counter\nr_total{p="a"} 5\nr_created{p="a"} ${seconds}\n${more}# EOF\n`

  it('counts in full what began since the body before', () => {
    const one = reading()
    const began = AT / 1_000
    expect(om(one, counters(began - 900))).toEqual([`r_total{p=a} 5 @${AT}`])
    const more = `r_total{p="b"} 7\nr_created{p="b"} ${began + 3}\n`
    expect(om(one, counters(began - 900, more), AT + 10_000)).toEqual([
      `r_total{p=a} 5 @${AT + 10_000}`,
      `r_total{p=b} 7 @${AT + 10_000} since ${AT + 3_000}`,
    ])
    expect(om(one, counters(began + 12, more), AT + 20_000)).toEqual([
      `r_total{p=a} 5 @${AT + 20_000} since ${AT + 12_000}`,
      `r_total{p=b} 7 @${AT + 20_000}`,
    ])
  })

  it('says for all counters of a histogram since when they count', () => {
    const one = reading()
    om(one, '# EOF\n')
    const told = om(
      one,
      `# TYPE h histogram\nh_bucket{p="a",le="1"} 1\nh_bucket{p="a",le="+Inf"} 2\nh_count{p="a"} 2\nh_sum{p="a"} 3\nh_created{p="a"} ${AT / 1_000 + 1}\n# EOF\n`,
      AT + 5_000,
    )
    expect(told.map((line) => line.endsWith(`since ${AT + 1_000}`))).toEqual([true, true, true, true])
  })

  it('holds no more counters than it may until it is told since when they count', () => {
    const one = reading()
    const lines = Array.from({ length: 10_000 }, (_, i) => `r_total{p="${i}"} ${i}\n`).join('')
    expect(om(one, `# TYPE r counter\n${lines}# EOF\n`)).toHaveLength(10_000)
  })
})

describe('what was read before', () => {
  it('is known again whatever the order of lines, of labels and what is new among them', () => {
    const one = reading()
    one.read('a 1\nb{x="1",y="2"} 2\nc 3\n')
    expect(one.read('c 4\nnew 5\nb{y="2",x="1"} 6\na 7\n', AT + 1)).toEqual([
      `c 4 @${AT + 1}`,
      `new 5 @${AT + 1}`,
      `b{x=1,y=2} 6 @${AT + 1}`,
      `a 7 @${AT + 1}`,
    ])
    expect(one.sink.series).toHaveLength(4)
  })

  it('is opened anew when handles were let go', () => {
    const one = reading()
    one.read('a 1\nb 2\n')
    one.sink.letGo()
    expect(one.read('b 3\n', AT + 1)).toEqual([`b 3 @${AT + 1}`])
    expect(one.sink.series).toHaveLength(3)
  })

  it('is read anew each time where there are more lines than may be known', () => {
    const one = reading(undefined, 2)
    for (const _ of [1, 2]) expect(one.read('a 1\nb 2\nc 3\nd 4\n')).toHaveLength(4)
    expect(one.sink.series).toHaveLength(4)
  })
})

it('goes on with the series it has when there is no room for more, and tells how many there were', () => {
  const one = reading(10)
  const text = Array.from({ length: 5_000 }, (_, i) => `a{i="${i}"} ${i}\n`).join('')
  for (const round of [1, 2]) {
    expect(one.read(text, AT + round)).toHaveLength(10)
    expect(one.sink.faults).toEqual({ 'too-many-series': round * 4_990 })
  }
})

const label = fc.tuple(fc.stringMatching(/^[a-z]{1,3}$/), fc.string({ maxLength: 8 }))
const sample = fc.record({
  name: fc.stringMatching(/^[a-z_:][a-z0-9_:]{0,6}$/),
  labels: fc.uniqueArray(label, { maxLength: 3, selector: ([name]) => name }),
  value: fc.double({ noNaN: true }),
})
const escaped = (text: string): string =>
  text.replace(/[\\"\n]/g, (letter) => (letter === '\n' ? String.raw`\n` : `\\${letter}`))

it('reads what was written, however it is cut, the first time and again', () => {
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 20 }), fc.integer({ min: 1, max: 40 }), (samples, cut) => {
      const one = reading()
      const text = samples
        .map(({ name, labels, value }) => {
          const pairs = labels.map(([label, of]) => `${label}="${escaped(of)}"`)
          return `${name}{${pairs.join(',')}} ${value}\n`
        })
        .join('')
      const expected = samples.map(({ name, labels, value }) => ({
        name,
        labels: Object.fromEntries(labels),
        value,
      }))
      for (const round of [1, 2]) {
        const told = one.read(text, AT + round, 'prometheus', cut)
        expect(told.map((line) => Number(/ (\S+) @\d+$/.exec(line)?.[1]))).toEqual(
          expected.map(({ value }) => (value === 0 ? 0 : value)),
        )
      }
      for (const { name, labels } of expected)
        expect(one.sink.series).toContainEqual(expect.objectContaining({ name, labels }))
      expect(one.sink.faults).toEqual({})
    }),
  )
})

it('lives through whatever comes', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 50 }),
    fc
      .constantFrom(
        'a{b="c"} 1\n',
        '# TYPE a counter\n',
        '# EOF\n',
        'a{b="\\',
        '"} ',
        '\n',
        ' 1e',
        '{',
        '# {',
      )
      .map(bytesOf),
  )
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 40 }),
      fc.constantFrom('prometheus', 'openmetrics'),
      (pieces, format) => {
        const { reader } = reading(20)
        for (const round of [1, 2]) {
          reader.begin(AT + round, format)
          for (const one of pieces) reader.write(one)
          reader.end()
        }
      },
    ),
    { numRuns: 1_000 },
  )
})
