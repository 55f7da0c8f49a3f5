/** Listening on a port that a flag of `holdfast up` names: when it cannot be had, the problem names both. */
import { ProblemError, problem, type Problem } from '../../errors/index.ts'

/** Everything listens here and nowhere else. */
export const HOST = '127.0.0.1'

export interface WantedPort {
  readonly port: number
  /** Who wants it, such as "the gateway". */
  readonly by: string
  /** By which flag another is chosen. */
  readonly flag: '--port' | '--gateway-port' | '--otlp-http-port' | '--otlp-grpc-port'
}

/** Rejects with a ProblemError where the port is at fault, else with the error that it was. */
export async function listenOn<T>(wanted: WantedPort, listen: (port: number) => Promise<T>): Promise<T> {
  try {
    return await listen(wanted.port)
  } catch (error) {
    const found = portProblem(wanted, error)
    throw found === null ? error : new ProblemError(found)
  }
}

export function portProblem({ port, by, flag }: WantedPort, error: unknown): Problem | null {
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (code === 'EADDRINUSE')
    return problem(
      'port-taken',
      `Port ${port} for ${by} is used by another program; ${flag} chooses another port.`,
    )
  if (code === 'EACCES')
    return problem(
      'port-not-allowed',
      `Port ${port} for ${by} may not be opened; ${flag} chooses another port.`,
    )
  return null
}
