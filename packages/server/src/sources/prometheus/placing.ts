/** To which service and part a pushed series belongs, by its labels. */
import type { PartName, SourceName } from '@holdfast/core/units'
import type { Intake, Intakes } from '../intake.ts'

export interface Place {
  readonly intake: Intake
  readonly part: PartName | null
}

/** What a person writes into Prometheus' configuration where `job` says something else. */
export const SERVICE_LABEL = 'holdfast_service'
export const PART_LABEL = 'holdfast_part'

/** Two names and what joins them. */
const LONGEST_JOB = 127

/** Null where it belongs to no service, or to a part that the service does not have. */
export function placeOf(
  labels: ReadonlyMap<string, string>,
  intakes: Intakes,
  source: SourceName,
): Place | null {
  const placed = (service: string, part: string | undefined): Place | null => {
    const intake = intakes.of(service, source)
    if (intake === null) return null
    if (part === undefined) return { intake, part: null }
    const known = intake.part(part)
    return known === null ? null : { intake, part: known }
  }
  const service = labels.get(SERVICE_LABEL)
  if (service !== undefined) return placed(service, labels.get(PART_LABEL))
  const job = labels.get('job') ?? ''
  if (job === '' || job.length > LONGEST_JOB) return null
  const slash = job.indexOf('/')
  if (slash >= 0) return placed(job.slice(0, slash), job.slice(slash + 1))
  const whole = placed(job, labels.get(PART_LABEL))
  if (whole !== null) return whole
  // Both names may have dashes: the longest service that has such a part.
  for (let dash = job.lastIndexOf('-'); dash > 0; dash = job.lastIndexOf('-', dash - 1)) {
    const found = placed(job.slice(0, dash), job.slice(dash + 1))
    if (found !== null) return found
  }
  return null
}
