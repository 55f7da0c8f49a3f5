/** Runs a command in process against the real routes, with the key of one of the test server's callers. */
import { run } from '../../src/cli/run.ts'
import type { Caller, TestServer } from '../../src/http/testing/test-server.ts'
import { fakeIo, type FakeRun, type FakeWorld } from './fake-io.ts'

interface Command extends Pick<FakeWorld, 'args' | 'files'> {
  readonly as: Caller
}

export async function runAgainst(
  server: TestServer,
  { as, ...world }: Command,
): Promise<ReturnType<FakeRun['result']>> {
  const { io, result } = fakeIo({
    ...world,
    env: { HOLDFAST_KEY: server.secrets[as] },
    server: async (request) => {
      const { pathname, search } = new URL(request.url)
      const text = await request.text()
      const answer = await server.call({
        method: request.method as 'GET' | 'POST' | 'DELETE',
        url: `${pathname}${search}`,
        as,
        ...(text === '' ? {} : { body: text }),
      })
      return new Response(answer.status === 204 ? null : answer.text, { status: answer.status })
    },
  })
  await run(io)
  return result()
}
