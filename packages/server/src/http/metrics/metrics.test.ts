// Goal: what is written is Prometheus' text format, and the counts are those of the requests.
import { expect, it } from 'vitest'
import { exposition } from './exposition.ts'
import { createHistogram } from './histogram.ts'
import { createServerMetrics } from './server-metrics.ts'

it('escapes what labels and help may not hold as it is', () => {
  const samples = [{ labels: { path: 'a"b\\c\nd' }, value: Infinity }]
  expect(exposition([{ name: 'x', kind: 'gauge', help: 'two\nlines', samples }])).toBe(
    '# HELP x two\\nlines\n# TYPE x gauge\nx{path="a\\"b\\\\c\\nd"} +Inf\n',
  )
})

it('counts each duration into every bucket that is not below it, and all into the last', () => {
  const histogram = createHistogram()
  for (const seconds of [0.001, 0.3, 60]) histogram.observe(seconds)
  const value = (le: string) => histogram.samples({}).find(({ labels }) => labels['le'] === le)?.value
  expect([value('0.0005'), value('0.001'), value('0.25'), value('0.5'), value('10'), value('+Inf')]).toEqual([
    0, 1, 1, 2, 2, 3,
  ])
})

it('counts requests by route and status, and ticks', () => {
  using metrics = createServerMetrics('1.2.3')
  metrics.observeRequest({ method: 'GET', route: '/v1/services', status: 200, durationMs: 2 })
  metrics.observeRequest({ method: 'GET', route: '/v1/services', status: 200, durationMs: 2 })
  metrics.observeRequest({ method: 'GET', route: '/v1/services', status: 401, durationMs: 1 })
  metrics.observeTick(20)
  const text = exposition(metrics.families())
  expect(text).toContain('holdfast_http_requests_total{method="GET",route="/v1/services",status="200"} 2\n')
  expect(text).toContain('holdfast_http_requests_total{method="GET",route="/v1/services",status="401"} 1\n')
  expect(text).toContain(
    'holdfast_http_request_duration_seconds_count{method="GET",route="/v1/services"} 3\n',
  )
  expect(text).toContain('holdfast_tick_duration_seconds_bucket{le="0.025"} 1\n')
  expect(text).toContain('holdfast_build_info{version="1.2.3"')
})
