/**
 * Remembers beside a ladder what was chosen last, and from which figures. While a load lasts all of these stay the
 * same from tick to tick, and so does the choice.
 */
import { backlogOf } from './backlog.ts'
import type { Chosen, ChooseInput } from './choose-rung.ts'
import type { Ladder } from './ladder.ts'

interface Choice {
  readonly figures: Float64Array
  readonly chosen: Chosen
}

const remembered = new WeakMap<Ladder, Choice>()

/** What `choose` makes of the input, or made of the same one before. */
export function chosenBefore(input: ChooseInput, choose: (input: ChooseInput) => Chosen): Chosen {
  const known = remembered.get(input.ladder)
  const figures = figuresOf(input)
  if (known !== undefined && isSame(known.figures, figures)) return known.chosen
  const chosen = choose(input)
  remembered.set(input.ladder, { figures: Float64Array.from(figures), chosen })
  return chosen
}

/** All that a choice depends on, beside the ladder. */
function figuresOf({ ladder, stakes, outlooks, current, costAtMost, waiting }: ChooseInput): number[] {
  const figures = [costAtMost ?? -1, backlogOf(ladder, current, waiting)]
  for (const { aheadMs, rate, scenarios } of [outlooks.now, outlooks.ahead, outlooks.usual]) {
    figures.push(aheadMs, rate, scenarios.length)
    for (const one of scenarios) figures.push(one.rate, one.chance)
  }
  for (const { part } of ladder.problem.parts) figures.push(current[part] ?? 0)
  for (const { goal, isPriced, owed, windowMs, leftMs, met, missed } of stakes) {
    figures.push(goal, isPriced ? 1 : 0, windowMs, leftMs, met, missed, owed.length)
    for (const { below, micros } of owed) figures.push(below, micros)
  }
  return figures
}

function isSame(a: Float64Array, b: readonly number[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
