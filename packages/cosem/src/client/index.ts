/** The client: associations, services, profiles, images, keys and certificates. */
export { type OpenedAssociation, openAssociation, releaseAssociation } from './association.ts';
export { DeviceCertificates, type KeyPairUse } from './certificates.ts';
export {
  type AccessItem,
  type AccessOutcome,
  type AttributeRequest,
  CosemClient,
  connect,
  type MethodRequest,
  type WriteRequest,
} from './client.ts';
export type { DiscoveredObject } from './discover.ts';
export { AccessFailure, type AccessTarget, accessFailureOf, nameTarget } from './failures.ts';
export {
  type ImageOptions,
  type ImageProgress,
  type ImageResult,
  imageDefaults,
  transferImage,
} from './image.ts';
export {
  activateSecurity,
  changeKeys,
  type KeyChangeJournal,
  type KeyChangeOptions,
  type KeyChangeRecord,
  type KeyChangeResult,
  type KeyChoice,
  MemoryKeyChangeJournal,
} from './key-change.ts';
export {
  type AssociationOptions,
  authenticatedEncryption,
  type ClientSecurity,
  clientConformance,
  clientDefaults,
  type RequestOptions,
} from './options.ts';
export type { ProfileCell, ProfileColumn, ProfileOptions, ProfileRow, ProfileSelection } from './profile.ts';
