/** The door of the gateway: HTTP/1.1 and upgrades in front of all instances, every operation measured. */
export { createGateway } from './create-gateway.ts'
