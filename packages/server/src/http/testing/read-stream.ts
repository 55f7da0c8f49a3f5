/** Reads a stream of server-sent events over a real socket, as far as a test waits for. */

export interface Reading {
  readonly response: Response
  /** Resolves with all text once it contains the words; fails after five seconds. */
  until(words: string): Promise<string>
  /** Resolves with all text when the server has ended the stream. */
  end(): Promise<string>
  stop(): void
}

export async function readStream(
  address: string,
  path: string,
  { secret, headers = {} }: { readonly secret: string; readonly headers?: Readonly<Record<string, string>> },
): Promise<Reading> {
  const abort = new AbortController()
  const response = await fetch(address + path, {
    headers: { authorization: `Bearer ${secret}`, ...headers },
    signal: AbortSignal.any([abort.signal, AbortSignal.timeout(5_000)]),
  })
  let text = ''
  const chunks = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  const more = async (): Promise<boolean> => {
    const chunk = await chunks?.read()
    text += chunk?.value ?? ''
    return chunk?.done === false
  }
  const reading: Reading = {
    response,
    until: async (words) => {
      while (!text.includes(words)) {
        if (!(await more())) throw new Error(`The stream ended without "${words}": ${text}`)
      }
      return text
    },
    end: async () => {
      while (await more());
      return text
    },
    stop: () => abort.abort(),
  }
  return reading
}
