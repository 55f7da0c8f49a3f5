/** What is told of a survey: that a client was asked, and what it answered, as a score from 0 to 1. */

/** At most one of answer, rating and score; without any the client was asked and has not answered. */
export interface SurveyEvent {
  /** One occasion on which one client was asked. */
  readonly question: string
  readonly client: string
  readonly class?: string
  readonly answer?: SurveyWord
  /** From 1 to 10. */
  readonly rating?: number
  /** From 0 to 1. */
  readonly score?: number
}

type SurveyWord = 'great' | 'ok' | 'too-slow'

const SCORES: Readonly<Record<SurveyWord, number>> = { great: 1, ok: 0.5, 'too-slow': 0 }

const [LEAST_RATING, GREATEST_RATING] = [1, 10]

/** Null where the client has not answered. */
export function scoreOf({ answer, rating, score }: SurveyEvent): number | null {
  if (answer !== undefined) return SCORES[answer]
  if (rating !== undefined) return (rating - LEAST_RATING) / (GREATEST_RATING - LEAST_RATING)
  return score ?? null
}
