/** The API's words in the words of the page. */
import type { CauseKind, Phase, ServiceSummary, VerdictState } from '../../../server/src/http/api.ts'

export const stateWords: Record<VerdictState, string> = {
  kept: 'Kept',
  'at-risk': 'At risk',
  breached: 'Breached',
  unknown: 'Unknown',
}

/** Worst first: the order of lists. */
export const statesBySeverity: readonly VerdictState[] = ['breached', 'at-risk', 'kept', 'unknown']

export const causeWords: Record<CauseKind, string> = {
  load: 'load above the agreement',
  cap: 'the cap on instances',
  application: 'the application',
  dependency: 'a dependency',
  platform: 'the platform',
}

export const phaseWords: Record<Phase, string> = {
  starting: 'Starting',
  ready: 'Ready',
  draining: 'Draining',
  'backing-off': 'Backing off',
  failed: 'Failed',
}

/** `load-rises` → `load rises`. */
export function codeWords(code: string): string {
  return code.replaceAll('-', ' ')
}

/** What a screen reader says when a verdict turns: short, and without the figures that move all the time. */
export function spokenVerdict(service: Pick<ServiceSummary, 'name' | 'state' | 'cause'>): string {
  const because = service.cause === null ? '' : `, because of ${causeWords[service.cause]}`
  return `${service.name}: ${stateWords[service.state].toLowerCase()}${because}`
}
