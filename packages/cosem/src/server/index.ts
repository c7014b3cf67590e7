/** The server: objects, associations, devices, and everything that puts them on a link. */
export { type AssociationBounds, refusalApdu } from './association.ts';
export {
  type AssociationDefinition,
  defaultMaxPduSize,
  type ServedContext,
  serverConformance,
} from './association-definition.ts';
export { currentAssociation } from './association-object.ts';
export type { Audit, AuditedClient, ServerEvent } from './audit.ts';
export {
  type CertificateEntity,
  type CertificateStore,
  type CertificateUse,
  type HeldCertificate,
  MemoryCertificates,
  maxHeldCertificates,
} from './certificate-store.ts';
export {
  type AttachedChannel,
  type AttachOptions,
  CosemServer,
  type CosemServerOptions,
  type ServerBounds,
  serverBounds,
} from './cosem-server.ts';
export {
  type DemoMeter,
  type DemoMeterOptions,
  demoColumns,
  demoMeter,
  demoNames,
  demoRights,
} from './demo-meter.ts';
export {
  DeviceSecurity,
  type DeviceSecurityOptions,
  type SecurityState,
  type SecurityStatePort,
} from './device-security.ts';
export { type ObjectResult, objectResults, raiseServer } from './errors.ts';
export {
  anyUpperAddress,
  type HdlcServeOptions,
  type ListenOptions,
  serveHdlcStream,
  serveHdlcTcp,
  serveTcp,
  serveUdp,
} from './listeners.ts';
export { LogicalDevice, type LogicalDeviceOptions } from './logical-device.ts';
export {
  type AttributeCode,
  type Caller,
  type ChangeRequest,
  type CosemObject,
  defineObject,
  deviceItself,
  type MethodCode,
  type ObjectDeclaration,
  type ReadRequest,
} from './object.ts';
export * from './objects/index.ts';
export {
  type AccessRule,
  type AttributeMode,
  authenticatedAndEncrypted,
  doEverything,
  type ProtectedMode,
  readEverything,
} from './rights.ts';
