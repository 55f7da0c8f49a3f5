/** Whole lines out of bytes as they come. What is read of a line so far is kept, up to a limit. */

export interface Lines {
  write(chunk: Uint8Array): void
  /** The last line may be without an end. */
  end(): void
  clear(): void
}

export interface LinesTo {
  /** Some whole lines, each with its end; the bytes are not kept. */
  readonly read: (bytes: Uint8Array, start: number, end: number) => void
  /** A line was left out. */
  readonly tooLong: () => void
}

/** Help texts and exemplars included. */
export const MAX_LINE_BYTES = 65_536
const NEWLINE = 0x0a

export function createLines({ read, tooLong }: LinesTo): Lines {
  let kept = new Uint8Array(256)
  let length = 0
  let isSkipping = false

  const keep = (bytes: Uint8Array): void => {
    if (bytes.length === 0 || isSkipping) return
    if (length + bytes.length > MAX_LINE_BYTES) {
      isSkipping = true
      length = 0
      return tooLong()
    }
    if (length + bytes.length > kept.length) {
      const wider = new Uint8Array(Math.max(kept.length * 2, length + bytes.length))
      wider.set(kept.subarray(0, length))
      kept = wider
    }
    kept.set(bytes, length)
    length += bytes.length
  }

  return {
    write(chunk) {
      let from = 0
      if (length > 0 || isSkipping) {
        const end = chunk.indexOf(NEWLINE) + 1
        keep(end === 0 ? chunk : chunk.subarray(0, end))
        if (end === 0) return
        if (length > 0) read(kept, 0, length)
        length = 0
        isSkipping = false
        from = end
      }
      const end = chunk.lastIndexOf(NEWLINE) + 1
      if (end > from) read(chunk, from, end)
      keep(chunk.subarray(Math.max(from, end)))
    },
    end() {
      if (length > 0) {
        keep(Uint8Array.of(NEWLINE))
        if (length > 0) read(kept, 0, length)
      }
      length = 0
      isSkipping = false
    },
    clear() {
      length = 0
      isSkipping = false
    },
  }
}
