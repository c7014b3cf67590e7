/**
 * Values and APDUs as readable XML and as plain JSON.
 *
 * JSON keeps the shape of the objects: octets become hexadecimal text, bigints decimal text, numbers that JSON has
 * not become text. XML names elements after types and fields, so that a value reads
 * `<double-long-unsigned value="1362"/>`; it is for people and for diffs, and is not the schema of any standard.
 */
import { toHex } from '../base/bytes.ts';
import { formatDate, formatDateTime, formatTime } from '../data/date-text.ts';
import { type Data, type DataType, dataTags, type TypeDescription } from '../data/types.ts';
import type { Apdu } from './index.ts';

/** What JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Any value or APDU as plain JSON. Fields that are not there are left out. */
export function toJson(value: unknown): Json {
  switch (typeof value) {
    case 'bigint':
      return String(value);
    case 'number':
      if (Object.is(value, -0)) return '-0';
      return Number.isFinite(value) ? value : String(value);
    case 'string':
    case 'boolean':
      return value;
    case 'object':
      break;
    default:
      return null;
  }
  if (value === null) return null;
  if (value instanceof Uint8Array) return toHex(value);
  if (Array.isArray(value)) return value.map(toJson);
  const out: Record<string, Json> = {};
  for (const [key, field] of Object.entries(value)) {
    if (field !== undefined) out[key] = toJson(field);
  }
  return out;
}

/** One value as XML, two spaces a level. */
export function dataToXml(value: Data, indent = 0): string {
  const lines: string[] = [];
  writeData(lines, value, indent);
  return lines.join('\n');
}

/** One APDU as XML, two spaces a level. */
export function apduToXml(apdu: Apdu): string {
  const lines: string[] = [];
  const { type, ...fields } = apdu;
  writeFields(lines, type, fields, 0);
  return lines.join('\n');
}

const pad = (indent: number) => '  '.repeat(indent);

function writeData(lines: string[], item: Data, indent: number): void {
  switch (item.type) {
    case 'array':
    case 'structure':
      writeList(lines, item.type, ` count="${item.value.length}"`, item.value, indent);
      return;
    case 'compact-array': {
      const { description, items } = item.value;
      const attributes = ` count="${items.length}" of=${quote(describe(description))}`;
      writeList(lines, item.type, attributes, items, indent);
      return;
    }
    case 'null-data':
    case 'dont-care':
      lines.push(`${pad(indent)}<${item.type}/>`);
      return;
    default:
      lines.push(`${pad(indent)}<${item.type}${valueAttribute(item)}/>`);
  }
}

function writeList(
  lines: string[],
  name: string,
  attributes: string,
  items: readonly Data[],
  indent: number,
): void {
  if (items.length === 0) {
    lines.push(`${pad(indent)}<${name}${attributes}/>`);
    return;
  }
  lines.push(`${pad(indent)}<${name}${attributes}>`);
  for (const item of items) writeData(lines, item, indent + 1);
  lines.push(`${pad(indent)}</${name}>`);
}

function describe(description: TypeDescription): string {
  if (description.type === 'array') return `array(${description.count} ${describe(description.element)})`;
  if (description.type === 'structure') return `structure(${description.elements.map(describe).join(' ')})`;
  return description.type;
}

type Leaf = Exclude<Data, { type: 'array' | 'structure' | 'compact-array' | 'null-data' | 'dont-care' }>;

function valueAttribute(item: Leaf): string {
  switch (item.type) {
    case 'octet-string':
      return ` value="${toHex(item.value)}"`;
    case 'visible-string':
    case 'utf8-string':
      return textAttribute(item.value);
    case 'date-time':
      return ` value=${quote(formatDateTime(item.value))}`;
    case 'date':
      return ` value=${quote(formatDate(item.value))}`;
    case 'time':
      return ` value=${quote(formatTime(item.value))}`;
    default:
      return ` value="${String(item.value)}"`;
  }
}

/** XML 1.0 cannot hold most control characters at all, so such text is shown in hexadecimal. */
function textAttribute(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u001f\u007f-\u009f\ufffe\uffff]/.test(text)) {
    return ` utf8-hex="${Buffer.from(text, 'utf8').toString('hex')}"`;
  }
  return ` value=${quote(text)}`;
}

function quote(text: string): string {
  const escaped = text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
  return `"${escaped}"`;
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function isData(value: unknown): value is Data {
  const type = (value as { type?: unknown }).type;
  return typeof type === 'string' && Object.hasOwn(dataTags, type as DataType);
}

/** Fields that are not objects become attributes, the others elements of their own. */
function writeFields(lines: string[], name: string, fields: object, indent: number): void {
  let attributes = '';
  const inner: string[] = [];
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) {
      writeField(inner, kebab(key), value, indent + 1);
    } else {
      const text = value instanceof Uint8Array ? toHex(value) : String(value);
      attributes += ` ${kebab(key)}=${quote(text)}`;
    }
  }
  if (inner.length === 0) {
    lines.push(`${pad(indent)}<${name}${attributes}/>`);
    return;
  }
  lines.push(`${pad(indent)}<${name}${attributes}>`);
  for (const line of inner) lines.push(line);
  lines.push(`${pad(indent)}</${name}>`);
}

function writeField(lines: string[], name: string, value: object, indent: number): void {
  if (Array.isArray(value)) {
    lines.push(`${pad(indent)}<${name} count="${value.length}">`);
    for (const item of value) writeItem(lines, item, indent + 1);
    lines.push(`${pad(indent)}</${name}>`);
  } else if (isData(value)) {
    lines.push(`${pad(indent)}<${name}>`);
    writeData(lines, value, indent + 1);
    lines.push(`${pad(indent)}</${name}>`);
  } else {
    writeFields(lines, name, value, indent);
  }
}

function writeItem(lines: string[], item: unknown, indent: number): void {
  if (typeof item !== 'object' || item === null) {
    lines.push(`${pad(indent)}<item value=${quote(String(item))}/>`);
  } else if (isData(item)) {
    writeData(lines, item, indent);
  } else {
    writeFields(lines, 'item', item, indent);
  }
}
