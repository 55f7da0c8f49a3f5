/** The instances that run at present: one of each part, and more of those behind the part that is being driven. */
import type { PartName } from '@holdfast/core/units'
import type { Subject, SubjectPart } from './subject.ts'
import type { Endpoint, Started, Workshop } from './workshop.ts'

export interface Crew {
  /** One instance of each part, those that are called first; then everything is routed. */
  assemble(order: readonly PartName[]): Promise<void>
  /** Starts one more, for nobody to use, and stops it again; returns how long the start took. */
  startOnce(part: SubjectPart): Promise<number>
  /** Sees to it that there are so many, as far as one machine bears it; returns how many there are. */
  standBehind(
    wanted: readonly { readonly name: PartName; readonly instances: number }[],
  ): Promise<Readonly<Record<PartName, number>>>
  /** One of each part again. */
  dismiss(): Promise<void>
  first(part: PartName): Endpoint
}

/** More of one part on this one machine would slow each other down and say nothing of the part under test. */
const MOST_OF_A_PART = 16

export function createCrew(subject: Subject, workshop: Workshop): Crew {
  const running = new Map<PartName, Started[]>()
  const partOf = (name: PartName): SubjectPart => {
    const part = subject.parts.find((one) => one.name === name)
    if (part === undefined) throw new Error(`${subject.service} has no part ${name}`)
    return part
  }
  const of = (name: PartName): Started[] => running.get(name) ?? []
  const route = (): Promise<void> => workshop.route(Object.fromEntries(running))

  return {
    async assemble(order) {
      for (const name of order) {
        running.set(name, [await workshop.start(partOf(name))])
        await route()
      }
    },
    async startOnce(part) {
      const started = await workshop.start(part)
      await workshop.stop(started)
      return started.startMs
    },
    async standBehind(wanted) {
      for (const { name, instances } of wanted) {
        const missing = Math.min(MOST_OF_A_PART, instances) - of(name).length
        if (missing <= 0) continue
        const further = Array.from({ length: missing }, () => workshop.start(partOf(name)))
        running.set(name, [...of(name), ...(await Promise.all(further))])
        await route()
      }
      return Object.fromEntries([...running].map(([name, started]) => [name, started.length]))
    },
    async dismiss() {
      const further = [...running.values()].flatMap((started) => started.slice(1))
      for (const [name, started] of running) running.set(name, started.slice(0, 1))
      await route()
      await Promise.all(further.map((started) => workshop.stop(started)))
    },
    first(name) {
      const [started] = of(name)
      if (started === undefined) throw new Error(`no instance of ${name} runs`)
      return started
    },
  }
}
