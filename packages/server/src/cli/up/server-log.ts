/**
 * The server's log on a terminal goes to a file, which is kept from growing without end over many starts:
 * one that has become large gives way when a server starts, and one old file is kept beside it.
 */
import { rename, stat } from 'node:fs/promises'

/** Weeks of ordinary running, and still opened by any editor; with the old file twice as much at a start. */
const SERVER_LOG_BYTES = 10 * 1024 * 1024

/** The log of before is at `PATH.1` then; what was there is gone. Only who holds the data directory may do it. */
export async function rotateServerLog(path: string, limitBytes: number = SERVER_LOG_BYTES): Promise<void> {
  const found = await stat(path).catch(() => null)
  if (found !== null && found.size >= limitBytes) await rename(path, `${path}.1`)
}
