/** The parts of the model shop and what becomes of their instances. */
import type { InstanceView, PartView } from '../../server/src/http/api.ts'

export interface PartModel {
  readonly service: string
  readonly name: string
  readonly serviceMs: number
  readonly capacityPerSecond: number
  readonly calls: PartView['calls']
  desired: number
  /** How many steps in a row an instance could have been spared. */
  spareSteps: number
  started: number
  instances: InstanceView[]
}

/** A fallen instance waits so long before it is started again. */
const BACK_OFF_MS = 20_000

export function shopParts(service: string): readonly PartModel[] {
  const fresh = { service, desired: 0, spareSteps: 0, started: 0, instances: [] }
  return [
    {
      ...fresh,
      name: 'interface',
      serviceMs: 9,
      capacityPerSecond: 4.2,
      calls: [{ part: 'processing', times: 1 }],
    },
    {
      ...fresh,
      name: 'processing',
      serviceMs: 31,
      capacityPerSecond: 1.9,
      calls: [{ part: 'data', times: 2 }],
    },
    { ...fresh, name: 'data', serviceMs: 6, capacityPerSecond: 6, calls: [] },
  ]
}

/** Every request visits the data part twice. */
export function visits(part: PartModel): number {
  return part.name === 'data' ? 2 : 1
}

export function ready(part: PartModel): number {
  return part.instances.filter(({ phase }) => phase === 'ready').length
}

/** Starts or drains instances; gives those that were touched. */
export function resize(part: PartModel, to: number, at: string): readonly InstanceView[] {
  const touched: InstanceView[] = []
  for (let count = part.desired; count < to; count += 1) {
    const instance = newInstance(part, at)
    part.instances = [...part.instances, instance]
    touched.push(instance)
  }
  for (let count = to; count < part.desired; count += 1) {
    const index = part.instances.findLastIndex(({ desired }) => desired)
    touched.push(
      ...replace(part, index, {
        phase: 'draining',
        desired: false,
        says: 'It ends the operations that it has.',
        since: at,
      }),
    )
  }
  part.desired = to
  part.spareSteps = 0
  return touched
}

/** What five seconds bring by themselves: the drained end, the started answer, the fallen come back. */
export function settle(part: PartModel, at: string): readonly InstanceView[] {
  part.instances = part.instances.filter(({ phase }) => phase !== 'draining')
  return part.instances.flatMap((instance, index) => {
    const isBack =
      instance.phase === 'backing-off' && Date.parse(at) - Date.parse(instance.since) >= BACK_OFF_MS
    if (instance.phase !== 'starting' && !isBack) return []
    return replace(part, index, { phase: 'ready', says: 'It answers its readiness check.', since: at })
  })
}

export function fallOver(part: PartModel, at: string): readonly InstanceView[] {
  const index = part.instances.findIndex(({ phase }) => phase === 'ready')
  const restarts = (part.instances[index]?.restarts ?? 0) + 1
  const says = 'It ended with exit code 137; it is started again in 20 s.'
  return replace(part, index, { phase: 'backing-off', says, restarts, since: at })
}

function replace(part: PartModel, index: number, by: Partial<InstanceView>): readonly InstanceView[] {
  const instance = part.instances[index]
  if (instance === undefined) return []
  const after = { ...instance, ...by }
  part.instances = part.instances.with(index, after)
  return [after]
}

function newInstance(part: PartModel, at: string): InstanceView {
  part.started += 1
  return {
    id: `${part.service}-${part.name}-${part.started}`,
    service: part.service,
    part: part.name,
    revision: 'r1',
    phase: part.desired === 0 ? 'ready' : 'starting',
    since: at,
    restarts: 0,
    address: `127.0.0.1:${20_000 + part.started}`,
    desired: true,
    says: part.desired === 0 ? 'It answers its readiness check.' : 'It was started and has not answered yet.',
  }
}
