/** Reads what a cgroup of either version says of its disk traffic. Pure. Its times are read in host-text.ts. */

export interface GroupDiskFigures {
  /** As the kernel numbers it, `8:0`. */
  readonly number: string
  readonly readBytes: number
  readonly writtenBytes: number
}

/** Of version 2: `8:0 rbytes=1 wbytes=2 rios=3 …`. */
export function ioStatOf(text: string): readonly GroupDiskFigures[] {
  return text.split('\n').flatMap((line): readonly GroupDiskFigures[] => {
    const [, number, figures = ''] = /^(\d+:\d+) (.*)$/.exec(line) ?? []
    const readBytes = Number(/\brbytes=(\d+)/.exec(figures)?.[1])
    const writtenBytes = Number(/\bwbytes=(\d+)/.exec(figures)?.[1])
    if (number === undefined || Number.isNaN(readBytes + writtenBytes)) return []
    return [{ number, readBytes, writtenBytes }]
  })
}

/** Of version 1, a line for each direction: `8:0 Read 1`. */
export function ioServiceBytesOf(text: string): readonly GroupDiskFigures[] {
  const disks = new Map<string, GroupDiskFigures>()
  for (const [, number = '', direction, bytes] of text.matchAll(/^(\d+:\d+) (Read|Write) (\d+)$/gm)) {
    const known = disks.get(number) ?? { number, readBytes: 0, writtenBytes: 0 }
    const key = direction === 'Read' ? 'readBytes' : 'writtenBytes'
    disks.set(number, { ...known, [key]: Number(bytes) })
  }
  return [...disks.values()]
}
