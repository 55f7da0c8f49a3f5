/** Whose operation a request is, by its headers. A name that is none is left out, as at the gateway. */
import { CLIENT_HEADER } from '../identity.ts'
import type { Asker, ClassOf } from './options.ts'

export interface Who {
  readonly class?: string
  readonly client?: string
}

const LABEL = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/

export function whoAsks(classFrom: string | ClassOf, header: Asker['header']): Who {
  const client = labelOf(header(CLIENT_HEADER))
  const operationClass = labelOf(
    typeof classFrom === 'string' ? header(classFrom) : askedFor(classFrom, { client, header }),
  )
  return {
    ...(client === null ? {} : { client }),
    ...(operationClass === null ? {} : { class: operationClass }),
  }
}

function askedFor(classOf: ClassOf, asker: Asker): string | null | undefined {
  try {
    return classOf(asker)
  } catch {
    return null
  }
}

const labelOf = (text: string | null | undefined): string | null =>
  typeof text === 'string' && LABEL.test(text) ? text : null
