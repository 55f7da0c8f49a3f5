/** The door of quote: what an agreement takes before anything runs, what it costs, and where its bounds are. */
export { quote } from './quote.ts'
export type {
  BreakPoint,
  CapacityAnswer,
  GivenUp,
  HourAndMonth,
  LevelQuote,
  Quote,
  QuotedLoad,
  QuotedMoney,
  QuoteFault,
  QuoteInput,
  QuoteLimitation,
  Relaxation,
  RemedyAtStake,
  TermsQuote,
  WaitingAnswer,
} from './quote-types.ts'
export { byFitness, fitnessOf } from './fitness.ts'
export type { Fitness } from './fitness.ts'
