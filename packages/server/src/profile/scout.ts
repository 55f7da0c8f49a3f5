/**
 * Finds out what to send to each part: what a person said, else what it is seen to be sent while a few operations go
 * through the whole service.
 */
import type { PartName } from '@holdfast/core/units'
import { problem, ProblemError } from '../errors/index.ts'
import type { Crew } from './crew.ts'
import { pause } from './drive.ts'
import { createRecorder, type Recorder } from './recorder.ts'
import { DEFAULT_REQUEST, requestWords, type SampleRequest, type WantedRequest } from './requests.ts'
import { succeeded, type Sender } from './send.ts'
import type { Subject } from './subject.ts'
import type { Workshop } from './workshop.ts'

export type Samples = Readonly<Record<PartName, readonly SampleRequest[]>>

interface Scouting {
  readonly subject: Subject
  readonly workshop: Workshop
  readonly crew: Crew
  readonly sender: Sender
  readonly wanted: readonly WantedRequest[]
  /** Those that samples are needed of. */
  readonly parts: readonly PartName[]
  readonly signal: AbortSignal
}

/** Enough to see a part that is called by some operations only. */
const OPERATIONS = 20

export async function scout(scouting: Scouting): Promise<Samples> {
  const { subject, wanted, parts } = scouting
  const said = new Map<PartName, SampleRequest[]>()
  for (const { part, request } of wanted) {
    const name = subject.parts.find((one) => one.name === (part ?? subject.entry))?.name
    if (name !== undefined) said.set(name, [...(said.get(name) ?? []), request])
  }
  if (!said.has(subject.entry)) said.set(subject.entry, [DEFAULT_REQUEST])
  const unknown = parts.filter((part) => !said.has(part))
  const seen = unknown.length === 0 ? new Map() : await watchCalls(scouting, said.get(subject.entry) ?? [])
  for (const part of unknown) {
    const requests: readonly SampleRequest[] = seen.get(part) ?? []
    if (requests.length === 0) throw new ProblemError(neverReached(part, said.get(subject.entry) ?? []))
    said.set(part, [...requests])
  }
  return Object.fromEntries(said)
}

async function watchCalls(
  { subject, workshop, crew, sender, signal }: Scouting,
  requests: readonly SampleRequest[],
): Promise<ReadonlyMap<PartName, readonly SampleRequest[]>> {
  await using recorders = new AsyncDisposableStack()
  const byPart = new Map<PartName, Recorder>()
  const endpoints: Record<string, readonly ReturnType<Crew['first']>[]> = {}
  for (const { name } of subject.parts) {
    const endpoint = crew.first(name)
    const recorder = name === subject.entry ? null : recorders.use(await createRecorder(endpoint))
    if (recorder !== null) byPart.set(name, recorder)
    endpoints[name] = [{ ...endpoint, port: recorder?.port ?? endpoint.port }]
  }
  await workshop.route(endpoints)
  for (let count = 0; count < OPERATIONS; count += 1) {
    const request = requests[count % requests.length]
    if (request === undefined) break
    const answer = await sender.send(workshop.url(subject.entry), request, signal)
    await pause(0, signal)
    if (!succeeded(answer)) throw new ProblemError(entryFails(subject.entry, request, answer))
    if ([...byPart.values()].every((recorder) => recorder.requests.length > 0)) break
  }
  await crew.dismiss()
  return new Map([...byPart].map(([name, recorder]) => [name, recorder.requests]))
}

function entryFails(
  entry: PartName,
  request: SampleRequest,
  { status, says }: { readonly status: number | null; readonly says: string },
): ReturnType<typeof problem> {
  const how = status === null ? 'not answered' : `answered with status ${status}`
  const hint = `Say what clients send: --request 'GET /path', or with a body --request 'POST /path {"item": 7}'.`
  return problem(
    'part-not-answering',
    `The part "${entry}" cannot be driven: ${requestWords(request)} is ${how}.`,
    [{ message: says.trim() || 'The answer is empty.', hint, place: { source: entry } }],
  )
}

function neverReached(part: PartName, requests: readonly SampleRequest[]): ReturnType<typeof problem> {
  const sent = requests.map(requestWords).join(', ')
  return problem('part-not-answering', `No call reached the part "${part}" while ${sent} was sent.`, [
    {
      message: 'What to send to it is not known.',
      hint: `Say it: --request '${part}: GET /path'. A caller finds it by HOLDFAST_URL_${part.toUpperCase().replaceAll('-', '_')}.`,
      place: { source: part },
    },
  ])
}

export function noSuchPart(subject: Subject, part: string): ReturnType<typeof problem> {
  const names = subject.parts.map(({ name }) => name).join(', ')
  return problem('usage', `The service "${subject.service}" has no part "${part}"; it has ${names}.`)
}
