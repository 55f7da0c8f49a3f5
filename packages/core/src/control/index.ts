export type { Change, DesiredInstance, Generation, Plan, Reason, ReasonCode } from './plan.ts'
export { canonicalJson } from './canonical-json.ts'
export { chainStart, chainText, firstHash, verifyChain } from './journal-entry.ts'
export type { ChainCheck, ChainedEntry, ChainPlace, JournalContent } from './journal-entry.ts'
