/** Ready-made objects, from which a meter is put together. */
export { compareValues } from './compare.ts';
export {
  type ControlMode,
  type ControlState,
  controlStates,
  type DisconnectControl,
  disconnectControl,
  MemorySwitch,
  type SwitchPort,
} from './disconnect-control.ts';
export {
  type ImagePort,
  type ImageState,
  type ImageStatus,
  type ImageTransferOptions,
  imageStatus,
  imageTransferObject,
  MemoryImage,
  maxImageBlocks,
} from './image-transfer.ts';
export {
  type ClockOptions,
  type ClockPort,
  clockObject,
  dataObject,
  type ExtendedValue,
  extendedRegisterObject,
  registerObject,
  sapAssignmentObject,
} from './measurement.ts';
export {
  type ColumnReader,
  columnReader,
  MemoryProfileStore,
  type Profile,
  type ProfileOptions as ServedProfileOptions,
  type ProfileRow as StoredProfileRow,
  type ProfileStore,
  profileObject,
  sortMethods,
} from './profile.ts';
export {
  type PushSender,
  type PushSetup,
  type PushSetupOptions,
  pushOver,
  pushSetup,
  sealPush,
} from './push-setup.ts';
export { type SecuritySetupOptions, securitySetupObject } from './security-setup.ts';
