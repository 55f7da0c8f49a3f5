/** Puts a new key in front of those that sign tokens. */
import { ProblemError, problemDocument } from '../../errors/index.ts'
import { addTokenKey } from '../../pacing/index.ts'
import { done, type CommandContext, type Outcome } from '../perform.ts'

export async function rotateKey(context: CommandContext, file: string): Promise<Outcome> {
  try {
    const keys = await addTokenKey(file)
    const numbers = keys.map(({ number }) => number)
    if (context.json) context.printJson({ file, keys: numbers })
    else {
      const [newest, ...older] = numbers
      context.print(`Key ${newest} signs from the next start on; ${older.join(', ')} are still accepted.`)
      context.note('Take an old line out once no client has a token of it any more.')
    }
    return done
  } catch (error) {
    if (error instanceof ProblemError) return { ok: false, error: problemDocument(error.problem) }
    throw error
  }
}
