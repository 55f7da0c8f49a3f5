// Goal: whoever writes a rule that selects nothing is told which word of it is wrong, and what there is instead.
import { expect, it } from 'vitest'
import { branded } from '../../units/index.ts'
import type { Series } from '../series/index.ts'
import type { LabelTest, Selection } from './rule.ts'
import { whySelectsNothing } from './why-nothing.ts'

const about = { part: null, instance: null }
const series = (name: string, labels: Series['labels'] = {}): Series => ({
  source: branded<Series['source']>('metrics'),
  name,
  kind: 'counter',
  unit: '1',
  about,
  labels,
})
const all = [
  series('http_requests_total', { code: '200', path: '/' }),
  series('http_requests_total', { code: '500', path: '/cart' }),
  series('latency_bucket', { le: '1' }),
  series('up'),
]
const why = (given: Partial<Selection>): string | null =>
  whySelectsNothing({ source: null, series: 'http_requests_total', labels: [], ...given }, all)
const is = (label: string, text: string): LabelTest => ({ label, is: { text } })

it('is not said of what selects a series, or a piece of a histogram', () => {
  expect(why({ labels: [is('code', '500')] })).toBeNull()
  expect(why({ series: 'latency' })).toBeNull()
})

it('names the source that there is none of, and the one meant', () => {
  expect(why({ source: 'metric' })).toBe('No source metric has told of this service. Did you mean metrics?')
})

it('names the series that there is none of, and the one meant', () => {
  expect(why({ series: 'http_request_total' })).toBe(
    'No source has told of a series http_request_total. Did you mean http_requests_total?',
  )
  expect(why({ series: 'latencies' })).toBe('No source has told of a series latencies. Did you mean latency?')
  expect(why({ series: 'cpu_seconds' })).toBe('No source has told of a series cpu_seconds.')
})

it('names the label that none has, and what there is', () => {
  expect(why({ labels: [is('path', '/'), is('code', '404')] })).toBe(
    'No series http_requests_total has code="404": it is 200, 500.',
  )
  expect(why({ labels: [{ label: 'status', is: { pattern: '5..' } }] })).toBe(
    'No series http_requests_total has status that matches 5..: its labels are code, path.',
  )
  expect(why({ series: 'up', labels: [is('code', '200')] })).toBe(
    'No series up has code="200": it has no labels.',
  )
  expect(why({ labels: [is('code', '200'), is('path', '/cart')] })).toBe(
    'No series http_requests_total has all these labels at once.',
  )
})
