/**
 * The operator's first key: a file in the data directory that only the user who runs the server can read,
 * so that the CLI on the same machine needs no set-up. Without the file, or with one that the store does
 * not accept any more, a new key is made. The former one stays valid until it is revoked: with one store
 * for several replicas it may be the key in another replica's directory.
 */
import { randomUUID } from 'node:crypto'
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { EpochMs } from '@holdfast/core/units'
import type { Store } from '../store/store.ts'
import { identify, newKey } from './keys.ts'

const OPERATOR_KEY_FILE = 'operator.key'

const ONLY_THE_USER = 0o600
const ONLY_THE_USER_ENTERS = 0o700

/** Returns the path of the file; its content is the secret and a line feed. */
export async function ensureOperatorKey(
  store: Pick<Store, 'keyByHash' | 'putKey'>,
  directory: string,
  now: EpochMs,
): Promise<string> {
  const path = join(directory, OPERATOR_KEY_FILE)
  const present = await readSecret(path)
  if (present !== null) {
    const identity = await identify(store, present, now)
    if (identity.ok && identity.value.scope === 'operator') {
      await chmod(path, ONLY_THE_USER)
      return path
    }
  }
  const { key, secret } = newKey(
    { name: `operator key on ${hostname()}`, scope: 'operator', owner: null, expiresAt: null },
    now,
  )
  await store.putKey(key)
  await writeSecret(directory, path, secret)
  return path
}

async function readSecret(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

/** By renaming, so that a reader never meets half a key, nor one with another file's permissions. */
async function writeSecret(directory: string, path: string, secret: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: ONLY_THE_USER_ENTERS })
  const draft = join(directory, `.${OPERATOR_KEY_FILE}.${randomUUID()}`)
  await writeFile(draft, `${secret}\n`, { mode: ONLY_THE_USER, flag: 'wx' })
  await rename(draft, path)
}
