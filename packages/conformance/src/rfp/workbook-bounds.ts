/**
 * A workbook is a ZIP archive, and a small archive can hold a large amount of nothing. Before a library unpacks one,
 * this unpacks it under a limit and throws the result away, trusting no size that the archive states about itself.
 */
import { inflateRawSync } from 'node:zlib';
import { rfpError } from './errors.ts';
import { mostColumns, mostRows } from './table.ts';

/** An answered request with every requirement and long comments stays below a tenth of these. */
export const mostFileOctets = 16 * 1024 * 1024;
export const mostUnpackedOctets = 96 * 1024 * 1024;
export const mostEntries = 200;
export const mostSheets = 50;

const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;
const localHeader = 0x04034b50;
const smallestEnd = 22;
/** The archive's comment may push its end record this far from the end of the file (APPNOTE 4.3.16). */
const longestComment = 65_535;

const stored = 0;
const deflated = 8;

function endRecord(file: DataView): number {
  const first = Math.max(0, file.byteLength - smallestEnd - longestComment);
  for (let at = file.byteLength - smallestEnd; at >= first; at--) {
    if (file.getUint32(at, true) === endOfDirectory) return at;
  }
  throw rfpError('unreadable', 'the file is no ZIP archive, so it is no XLSX workbook');
}

/** What one entry unpacks to; a larger entry stops the inflater at the limit. */
function unpacked(octets: Uint8Array, file: DataView, entry: number, limit: number): Uint8Array {
  const method = file.getUint16(entry + 10, true);
  const packed = file.getUint32(entry + 20, true);
  const header = file.getUint32(entry + 42, true);
  if (file.getUint32(header, true) !== localHeader) {
    throw rfpError('unreadable', `the archive's directory points at octet ${header}, where no entry begins`);
  }
  const start = header + 30 + file.getUint16(header + 26, true) + file.getUint16(header + 28, true);
  if (start + packed > octets.length) throw rfpError('unreadable', 'an entry of the archive is cut off');
  const content = octets.subarray(start, start + packed);
  if (method === stored && packed <= limit) return content;
  if (method !== stored && method !== deflated) {
    throw rfpError('unreadable', `an entry is packed by method ${method}`);
  }
  try {
    if (method === deflated) return inflateRawSync(content, { maxOutputLength: Math.max(1, limit) });
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_BUFFER_TOO_LARGE') {
      throw rfpError('unreadable', 'an entry of the archive is damaged', error);
    }
  }
  throw rfpError('too-large', `the workbook unpacks to more than ${mostUnpackedOctets} octets`);
}

/** The start tag of a row or a cell with its attributes, whose values may hold anything but their quote. */
const placedTag = /<(?:[\w.-]+:)?(?:row|c)(?=\s)((?:\s+[^\s=>/]+\s*=\s*(?:"[^"]*"|'[^']*'))*)/g;
const positionOf = /\sr\s*=\s*(?:"([^"]*)"|'([^']*)')/;
const sheetTag = /<(?:[\w.-]+:)?sheet(?=\s)/g;

function columnNumber(letters: string): number {
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
}

/**
 * A row or a cell may say that it stands a billion rows down, and a reader would fill the gap. So the positions are
 * looked at before it reads them, and so is how many sheets are declared, for each of them is read.
 */
function checkPositions(part: Uint8Array): void {
  const text = Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString('latin1');
  for (const [, attributes] of text.matchAll(placedTag)) {
    const match = positionOf.exec(attributes!);
    if (match === null) continue;
    const position = match[1] ?? match[2] ?? '';
    const [, letters, row] = /^([A-Z]{0,3})(\d{1,7})$/.exec(position) ?? [];
    if (row === undefined || Number(row) > mostRows || columnNumber(letters!) > mostColumns) {
      throw rfpError(
        'too-large',
        `a sheet has something at ${position.slice(0, 20)}; at most ${mostRows} rows and ${mostColumns} columns are read`,
      );
    }
  }
  const sheets = text.match(sheetTag)?.length ?? 0;
  if (sheets > mostSheets) throw rfpError('too-large', `the workbook has ${sheets} sheets`);
}

/**
 * Makes sure that a workbook can be unpacked within bounds.
 *
 * Throws `rfp/too-large` beyond `mostFileOctets`, `mostEntries`, `mostUnpackedOctets`, `mostSheets` or the bounds of a
 * table, and `rfp/unreadable` for what is no ZIP archive or a damaged one.
 */
export function checkWorkbookBounds(octets: Uint8Array): void {
  if (octets.length > mostFileOctets) {
    throw rfpError('too-large', `the file has ${octets.length} octets; at most ${mostFileOctets} are read`);
  }
  const file = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  try {
    const end = endRecord(file);
    const entries = file.getUint16(end + 10, true);
    if (entries > mostEntries) throw rfpError('too-large', `the workbook holds ${entries} files`);
    let at = file.getUint32(end + 16, true);
    let left = mostUnpackedOctets;
    for (let entry = 0; entry < entries; entry++) {
      if (file.getUint32(at, true) !== directoryEntry) {
        throw rfpError('unreadable', "the archive's directory is damaged");
      }
      const part = unpacked(octets, file, at, left);
      left -= part.length;
      checkPositions(part);
      at +=
        46 + file.getUint16(at + 28, true) + file.getUint16(at + 30, true) + file.getUint16(at + 32, true);
    }
  } catch (error) {
    // A position beyond the end of the file: the archive is cut off or lies about itself.
    if (error instanceof RangeError) throw rfpError('unreadable', 'the archive is cut off', error);
    throw error;
  }
}
