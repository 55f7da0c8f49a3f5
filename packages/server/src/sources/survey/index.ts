/** The survey as a source: what clients said when they were asked. Pushed, so it needs no round. */
export type { SurveyEvent } from './survey-event.ts'
export { createSurveyCounter } from './take-survey.ts'
