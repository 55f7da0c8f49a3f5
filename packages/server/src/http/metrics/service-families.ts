/** The gauges of each service, from what the loop knows now. */
import type { ServiceDetail, ServiceSummary, VerdictState } from '../api.ts'
import type { Family, Sample } from './exposition.ts'

const states: readonly VerdictState[] = ['kept', 'at-risk', 'breached', 'unknown']

export function serviceFamilies(
  services: readonly ServiceSummary[],
  detailOf: (name: string) => ServiceDetail | null,
): readonly Family[] {
  return [
    {
      name: 'holdfast_service_state',
      kind: 'gauge',
      help: '1 for the state that the service is in (kept, at-risk, breached, unknown), 0 for the others.',
      samples: services.flatMap(stateSamples),
    },
    {
      name: 'holdfast_instances',
      kind: 'gauge',
      help: 'Instances of each part: desired, and ready to serve.',
      samples: services.flatMap(instanceSamples),
    },
    {
      name: 'holdfast_level_window_operations',
      kind: 'gauge',
      help: "Operations in the level's present window that met its limit or missed it.",
      samples: services.flatMap(({ name }) => levelSamples(name, detailOf(name))),
    },
    {
      name: 'holdfast_service_requests_per_second',
      kind: 'gauge',
      help: 'Requests a second that the service took in of late.',
      samples: services.flatMap(({ name, requestsPerSecond }) =>
        requestsPerSecond === null ? [] : [{ labels: { service: name }, value: requestsPerSecond }],
      ),
    },
  ]
}

function stateSamples({ name, owner, state }: ServiceSummary): readonly Sample[] {
  return states.map((each) => ({
    labels: { service: name, owner, state: each },
    value: each === state ? 1 : 0,
  }))
}

function instanceSamples({ name, parts }: ServiceSummary): readonly Sample[] {
  return parts.flatMap(({ part, desired, ready }) => [
    { labels: { service: name, part, kind: 'desired' }, value: desired },
    { labels: { service: name, part, kind: 'ready' }, value: ready },
  ])
}

function levelSamples(service: string, detail: ServiceDetail | null): readonly Sample[] {
  return (detail?.verdicts ?? []).flatMap(({ agreement, level, met, missed }) => [
    { labels: { service, agreement, level, outcome: 'met' }, value: met },
    { labels: { service, agreement, level, outcome: 'missed' }, value: missed },
  ])
}
