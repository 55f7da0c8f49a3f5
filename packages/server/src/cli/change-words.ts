/** Changes of instances and reasons in words. */
import type { ChangeView, ReasonView } from '../http/api.ts'

/** "interface 2 → 3: the load rises …" */
export function changeLine({ part, from, to, reason }: ChangeView): string {
  return `${part} ${from} → ${to}: ${reason.says}`
}

export function reasonLine({ part, says }: ReasonView): string {
  return part === null ? says : `${part}: ${says}`
}
