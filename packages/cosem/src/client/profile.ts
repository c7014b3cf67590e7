/**
 * Load profiles row by row (IEC 62056-6-2, Profile generic): which rows, the columns with their names and units, and
 * what null-data stands for. Rows are handed out as their blocks arrive.
 */
import { attributeName } from '../classes/naming.ts';
import { dateTime } from '../classes/typed/codec.ts';
import { type CaptureObject, captureObjects } from '../classes/typed/references.ts';
import {
  clockColumn,
  type SelectiveAccess,
  selectEntries,
  selectRange,
} from '../classes/typed/selective-access.ts';
import { fromDate, toDate } from '../data/date-time.ts';
import { applyScaler, type Quantity, type ScalerUnit, scalerUnitFromData } from '../data/scaler-unit.ts';
import { type CosemDateTime, type Data, data } from '../data/types.ts';
import { describeObis } from '../obis/describe.ts';
import type { ObisLike } from '../obis/obis.ts';
import { accessFailureOf, raiseClient } from './failures.ts';
import { clientDefaults, type RequestOptions } from './options.ts';
import { ArrayRows } from './rows.ts';

const profileClass = 7;
const bufferAttribute = 2;
const captureObjectsAttribute = 3;
const capturePeriodAttribute = 4;
const clockClass = 8;

/** Which rows: all, those between two times (both included), or those by position from 1 (0 is the last). */
export type ProfileSelection =
  | { readonly from?: undefined; readonly entries?: undefined }
  | { readonly from: Date | CosemDateTime; readonly to: Date | CosemDateTime }
  | { readonly entries: { readonly from: number; readonly to?: number } };

/** How a profile is read. */
export interface ProfileOptions extends RequestOptions {
  /** The columns of the buffer, where the caller knows them; read from the meter otherwise. */
  readonly columns?: readonly CaptureObject[];
  /** Reads scaler and unit of each register column first, and gives cells as quantities. */
  readonly scaled?: boolean;
  /** Minutes to UTC that times of the selection given as `Date` are written with; 0 (UTC) by default. */
  readonly deviationMinutes?: number;
  /** The clock that restricts a selection by time, where it is not the usual one. */
  readonly clock?: CaptureObject;
  /**
   * Fills in null-data: in the clock column the time before plus the capture period, elsewhere the value before
   * (IEC 62056-6-2, Profile generic, buffer). True by default.
   */
  readonly expandNulls?: boolean;
  /** Octets that the buffer may come to. */
  readonly maxBufferSize?: number;
}

/** A column of a profile. */
export interface ProfileColumn extends CaptureObject {
  /** What the OBIS code means, and the attribute: "... value". */
  readonly name: string;
  /** Where `scaled` was asked for and the column belongs to a register. */
  readonly scalerUnit: ScalerUnit | undefined;
}

/** One cell. */
export interface ProfileCell {
  readonly column: ProfileColumn;
  readonly value: Data;
  /** Scaled, with unit, where the column has a scaler and the value is a number. */
  readonly quantity: Quantity | undefined;
}

/** One row. */
export interface ProfileRow {
  readonly cells: readonly ProfileCell[];
  /** The time in the clock column, where there is one. */
  readonly time: CosemDateTime | undefined;
}

/** What reading a profile needs of a client. */
export interface ProfileReader {
  read(
    classId: number,
    obis: ObisLike,
    attribute: number,
    selection?: SelectiveAccess,
    options?: RequestOptions,
  ): Promise<Data>;
  readPieces(
    request: {
      readonly classId: number;
      readonly obis: ObisLike;
      readonly attribute: number;
      readonly selection?: SelectiveAccess | undefined;
    },
    options?: RequestOptions,
  ): AsyncGenerator<Uint8Array, void, undefined>;
}

/** The rows of a profile, in the order of its buffer. Throws `client/access`, `client/profile`, `data/*`, `session/*`. */
export async function* readProfileRows(
  client: ProfileReader,
  obis: ObisLike,
  selection: ProfileSelection,
  options: ProfileOptions,
): AsyncGenerator<ProfileRow, void, undefined> {
  const columns = await readColumns(client, obis, options);
  const builder = new RowBuilder(columns, options.expandNulls ?? true, () =>
    readPeriod(client, obis, options),
  );
  const rows = new ArrayRows(options.maxBufferSize ?? clientDefaults.maxValueSize);
  const request = {
    classId: profileClass,
    obis,
    attribute: bufferAttribute,
    selection: accessOf(selection, options),
  };
  if (columns.some(({ classId }) => classId === clockClass) && options.expandNulls !== false) {
    // Before the buffer: while that is being read the association is busy.
    await builder.prepare();
  }
  for await (const piece of client.readPieces(request, options)) {
    for (const row of rows.push(piece)) yield builder.build(row);
  }
  for (const row of rows.finish()) yield builder.build(row);
}

function accessOf(selection: ProfileSelection, options: ProfileOptions): SelectiveAccess | undefined {
  if ('entries' in selection && selection.entries !== undefined) {
    return selectEntries(selection.entries.from, selection.entries.to ?? 0);
  }
  if (!('to' in selection)) return undefined;
  const { deviationMinutes = 0, clock = clockColumn } = options;
  const bound = (time: Date | CosemDateTime) =>
    dateTime.encode(time instanceof Date ? fromDate(time, { deviationMinutes }) : time);
  return selectRange({
    restrictingObject: clock,
    from: bound(selection.from),
    to: bound(selection.to),
    columns: [],
  });
}

async function readColumns(
  client: ProfileReader,
  obis: ObisLike,
  options: ProfileOptions,
): Promise<ProfileColumn[]> {
  const given =
    options.columns ??
    captureObjects.decode(
      await client.read(profileClass, obis, captureObjectsAttribute, undefined, options),
      'capture_objects',
    );
  const columns: ProfileColumn[] = [];
  for (const column of given) {
    const { classId, logicalName, attributeIndex } = column;
    const name = `${describeObis(logicalName)}, ${attributeName(classId, attributeIndex)}`;
    const scalerAt = options.scaled === true ? scalerAttribute(classId, attributeIndex) : undefined;
    const scalerUnit =
      scalerAt === undefined
        ? undefined
        : await optional(client.read(classId, logicalName, scalerAt, undefined, options), scalerUnitFromData);
    columns.push({ ...column, name, scalerUnit });
  }
  return columns;
}

/** Where scaler_unit stands for a value of a register, extended register or demand register. */
function scalerAttribute(classId: number, attribute: number): number | undefined {
  if ((classId === 3 || classId === 4) && attribute === 2) return 3;
  if (classId === 5 && (attribute === 2 || attribute === 3)) return 4;
  return undefined;
}

/** In seconds; 0 where the profile has no period or does not tell it. */
async function readPeriod(client: ProfileReader, obis: ObisLike, options: ProfileOptions): Promise<number> {
  const value = client.read(profileClass, obis, capturePeriodAttribute, undefined, options);
  const period = await optional(value, (found) => (found.type === 'double-long-unsigned' ? found.value : 0));
  return period ?? 0;
}

/** What a value says, or undefined where the server does not let it be read: rows can do without. */
async function optional<T>(value: Promise<Data>, decode: (found: Data) => T): Promise<T | undefined> {
  try {
    return decode(await value);
  } catch (error) {
    if (accessFailureOf(error) === undefined) throw error;
    return undefined;
  }
}

class RowBuilder {
  readonly #columns: readonly ProfileColumn[];
  readonly #expand: boolean;
  readonly #readPeriod: () => Promise<number>;
  #periodSeconds = 0;
  #before: Data[] = [];

  constructor(columns: readonly ProfileColumn[], expand: boolean, period: () => Promise<number>) {
    this.#columns = columns;
    this.#expand = expand;
    this.#readPeriod = period;
  }

  async prepare(): Promise<void> {
    this.#periodSeconds = await this.#readPeriod();
  }

  build(row: Data): ProfileRow {
    // A profile of a single column may hold its values bare.
    const values = row.type === 'structure' ? row.value : [row];
    if (values.length !== this.#columns.length) {
      throw raiseClient('profile', `${values.length} values in ${this.#columns.length} columns`);
    }
    const filled = values.map((value, i) => this.#fill(value, i));
    this.#before = filled;
    let time: CosemDateTime | undefined;
    const cells = filled.map((value, i): ProfileCell => {
      const column = this.#columns[i]!;
      if (isClock(column)) time ??= timeOf(value);
      return { column, value, quantity: quantityOf(value, column.scalerUnit) };
    });
    return { cells, time };
  }

  #fill(value: Data, i: number): Data {
    if (value.type !== 'null-data' || !this.#expand) return value;
    const before = this.#before[i];
    if (before === undefined) return value;
    if (!isClock(this.#columns[i]!)) return before;
    const last = timeOf(before);
    if (last === undefined || this.#periodSeconds === 0) return value;
    return data('date-time', laterBy(last, this.#periodSeconds));
  }
}

function isClock(column: CaptureObject): boolean {
  return column.classId === clockClass && column.attributeIndex === 2;
}

function timeOf(value: Data): CosemDateTime | undefined {
  const isTime = value.type === 'date-time' || (value.type === 'octet-string' && value.value.length === 12);
  return isTime ? dateTime.decode(value) : undefined;
}

/** Local time goes on with the same deviation and status: the period says nothing about daylight saving. */
function laterBy(time: CosemDateTime, seconds: number): CosemDateTime {
  const moment = toDate({ ...time, deviationMinutes: 0 });
  const later = fromDate(new Date(moment.getTime() + seconds * 1000));
  return {
    ...later,
    dayOfWeek: time.dayOfWeek === undefined ? undefined : later.dayOfWeek,
    hundredths: time.hundredths,
    deviationMinutes: time.deviationMinutes,
    status: time.status,
  };
}

function quantityOf(value: Data, scalerUnit: ScalerUnit | undefined): Quantity | undefined {
  if (scalerUnit === undefined) return undefined;
  switch (value.type) {
    case 'null-data':
    case 'octet-string':
    case 'visible-string':
    case 'structure':
    case 'array':
      return undefined;
    default:
      return applyScaler(value, scalerUnit);
  }
}
