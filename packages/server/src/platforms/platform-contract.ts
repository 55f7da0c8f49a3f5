/**
 * What every platform must do, whatever it runs instances on: the loop relies on nothing else.
 * A test file of each platform calls describePlatformContract.
 */
import { parseName, type InstanceId, type PartName, type ServiceName } from '@holdfast/core/units'
import { describe, expect, it } from 'vitest'
import type { InstanceSpec, Platform, PlatformInstance, PlatformLimits, RunSpec } from './platform.ts'

/** serves: is soon ready. deaf: never answers. unasked: serves nobody. lingers: takes some time to drain. */
export type Behaviour = 'serves' | 'deaf' | 'unasked' | 'lingers'

export interface PlatformUnderTest extends AsyncDisposable {
  readonly platform: Platform
  /** How a program that behaves so is run. */
  run(behaviour: Behaviour): RunSpec
  /** Lets time go on until the condition holds, or throws when it never does. */
  until(condition: () => Promise<boolean>): Promise<void>
  /** Lets time go on until the promise is settled. */
  finish<T>(promise: Promise<T>): Promise<T>
  /** Ends the instance's process unasked. */
  crash(id: InstanceId): Promise<void>
}

/** For tests that know their names to be valid; the kind comes from where it is used. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- callers say which kind of name
export const nameOf = <Kind extends InstanceId | PartName | ServiceName>(text: string): Kind => {
  const parsed = parseName<Kind>(text)
  if (!parsed.ok) throw new Error(parsed.error.message)
  return parsed.value
}

export const specOf = (id: string, run: RunSpec): InstanceSpec => ({
  id: nameOf(id),
  service: nameOf('shop'),
  part: nameOf('data'),
  revision: 'r1',
  run,
  peers: {},
})

export function describePlatformContract(
  title: string,
  make: (limits: PlatformLimits) => Promise<PlatformUnderTest>,
): void {
  const started = async (
    tested: PlatformUnderTest,
    id: string,
    behaviour: Behaviour,
  ): Promise<InstanceSpec> => {
    const spec = specOf(id, tested.run(behaviour))
    expect(await tested.platform.start(spec)).toEqual({ ok: true })
    return spec
  }
  const find = async (
    { platform }: PlatformUnderTest,
    id: InstanceId,
  ): Promise<PlatformInstance | undefined> => (await platform.list()).find((instance) => instance.id === id)
  const reach = async (
    tested: PlatformUnderTest,
    { id }: InstanceSpec,
    condition: (instance: PlatformInstance) => boolean,
  ): Promise<PlatformInstance> => {
    let found: PlatformInstance | undefined
    await tested.until(async () => {
      found = await find(tested, id)
      return found !== undefined && condition(found)
    })
    if (found === undefined) throw new Error(`${id} was never seen`)
    return found
  }
  const watched = (platform: Platform): PlatformInstance[] => {
    const told: PlatformInstance[] = []
    platform.watch((instance) => told.push(instance))
    return told
  }
  const ready = (instance: PlatformInstance): boolean => instance.phase === 'ready'

  describe(`${title} as a platform`, () => {
    it('knows hosts of none but the instances that it lists', async () => {
      await using tested = await make({ instances: 2 })
      expect(await tested.platform.hostFigures()).toEqual(new Map())
      const spec = await started(tested, 'shop-data-1-1', 'serves')
      await reach(tested, spec, ready)
      const known = [...(await tested.platform.hostFigures()).keys()]
      expect([spec.id]).toEqual(expect.arrayContaining(known))
      await tested.finish(tested.platform.stop(spec.id))
      expect(await tested.platform.hostFigures()).toEqual(new Map())
    })

    it('lists nothing before anything was started', async () => {
      await using tested = await make({ instances: 2 })
      expect(await tested.platform.list()).toEqual([])
    })

    it('brings a started instance to ready, with an address, and says so to those who watch', async () => {
      await using tested = await make({ instances: 2 })
      const told = watched(tested.platform)
      const spec = await started(tested, 'shop-data-1', 'serves')
      const instance = await reach(tested, spec, ready)
      expect(instance).toMatchObject({ service: 'shop', part: 'data', revision: 'r1', restarts: 0 })
      expect(instance.address?.port).toBeGreaterThan(0)
      expect(told.at(-1)).toEqual(instance)
    })

    it('takes a second start of an instance that runs as done', async () => {
      await using tested = await make({ instances: 2 })
      const spec = await started(tested, 'shop-data-1', 'serves')
      const before = await reach(tested, spec, ready)
      expect(await tested.platform.start(spec)).toEqual({ ok: true })
      expect(await tested.platform.list()).toEqual([before])
    })

    it('gives no address to an instance that serves nobody', async () => {
      await using tested = await make({ instances: 2 })
      const spec = await started(tested, 'shop-data-1', 'unasked')
      expect((await reach(tested, spec, ready)).address).toBeNull()
    })

    it('names the process of an instance, where it has one here, for no longer than it lives', async () => {
      await using tested = await make({ instances: 2 })
      const spec = await started(tested, 'shop-data-1', 'serves')
      const { pid } = await reach(tested, spec, ready)
      if (pid !== null) expect(pid).toBeGreaterThan(1)
      await tested.crash(spec.id)
      expect((await reach(tested, spec, ({ phase }) => phase === 'backing-off')).pid).toBeNull()
      const again = await reach(tested, spec, ready)
      expect(again.pid === null).toBe(pid === null)
      if (pid !== null) expect(again.pid).not.toBe(pid)
    })

    it('drains a stopped instance until it is gone, and says each to those who watch', async () => {
      await using tested = await make({ instances: 2 })
      const spec = await started(tested, 'shop-data-1', 'lingers')
      await reach(tested, spec, ready)
      const told = watched(tested.platform)
      const stopping = tested.platform.stop(spec.id)
      expect((await reach(tested, spec, () => true)).phase).toBe('draining')
      expect(await tested.finish(stopping)).toEqual({ ok: true })
      expect(await tested.platform.list()).toEqual([])
      expect(told.map(({ phase, address }) => [phase, address === null])).toEqual([
        ['draining', false],
        ['draining', true],
      ])
    })

    it('takes stopping what is not there as done', async () => {
      await using tested = await make({ instances: 2 })
      expect(await tested.platform.stop(nameOf('shop-data-9'))).toEqual({ ok: true })
    })

    it('lets all who stop an instance at the same time wait for the same end', async () => {
      await using tested = await make({ instances: 2 })
      const spec = await started(tested, 'shop-data-1', 'lingers')
      await reach(tested, spec, ready)
      const stops = Promise.all([tested.platform.stop(spec.id), tested.platform.stop(spec.id)])
      expect(await tested.finish(stops)).toEqual([{ ok: true }, { ok: true }])
    })

    it('refuses to start an instance again while it drains', async () => {
      await using tested = await make({ instances: 2 })
      const spec = await started(tested, 'shop-data-1', 'lingers')
      await reach(tested, spec, ready)
      const stopping = tested.platform.stop(spec.id)
      expect(await tested.platform.start(spec)).toMatchObject({ ok: false, code: 'still-draining' })
      await tested.finish(stopping)
    })

    it('refuses instances beyond its limit, and takes others once there is room', async () => {
      await using tested = await make({ instances: 1 })
      const first = await started(tested, 'shop-data-1', 'serves')
      const second = specOf('shop-data-2', tested.run('serves'))
      expect(await tested.platform.start(second)).toMatchObject({ ok: false, code: 'platform-full' })
      await tested.finish(tested.platform.stop(first.id))
      expect(await tested.platform.start(second)).toEqual({ ok: true })
    })

    it('starts an instance again that ended unasked, after a wait, and counts it', async () => {
      await using tested = await make({ instances: 2 })
      const spec = await started(tested, 'shop-data-1', 'serves')
      await reach(tested, spec, ready)
      const told = watched(tested.platform)
      await tested.crash(spec.id)
      await reach(tested, spec, (instance) => ready(instance) && instance.restarts === 1)
      expect(told[0]).toMatchObject({ phase: 'backing-off', address: null })
      expect(told[0]?.says).toMatch(/^was ended by SIGKILL after .+; starts again in 500ms$/)
    })

    it('ends an instance that does not get ready in time, and says what it missed', async () => {
      await using tested = await make({ instances: 2 })
      const spec = await started(tested, 'shop-data-1', 'deaf')
      const instance = await reach(tested, spec, ({ phase }) => phase === 'backing-off')
      expect(instance.says).toContain('did not answer GET /readyz with 2xx within 300ms')
      await reach(tested, spec, ({ restarts }) => restarts === 1)
    })

    it('is done at once with stopping an instance that waits for its restart', async () => {
      await using tested = await make({ instances: 2 })
      const spec = await started(tested, 'shop-data-1', 'serves')
      await reach(tested, spec, ready)
      await tested.crash(spec.id)
      await reach(tested, spec, ({ phase }) => phase === 'backing-off')
      expect(await tested.platform.stop(spec.id)).toEqual({ ok: true })
      expect(await tested.platform.list()).toEqual([])
    })

    it('tells nothing more to those who have stopped watching', async () => {
      await using tested = await make({ instances: 2 })
      const told: PlatformInstance[] = []
      const unwatch = tested.platform.watch((instance) => told.push(instance))
      unwatch()
      await reach(tested, await started(tested, 'shop-data-1', 'serves'), ready)
      expect(told).toEqual([])
    })
  })
}
