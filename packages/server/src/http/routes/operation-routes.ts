/** /v1/services/NAME/operations: what the wrapper of packages/client measured inside a program. */
import { branded, type EpochMs, type InstanceId, type PartName, type SourceName } from '@holdfast/core/units'
import { operatorAndIngest } from '../../auth/index.ts'
import { problem, ProblemError } from '../../errors/index.ts'
import type { Intake } from '../../sources/index.ts'
import {
  createWrapperMemories,
  faultOfBatch,
  takeBatch,
  type OperationsBatch,
  type WrapperMemory,
} from '../../sources/wrapper/index.ts'
import type { Api, HttpContext } from '../context.ts'
import { intakeOf, notStored } from '../intake-of.ts'
import { namePath } from '../route-parts.ts'
import { operationsAnswer, operationsBatch } from '../schemas/operations.ts'

const SOURCE = branded<SourceName>('wrapper')

export function operationRoutes(api: Api, context: HttpContext): void {
  const { clock, live } = context
  const memoryOf = createWrapperMemories()
  api.route({
    method: 'POST',
    url: '/v1/services/:name/operations',
    config: { access: operatorAndIngest, frequent: true },
    schema: {
      operationId: 'recordOperations',
      summary: 'Tell what was measured inside a program',
      description:
        'For @holdfast/client, and for wrappers in other languages. A batch that comes again is counted once.',
      tags: ['services'],
      params: namePath,
      body: operationsBatch,
      response: { 200: operationsAnswer },
    },
    handler: async (request) => {
      const { name } = request.params
      const intake = intakeOf(context, name, SOURCE)
      const batch = request.body
      const part = partOf(context, intake, batch.part)
      const isOurs = live.instances(name).some((one) => one.id === batch.instance && one.part === part)
      const instance = isOurs && batch.instance !== undefined ? branded<InstanceId>(batch.instance) : null
      const memory = memoryOf(intake)
      const counted = counts({ intake, memory, batch, part, instance, now: clock.now() })
      // What was counted before may not be stored yet either.
      if (!(await intake.stored())) throw notStored(name)
      return { counted, limitsMs: [...intake.sink.countedOver()] }
    },
  })
}

interface Counting {
  readonly intake: Intake
  readonly memory: WrapperMemory
  readonly batch: OperationsBatch
  readonly part: PartName
  readonly instance: InstanceId | null
  readonly now: EpochMs
}

/** Nothing is awaited here, so no other request sees half of it. */
function counts({ intake, memory, batch, part, instance, now }: Counting): boolean {
  const fault = faultOfBatch(batch)
  if (fault !== null) {
    intake.sink.fault('malformed')
    const { pointer, says } = fault
    throw new ProblemError(
      problem('request-invalid', `${pointer}: ${says}`, [{ message: says, hint: '', place: { pointer } }]),
    )
  }
  intake.arrived(now)
  return takeBatch(intake.sink, memory, { batch, service: intake.service, part, instance, arrivedAt: now })
}

function partOf({ live }: HttpContext, intake: Intake, name: string): PartName {
  const part = intake.part(name)
  if (part !== null) return part
  const parts = (live.service(intake.service)?.parts ?? []).map((one) => one.part)
  const message = `${intake.service} has no part "${name}".`
  const hint = parts.length === 0 ? '' : `It has: ${parts.join(', ')}.`
  throw new ProblemError(
    problem('reference-missing', `${message} ${hint}`.trim(), [
      { message, hint, place: { pointer: '/body/part' } },
    ]),
  )
}
