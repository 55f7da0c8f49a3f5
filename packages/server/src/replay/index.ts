/** The door of replay: recorded ticks decided again, compared with the journal, and put to other terms. */
export { compareWithJournal } from './compare-journal.ts'
export type {
  Comparison,
  DifferentDecision,
  JournalComparison,
  JournaledDecision,
} from './compare-journal.ts'
export { createFigures } from './figures.ts'
export type { CountedTick, Figures, FiguresAccount } from './figures.ts'
export { replayTicks } from './replay-ticks.ts'
export type { ReplayedTick, ReplayStep } from './replay-ticks.ts'
export { changedTerms } from './changed-terms.ts'
export type { ChangedTerms, StatedManifest } from './changed-terms.ts'
export { createWorldRecord, LEAD_IN } from './recorded-world.ts'
export type { RecordedWorld, WorldRecord } from './recorded-world.ts'
export { runWhatIf } from './what-if.ts'
export type { Terms, WhatIfRun } from './what-if.ts'
