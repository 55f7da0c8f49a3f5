// Goal: the performance data of plug-ins is read as the protocol writes it, and nothing that looks like it does harm.
// Method: lines as Debian's plug-ins print them, and texts that none would.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonFiguresOf } from './json-figures.ts'
import { pluginTextOf } from './performance-data.ts'

const figuresIn = (data: string): Record<string, string> =>
  Object.fromEntries(
    pluginTextOf(`OK | ${data}`).figures.map(({ label, value, unit, kind }) => [
      label,
      `${value} ${unit ?? 'none'}${kind === 'counter' ? ' counter' : ''}`,
    ]),
  )

describe('performance data', () => {
  it('is read from the line of check_http', () => {
    const line =
      'HTTP OK: HTTP/1.1 200 OK - 321 bytes in 0.001 second response time |time=0.000523s;;;0.000000;10.000000 size=321B;;;0'
    expect(pluginTextOf(line)).toEqual({
      says: 'HTTP OK: HTTP/1.1 200 OK - 321 bytes in 0.001 second response time',
      figures: [
        { label: 'time', value: expect.closeTo(0.523, 9) as number, unit: 'ms', kind: 'gauge' },
        { label: 'size', value: 321, unit: 'By', kind: 'gauge' },
      ],
      malformed: 0,
    })
  })

  it('may go on after the long text, over several lines', () => {
    const output = `DISK OK - free space: / 3326 MB (56%); | /=2643MB;5948;5958;0;5968
/ 15272 MB (77%);
/boot 68 MB (69%);
/home 69357 MB (27%); | /boot=68MB;88;93;0;98
/home=69357MB;253404;253409;0;253414
/var/log=818MB;970;975;0;980
`
    const { figures, malformed } = pluginTextOf(output)
    expect(figures.map(({ label, value }) => [label, value / 1024 ** 2])).toEqual([
      ['/', 2643],
      ['/boot', 68],
      ['/home', 69_357],
      ['/var/log', 818],
    ])
    expect(malformed).toBe(0)
  })

  it('has labels in quotes with spaces, equals signs and doubled quotes', () => {
    expect(figuresIn(`'free = space'=1 'it''s'=2;;; plain=3`)).toEqual({
      'free = space': '1 none',
      "it's": '2 none',
      plain: '3 none',
    })
  })

  it('is told in milliseconds and bytes, and else as it is', () => {
    expect(figuresIn('a=2s b=2ms c=2us d=5% e=1B f=1KB g=1GB h=1TB i=7c j=3rpm k=-1.5 l=1e3 m=.5s')).toEqual({
      a: '2000 ms',
      b: '2 ms',
      c: '0.002 ms',
      d: '5 %',
      e: '1 By',
      f: '1024 By',
      g: '1073741824 By',
      h: '1099511627776 By',
      i: '7 none counter',
      j: '3 rpm',
      k: '-1.5 none',
      l: '1000 none',
      m: '500 ms',
    })
  })

  it('says nothing of what is unknown, and passes over thresholds of every form', () => {
    expect(figuresIn('a=U b=1;@10:20;~:5;0;100 c=U;1;2')).toEqual({ b: '1 none' })
    expect(pluginTextOf('OK | a=U').malformed).toBe(0)
  })

  it('counts pieces that are none, and reads the others', () => {
    const { figures, malformed } = pluginTextOf(`OK | nonsense a=1 =2 b=x c=1;;; 'open=3`)
    expect(figures.map(({ label }) => label)).toEqual(['a', 'c'])
    expect(malformed).toBe(4)
  })

  it('is not there where no bar is', () => {
    expect(pluginTextOf('OK: all is well\nlong text')).toEqual({
      says: 'OK: all is well',
      figures: [],
      malformed: 0,
    })
  })

  it('is read to an end whatever is written, and never comes to more than there may be', () => {
    const odd = fc.oneof(fc.string({ unit: 'grapheme' }), fc.stringMatching(/^[a|='; \n\d.sMBUc%]*$/))
    fc.assert(
      fc.property(odd, (text) => {
        const { figures, malformed } = pluginTextOf(text)
        expect(figures.length + malformed).toBeLessThanOrEqual(text.length)
        for (const { value } of figures) expect(value).not.toBeNaN()
      }),
    )
    expect(pluginTextOf(`OK|${' a=1'.repeat(10_000)}`)).toMatchObject({ malformed: 9_500 })
  })

  it('of any labels and values comes back as it was written', () => {
    const label = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => !/[\r\n|]/.test(text))
    fc.assert(
      fc.property(fc.array(fc.tuple(label, fc.integer()), { maxLength: 20 }), (written) => {
        const data = written.map(([text, value]) => `'${text.replaceAll("'", "''")}'=${value};;`).join(' ')
        const read = pluginTextOf(`OK | ${data}`).figures.map(({ label, value }) => [label, value])
        expect(read).toEqual(written)
      }),
    )
  })
})

describe('figures in JSON', () => {
  it('have dotted names, and are numbers alone', () => {
    const text = '{"queue":{"length":3,"name":"a","old":null},"up":true,"list":[1],"load":0.5}'
    expect(jsonFiguresOf(text)).toEqual({
      figures: [
        { name: 'queue.length', value: 3 },
        { name: 'load', value: 0.5 },
      ],
      leftOut: 0,
    })
  })

  it('are not found in what is no object', () => {
    for (const text of ['', '[1]', '1', 'null', '{"a":']) expect(jsonFiguresOf(text)).toBeNull()
  })

  it('are as deep and as many as is sensible', () => {
    const deep = `${'{"a":'.repeat(3_000)}1${'}'.repeat(3_000)}`
    expect(jsonFiguresOf(deep)).toEqual({ figures: [], leftOut: 1 })
    const many = JSON.stringify(Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`a${i}`, i])))
    expect(jsonFiguresOf(many)).toMatchObject({ leftOut: 1_500 })
  })

  it('are found in any JSON without harm', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        for (const { value } of jsonFiguresOf(text)?.figures ?? []) expect(typeof value).toBe('number')
      }),
    )
  })
})
