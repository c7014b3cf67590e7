/** The interface classes by name, and the lookup by class_id and version. */
import type { ClassDefinition } from './define.ts';
import * as access from './tables/access.ts';
import * as communication from './tables/communication.ts';
import * as control from './tables/control.ts';
import * as mbus from './tables/mbus.ts';
import * as measurement from './tables/measurement.ts';
import * as payment from './tables/payment.ts';
import * as plc from './tables/plc.ts';

/** The newest version of each class: `classes.register.attributes.value.index`. IEC 62056-6-2. */
export const classes = {
  data: measurement.data,
  register: measurement.register,
  extendedRegister: measurement.extendedRegister,
  demandRegister: measurement.demandRegister,
  registerActivation: measurement.registerActivation,
  profileGeneric: measurement.profileGeneric,
  clock: control.clock,
  scriptTable: control.scriptTable,
  schedule: control.schedule,
  specialDaysTable: control.specialDaysTable,
  associationLn: access.associationLn,
  sapAssignment: access.sapAssignmentClass,
  imageTransfer: access.imageTransfer,
  iecLocalPortSetup: communication.iecLocalPortSetup,
  activityCalendar: control.activityCalendar,
  registerMonitor: control.registerMonitor,
  singleActionSchedule: control.singleActionSchedule,
  iecHdlcSetup: communication.iecHdlcSetup,
  iecTwistedPairSetup: communication.iecTwistedPairSetup,
  mBusSlavePortSetup: communication.mBusSlavePortSetup,
  utilityTables: measurement.utilityTables,
  modemConfiguration: communication.modemConfiguration,
  autoAnswer: communication.autoAnswer,
  autoConnect: communication.autoConnect,
  dataProtection: access.dataProtection,
  pushSetup: access.pushSetup,
  tcpUdpSetup: communication.tcpUdpSetup,
  ipv4Setup: communication.ipv4Setup,
  macAddressSetup: communication.macAddressSetup,
  pppSetup: communication.pppSetup,
  gprsModemSetup: communication.gprsModemSetup,
  smtpSetup: communication.smtpSetup,
  gsmDiagnostic: communication.gsmDiagnostic,
  ipv6Setup: communication.ipv6Setup,
  registerTable: measurement.registerTable,
  compactData: measurement.compactData,
  statusMapping: measurement.statusMapping,
  securitySetup: access.securitySetup,
  parameterMonitor: control.parameterMonitor,
  disconnectControl: control.disconnectControl,
  limiter: control.limiter,
  mBusClient: mbus.mBusClient,
  mBusMasterPortSetup: mbus.mBusMasterPortSetup,
  mBusDiagnostic: mbus.mBusDiagnostic,
  g3PlcMacLayerCounters: plc.g3PlcMacLayerCounters,
  g3PlcMacSetup: plc.g3PlcMacSetup,
  g3Plc6LowPanSetup: plc.g3Plc6LowPanSetup,
  ntpSetup: communication.ntpSetup,
  account: payment.account,
  credit: payment.credit,
  charge: payment.charge,
  tokenGateway: payment.tokenGateway,
  communicationPortProtection: communication.communicationPortProtection,
} as const;

/** Older versions that meters in the field still have. */
export const olderClasses = {
  profileGenericV0: measurement.profileGenericV0,
  associationLnV0: access.associationLnV0,
  associationLnV1: access.associationLnV1,
  associationLnV2: access.associationLnV2,
  iecLocalPortSetupV0: communication.iecLocalPortSetupV0,
  iecHdlcSetupV0: communication.iecHdlcSetupV0,
  modemConfigurationV0: communication.modemConfigurationV0,
  pushSetupV0: access.pushSetupV0,
  pushSetupV1: access.pushSetupV1,
  pushSetupV2: access.pushSetupV2,
  gsmDiagnosticV0: communication.gsmDiagnosticV0,
  gsmDiagnosticV1: communication.gsmDiagnosticV1,
  securitySetupV0: access.securitySetupV0,
  parameterMonitorV0: control.parameterMonitorV0,
  mBusClientV0: mbus.mBusClientV0,
} as const;

/** Every class in every version, by class_id and then by version. */
export const classVersions: readonly ClassDefinition[] = [
  ...Object.values<ClassDefinition>(classes),
  ...Object.values<ClassDefinition>(olderClasses),
].sort((left, right) => left.classId - right.classId || left.version - right.version);

const byNumbers = new Map(classVersions.map((one) => [`${one.classId}/${one.version}`, one]));
const newest = new Map(classVersions.map((one) => [one.classId, one]));

/** The class in exactly this version; without a version the newest. Undefined where the tables have none. */
export function interfaceClass(classId: number, version?: number): ClassDefinition | undefined {
  return version === undefined ? newest.get(classId) : byNumbers.get(`${classId}/${version}`);
}
