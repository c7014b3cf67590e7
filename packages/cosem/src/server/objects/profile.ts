/**
 * Profile generic (IEC 62056-6-2, class 7) on a store port: capture, reset, sorting, and selective access by range and by
 * entry with a choice of columns.
 */

import type { SelectiveAccess } from '../../apdu/types.ts';
import { classes } from '../../classes/catalogue.ts';
import { type CaptureObject, captureObject, captureObjects } from '../../classes/typed/references.ts';
import {
  entryDescriptor,
  entrySelector,
  rangeDescriptor,
  rangeSelector,
} from '../../classes/typed/selective-access.ts';
import { type Data, data, nullData } from '../../data/types.ts';
import type { ObisLike } from '../../obis/obis.ts';
import { raiseServer } from '../errors.ts';
import { type CosemObject, defineObject, deviceItself, readAttribute } from '../object.ts';
import { compareValues } from './compare.ts';

/** A row: a value for each column. */
export type ProfileRow = readonly Data[];

/** Where the rows are; oldest first. */
export interface ProfileStore {
  count(): number | Promise<number>;
  /** The rows at these positions, `to` not included. */
  rows(from: number, to: number): readonly ProfileRow[] | Promise<readonly ProfileRow[]>;
  append(row: ProfileRow): void | Promise<void>;
  removeAt(position: number): void | Promise<void>;
  clear(): void | Promise<void>;
}

/** Rows in memory. */
export class MemoryProfileStore implements ProfileStore {
  #rows: ProfileRow[] = [];

  count(): number {
    return this.#rows.length;
  }

  rows(from: number, to: number): readonly ProfileRow[] {
    return this.#rows.slice(from, to);
  }

  append(row: ProfileRow): void {
    this.#rows.push(row);
  }

  removeAt(position: number): void {
    this.#rows.splice(position, 1);
  }

  clear(): void {
    this.#rows = [];
  }
}

/** sort_method by name (IEC 62056-6-2, class 7). */
export const sortMethods = {
  fifo: 1,
  lifo: 2,
  largest: 3,
  smallest: 4,
  nearestToZero: 5,
  farthestFromZero: 6,
} as const;

/** Reads the value of a column now. */
export type ColumnReader = (column: CaptureObject) => Data | Promise<Data>;

/** How a profile is declared. */
export interface ProfileOptions {
  readonly obis: ObisLike;
  readonly columns: readonly CaptureObject[];
  readonly store: ProfileStore;
  readonly read: ColumnReader;
  /** 0: captured on request only. The timer is the device's, which calls {@link Profile.capture}. */
  readonly capturePeriodSeconds: number;
  /** Rows that are kept. */
  readonly maxRows: number;
  readonly sort?: keyof typeof sortMethods;
  /** Column that sorting goes by; default: the first. */
  readonly sortColumn?: number;
  /** Whether a client may clear the buffer and capture, as far as its rights allow. Default: neither. */
  readonly methods?: { readonly reset?: boolean; readonly capture?: boolean };
}

/** A profile: its object, and capturing for the device's own timer. */
export interface Profile {
  readonly object: CosemObject;
  capture(): Promise<void>;
}

/** Makes a profile (IEC 62056-6-2, class 7, version 1). Throws `server/declaration` without columns. */
export function profileObject(options: ProfileOptions): Profile {
  const { columns, store, maxRows, sort = 'fifo' } = options;
  const sortColumn = columns[options.sortColumn ?? 0];
  if (sortColumn === undefined || maxRows < 1)
    throw raiseServer('declaration', 'a profile needs columns and room for a row');
  const capture = async (): Promise<void> => {
    const row = await Promise.all(columns.map((column) => options.read(column)));
    await appendSorted(options, row);
  };
  const reset = async (): Promise<void> => store.clear();
  const { methods = {} } = options;
  const object = defineObject(classes.profileGeneric, {
    obis: options.obis,
    attributes: {
      buffer: {
        get: async ({ selection }) => data('array', await selectRows(options, selection)),
        selectors: [rangeSelector, entrySelector],
      },
      captureObjects: captureObjects.encode(columns),
      capturePeriod: data('double-long-unsigned', options.capturePeriodSeconds),
      sortMethod: data('enum', sortMethods[sort]),
      sortObject: captureObject.encode(sortColumn),
      entriesInUse: { get: async () => data('double-long-unsigned', await store.count()) },
      profileEntries: data('double-long-unsigned', maxRows),
    },
    methods: {
      ...(methods.reset === true ? { reset } : {}),
      ...(methods.capture === true ? { capture } : {}),
    },
  });
  return { object, capture };
}

/** Appends a row; a full buffer loses the oldest, or with a sorted one the last in its order. */
async function appendSorted(options: ProfileOptions, row: ProfileRow): Promise<void> {
  const { store, maxRows } = options;
  await store.append(row);
  let count = await store.count();
  while (count > maxRows) {
    const order = isByTime(options) ? undefined : orderOf(options, await store.rows(0, count));
    await store.removeAt(order === undefined ? 0 : order[order.length - 1]!);
    count -= 1;
  }
}

function isByTime({ sort = 'fifo' }: ProfileOptions): boolean {
  return sort === 'fifo' || sort === 'lifo';
}

/** The positions of the rows in the order of the sort method. */
function orderOf(options: ProfileOptions, rows: readonly ProfileRow[]): number[] {
  const { sort = 'fifo', sortColumn = 0 } = options;
  const positions = rows.map((_, i) => i);
  const value = (position: number): Data => rows[position]![sortColumn] ?? nullData;
  const size = (position: number): number => Math.abs(Number(value(position).value));
  switch (sort) {
    case 'fifo':
      return positions;
    case 'lifo':
      return positions.reverse();
    case 'largest':
      return positions.sort((a, b) => compareValues(value(b), value(a)));
    case 'smallest':
      return positions.sort((a, b) => compareValues(value(a), value(b)));
    case 'nearestToZero':
      return positions.sort((a, b) => size(a) - size(b));
    case 'farthestFromZero':
      return positions.sort((a, b) => size(b) - size(a));
  }
}

async function sortedRows(options: ProfileOptions): Promise<readonly ProfileRow[]> {
  const rows = await options.store.rows(0, await options.store.count());
  if (options.sort === undefined || options.sort === 'fifo') return rows;
  return orderOf(options, rows).map((position) => rows[position]!);
}

function asRow(values: ProfileRow): Data {
  return { type: 'structure', value: values };
}

/** The rows of the buffer that the selection asks for (IEC 62056-6-2, class 7, selective access to buffer). */
async function selectRows(options: ProfileOptions, selection: SelectiveAccess | undefined): Promise<Data[]> {
  if (selection === undefined) return (await sortedRows(options)).map(asRow);
  try {
    return selection.selector === rangeSelector
      ? await byRange(options, selection.parameters)
      : await byEntry(options, selection.parameters);
  } catch (cause) {
    throw raiseServer('type-unmatched', 'the selection cannot be applied', { cause });
  }
}

async function byRange(options: ProfileOptions, parameters: Data): Promise<Data[]> {
  const { restrictingObject, from, to, columns } = rangeDescriptor.decode(parameters);
  const key = columnIndex(options, restrictingObject);
  const wanted = columns.map((column) => columnIndex(options, column));
  const rows = await sortedRows(options);
  const inside = rows.filter((row) => {
    const value = row[key] ?? nullData;
    return compareValues(from, value) <= 0 && compareValues(value, to) <= 0;
  });
  if (wanted.length === 0) return inside.map(asRow);
  return inside.map((row) => asRow(wanted.map((index) => row[index]!)));
}

function columnIndex({ columns }: ProfileOptions, wanted: CaptureObject): number {
  const index = columns.findIndex(
    (column) =>
      column.classId === wanted.classId &&
      column.logicalName === wanted.logicalName &&
      column.attributeIndex === wanted.attributeIndex &&
      column.dataIndex === wanted.dataIndex,
  );
  if (index < 0) throw raiseServer('type-unmatched', `no column ${wanted.logicalName}`);
  return index;
}

async function byEntry(options: ProfileOptions, parameters: Data): Promise<Data[]> {
  const { fromEntry, toEntry, fromColumn, toColumn } = entryDescriptor.decode(parameters);
  const rows = await sortedRows(options);
  const chosen = rows.slice(Math.max(fromEntry, 1) - 1, toEntry === 0 ? rows.length : toEntry);
  const last = toColumn === 0 ? options.columns.length : toColumn;
  if (fromColumn <= 1 && last >= options.columns.length) return chosen.map(asRow);
  return chosen.map((row) => asRow(row.slice(Math.max(fromColumn, 1) - 1, last)));
}

/**
 * A reader of columns from the device's own objects, whatever the rights of any association. Throws
 * `server/object-undefined` for what is not there.
 */
export function columnReader(objects: () => readonly CosemObject[]): ColumnReader {
  return async ({ classId, logicalName, attributeIndex, dataIndex }) => {
    const object = objects().find(
      (one) => one.definition.classId === classId && one.logicalName === logicalName,
    );
    const attribute = object?.attributes.get(attributeIndex);
    if (object === undefined || attribute === undefined)
      throw raiseServer('object-undefined', `no ${logicalName} attribute ${attributeIndex}`);
    const value = await readAttribute(object, attribute, { caller: deviceItself, selection: undefined });
    if (dataIndex === 0) return value;
    const parts = value.type === 'structure' || value.type === 'array' ? value.value : [];
    const part = parts[dataIndex - 1];
    if (part === undefined) throw raiseServer('object-undefined', `no element ${dataIndex}`);
    return part;
  };
}
