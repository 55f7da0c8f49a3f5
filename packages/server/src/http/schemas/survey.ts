/** What is told of a survey, as zod: checked against its types, and the source of OpenAPI. */
import { z } from 'zod'
import type { SurveyEvent } from '../../sources/survey/index.ts'
import type { SurveyAnswer } from '../api.ts'
import { named } from './registry.ts'

const MAX_EVENTS = 1_000

const name = z.string().regex(/^[\u0021-\u007e]{1,128}$/)

const surveyEvent = named<SurveyEvent>(
  'SurveyEvent',
  z
    .strictObject({
      question: name.describe('Names one occasion on which this client was asked. It counts once.'),
      client: name,
      class: z
        .string()
        .regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/)
        .exactOptional(),
      answer: z.enum(['great', 'ok', 'too-slow']).exactOptional().describe('Scores of 1, 0.5 and 0.'),
      rating: z
        .number()
        .min(1)
        .max(10)
        .exactOptional()
        .describe('From 1, a score of 0, to 10, a score of 1.'),
      score: z.number().min(0).max(1).exactOptional(),
    })
    .refine(
      ({ answer, rating, score }) => [answer, rating, score].filter((one) => one !== undefined).length <= 1,
      'give one of answer, rating and score, or none where the client was asked and has not answered',
    ),
)

export const surveyReport: z.ZodType<{ readonly events: readonly SurveyEvent[] }> = z.strictObject({
  events: z.array(surveyEvent).min(1).max(MAX_EVENTS),
})

export const surveyAnswer: z.ZodType<SurveyAnswer> = named<SurveyAnswer>(
  'SurveyAnswer',
  z.object({ counted: z.int().min(0), repeated: z.int().min(0).describe('Those that were counted before.') }),
)
