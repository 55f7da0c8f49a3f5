// Goal: what is told goes to the service and part that is meant, whichever of the usual ways says so.
import { describe, expect, it } from 'vitest'
import { belongingOf, factsOf } from './belonging.ts'
import { shopIntakes } from './testing/shop-intakes.ts'

const intakes = shopIntakes(['my-shop', 'my', 'web'])
const placeOf = (attributes: Readonly<Record<string, string>>): string => {
  const found = belongingOf(factsOf(new Map(Object.entries(attributes))), intakes)
  if (found.kind === 'refused') return found.why
  return `${found.intake.service} ${found.about.part} ${found.about.instance}`
}

describe('a resource', () => {
  it.each([
    ['its own names', { 'holdfast.service': 'my-shop', 'holdfast.part': 'web' }, 'my-shop web null'],
    ['its own names over others', { 'holdfast.service': 'my', 'service.name': 'web' }, 'my null null'],
    [
      'an instance',
      { 'holdfast.service': 'my-shop', 'holdfast.part': 'web', 'holdfast.instance': 'my-shop-web-1-1' },
      'my-shop web my-shop-web-1-1',
    ],
    ['a namespace and a name', { 'service.namespace': 'my-shop', 'service.name': 'web' }, 'my-shop web null'],
    [
      'a namespace that is none',
      { 'service.namespace': 'eu', 'service.name': 'my-shop' },
      'my-shop null null',
    ],
    ['a name', { 'service.name': 'my-shop' }, 'my-shop null null'],
    ['a name and a part', { 'service.name': 'my-shop', 'holdfast.part': 'data' }, 'my-shop data null'],
    ['service and part in one name', { 'service.name': 'my-shop-data' }, 'my-shop data null'],
  ])('belongs by %s', (_how, attributes, place) => {
    expect(placeOf(attributes)).toBe(place)
  })

  it.each([
    [{ 'holdfast.service': 'else' }, 'holdfast.service "else" is no service'],
    [{ 'holdfast.service': 'my', 'holdfast.part': 'x' }, 'the service "my" has no part "x"'],
    [{ 'holdfast.service': 'my', 'holdfast.instance': 'A b' }, '"A b" is no instance'],
    [{ 'service.name': 'my-shop-else' }, 'service.name "my-shop-else" is no service'],
    [{ 'service.namespace': 'eu', 'service.name': 'x' }, 'service.name "x" within service.namespace "eu"'],
    [{}, 'a resource without service.name is no service'],
  ])('%j is refused with what to set', (attributes, why) => {
    expect(placeOf(attributes)).toContain(why)
    expect(placeOf(attributes)).toContain('set holdfast.service and holdfast.part')
  })
})
