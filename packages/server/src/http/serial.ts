/** Runs asynchronous work one after another, in the order in which it came. */
export type Serial = <T>(work: () => Promise<T>) => Promise<T>

export function createSerial(): Serial {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const result = last.then(work)
    // The next one starts also after a failure; who asked for this one sees it.
    last = result.catch(() => {})
    return result
  }
}
