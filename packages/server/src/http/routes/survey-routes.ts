/** /v1/services/NAME/survey: what clients said when they were asked how quick the service is. */
import { branded, type SourceName } from '@holdfast/core/units'
import { operatorIngestAndClient } from '../../auth/index.ts'
import { createSurveyCounter } from '../../sources/survey/index.ts'
import type { Api, HttpContext } from '../context.ts'
import { intakeOf, notStored } from '../intake-of.ts'
import { namePath } from '../route-parts.ts'
import { surveyAnswer, surveyReport } from '../schemas/survey.ts'

const SOURCE = branded<SourceName>('survey')

export function surveyRoutes(api: Api, context: HttpContext): void {
  const counter = createSurveyCounter()
  api.route({
    method: 'POST',
    url: '/v1/services/:name/survey',
    config: { access: operatorIngestAndClient, frequent: true },
    schema: {
      operationId: 'recordSurvey',
      summary: 'Tell who was asked, and what they answered',
      description:
        'For the widget of @holdfast/client, and for answers that came otherwise. A client counts once for each question.',
      tags: ['services'],
      params: namePath,
      body: surveyReport,
      response: { 200: surveyAnswer },
    },
    handler: async (request) => {
      const intake = intakeOf(context, request.params.name, SOURCE)
      const now = context.clock.now()
      intake.arrived(now)
      const taken = counter.take(intake.service, intake.sink, request.body.events, now)
      if (!(await intake.stored())) throw notStored(intake.service)
      return taken
    },
  })
}
