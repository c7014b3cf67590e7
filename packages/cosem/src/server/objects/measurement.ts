/** Ready-made Data, Register, Extended register, Clock and SAP assignment objects (IEC 62056-6-2). */
import { classes } from '../../classes/catalogue.ts';
import { dateTime } from '../../classes/typed/codec.ts';
import { sapAssignment } from '../../classes/typed/references.ts';
import { fromDate, toDate, unspecifiedDateTime } from '../../data/date-time.ts';
import { type ScalerUnit, scalerUnitToData } from '../../data/scaler-unit.ts';
import { type Data, data } from '../../data/types.ts';
import type { ObisLike } from '../../obis/obis.ts';
import { raiseServer } from '../errors.ts';
import { type AttributeCode, type CosemObject, defineObject } from '../object.ts';

/** Class 1: a value, or the code that reads and writes it. */
export function dataObject(obis: ObisLike, value: Data | AttributeCode): CosemObject {
  return defineObject(classes.data, { obis, attributes: { value } });
}

/** Class 3: a value with its scaler and unit. `reset` is there only if it is given. */
export function registerObject(
  obis: ObisLike,
  scalerUnit: ScalerUnit,
  value: () => Data,
  reset?: () => void | Promise<void>,
): CosemObject {
  return defineObject(classes.register, {
    obis,
    attributes: { value: { get: value }, scalerUnit: scalerUnitToData(scalerUnit) },
    ...(reset === undefined ? {} : { methods: { reset } }),
  });
}

/** What an extended register holds. */
export interface ExtendedValue {
  readonly value: Data;
  readonly status: Data;
  /** Milliseconds since 1970. */
  readonly capturedMs: number;
}

/** Class 4: a value with status and capture time. */
export function extendedRegisterObject(
  obis: ObisLike,
  scalerUnit: ScalerUnit,
  read: () => ExtendedValue,
): CosemObject {
  return defineObject(classes.extendedRegister, {
    obis,
    attributes: {
      value: { get: () => read().value },
      scalerUnit: scalerUnitToData(scalerUnit),
      status: { get: () => read().status },
      captureTime: { get: () => dateTime.encode(fromDate(new Date(read().capturedMs))) },
    },
  });
}

/** The clock of the device. */
export interface ClockPort {
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Absent: the clock cannot be set. */
  setMs?(ms: number): void;
}

/** How a clock object shows local time. Daylight saving is for a device that has a calendar of its own. */
export interface ClockOptions {
  readonly obis?: ObisLike;
  readonly clock: ClockPort;
  /** Minutes from local time to UTC, -60 for Central European winter time. Default 0. */
  readonly deviationMinutes?: number;
  /** Most seconds that `shift_time` may move the clock; the class allows 900. */
  readonly maxShiftSeconds?: number;
}

const quarterMs = 900_000;
const minuteMs = 60_000;

/** Class 8: time, status, and setting by time, minute, quarter or shift. Errors of a wrong time: `type-unmatched`. */
export function clockObject(options: ClockOptions): CosemObject {
  const { clock, deviationMinutes = 0, maxShiftSeconds = 900 } = options;
  const set = (ms: number): void => {
    if (clock.setMs === undefined) throw raiseServer('read-write-denied', 'the clock cannot be set');
    clock.setMs(ms);
  };
  const round = (stepMs: number): void => set(Math.round(clock.nowMs() / stepMs) * stepMs);
  const never = dateTime.encode(unspecifiedDateTime);
  return defineObject(classes.clock, {
    obis: options.obis ?? '0.0.1.0.0.255',
    attributes: {
      time: {
        get: () => dateTime.encode(fromDate(new Date(clock.nowMs()), { deviationMinutes })),
        ...(clock.setMs === undefined ? {} : { set: (value) => set(momentOf(value, deviationMinutes)) }),
      },
      timeZone: data('long', deviationMinutes),
      status: data('unsigned', 0),
      daylightSavingsBegin: never,
      daylightSavingsEnd: never,
      daylightSavingsDeviation: data('integer', 0),
      daylightSavingsEnabled: data('boolean', false),
      clockBase: data('enum', 1),
    },
    methods:
      clock.setMs === undefined
        ? {}
        : {
            adjustToQuarter: () => round(quarterMs),
            adjustToMinute: () => round(minuteMs),
            shiftTime: (parameter) => {
              const seconds = Number(parameter.value);
              if (Math.abs(seconds) > maxShiftSeconds)
                throw raiseServer('type-unmatched', `${seconds} s are more than ${maxShiftSeconds}`);
              set(clock.nowMs() + seconds * 1000);
            },
          },
  });
}

function momentOf(value: Data, assumeDeviationMinutes: number): number {
  try {
    return toDate(dateTime.decode(value), { assumeDeviationMinutes }).getTime();
  } catch (cause) {
    throw raiseServer('type-unmatched', 'not a moment', { cause });
  }
}

/** Class 17: the logical devices and their addresses. */
export function sapAssignmentObject(
  devices: () => readonly { readonly sap: number; readonly logicalDeviceName: Uint8Array }[],
): CosemObject {
  return defineObject(classes.sapAssignment, {
    obis: '0.0.41.0.0.255',
    attributes: {
      sapAssignmentList: {
        get: () =>
          data(
            'array',
            devices().map((device) => sapAssignment.encode(device)),
          ),
      },
    },
  });
}
