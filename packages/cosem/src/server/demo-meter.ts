/**
 * A small demonstration meter: a clock, energy registers, a load profile, a disconnector, a security setup. Its
 * consumption is made up from a seed and belongs to nobody; everything else is what the server does for real.
 */
import { copyOctets } from '../base/bytes.ts';
import { dateTime } from '../classes/typed/codec.ts';
import type { CaptureObject } from '../classes/typed/references.ts';
import { clockColumn } from '../classes/typed/selective-access.ts';
import { fromDate } from '../data/date-time.ts';
import { data } from '../data/types.ts';
import type { AssociationDefinition } from './association-definition.ts';
import type { DeviceSecurity } from './device-security.ts';
import { LogicalDevice } from './logical-device.ts';
import type { CosemObject } from './object.ts';
import {
  type ControlMode,
  type DisconnectControl,
  disconnectControl,
  MemorySwitch,
  type SwitchPort,
} from './objects/disconnect-control.ts';
import { type ImageTransferOptions, imageTransferObject } from './objects/image-transfer.ts';
import {
  type ClockPort,
  clockObject,
  dataObject,
  registerObject,
  sapAssignmentObject,
} from './objects/measurement.ts';
import {
  columnReader,
  MemoryProfileStore,
  type Profile,
  type ProfileRow,
  profileObject,
} from './objects/profile.ts';
import { securitySetupObject } from './objects/security-setup.ts';
import { type AccessRule, authenticatedAndEncrypted, readEverything } from './rights.ts';

/** Codes of the units that the meter uses (IEC 62056-6-2, units). */
const unitCodes = { watt: 27, wattHour: 30, varHour: 32, volt: 35 } as const;
const quarterMs = 900_000;
const hourMs = 3_600_000;
/** Rows that the load profile keeps: four weeks of quarters of an hour. */
const profileRows = 2688;

/** Logical names of the meter's objects. */
export const demoNames = {
  serialNumber: '0.0.96.1.0.255',
  clock: '0.0.1.0.0.255',
  status: '0.0.96.10.1.255',
  activeImport: '1.0.1.8.0.255',
  activeExport: '1.0.2.8.0.255',
  reactiveImport: '1.0.3.8.0.255',
  power: '1.0.1.7.0.255',
  voltage: '1.0.32.7.0.255',
  loadProfile: '1.0.99.1.0.255',
  note: '0.0.96.13.0.255',
  disconnector: '0.0.96.3.10.255',
  image: '0.0.44.0.0.255',
  securitySetup: '0.0.43.0.0.255',
} as const;

/** Rights that go with the meter. */
export const demoRights = {
  /** Whoever asks: what identifies the meter, and the clock. */
  anybody: [
    { obis: '0.0.42.0.0.255', attributes: { default: 'r' } },
    { obis: demoNames.clock, attributes: { default: 'r' } },
  ],
  /** Reading of all values, without security. */
  reading: [{ classId: 64 }, readEverything],
  /** Everything, where requests and responses are authenticated and encrypted. */
  management: [
    {
      attributes: { default: 'rw' },
      methods: { default: true },
      protection: authenticatedAndEncrypted,
    },
  ],
} as const satisfies Readonly<Record<string, readonly AccessRule[]>>;

/** How a demonstration meter is made. */
export interface DemoMeterOptions {
  /** Default `WWD0000000000001`. */
  readonly name?: string;
  readonly sap?: number;
  readonly associations: readonly AssociationDefinition[];
  readonly security?: DeviceSecurity;
  /** Makes the consumption. Default 1. */
  readonly seed?: number;
  /** Rows of the load profile that are there from the beginning. Default 96: a day. */
  readonly rows?: number;
  /** Milliseconds since 1970. Default: the computer's clock. */
  readonly nowMs?: () => number;
  /** Default 2: a remote reconnection closes the switch. */
  readonly controlMode?: ControlMode;
  readonly switch?: SwitchPort;
  /** Without it there is no image transfer: nothing would check an image. */
  readonly image?: ImageTransferOptions;
  /** Objects beside its own. */
  readonly objects?: readonly CosemObject[];
}

/** A demonstration meter. */
export interface DemoMeter {
  readonly device: LogicalDevice;
  readonly disconnector: DisconnectControl;
  readonly loadProfile: Profile;
  /** Captures the rows of the load profile that have become due; call it now and then. */
  tick(): Promise<void>;
}

/** Makes a demonstration meter. Throws as {@link LogicalDevice} does. */
export function demoMeter(options: DemoMeterOptions): DemoMeter {
  const { name = 'WWD0000000000001', sap = 1, security, nowMs = Date.now, rows = 96 } = options;
  let shiftMs = 0;
  const clock: ClockPort = {
    nowMs: () => nowMs() + shiftMs,
    setMs: (ms) => {
      shiftMs = ms - nowMs();
    },
  };
  const consumption = new Consumption(options.seed ?? 1, nowMs() - rows * quarterMs);
  const disconnector = disconnectControl(options.switch ?? new MemorySwitch(), options.controlMode ?? 2);
  const objects: CosemObject[] = [];
  const store = new MemoryProfileStore();
  const loadProfile = profileObject({
    obis: demoNames.loadProfile,
    columns: demoColumns,
    store,
    read: columnReader(() => objects),
    capturePeriodSeconds: quarterMs / 1000,
    maxRows: profileRows,
    methods: { reset: true, capture: true },
  });
  const readings = (): Readings => consumption.at(nowMs());
  objects.push(
    ...measurements(name, clock, readings),
    loadProfile.object,
    disconnector.object,
    ...(security === undefined ? [] : [securitySetupObject({ security })]),
    ...(options.image === undefined ? [] : [imageTransferObject(options.image)]),
    ...(options.objects ?? []),
    sapAssignmentObject(() => [{ sap, logicalDeviceName: Buffer.from(name, 'latin1') }]),
  );
  fillProfile(store, consumption, nowMs(), rows);
  const device = new LogicalDevice({
    sap,
    name,
    objects,
    associations: options.associations,
    ...(security === undefined ? {} : { security }),
  });
  let nextCaptureMs = Math.floor(nowMs() / quarterMs + 1) * quarterMs;
  const tick = async (): Promise<void> => {
    // After a long sleep the rows in between are lost, as in a meter without power.
    if (nowMs() < nextCaptureMs) return;
    nextCaptureMs = Math.floor(nowMs() / quarterMs + 1) * quarterMs;
    await loadProfile.capture();
  };
  return { device, disconnector, loadProfile, tick };
}

function column(classId: number, logicalName: string): CaptureObject {
  return { classId, logicalName, attributeIndex: 2, dataIndex: 0 };
}

/** The six columns of the load profile. */
export const demoColumns: readonly CaptureObject[] = [
  clockColumn,
  column(1, demoNames.status),
  column(3, demoNames.activeImport),
  column(3, demoNames.activeExport),
  column(3, demoNames.reactiveImport),
  column(3, demoNames.voltage),
];

function measurements(name: string, clock: ClockPort, readings: () => Readings): CosemObject[] {
  const energy = (obis: string, unit: number, value: (now: Readings) => number): CosemObject =>
    registerObject(obis, { scaler: 0, unit }, () => data('double-long-unsigned', value(readings())));
  let note: Uint8Array = new Uint8Array(0);
  return [
    dataObject(demoNames.serialNumber, data('octet-string', new Uint8Array(Buffer.from(name, 'latin1')))),
    clockObject({ clock }),
    dataObject(demoNames.status, data('unsigned', 0)),
    energy(demoNames.activeImport, unitCodes.wattHour, (now) => now.importWh),
    energy(demoNames.activeExport, unitCodes.wattHour, (now) => now.exportWh),
    energy(demoNames.reactiveImport, unitCodes.varHour, (now) => now.reactiveVarh),
    energy(demoNames.power, unitCodes.watt, (now) => now.powerW),
    registerObject(demoNames.voltage, { scaler: -1, unit: unitCodes.volt }, () =>
      data('long-unsigned', readings().voltageTenths),
    ),
    dataObject(demoNames.note, {
      get: () => data('octet-string', note),
      set: (value) => {
        note = noteOf(value.value);
      },
    }),
  ];
}

/** Octets of a note that a client may leave in the meter. */
const maxNoteSize = 4096;

function noteOf(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? copyOctets(value.subarray(0, maxNoteSize)) : new Uint8Array(0);
}

function fillProfile(
  store: MemoryProfileStore,
  consumption: Consumption,
  untilMs: number,
  rows: number,
): void {
  const last = Math.floor(untilMs / quarterMs) * quarterMs;
  for (let i = rows - 1; i >= 0; i--) {
    const atMs = last - i * quarterMs;
    const now = consumption.at(atMs);
    const row: ProfileRow = [
      dateTime.encode(fromDate(new Date(atMs))),
      data('unsigned', 0),
      data('double-long-unsigned', now.importWh),
      data('double-long-unsigned', now.exportWh),
      data('double-long-unsigned', now.reactiveVarh),
      data('long-unsigned', now.voltageTenths),
    ];
    store.append(row);
  }
}

interface Readings {
  readonly importWh: number;
  readonly exportWh: number;
  readonly reactiveVarh: number;
  readonly powerW: number;
  readonly voltageTenths: number;
}

const startWh = 1_000_000;

/** A household that uses little at night and most in the evening; the same for the same seed and moment. */
class Consumption {
  readonly #seed: number;
  readonly #sinceMs: number;

  constructor(seed: number, sinceMs: number) {
    this.#seed = seed >>> 0;
    this.#sinceMs = sinceMs;
  }

  at(ms: number): Readings {
    const hours = Math.max(0, ms - this.#sinceMs) / hourMs;
    const hourOfDay = (ms / hourMs) % 24;
    const swing = Math.sin(((hourOfDay - 13) / 24) * 2 * Math.PI);
    const noise = this.#noise(Math.floor(ms / quarterMs));
    // The mean of 400 W gives the energy; swing and noise are seen in the power only.
    return {
      importWh: startWh + Math.floor(hours * 400),
      exportWh: Math.floor(hours * 35),
      reactiveVarh: Math.floor(hours * 60),
      powerW: Math.round(400 + 250 * swing + 120 * noise),
      voltageTenths: Math.round(2300 + 40 * (noise - 0.5)),
    };
  }

  /** 0 ≤ n < 1 for each quarter of an hour (mulberry32 of seed and number). */
  #noise(index: number): number {
    let t = (this.#seed + Math.imul(index, 0x6d2b79f5)) >>> 0;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
}
