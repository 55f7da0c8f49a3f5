// Goal: each answer counts once, whatever is sent besides. Method: events by hand into the tables of two services.
import { createSeriesTable, type SeriesTable } from '@holdfast/core/health'
import { epochMs } from '@holdfast/core/units'
import { expect, it } from 'vitest'
import { createSurveyCounter } from './take-survey.ts'

const T = 1_800_000_000_000
const tableOf = (): SeriesTable => createSeriesTable({ source: 'survey', maxSeries: 100, latestMs: 60_000 })
const answered = (question: string) => ({ question, client: 'ada', answer: 'great' }) as const

const sumsOf = (table: SeriesTable): Record<string, number> =>
  Object.fromEntries(table.drain(epochMs(T + 1_000)).map(({ series, sum }) => [series.name, sum]))

it('counts an answer that comes again once', () => {
  const [counter, table] = [createSurveyCounter(), tableOf()]
  expect(counter.take('shop', table, [answered('q1'), answered('q1')], T)).toEqual({
    counted: 1,
    repeated: 1,
  })
  expect(counter.take('shop', table, [answered('q1'), answered('q2')], T)).toEqual({
    counted: 1,
    repeated: 1,
  })
  expect(sumsOf(table)).toMatchObject({ 'survey.asked': 2, 'survey.answers': 2, 'survey.score': 2 })
})

it('remembers what was answered of one service, however much is made up of another', () => {
  const counter = createSurveyCounter(10)
  const [shop, mad] = [tableOf(), tableOf()]
  counter.take('shop', shop, [answered('q1')], T)
  for (let i = 0; i < 100; i++) counter.take('mad', mad, [answered(`made-up-${i}`)], T + i)
  expect(counter.take('shop', shop, [answered('q1')], T + 200)).toEqual({ counted: 0, repeated: 1 })
})
