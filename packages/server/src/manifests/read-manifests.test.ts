// Goal: what is wrong in a file is said at its exact place, all at once, and no text can hurt the reader.
// Method: the example shop with one thing changed, and hostile texts.
import { describe, expect, it } from 'vitest'
import { readStored } from './read-manifests.ts'
import {
  changed,
  file,
  linesOf,
  manifestsIn,
  placeOf,
  problemIn,
  shopDirectory,
  shopFile,
  shopFiles,
} from './testing/shop.ts'

const service = shopFile('service.yaml')
const agreement = shopFile('agreement.yaml')

const owner = (name: string): string =>
  `apiVersion: holdfast/v1\nkind: Owner\nmetadata: { name: ${name} }\nspec: {}\n`

function faultAfter(source: typeof service, from: string, to: string, passage: string): string {
  const mistaken = changed(source, from, to)
  const lines = linesOf(problemIn(mistaken))
  expect(lines).toHaveLength(1)
  expect(lines[0]?.split(' | ')[0]).toBe(placeOf(mistaken, passage))
  return lines[0]?.replace(/^\S+ \| /, '') ?? ''
}

describe('one mistake', () => {
  it('names an unknown key at the key, with the one that was likely meant', () => {
    expect(
      faultAfter(
        service,
        'instanceType: small',
        'instanceTyp: small\n      instanceType: small',
        'instanceTyp:',
      ),
    ).toBe(
      '/spec/parts/0/instanceTyp | There is no key "instanceTyp" in entry 1 of "parts". | Did you mean "instanceType"?',
    )
  })

  it('counts the characters of a text that is too long', () => {
    const long = 'x'.repeat(201)
    expect(faultAfter(service, 'displayName: Shop team', `displayName: ${long}`, long)).toBe(
      '/spec/displayName | "displayName" has 201 characters. | Write at most 200 characters.',
    )
  })

  it('lists the keys that there are where none is near', () => {
    expect(faultAfter(service, 'calls:', 'colour: blue\n      calls:', 'colour')).toBe(
      '/spec/parts/0/colour | There is no key "colour" in entry 1 of "parts". | The keys here are name, instanceType, run, instances, concurrency, characteristics and calls.',
    )
  })

  it('names a wrong unit at the value', () => {
    expect(faultAfter(agreement, 'limit: 100ms', 'limit: 100 msecs', '100 msecs')).toBe(
      '/spec/levels/0/limit | The duration "100 msecs" has the unknown unit "msecs". | Did you mean "ms"? The units are ms, s, sec, m, min, h, d, w, such as in 10s.',
    )
  })

  it('says how to write the unit that a bare number lacks', () => {
    expect(faultAfter(agreement, 'limit: 100ms', 'limit: 100', '100\n')).toBe(
      '/spec/levels/0/limit | The duration "100" has no unit. | Say the unit, such as 100ms or 100s.',
    )
  })

  it('names a negative limit at the value', () => {
    expect(faultAfter(agreement, 'limit: 100ms', 'limit: -100ms', '-100ms')).toBe(
      '/spec/levels/0/limit | The duration "-100ms" is negative. | Write a duration of zero or more, such as 5s.',
    )
  })

  it('names a number of calls that no operation makes', () => {
    const call = '{ part: data, times: 1001 }'
    expect(faultAfter(service, '{ part: data }', call, '1001')).toBe(
      '/spec/parts/1/calls/0/times | "times" is 1001, which is too large. | Write at most 1000.',
    )
  })

  it('names a missing key at the mapping that lacks it', () => {
    expect(
      faultAfter(service, 'gateway: { port: 8080, entry: interface }', 'gateway: { port: 8080 }', 'gateway:'),
    ).toBe('/spec/gateway/entry | "entry" is missing in "gateway". | Write it as text, such as shop.')
  })

  it('names a misspelled kind, with the one that was likely meant', () => {
    expect(faultAfter(agreement, 'kind: Agreement', 'kind: Agrement', 'Agrement')).toBe(
      '/kind | "kind" cannot be "Agrement". | Did you mean "Agreement"?',
    )
  })

  it('names a part that bears the name of another', () => {
    expect(
      faultAfter(
        service,
        'name: data',
        'name: interface',
        "interface\n      instanceType: small\n      run:\n        command: [node, part.ts]\n        directory: .\n        environment: { SERVICE_TIME_MS: '50'",
      ),
    ).toBe('/spec/parts/2/name | Another part here is called "interface" too. | Give each a name of its own.')
  })

  it('says that a number in the environment wants quotes', () => {
    expect(faultAfter(service, "'10', CAPACITY", '10, CAPACITY', '10, CAPACITY')).toBe(
      '/spec/parts/0/run/environment/SERVICE_TIME_MS | "SERVICE_TIME_MS" must be text, not 10. | Put it in quotes: "10".',
    )
  })

  it('says how a point in time is written that lacks its zone', () => {
    expect(faultAfter(agreement, 'service: shop', 'service: shop\n  from: 2026-12-01', '2026-12-01')).toBe(
      '/spec/from | "2026-12-01" does not say where the clock shows that. | Add the name of the time zone, such as 2026-12-01 00:00 Europe/Berlin.',
    )
  })

  it.each([
    ['{ flat: 1 EUR }', '/spec/price/per | "per" is missing in "price". | Write per: hour, day or month.'],
    [
      '{ operations: 1 EUR, per: hour }',
      '/spec/price/per | A price of operations is for a number of them. | Write per: 1000, or another number of operations.',
    ],
    [
      '{ costPlus: { margin: 10 % }, per: hour }',
      '/spec/price/per | This price does not take "per" here. | Leave it out.',
    ],
    [
      '{ flat: 1 EUR, per: hour, costPlus: { margin: 10 % } }',
      '/spec/price | Flat and costPlus are said at once. | Write exactly one of flat, operations, instanceHours, load, costPlus, deadline.',
    ],
    ['{ flatt: 1 EUR }', '/spec/price/flatt | There is no key "flatt" in "price". | Did you mean "flat"?'],
    [
      '{ load: { per: day, tiers: [{ amount: 1 EUR }, { upTo: 5/s, amount: 2 EUR }] } }',
      '/spec/price/load/tiers/1 | No load ever lies in this tier: the one before it reaches as far. | Write tiers by rising upTo, and leave it out in the last one only.',
    ],
    [
      '{ deadline: { amount: 1 EUR, per: 10, tightness: [{ within: 1h, factor: 2 }, { within: 2h, factor: 2 }] } }',
      '/spec/price/deadline/tightness/1 | A longer time to the deadline must cost less. | Write the tightest step first, with the highest factor.',
    ],
  ])('says of the price %s how it is written', (price, says) => {
    const [line, ...more] = linesOf(problemIn(changed(agreement, '{ flat: 10 EUR, per: hour }', price)))
    expect(more).toEqual([])
    expect(line?.replace(/^\S+ \| /, '')).toBe(says)
  })

  it('names a step of a remedy that is not deeper than the one before it', () => {
    expect(
      faultAfter(
        agreement,
        '{ below: 75 %, discount: 25 % }',
        '{ below: 75 %, discount: 5 % }',
        '{ below: 75',
      ),
    ).toBe(
      '/spec/remedies/0/steps/1 | The steps of a remedy must fall below ever less, for ever more discount. | Write the mildest step first, such as below 99 % and then below 95 %.',
    )
  })

  it('names a place where instances must run and may not', () => {
    const places = 'places: { mustRunIn: [north, south], mayRunIn: [north] }\n  price:'
    expect(faultAfter(agreement, 'price:', places, 'south')).toBe(
      '/spec/places/mustRunIn/1 | Instances must run in "south", but may not. | Name it under mayRunIn too, or leave mayRunIn out.',
    )
  })

  it('names a hint that ends before it begins, and one without an end', () => {
    const hinted = (end: string): string =>
      `hints: [{ name: sale, from: 2026-11-27 09:00 Europe/Berlin, ${end} factor: 4 }]\n  parts:`
    expect(
      faultAfter(service, 'parts:', hinted('to: 2026-11-27 08:00 Europe/Berlin,'), '2026-11-27 08'),
    ).toBe('/spec/hints/0/to | The hint ends before it begins. | Write a later to, or a length as for.')
    expect(faultAfter(service, 'parts:', hinted(''), '{ name: sale')).toBe(
      '/spec/hints/0 | Nothing is said here. | Write exactly one of to, for.',
    )
  })

  it('names both conditions that stand in one entry', () => {
    expect(
      faultAfter(
        agreement,
        '{ atMost: 20 }',
        '{ atMost: 20 }\n      characteristics: as-expected',
        'instances: { atMost',
      ),
    ).toContain('Two conditions stand in one entry of the list.')
  })
})

describe('several mistakes', () => {
  it('are reported all at once, in the order of the text, over all files and documents', () => {
    const first = changed(changed(service, 'port: 8080', 'port: 0'), '256 MiB', '256')
    const second = changed(
      changed(agreement, 'ratio: 90 %', 'ratio: 90'),
      'window: hour',
      'window: { rollin: 30min }',
    )
    expect(linesOf(problemIn(first, second)).map((line) => line.split(' | ')[1])).toEqual([
      '/spec/levels/0/ratio',
      '/spec/levels/0/window/rollin',
      '/spec/memory',
      '/spec/gateway/port',
    ])
  })

  it('says where a document of the same kind and name was written first', () => {
    const [line] = linesOf(problemIn(file('a.yaml', owner('x')), file('b.yaml', `# again\n${owner('x')}`)))
    expect(line).toBe(
      'b.yaml:4:19 | /metadata/name | Owner "x" is written twice; first at a.yaml:3:19. | Keep one of them, or give one another name.',
    )
  })

  it('lists the first hundred and says how many there are', () => {
    const conditions = Array.from({ length: 500 }, () => '    - { lod: 1 }').join('\n')
    const { detail, faults } = problemIn(changed(agreement, '  conditions:', `  conditions:\n${conditions}`))
    expect(detail).toBe('500 things are wrong in the manifests. The first 100 are listed.')
    expect(faults).toHaveLength(100)
  })
})

describe('text', () => {
  it('may be JSON, with tabs', () => {
    const [parsed] = manifestsIn(file('owner.yaml', owner('x')))
    expect(
      manifestsIn(file('owner.json', JSON.stringify(parsed?.document, null, '\t')))[0]?.document,
    ).toEqual(parsed?.document)
  })

  it('is YAML 1.2 even where a directive asks for 1.1: "yes" is text, and there are no merge keys', () => {
    const [parsed] = manifestsIn(
      file('a.yaml', `%YAML 1.1\n---\n${owner('x').replace('{}', '{ displayName: yes }')}`),
    )
    expect(parsed?.document['spec']).toEqual({ displayName: 'yes' })
    const merged = `a: &a { kind: Owner }\n<<: *a\n${owner('x')}`
    expect(linesOf(problemIn(file('a.yaml', merged)))).toContainEqual(
      expect.stringContaining('There is no key "<<"'),
    )
  })

  it('may say a thing once and use it again by an alias; a mistake is placed where it was written', () => {
    const [first, ...more] = agreement.text.split('- instances: { atMost: 20 }')
    const aliased = file(
      'a.yaml',
      [first, '- &cap { instances: { atMost: 0 } }\n    - *cap', ...more].join(''),
    )
    expect(linesOf(problemIn(aliased)).map((line) => line.split(' | ')[0])).toEqual([
      placeOf(aliased, '0 } }'),
      placeOf(aliased, '0 } }'),
    ])
  })

  it('refuses keys that are written twice, keys that are no text, strange tags and numbers without end', () => {
    const text = 'kind: Owner\nkind: Owner\n1: x\nspec: .inf\nmetadata: !!set {}\n'
    expect(linesOf(problemIn(file('a.yaml', text)))).toEqual([
      'a.yaml:2:1 | The key "kind" is written twice here. | Keep one of them.',
      'a.yaml:3:1 | A key must be text. | Put it in quotes: "1".',
      'a.yaml:4:7 | /spec | This is not a number to reckon with. | Write a finite number.',
      'a.yaml:5:11 | Unresolved tag: tag:yaml.org,2002:set. | Leave the tag out.',
    ])
  })

  it('reports a syntax error where it is', () => {
    expect(linesOf(problemIn(file('a.yaml', 'kind: Owner\nmetadata: { name: x\nspec: {}\n')))[0]).toMatch(
      /^a\.yaml:3:1 \| /,
    )
  })

  it('must hold a manifest', () => {
    expect(problemIn(file('a.yaml', '# nothing\n---\n')).faults[0]?.message).toBe(
      'There is no manifest in what was given.',
    )
    expect(linesOf(problemIn(file('a.yaml', '- 1\n')))[0]).toContain('The document is not a manifest.')
  })
})

describe('limits', () => {
  it('refuses 50 MB before it is parsed, and names the file', () => {
    const before = performance.now()
    const { code, faults } = problemIn(service, file('huge.yaml', 'a: b\n'.repeat(10_000_000)))
    expect(code).toBe('manifest-too-large')
    expect(faults[0]?.place).toEqual({ source: 'huge.yaml' })
    expect(performance.now() - before).toBeLessThan(1_000)
  })

  it.each([['['], ['- '], ['{a: '], ['? '], ['[?']])(
    'refuses a tower of %j without exhausting the stack',
    (brick) => {
      const { faults } = problemIn(file('deep.yaml', brick.repeat(100_000)))
      expect(faults[0]?.message).toBe('The text is nested more than 64 deep.')
      expect(faults[0]?.place).toMatchObject({ source: 'deep.yaml', line: 1 })
    },
  )

  it('refuses aliases that multiply, and one that stands for itself', () => {
    const laughs = Array.from(
      { length: 20 },
      (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}]`,
    ).join('\n')
    expect(problemIn(file('a.yaml', `a0: &a0 [1]\n${laughs}\n`)).faults[0]?.message).toBe(
      'Aliases stand for more than 10000 values.',
    )
    expect(problemIn(file('a.yaml', 'spec: &s [*s]\n')).faults[0]?.message).toContain('No anchor "s"')
  })

  it('refuses more than a thousand documents, in one file or in many', () => {
    const many = Array.from({ length: 1_001 }, (_, i) => owner(`o${i}`))
    expect(problemIn(file('a.yaml', many.join('---\n'))).faults[0]?.message).toContain(
      'more than 1000 documents',
    )
    expect(linesOf(problemIn(...many.map((text, i) => file(`${i}.yaml`, text))))).toContainEqual(
      expect.stringContaining('The files have 1001 documents.'),
    )
  })

  it('checks a mapping of many keys for repetitions in linear time', () => {
    const before = performance.now()
    problemIn(file('keys.yaml', Array.from({ length: 80_000 }, (_, i) => `k${i}: 1`).join('\n')))
    expect(performance.now() - before).toBeLessThan(5_000)
  })
})

describe('the document', () => {
  it('keeps quantities as they were written, and makes directories absolute', () => {
    const [, type, shop] = manifestsIn(...shopFiles())
    expect(type?.document['spec']).toEqual({ cpu: 1, memory: '256 MiB', price: '0.02 EUR/h' })
    expect(shop?.document).toMatchObject({
      spec: { parts: [{ run: { directory: shopDirectory.replace(/\/$/, '') } }, {}, {}] },
    })
  })

  it('refuses a relative directory of a file that lies nowhere', () => {
    const { faults } = problemIn({ ...service, directory: '' })
    expect(faults).toHaveLength(3)
    expect(faults[0]).toMatchObject({
      message: 'The directory is relative, and where the file lies is not known.',
    })
  })

  it('is read again from the store with its version; its places say kind and name, and a pointer', () => {
    const [parsed] = manifestsIn(file('a.yaml', owner('x')))
    const stored = readStored(parsed?.document ?? null, 7)
    expect(stored).toMatchObject({ ok: true, value: { version: 7, manifest: parsed?.manifest } })
    expect(stored.ok && stored.value.locate(['metadata', 'name'])).toEqual({
      source: 'Owner/x',
      pointer: '/metadata/name',
    })
  })
})
