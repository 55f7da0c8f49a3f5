/**
 * Shows a listing again and again until Ctrl-C. A terminal is redrawn; elsewhere each change is one line
 * (or, with --json, one document a line), so that a log of it can be read.
 */
import { toJson } from '../clean.ts'
import type { Answer } from '../http.ts'
import type { CommandContext, Outcome } from '../perform.ts'
import { INTERVAL_MS, poll } from '../poll.ts'
import { localClock } from '../times.ts'
import type { Listing } from './listings.ts'

export function watch(context: CommandContext, list: () => Answer<Listing>): Promise<Outcome> {
  return poll(context, list, showFor(context))
}

type Show = (listing: Listing) => void

function showFor(context: CommandContext): Show {
  if (context.json) return jsonDocuments(context)
  return context.io.stdout.isTTY ? redrawn(context) : changedLines(context)
}

function redrawn({ io, paint, print }: CommandContext): Show {
  return ({ table, empty }) => {
    const at = localClock(new Date(io.now()).toISOString(), io)
    // To the upper left and erase from there: no flicker, and what scrolled away stays in the window's memory.
    io.stdout.write('\u001b[H\u001b[J')
    print(paint('muted', `${at}, every ${INTERVAL_MS / 1_000} s; Ctrl-C ends`), '')
    if (table.lines.length === 0) print(empty)
    else print(table.heading, ...table.lines)
  }
}

function changedLines({ io, print }: CommandContext): Show {
  let heading: string | null = null
  let shown: ReadonlyMap<string, string> = new Map()
  return ({ table, keys, json }) => {
    const rows = Array.isArray(json) ? json : [json]
    const at = localClock(new Date(io.now()).toISOString(), io)
    if (heading === null) print(`${' '.repeat(at.length)}  ${(heading = table.heading)}`)
    // Compared by what was said, not by how it looks: widths and "12 s ago" change all the time.
    const now = new Map(keys.map((key, index) => [key, JSON.stringify(rows[index], withoutUpdatedAt)]))
    keys.forEach((key, index) => {
      if (shown.get(key) !== now.get(key)) print(`${at}  ${table.lines[index]}`)
    })
    for (const key of shown.keys()) {
      if (!now.has(key)) print(`${at}  ${key} is gone`)
    }
    shown = now
  }
}

/** A tick that found everything as before still renews this time. */
function withoutUpdatedAt(field: string, value: unknown): unknown {
  return field === 'updatedAt' ? undefined : value
}

function jsonDocuments({ print }: CommandContext): Show {
  let shown = ''
  return ({ json }) => {
    const now = JSON.stringify(json, withoutUpdatedAt)
    if (now !== shown) print(toJson(json))
    shown = now
  }
}
