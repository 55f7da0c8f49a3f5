/**
 * Every error that a person can meet: its HTTP status, the CLI's exit code, whether trying again can
 * help, and a hint. Codes are never reused. docs/reference/errors.md is generated from this table.
 */
export interface CodeEntry {
  readonly status: number
  /** 2 for bad use, 1 for failure. */
  readonly exit: 1 | 2
  readonly retriable: boolean
  readonly title: string
  readonly hint: string
}

export const problemCodes = {
  'manifest-invalid': {
    status: 422,
    exit: 2,
    retriable: false,
    title: 'The manifest is not valid',
    hint: 'Mend each place that is listed; nothing was changed.',
  },
  'manifest-too-large': {
    status: 413,
    exit: 2,
    retriable: false,
    title: 'The document is too large',
    hint: 'Split it: a request may have at most 1 MiB.',
  },
  'push-too-large': {
    status: 413,
    exit: 1,
    retriable: false,
    title: 'What was pushed is too large',
    hint: 'Push less at once, more often.',
  },
  'body-not-json': {
    status: 400,
    exit: 2,
    retriable: false,
    title: 'The body is not JSON',
    hint: 'Send a JSON document with content-type application/json.',
  },
  'request-invalid': {
    status: 400,
    exit: 2,
    retriable: false,
    title: 'The request is not valid',
    hint: 'See /openapi.json for what this route takes.',
  },
  'reference-missing': {
    status: 422,
    exit: 2,
    retriable: false,
    title: 'Something that is referred to does not exist',
    hint: 'Apply it first, or in the same command.',
  },
  'still-in-use': {
    status: 409,
    exit: 1,
    retriable: false,
    title: 'It is still in use',
    hint: 'Delete what refers to it first.',
  },
  'version-conflict': {
    status: 412,
    exit: 1,
    retriable: true,
    title: 'It was changed by someone else meanwhile',
    hint: 'Read it again and repeat the change on the present version.',
  },
  'media-type-unsupported': {
    status: 415,
    exit: 2,
    retriable: false,
    title: 'The body has a media type that is not read here',
    hint: 'Send content-type application/json.',
  },
  'host-not-allowed': {
    status: 421,
    exit: 1,
    retriable: false,
    title: 'The request was meant for another host',
    hint: 'Use the address that the server printed when it started.',
  },
  'origin-not-allowed': {
    status: 403,
    exit: 1,
    retriable: false,
    title: 'The request comes from a page of another origin',
    hint: "Signed-in pages may write only from the server's own dashboard; programs send a key.",
  },
  'not-found': {
    status: 404,
    exit: 1,
    retriable: false,
    title: 'There is no such thing',
    hint: 'List what there is with `holdfast get services`.',
  },
  'nothing-recorded': {
    status: 404,
    exit: 1,
    retriable: false,
    title: 'Nothing is on record of that time',
    hint: 'Ticks are kept for two days; `holdfast journal SERVICE` goes back further.',
  },
  'key-missing': {
    status: 401,
    exit: 1,
    retriable: false,
    title: 'A key is needed',
    hint: 'Send `Authorization: Bearer KEY`, or set HOLDFAST_KEY; `holdfast token create` makes one.',
  },
  'key-wrong': {
    status: 401,
    exit: 1,
    retriable: false,
    title: 'The key is not valid',
    hint: 'It may be mistyped, expired or revoked; ask the operator for another.',
  },
  'not-allowed': {
    status: 403,
    exit: 1,
    retriable: false,
    title: 'The key may not do this',
    hint: "Use the operator's key, or ask the operator for one that may; an owner's key is for what is its own.",
  },
  'too-many-requests': {
    status: 429,
    exit: 1,
    retriable: true,
    title: 'Too many requests',
    hint: 'Wait as long as Retry-After says.',
  },
  'not-ready': {
    status: 503,
    exit: 1,
    retriable: true,
    title: 'The server is starting or stopping',
    hint: 'Try again in some seconds.',
  },
  'server-unreachable': {
    status: 503,
    exit: 1,
    retriable: true,
    title: 'The server cannot be reached',
    hint: 'Start it with `holdfast up`, or name it with --url or HOLDFAST_URL.',
  },
  'already-running': {
    status: 409,
    exit: 1,
    retriable: false,
    title: 'A server already runs on this data directory',
    hint: 'Stop it first, or use another --data directory.',
  },
  'port-taken': {
    status: 409,
    exit: 1,
    retriable: false,
    title: 'The port is taken',
    hint: 'Stop what uses it, or choose another with --port or --gateway-port.',
  },
  'port-not-allowed': {
    status: 403,
    exit: 1,
    retriable: false,
    title: 'The port may not be opened',
    hint: 'Ports below 1024 mostly need more rights: choose another with --port or --gateway-port.',
  },
  'store-unreachable': {
    status: 503,
    exit: 1,
    retriable: true,
    title: 'The store cannot be reached',
    hint: 'Check --store and whether the database runs.',
  },
  'file-unreadable': {
    status: 400,
    exit: 2,
    retriable: false,
    title: 'A file cannot be read',
    hint: 'Check the path and its permissions.',
  },
  'file-unwritable': {
    status: 400,
    exit: 1,
    retriable: false,
    title: 'A file cannot be written',
    hint: 'Check the path and its permissions.',
  },
  'trace-invalid': {
    status: 422,
    exit: 2,
    retriable: false,
    title: 'The trace is not valid',
    hint: 'Mend each line that is listed.',
  },
  'config-invalid': {
    status: 400,
    exit: 2,
    retriable: false,
    title: 'The configuration file is not valid',
    hint: 'Mend it, or move it away; `holdfast help environment` says what it may hold.',
  },
  'part-not-starting': {
    status: 500,
    exit: 1,
    retriable: false,
    title: 'A part does not start',
    hint: 'See what its program wrote, and check run.command, run.directory and run.readiness in the manifest.',
  },
  'part-not-answering': {
    status: 502,
    exit: 1,
    retriable: false,
    title: 'A part does not answer as it should',
    hint: "Say what to send with --request 'GET /path', or --request 'PART: GET /path' for one part.",
  },
  'profile-too-short': {
    status: 500,
    exit: 1,
    retriable: false,
    title: 'The time was too short to find what a part can do',
    hint: 'Give it longer with --time.',
  },
  usage: {
    status: 400,
    exit: 2,
    retriable: false,
    title: 'The command is not used as it is meant',
    hint: 'See `holdfast help`.',
  },
  internal: {
    status: 500,
    exit: 1,
    retriable: true,
    title: 'Something went wrong inside Holdfast',
    hint: 'This is a bug; the server log has the details.',
  },
} as const satisfies Record<string, CodeEntry>

export type ProblemCode = keyof typeof problemCodes
