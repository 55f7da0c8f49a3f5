/** The door of OTLP's bytes, which source and outlet share: reading and writing Protocol Buffers, and JSON into them. */
export { ByteReader, MalformedOtlp } from './byte-reader.ts'
export { ByteWriter } from './byte-writer.ts'
export { jsonToProtobuf } from './json-to-protobuf.ts'
export { EXPORT_METRICS, EXPORT_TRACES } from './messages.ts'
