import type { VerdictState } from '../../../server/src/http/api.ts'
import { stateWords } from '../format/words.ts'
import { StateIcon } from './icons.tsx'

/** A verdict as shape, word and colour. */
export function StateBadge({
  state,
  large = false,
}: {
  readonly state: VerdictState
  readonly large?: boolean
}) {
  return (
    <span class={`badge ${state}${large ? ' large' : ''}`}>
      <StateIcon state={state} />
      {stateWords[state]}
    </span>
  )
}
