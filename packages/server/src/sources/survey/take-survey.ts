/**
 * Counts who was asked, who answered and how, by class. A client counts once for each question, the first answer stands.
 * Satisfaction is the sum of scores by the number of answers, which whoever reads the series makes of them.
 */
import type { SeriesSink } from '@holdfast/core/health'
import { admitted } from '../admitted.ts'
import { scoreOf, type SurveyEvent } from './survey-event.ts'

interface SurveyCounted {
  readonly counted: number
  readonly repeated: number
}

export interface SurveyCounter {
  take(service: string, sink: SeriesSink, events: readonly SurveyEvent[], at: number): SurveyCounted
}

const WHOLE = { part: null, instance: null }

const UNCLASSED = 'default'
/** Of what browsers may name; the rest is summed under "other". */
const MAX_CLASSES = 16
/** Questions of a service that are remembered; of the oldest an answer that comes again would count again. */
const MAX_QUESTIONS = 50_000
const MAX_SERVICES = 10_000

interface Sums {
  asked: number
  answers: number
  score: number
}

interface OfService {
  /** Of each question to a client whether it was answered. */
  readonly known: Map<string, boolean>
  readonly classes: Set<string>
  toldUntil: number
}

export function createSurveyCounter(maxQuestions: number = MAX_QUESTIONS): SurveyCounter {
  const services = new Map<string, OfService>()

  function remember({ known }: OfService, key: string, isAnswered: boolean): void {
    const [oldest] = known.keys()
    if (!known.has(key) && known.size >= maxQuestions && oldest !== undefined) known.delete(oldest)
    known.set(key, isAnswered)
  }

  /** What of it is new. */
  function news(of: OfService, event: SurveyEvent): Sums | null {
    const key = JSON.stringify([event.client, event.question])
    const before = of.known.get(key)
    const score = scoreOf(event)
    if (before === true || (before === false && score === null)) return null
    remember(of, key, score !== null)
    return { asked: before === undefined ? 1 : 0, answers: score === null ? 0 : 1, score: score ?? 0 }
  }

  function ofService(service: string): OfService {
    const one = services.get(service) ?? {
      known: new Map(),
      classes: new Set([UNCLASSED]),
      toldUntil: -Infinity,
    }
    const [oldest] = services.keys()
    if (!services.has(service) && services.size >= MAX_SERVICES && oldest !== undefined)
      services.delete(oldest)
    services.set(service, one)
    return one
  }

  return {
    take(service, sink, events, at) {
      const one = ofService(service)
      const byClass = new Map<string, Sums>()
      let repeated = 0
      // A series takes what is told of the same instant once.
      one.toldUntil = Math.max(at, one.toldUntil + 1)
      for (const event of events) {
        const found = news(one, event)
        if (found === null) {
          repeated += 1
          continue
        }
        const name = admitted(one.classes, event.class ?? UNCLASSED, MAX_CLASSES)
        const sums = byClass.get(name) ?? { asked: 0, answers: 0, score: 0 }
        byClass.set(name, added(sums, found))
        if (found.answers > 0) tellDissatisfaction(sink, name, found.score, one.toldUntil)
      }
      for (const [name, sums] of byClass) tell(sink, name, sums, one.toldUntil)
      return { counted: events.length - repeated, repeated }
    },
  }
}

const added = (a: Sums, b: Sums): Sums => ({
  asked: a.asked + b.asked,
  answers: a.answers + b.answers,
  score: a.score + b.score,
})

/** What is missing to full satisfaction, answer by answer: more of it than a level allows is a miss. */
function tellDissatisfaction(sink: SeriesSink, operationClass: string, score: number, at: number): void {
  const handle = sink.open({
    about: WHOLE,
    name: 'survey.dissatisfaction',
    labels: { 'holdfast.class': operationClass },
    kind: 'distribution',
    unit: '1',
  })
  sink.observe(handle, 1 - score, at)
}

function tell(sink: SeriesSink, operationClass: string, sums: Sums, at: number): void {
  for (const [name, by] of Object.entries(sums)) {
    const handle = sink.open({
      about: WHOLE,
      name: `survey.${name}`,
      labels: { 'holdfast.class': operationClass },
      kind: 'counter',
      unit: '1',
    })
    sink.increase(handle, Number(by), at, at)
  }
}
