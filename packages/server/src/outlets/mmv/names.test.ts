// Goal: whatever a service or part is called, its name is one that the format takes, and no two are the same.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fileName, instanceNames, metricNames } from './names.ts'

const free = (): boolean => false

describe('the name of a file', () => {
  it('is that of the service with underscores for what names of metrics must not have', () => {
    expect(fileName('shop', free)).toBe('holdfast_shop')
    expect(fileName('shop-eu.2', free)).toBe('holdfast_shop_eu_2')
    expect(fileName('9-lives', free)).toBe('holdfast_9_lives')
  })

  it('is numbered where another file has it', () => {
    const taken = new Set(['holdfast_a_b', 'holdfast_a_b_2'])
    expect(fileName('a-b', (name) => taken.has(name))).toBe('holdfast_a_b_3')
  })

  it('begins a name of a metric, and is no other service’s, for any services', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ unit: 'binary', maxLength: 400 })), (services) => {
        const taken = new Set<string>()
        for (const service of services) {
          const name = fileName(service, (one) => taken.has(one))
          expect(name).toMatch(/^[A-Za-z][A-Za-z0-9_]{0,239}$/)
          expect(taken.has(name)).toBe(false)
          taken.add(name)
        }
      }),
    )
  })
})

describe('names of instances', () => {
  it('are left as they are where they fit', () => {
    expect(instanceNames(['web', 'web/fast'])).toEqual(['web', 'web/fast'])
  })

  it('are cut to 63 bytes, and told apart where that makes them the same', () => {
    const long = 'p'.repeat(60)
    expect(instanceNames([`${long}/fast`, `${long}/far`, `${long}/fan`])).toEqual([
      `${long}/fa`,
      `${long}/~2`,
      `${long}/~3`,
    ])
  })

  it('are never there twice and never too long, for any names', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 100 })), (names) => {
        const found = instanceNames(names)
        expect(new Set(found).size).toBe(names.length)
        for (const name of found) expect(Buffer.byteLength(name)).toBeLessThan(64)
      }),
    )
  })
})

describe('names of metrics', () => {
  it('have underscores for what the format does not take, and begin with a letter', () => {
    expect(metricNames(['cache-hits', '5xx', 'a b', 'a-b'], 53)).toEqual([
      'cache_hits',
      'm5xx',
      'a_b',
      'a_b_2',
    ])
  })

  it('are such as tools take, never there twice and never too long, for any names', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 100 })), (names) => {
        const found = metricNames(names, 53)
        expect(new Set(found).size).toBe(names.length)
        for (const name of found) expect(name).toMatch(/^[A-Za-z][A-Za-z0-9_]{0,52}$/)
      }),
    )
  })
})
