/** How many requests a program carries at full load, by the clock and by its own processor time, beside a peer. */
import { atLeast, median, type Claim } from '../bench.ts'
import type { Child } from '../child.ts'
import { throughputOf, type Throughput } from './loads.ts'

export interface Carried extends Throughput {
  /** Requests in one second of the program's processor time. */
  readonly perCpuSecond: number
}

export interface Rounds {
  readonly count: number
  readonly seconds: number
}

export type Rate = 'perSecond' | 'perCpuSecond'

export async function carriedBy(
  program: Child,
  load: { readonly connections: number; readonly seconds: number },
): Promise<Carried> {
  const before = await program.cpuMicros()
  const result = await throughputOf({ ...load, port: program.port })
  const usedSeconds = ((await program.cpuMicros()) - before) / 1_000_000
  return { ...result, perCpuSecond: result.requests / usedSeconds }
}

interface Sides {
  readonly ours: readonly Carried[]
  readonly peer: readonly Carried[]
  readonly peerName: string
  /** Of what the peer carries. */
  readonly goalShare: number
  readonly key: Rate
}

export function shareClaim(claim: string, { ours, peer, peerName, goalShare, key }: Sides): Claim {
  const mine = Math.round(median(ours.map((carried) => carried[key])))
  const theirs = Math.round(median(peer.map((carried) => carried[key])))
  return {
    claim,
    unit: 'requests/s',
    ours: mine,
    peers: { [peerName]: theirs },
    bound: null,
    ...atLeast(Math.round(goalShare * theirs), mine),
  }
}
