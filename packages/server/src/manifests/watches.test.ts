// Goal: a watch says exactly what was written, and what is wrong in one is told with its place. Method: manifests as text
// beside the example shop, read and checked as an apply would.
import { describe, expect, it } from 'vitest'
import { checkManifests } from './check-manifests.ts'
import { branded, type OwnerName } from '@holdfast/core/units'
import { manifestsOf } from './manifest.ts'
import { resolveWatch } from './resolve-watches.ts'
import { file, linesOf, manifestsIn, problemIn, shopFiles } from './testing/shop.ts'
import type { DeclaredWatch } from '../pacing/index.ts'

const PARAMETERS = 'parameters: { rtt: number, connection: text, relayed: flag }'
const RULES = 'significant: { parameter: rtt, by: 20 }'

const watch = (...lines: readonly string[]): string => `apiVersion: holdfast/v1
kind: Watch
metadata: { name: players }
spec:
  service: shop
${lines.map((line) => `  ${line}`).join('\n')}
`

function declared(...lines: readonly string[]): DeclaredWatch {
  const manifests = manifestsIn(...shopFiles(), file('watch.yaml', watch(PARAMETERS, ...lines)))
  const [only] = manifestsOf(manifests, 'Watch')
  if (only === undefined) throw new Error('There is no watch.')
  return resolveWatch(only.manifest, 1, branded<OwnerName>('shop-team'))
}
const faultsIn = (...lines: readonly string[]): readonly string[] =>
  linesOf(problemIn(file('a.yaml', watch(...lines))))
const faultsAmong = (...lines: readonly string[]): readonly string[] =>
  linesOf({
    faults: checkManifests(manifestsIn(...shopFiles(), file('a.yaml', watch(PARAMETERS, ...lines)))),
  })

describe('a watch', () => {
  it('keeps copies wrong for 10 % of the time at most, where nothing else is said', () => {
    expect(declared(RULES)).toEqual({
      service: 'shop',
      owner: 'shop-team',
      version: 1,
      watch: {
        name: 'players',
        parameters: [
          { name: 'rtt', type: 'number' },
          { name: 'connection', type: 'text' },
          { name: 'relayed', type: 'flag' },
        ],
        significant: { kind: 'absolute', parameter: 'rtt', least: 20 },
        wanted: { kind: 'stale', share: 0.1 },
        budgetPerSecond: null,
        limits: { leastMs: 1_000, mostMs: 3_600_000 },
        firstGuessMs: 300_000,
        jitter: 0.1,
        classes: [],
        features: [],
        early: [],
        earlyIsAll: false,
        keptBy: 'server',
        mostClients: 1_000_000,
        forgetAfterMs: 604_800_000,
      },
    })
  })

  it('buys the least wrongness with its budget, where nothing is wanted of each client', () => {
    expect(declared(RULES, 'budget: 200/s').watch).toMatchObject({ wanted: null, budgetPerSecond: 200 })
    expect(declared(RULES, 'budget: 200/s', 'wanted: { chance: 5 % }').watch).toMatchObject({
      wanted: { kind: 'chance', chance: 0.05 },
      budgetPerSecond: 200,
    })
  })

  it('takes rules of every kind, also within each other', () => {
    const { significant } = declared(
      'significant:',
      '  - { parameter: rtt, share: 10 % }',
      '  - { parameter: rtt, ratio: 1.5 }',
      '  - { parameter: rtt, edges: [50, 100] }',
      '  - { parameter: connection, changes: true }',
      '  - { expression: "abs(new.rtt - old.rtt) > 20" }',
      '  - { composite: { least: 1, parts: [{ parameter: rtt, weight: 3, unit: 50 }, { parameter: relayed, weight: 1 }] } }',
      '  - all: [{ parameter: rtt, by: 5 }, { any: [{ parameter: relayed, changes: true }] }]',
      '  - rules: [{ when: "connection == \'cell\'", decides: never }, { decides: { parameter: rtt, by: 9 } }]',
    ).watch
    expect(significant).toMatchObject({
      kind: 'any',
      of: [
        { kind: 'relative', parameter: 'rtt', least: 0.1 },
        { kind: 'ratio', least: 1.5 },
        { kind: 'bands', edges: [50, 100] },
        { kind: 'changed', parameter: 'connection' },
        { kind: 'expression', expression: { kind: 'binary', operator: '>' } },
        {
          kind: 'composite',
          least: 1,
          parts: [
            { weight: 3, unit: 50 },
            { weight: 1, unit: 1 },
          ],
        },
        { kind: 'all', of: [{ kind: 'absolute' }, { kind: 'any' }] },
        {
          kind: 'ordered',
          rules: [{ when: {}, decides: false }, { decides: { kind: 'absolute', least: 9 } }],
        },
      ],
    })
  })

  it('has clients report at once what is significant, where they can judge it', () => {
    const early = [{ kind: 'absolute', parameter: 'rtt', least: 20 }]
    expect(declared(RULES, 'early: significant').watch).toMatchObject({ early, earlyIsAll: true })
    expect(declared(RULES, 'early: [{ parameter: rtt, by: 90 }]').watch).toMatchObject({
      early: [{ least: 90 }],
      earlyIsAll: false,
    })
  })

  it.each<[string, readonly string[], string]>([
    [
      'a rule of nothing',
      [PARAMETERS, 'significant: { parameter: rtt }'],
      'a.yaml:7:16 | /spec/significant | Nothing is said here. | Write exactly one of by, share, ratio, edges, changes, expression, composite, all, any, rules.',
    ],
    [
      'two comparisons in one rule',
      [PARAMETERS, 'significant: { parameter: rtt, by: 1, ratio: 2 }'],
      'a.yaml:7:16 | /spec/significant | By and ratio are said at once. | Write exactly one of by, share, ratio, edges, changes, expression, composite, all, any, rules.',
    ],
    [
      'a comparison without a parameter',
      [PARAMETERS, 'significant: { by: 1 }'],
      'a.yaml:7:16 | /spec/significant | No parameter is named. | Write parameter together with one of by, share, ratio, edges, changes.',
    ],
    [
      'a ratio that everything exceeds',
      [PARAMETERS, 'significant: { parameter: rtt, ratio: 1 }'],
      'a.yaml:7:41 | /spec/significant/ratio | ',
    ],
    [
      'an expression that cannot be read',
      [PARAMETERS, 'significant: { expression: "rtt >" }'],
      'a.yaml:7:30 | /spec/significant/expression | ',
    ],
    [
      'a least interval above the longest',
      [PARAMETERS, RULES, 'interval: { least: 10min, most: 5min }'],
      'a.yaml:8:22 | /spec/interval/least | The least interval is longer than the longest. | Write a shorter one, or a longer most.',
    ],
    [
      'an interval beyond a day',
      [PARAMETERS, RULES, 'interval: { most: 2d }'],
      'a.yaml:8:21 | /spec/interval/most | Nobody is asked to come later than in a day. | Write 24h or less.',
    ],
    [
      'more jitter than a half',
      [PARAMETERS, RULES, 'jitter: 60 %'],
      'a.yaml:8:11 | /spec/jitter | So much jitter costs freshness and spreads no better. | Write 50 % or less.',
    ],
    [
      'no parameters',
      ['parameters: {}', RULES],
      'a.yaml:6:15 | /spec/parameters | These are 0 parameters. | Write 1 to 16.',
    ],
    [
      'two things wanted at once',
      [PARAMETERS, RULES, 'wanted: { stale: 10 %, chance: 5 % }'],
      'a.yaml:8:11 | /spec/wanted | Stale and chance are said at once. | Write exactly one of stale, chance, price.',
    ],
    [
      'early rules that a client cannot judge',
      [
        PARAMETERS,
        'significant: [{ parameter: rtt, by: 1 }, { expression: "rtt > 5" }]',
        'early: significant',
      ],
      'a.yaml:8:10 | /spec/early | Rule 2 of significant is none that a client can judge by itself. | Write rules of one parameter with by, share, ratio, edges, changes.',
    ],
    [
      'a feature that is there twice',
      [PARAMETERS, RULES, 'features: [device, device]'],
      'a.yaml:8:22 | /spec/features/1 | The feature "device" is there twice. | Write it once.',
    ],
    ['an unknown key', [PARAMETERS, RULES, 'buget: 5/s'], 'a.yaml:8:3 | /spec/buget | '],
  ])('refuses %s with its place', (_what, lines, begins) => {
    const [first = ''] = faultsIn(...lines)
    expect(first.slice(0, begins.length)).toBe(begins)
  })

  it.each<[string, readonly string[], string]>([
    [
      'a parameter that is not declared',
      ['significant: { parameter: rt, by: 1 }'],
      'a.yaml:7:29 | /spec/significant/parameter | There is no parameter "rt". | Did you mean "rtt"?',
    ],
    [
      'one in an expression',
      ['significant: [{ expression: "old.rtx > 3" }]'],
      'a.yaml:7:31 | /spec/significant/0/expression | There is no parameter "rtx". | Did you mean "rtt"?',
    ],
    [
      'one deep within',
      ['significant: { rules: [{ decides: { all: [{ parameter: loss, by: 1 }] } }] }'],
      'a.yaml:7:58 | /spec/significant/rules/0/decides/all/0/parameter | There is no parameter "loss". | There is rtt, connection, relayed.',
    ],
    [
      'a distance between texts',
      ['significant: { parameter: connection, by: 1 }'],
      'a.yaml:7:45 | /spec/significant/by | "by" compares numbers, and "connection" is a text. | Write changes: true for it.',
    ],
    [
      'edges that fall',
      ['significant: { parameter: rtt, edges: [5, 1] }'],
      'a.yaml:7:41 | /spec/significant/edges | The edges are not in ascending order. | Write them from the lowest to the highest, each once.',
    ],
    [
      'rules too deep in rules',
      [`significant: ${'{ any: ['.repeat(9)}{ parameter: rtt, by: 1 }${'] }'.repeat(9)}`],
      'a.yaml:7:80 | /spec/significant/any/0/any/0/any/0/any/0/any/0/any/0/any/0/any/0 | Rules are in rules too deep. | Write at most 8 levels of rules.',
    ],
    [
      'an early rule of an unknown parameter',
      [RULES, 'early: [{ parameter: rt, by: 1 }]'],
      'a.yaml:8:24 | /spec/early/0/parameter | There is no parameter "rt". | Did you mean "rtt"?',
    ],
  ])('refuses %s when it is checked', (_what, lines, line) => {
    expect(faultsAmong(...lines)).toEqual([line])
  })

  it('must be of a service that there is', () => {
    const text = watch(PARAMETERS, RULES).replace('service: shop', 'service: shap')
    expect(linesOf({ faults: checkManifests(manifestsIn(...shopFiles(), file('a.yaml', text))) })).toEqual([
      'a.yaml:5:12 | /spec/service | There is no service "shap". | Did you mean "shop"?',
    ])
  })
})
