/**
 * Tells what Linux says of this machine, or of one cgroup, and of the processes of instances (H1.10). Only small files of
 * the kernel's own memory are read.
 */
import type { ModeTimes } from '../../host-text.ts'
import { SourceError, type HostReads, type OpenedSource, type SourceGiven } from '../source.ts'
import { tellingOf } from '../telling.ts'
import { filesBelow } from './files.ts'
import { createGrowth } from './growth.ts'
import { tellGroup } from './tell-group.ts'
import { tellInstances } from './tell-instances.ts'
import { tellMachine } from './tell-machine.ts'

/** `root` stands for `/`. */
export function openHost(reads: HostReads, given: SourceGiven, root: string = '/'): OpenedSource {
  const files = filesBelow(root)
  const growth = createGrowth()
  const { sink, declared } = given
  let before: ModeTimes | null = null
  return {
    async round(at, signal) {
      const telling = tellingOf({ sink, about: { part: declared.part, instance: null }, at })
      if (reads.instances && !signal.aborted) {
        const isMeant = declared.part
        const instances = (await given.instances()).filter(({ part }) => isMeant === null || part === isMeant)
        await tellInstances(instances, { files, growth, sink, at })
      }
      if (signal.aborted)
        throw new SourceError('timed-out', 'There was no time to read what the machine says.')
      if (reads.cgroup !== null) return tellGroup(files, telling, reads.cgroup)
      before = await tellMachine(files, telling, before)
      if (before === null)
        throw new SourceError(
          'unreachable',
          'This machine does not say how it does in /proc/stat: only Linux does.',
        )
    },
    async [Symbol.asyncDispose]() {},
  }
}
