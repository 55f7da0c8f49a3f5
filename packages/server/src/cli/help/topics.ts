/** What `holdfast help TOPIC` says: what holds for every command. */
export interface Topic {
  readonly name: string
  readonly summary: string
  readonly text: string
}

export const topics: readonly Topic[] = [
  {
    name: 'environment',
    summary: 'variables and files that are read',
    text: `Flags come before the environment, the environment before files.

HOLDFAST_URL          the server (--url); else "url" of the configuration file, else http://127.0.0.1:7070
HOLDFAST_KEY          the key (--key); else one from a file, see below
HOLDFAST_DATA         of up: where the store, keys and logs are (--data); else .holdfast
HOLDFAST_STORE        of up: where the store is (--store); else a file in the data directory
HOLDFAST_REGION       of up: the region that this machine is in (--region)
XDG_CONFIG_HOME       where holdfast/config.json is looked for; else ~/.config
NO_COLOR              no colours, as --no-color
CLICOLOR_FORCE        colours also where the output is not a terminal
TERM=dumb             no colours
TZ                    the zone in which times are shown and read

Files:
~/.config/holdfast/config.json   {"url": "https://holdfast.example", "key": "…"}
.holdfast/operator.key           of the data directory here or in the nearest directory above

A key from a file goes only to the server that it belongs to: the operator key to a server on this machine,
the key of the configuration file to the address that stands beside it. A file with a key must be readable by
its user alone (mode 600); \`holdfast doctor\` checks that.`,
  },
  {
    name: 'exit-codes',
    summary: 'what the exit codes mean',
    text: `0   done
1   failure: the server refused, could not be reached, or has no such thing; also: diff found differences,
    doctor found something to mend, journal --verify found the chain broken
2   bad use or invalid input: an unknown command, option or kind, a manifest that is not valid
3   only of check, whose codes are those of monitoring plug-ins: 0 kept, 1 at risk, 2 breached, 3 not known
130 ended at once by a second Ctrl-C (SIGINT); 143 by a second SIGTERM

Errors go to stderr: what is wrong and how to mend it, faults in manifests as file:line:column. With --json
they are one RFC 9457 problem document.`,
  },
  {
    name: 'formatting',
    summary: 'tables, JSON, times and colours',
    text: `Results go to stdout, everything else to stderr. Tables are for people and may change; programs take --json:

get KINDS --json              an array
get KIND NAME --json          one object
get … --watch --json          one document a line, whenever something has changed
journal --json                one entry a line (NDJSON)

The documents are those of the HTTP API (/openapi.json). Fields may be added: ignore those that you do not know.

Times are shown in your zone (TZ), and in JSON as ISO 8601 in UTC. They are read as ISO 8601, as "2026-11-27 10:35"
or "10:35" in your zone (the latest that has passed), or as "10m ago".
Every figure has its unit in the heading of its column or in the name of its field. Shares are rounded down.
Characters that could steer a terminal are shown as escapes, such as \\u001b.`,
  },
]
