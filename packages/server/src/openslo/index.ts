/** The door of openslo: agreements from documents of OpenSLO v1, and the other way round. */
export { exportOpenSloFiles } from './export-files.ts'
export { importOpenSlo } from './import-slos.ts'
