/** Every command of holdfast, in the order of `holdfast --help`. A new command is one folder and one line here. */
import type { Command } from 'commander'
import { registerApply } from './apply/command.ts'
import { registerCheck } from './check/command.ts'
import { registerCompletion } from './completion/command.ts'
import { registerDelete } from './delete/command.ts'
import { registerDescribe } from './describe/command.ts'
import { registerDiff } from './diff/command.ts'
import { registerDoctor } from './doctor/command.ts'
import { registerExport } from './export/command.ts'
import { registerGet } from './get/command.ts'
import { registerHealth } from './health/command.ts'
import { registerHelp } from './help/command.ts'
import { registerImport } from './import/command.ts'
import type { Io } from './io.ts'
import { registerJournal } from './journal/command.ts'
import { registerOffers } from './offers/command.ts'
import { registerQuote } from './quote/command.ts'
import { registerPacing } from './pacing/command.ts'
import { registerProfile } from './profile/command.ts'
import { registerReplay } from './replay/command.ts'
import { registerRules } from './rules/command.ts'
import { registerSimulate } from './simulate/command.ts'
import { registerSources } from './sources/command.ts'
import { registerToken } from './token/command.ts'
import { registerUp } from './up/command.ts'
import { registerWhy } from './why/command.ts'

export const registrations: readonly ((program: Command, io: Io) => void)[] = [
  registerUp,
  registerApply,
  registerDiff,
  registerDelete,
  registerProfile,
  registerQuote,
  registerOffers,
  registerSimulate,
  registerGet,
  registerDescribe,
  registerHealth,
  registerSources,
  registerRules,
  registerPacing,
  registerCheck,
  registerWhy,
  registerJournal,
  registerReplay,
  registerImport,
  registerExport,
  registerToken,
  registerDoctor,
  registerCompletion,
  registerHelp,
]
