import { formatAge, staleAge } from '../format/time.ts'

/** Marks figures that are no longer fresh with how old they are; draws nothing while they are. */
export function Age({ updatedAt, nowMs }: { readonly updatedAt: string | null; readonly nowMs: number }) {
  const age = staleAge(updatedAt, nowMs)
  return age === null ? null : <span class="age">{formatAge(age)} old</span>
}
