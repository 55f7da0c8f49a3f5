/** Goal: counts become instances as a Deployment makes them. Method: one part, step by step. */
import type { DesiredInstance } from '@holdfast/core/control'
import type { InstancePhase } from '@holdfast/core/health'
import type { InstanceId, PartName } from '@holdfast/core/units'
import { expect, test } from 'vitest'
import { desiredFor } from './replica-set.ts'
import { shop } from './shop.ts'

const [first] = shop.parts
if (first === undefined) throw new Error('The shop has parts.')
const part: PartName = first.name

/** Lets counts be wanted one after the other; what was started is ready by the next time, but for what is said. */
function createSet(): {
  readonly want: (
    count: number,
    revision?: string,
    phases?: Readonly<Record<string, InstancePhase>>,
  ) => readonly string[]
} {
  let desired: readonly DesiredInstance[] = []
  let generation = 0
  return {
    want(count, revision = '1', said = {}) {
      generation += 1
      const phases = new Map<InstanceId, InstancePhase>(
        desired.map(({ id }) => [id, said[shortOf(id)] ?? 'ready'] as const),
      )
      const service = {
        ...shop,
        parts: shop.parts.slice(0, 1).map((each) => Object.assign({}, each, { revision })),
      }
      desired = desiredFor({ service, counts: { [part]: count }, desired, phases, generation })
      return desired.map(({ id, revision: of }) => `${shortOf(id)}/${of}`)
    },
  }
}

const shortOf = (id: string): string => id.slice(`shop-${part}-`.length)

test('More are started under new names, and of those that are ready the youngest go.', () => {
  const set = createSet()
  expect(set.want(2)).toEqual(['1-1/1', '1-2/1'])
  expect(set.want(4)).toEqual(['1-1/1', '1-2/1', '2-1/1', '2-2/1'])
  expect(set.want(4)).toEqual(['1-1/1', '1-2/1', '2-1/1', '2-2/1'])
  expect(set.want(3)).toEqual(['1-1/1', '1-2/1', '2-1/1'])
  expect(set.want(0)).toEqual([])
})

test('What is not ready goes before what is.', () => {
  const set = createSet()
  set.want(3)
  expect(set.want(2, '1', { '1-1': 'starting' })).toEqual(['1-2/1', '1-3/1'])
})

test('What has failed is replaced, what waits for its restart is not.', () => {
  const set = createSet()
  set.want(3)
  expect(set.want(3, '1', { '1-2': 'failed', '1-3': 'backing-off' })).toEqual(['1-1/1', '1-3/1', '2-1/1'])
})

test('A new revision comes in one by one, each old instance going once the new one is ready.', () => {
  const set = createSet()
  set.want(2)
  expect(set.want(2, '2')).toEqual(['1-1/1', '1-2/1', '2-1/2'])
  expect(set.want(2, '2', { '2-1': 'starting' })).toEqual(['1-1/1', '1-2/1', '2-1/2'])
  expect(set.want(2, '2')).toEqual(['1-1/1', '2-1/2', '4-1/2'])
  expect(set.want(2, '2')).toEqual(['2-1/2', '4-1/2'])
})
