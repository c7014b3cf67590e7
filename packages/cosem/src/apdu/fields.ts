/** The parts that many APDUs share: invoke ids, descriptors, results and blocks (IEC 62056-5-3, abstract syntax). */
import { ByteReader, ByteWriter } from '../base/bytes.ts';
import { type DataBudget, type DataLimits, maxElements, readData, writeData } from '../data/codec.ts';
import type { Data } from '../data/types.ts';
import { raiseApdu } from './errors.ts';
import { dataAccessResults, type Unknown } from './names.ts';
import type {
  AttributeDescriptor,
  DataBlock,
  GetDataResult,
  InvokeIdAndPriority,
  LongInvokeIdAndPriority,
  MethodDescriptor,
  SelectedAttribute,
  SelectiveAccess,
} from './types.ts';

/** Octets of a logical name. */
export const instanceSize = 6;
/** Octets of a date-time. */
export const dateTimeSize = 12;

const getDataResultChoices = { data: 0, 'data-access-result': 1 } as const;

const namesByTable = new WeakMap<object, Map<number, string>>();

// Tables are constants of their files: one that is made for a call would be turned round for every call.

/** The name of a value, or `unknown-<value>` where the table has none. */
export function nameOf<T extends Readonly<Record<string, number>>>(
  table: T,
  value: number,
): (keyof T & string) | Unknown {
  let names = namesByTable.get(table);
  if (names === undefined) {
    names = new Map(Object.entries(table).map(([name, n]) => [n, name]));
    namesByTable.set(table, names);
  }
  return (names.get(value) as keyof T & string) ?? `unknown-${value}`;
}

/** The value of a name, the other way round. Throws `apdu/range` for a name that is neither. */
export function numberOf(table: Readonly<Record<string, number>>, name: string): number {
  if (Object.hasOwn(table, name)) return table[name]!;
  const unknown = /^unknown-(\d{1,3})$/.exec(name);
  if (unknown === null || Number(unknown[1]) > 0xff) throw raiseApdu('range', `no such name: ${name}`);
  return Number(unknown[1]);
}

/** Reads the fields of one APDU; all values in it share one bound on elements. */
export class ApduReader extends ByteReader {
  readonly budget: DataBudget;

  constructor(bytes: Uint8Array, limits: DataLimits = {}) {
    super(bytes);
    const left = limits.maxElements ?? maxElements;
    this.budget =
      limits.maxDepth === undefined
        ? { maxElements: left }
        : { maxDepth: limits.maxDepth, maxElements: left };
  }

  data(path: string): Data {
    return readData(this, path, this.budget);
  }

  /** A BOOLEAN: any octet but 0 is true. */
  bool(path: string): boolean {
    return this.u8(path) !== 0;
  }

  /** The octet before an OPTIONAL field. */
  present(path: string): boolean {
    const flag = this.u8(path);
    if (flag > 1) throw raiseApdu('field', `presence octet ${flag}`, { path, offset: this.offset - 1 });
    return flag === 1;
  }

  octets(path: string): Uint8Array {
    return this.take(this.length(this.remaining, path), path);
  }

  /** A date-time that may be empty. */
  dateTime(path: string): Uint8Array {
    const at = this.offset;
    const size = this.length(this.end, path);
    if (size !== 0 && size !== dateTimeSize) {
      throw raiseApdu('field', `a date-time of ${size} octets`, { path, offset: at });
    }
    return this.take(size, path);
  }

  /** SEQUENCE OF, each element of at least `least` octets, so that a count cannot ask for more than is there. */
  list<T>(path: string, least: number, read: (path: string) => T): T[] {
    const at = this.offset;
    const count = this.length(0xffff_ffff, path);
    if (count * least > this.remaining) {
      throw raiseApdu('field', `${count} elements in ${this.remaining} octets`, { path, offset: at });
    }
    const out: T[] = [];
    for (let i = 0; i < count; i++) out.push(read(`${path}[${i}]`));
    return out;
  }

  choice<C extends string>(table: Readonly<Record<C, number>>, path: string): C {
    const octet = this.u8(path);
    const name = nameOf(table, octet);
    if (name.startsWith('unknown-')) {
      throw raiseApdu('choice', `alternative ${octet}`, { path, offset: this.offset - 1 });
    }
    return name as C;
  }

  named<T extends Readonly<Record<string, number>>>(table: T, path: string): (keyof T & string) | Unknown {
    return nameOf(table, this.u8(path));
  }

  invoke(path: string): InvokeIdAndPriority {
    const octet = this.u8(path);
    const reserved = (octet >> 4) & 3;
    const known = {
      invokeId: octet & 0x0f,
      confirmed: (octet & 0x40) !== 0,
      highPriority: (octet & 0x80) !== 0,
    };
    return reserved === 0 ? known : { ...known, reserved };
  }

  longInvoke(path: string): LongInvokeIdAndPriority {
    const word = this.u32(path);
    const reserved = (word >>> 24) & 0x0f;
    const known = {
      invokeId: word & 0xff_ffff,
      selfDescriptive: (word & 0x1000_0000) !== 0,
      breakOnError: (word & 0x2000_0000) !== 0,
      confirmed: (word & 0x4000_0000) !== 0,
      highPriority: word >>> 31 === 1,
    };
    return reserved === 0 ? known : { ...known, reserved };
  }

  attribute(path: string): AttributeDescriptor {
    const classId = this.u16(path);
    const instance = this.take(instanceSize, path);
    return { classId, instance, attribute: (this.u8(path) << 24) >> 24 };
  }

  method(path: string): MethodDescriptor {
    const classId = this.u16(path);
    const instance = this.take(instanceSize, path);
    return { classId, instance, method: (this.u8(path) << 24) >> 24 };
  }

  selection(path: string): SelectiveAccess {
    return { selector: this.u8(path), parameters: this.data(`${path}.access-parameters`) };
  }

  selected(path: string): SelectedAttribute {
    const descriptor = this.attribute(path);
    return this.present(path) ? { descriptor, selection: this.selection(path) } : { descriptor };
  }

  getDataResult(path: string): GetDataResult {
    const choice = this.choice(getDataResultChoices, path);
    if (choice === 'data') return { choice, data: this.data(path) };
    return { choice, result: this.named(dataAccessResults, path) };
  }

  block(path: string): DataBlock {
    const lastBlock = this.bool(path);
    const blockNumber = this.u32(path);
    return { lastBlock, blockNumber, rawData: this.octets(path) };
  }
}

/** Writes the fields of one APDU; numbers that do not fit are an error, never cut. */
export class ApduWriter extends ByteWriter {
  /** An unsigned number of `size` octets. Throws `apdu/range`. */
  number(value: number, size: 1 | 2 | 4, field: string): this {
    if (!Number.isInteger(value) || value < 0 || value >= 2 ** (8 * size)) {
      throw raiseApdu('range', `${field} ${value}`);
    }
    return size === 1 ? this.u8(value) : size === 2 ? this.u16(value) : this.u32(value);
  }

  signed8(value: number, field: string): this {
    if (!Number.isInteger(value) || value < -0x80 || value > 0x7f)
      throw raiseApdu('range', `${field} ${value}`);
    return this.u8(value & 0xff);
  }

  bool(value: boolean): this {
    return this.u8(value ? 1 : 0);
  }

  data(value: Data): this {
    writeData(this, value);
    return this;
  }

  list<T>(items: readonly T[], write: (item: T) => void): this {
    this.length(items.length);
    for (const item of items) write(item);
    return this;
  }

  named(table: Readonly<Record<string, number>>, name: string): this {
    return this.u8(numberOf(table, name));
  }

  dateTime(octets: Uint8Array): this {
    if (octets.length !== 0 && octets.length !== dateTimeSize) {
      throw raiseApdu('range', `a date-time of ${octets.length} octets`);
    }
    return this.octets(octets);
  }

  invoke(id: InvokeIdAndPriority): this {
    const { invokeId, reserved = 0 } = id;
    if ((invokeId & 0x0f) !== invokeId || (reserved & 3) !== reserved) {
      throw raiseApdu('range', `invoke id ${invokeId}`);
    }
    return this.u8(invokeId | (reserved << 4) | (id.confirmed ? 0x40 : 0) | (id.highPriority ? 0x80 : 0));
  }

  longInvoke(id: LongInvokeIdAndPriority): this {
    const { invokeId, reserved = 0 } = id;
    if ((invokeId & 0xff_ffff) !== invokeId || (reserved & 0x0f) !== reserved) {
      throw raiseApdu('range', `long invoke id ${invokeId}`);
    }
    const top =
      reserved |
      (id.selfDescriptive ? 0x10 : 0) |
      (id.breakOnError ? 0x20 : 0) |
      (id.confirmed ? 0x40 : 0) |
      (id.highPriority ? 0x80 : 0);
    return this.u32(((top << 24) | invokeId) >>> 0);
  }

  attribute(descriptor: AttributeDescriptor): this {
    this.number(descriptor.classId, 2, 'class id').instance(descriptor.instance);
    return this.signed8(descriptor.attribute, 'attribute');
  }

  method(descriptor: MethodDescriptor): this {
    this.number(descriptor.classId, 2, 'class id').instance(descriptor.instance);
    return this.signed8(descriptor.method, 'method');
  }

  private instance(octets: Uint8Array): this {
    if (octets.length !== instanceSize) throw raiseApdu('range', `a logical name of ${octets.length} octets`);
    return this.raw(octets);
  }

  selection(selection: SelectiveAccess): this {
    return this.number(selection.selector, 1, 'selector').data(selection.parameters);
  }

  selected(item: SelectedAttribute): this {
    this.attribute(item.descriptor);
    return item.selection === undefined ? this.u8(0) : this.u8(1).selection(item.selection);
  }

  getDataResult(result: GetDataResult): this {
    if (result.choice === 'data') return this.u8(0).data(result.data);
    return this.u8(1).named(dataAccessResults, result.result);
  }

  block(block: DataBlock): this {
    this.bool(block.lastBlock).number(block.blockNumber, 4, 'block number');
    return this.octets(block.rawData);
  }
}
