/** What can be checked without asking the server. */
import type { Io } from '../io.ts'
import { configPath, findOperatorKey, isLoopback, readConfigFile, type Settings } from '../settings.ts'
import type { Finding } from './doctor.ts'

/** From this version on Node runs TypeScript as it is and has node:sqlite. */
const LEAST_NODE = { major: 22, minor: 18 } as const

export function checkNode({ nodeVersion }: Pick<Io, 'nodeVersion'>): Finding {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number)
  const isFit = major > LEAST_NODE.major || (major === LEAST_NODE.major && minor >= LEAST_NODE.minor)
  return {
    check: 'node',
    state: isFit ? 'ok' : 'failed',
    says: `This is Node ${nodeVersion}.`,
    hint: isFit ? '' : `Install Node ${LEAST_NODE.major}.${LEAST_NODE.minor} or newer.`,
  }
}

export async function checkConfig(io: Io): Promise<Finding> {
  const check = 'configuration'
  const config = await readConfigFile(io)
  if (!config.ok) {
    const [fault] = config.error.faults
    return {
      check,
      state: 'failed',
      says: `${fault?.source ?? ''}: ${fault?.message ?? ''}`,
      hint: config.error.hint,
    }
  }
  if (config.value === null)
    return { check, state: 'ok', says: `There is none at ${configPath(io)}; none is needed.`, hint: '' }
  const { path, key } = config.value
  if (key !== null) return checkSecretFile(io, check, path)
  return { check, state: 'ok', says: `${path} is valid.`, hint: '' }
}

export function checkOperatorKey(io: Io): Finding {
  const check = 'operator key'
  const path = findOperatorKey(io)
  if (path !== null) return checkSecretFile(io, check, path)
  return {
    check,
    state: 'ok',
    says: 'There is none in .holdfast here or above; none is needed with another key.',
    hint: '',
  }
}

export function checkSettings({ url, key }: Settings): Finding {
  const check = 'settings'
  const says = `The server is ${url.value} (from ${url.from}), ${key === null ? 'without a key' : `with the key from ${key.from}`}.`
  if (key !== null && url.value.startsWith('http:') && !isLoopback(url.value)) {
    return { check, state: 'warning', says, hint: 'The key goes over the network unencrypted; use https://.' }
  }
  return { check, state: 'ok', says, hint: '' }
}

/** Only the file's user may read a secret. Windows has no such bits. */
function checkSecretFile(io: Io, check: string, path: string): Finding {
  const mode = io.files.facts(path)?.mode ?? 0
  const isPrivate = io.system === 'win32' || (mode & 0o077) === 0
  return {
    check,
    state: isPrivate ? 'ok' : 'failed',
    says: isPrivate
      ? `${path} can be read by its user alone.`
      : `${path} can be read by others (mode ${mode.toString(8)}).`,
    hint: isPrivate ? '' : `Run: chmod 600 ${path} (and make a new key if others may have read it).`,
  }
}
