/**
 * The text of a configuration file to values with their places. Strict YAML 1.2: one document, mappings and plain
 * values only, no anchors, aliases or tags, bounded in size and depth. All faults are gathered, not only the first.
 */
import { isMap, isScalar, LineCounter, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml';
import { faultOf, keys, nearestKey, permitted, type Value } from './schema.ts';

/** Text beyond this is not a configuration. */
export const maxTextOctets = 256 * 1024;
const maxDepth = 4;
const maxFaults = 50;

export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface Fault extends Place {
  /** The dotted key, or '' where there is none. */
  readonly key: string;
  readonly text: string;
}

export interface Placed {
  readonly value: Value;
  readonly place: Place;
}

export interface Parsed {
  readonly values: ReadonlyMap<string, Placed>;
  readonly faults: readonly Fault[];
}

/** Reads a configuration's text; never throws for what the text says. */
export function parseConfiguration(text: string): Parsed {
  if (Buffer.byteLength(text) > maxTextOctets)
    return onlyFault(`the file is larger than ${maxTextOctets} octets`);
  const tooDeep = firstTooDeep(text);
  if (tooDeep !== undefined) return tooDeep;
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    strict: true,
    uniqueKeys: true,
    stringKeys: true,
    prettyErrors: false,
    logLevel: 'error',
  });
  const reader = new Reader(lines);
  for (const error of document.errors) reader.fault(error.pos[0], '', error.message);
  for (const warning of document.warnings) reader.fault(warning.pos[0], '', warning.message);
  if (document.errors.length === 0) reader.readRoot(document.contents as Node | null);
  return { values: reader.values, faults: reader.faults.slice(0, maxFaults) };
}

function onlyFault(text: string): Parsed {
  return { values: new Map(), faults: [{ line: 1, column: 1, key: '', text }] };
}

/** Brackets nest no deeper than a configuration needs; counted before parsing, since a parser recurses. */
function firstTooDeep(text: string): Parsed | undefined {
  const opening = text.match(/[[{]/g)?.length ?? 0;
  const dashes = /^\s*(?:[-?]\s+){8}/m.test(text);
  return opening > 64 || dashes ? onlyFault('the file nests deeper than a configuration does') : undefined;
}

class Reader {
  readonly values = new Map<string, Placed>();
  readonly faults: Fault[] = [];
  readonly #lines: LineCounter;

  constructor(lines: LineCounter) {
    this.#lines = lines;
  }

  fault(offset: number, key: string, text: string): void {
    this.faults.push({ ...this.#place(offset), key, text });
  }

  readRoot(root: Node | null): void {
    if (root === null || (isScalar(root) && root.value === null)) return;
    if (!this.#isPlain(root, '')) return;
    if (isMap(root)) this.#readMap(root, []);
    else this.fault(offsetOf(root), '', 'the file must hold keys, such as "process:" with keys below it');
  }

  #readMap(map: YAMLMap, path: readonly string[]): void {
    for (const pair of map.items as Pair<Node, Node | null>[]) {
      const id = [...path, String(isScalar(pair.key) ? pair.key.value : '')].join('.');
      if (this.#isPlain(pair.key, id)) this.#readPair(pair, id, path.length + 1);
    }
  }

  #readPair(pair: Pair<Node, Node | null>, id: string, depth: number): void {
    const { value } = pair;
    if (value !== null && !this.#isPlain(value, id)) return;
    const key = keys().get(id);
    if (key === undefined) {
      if (isMap(value) && depth < maxDepth && isGroup(id)) this.#readMap(value, id.split('.'));
      else this.fault(offsetOf(pair.key), id, this.#unknown(id));
      return;
    }
    if (!isScalar(value) || value.value === null) {
      this.fault(offsetOf(value ?? pair.key), id, `a value is missing: ${permitted(key)}`);
      return;
    }
    const text = faultOf(key, value.value);
    if (text !== undefined) this.fault(offsetOf(value), id, text);
    else this.values.set(id, { value: value.value as Value, place: this.#place(offsetOf(value)) });
  }

  #unknown(id: string): string {
    const near = nearestKey(id);
    return near === undefined ? 'there is no such key' : `there is no such key; the nearest is ${near}`;
  }

  #isPlain(node: Node, id: string): boolean {
    const { tag, anchor } = node as { tag?: string; anchor?: string };
    const source = (node as { srcToken?: { type?: string } }).srcToken?.type;
    if (source === 'alias' || !(isMap(node) || isScalar(node))) {
      this.fault(offsetOf(node), id, 'only keys and plain values are permitted here: no lists, no aliases');
      return false;
    }
    if (anchor !== undefined || tag !== undefined) {
      this.fault(offsetOf(node), id, 'anchors and tags are not permitted');
      return false;
    }
    return true;
  }

  #place(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { line, column: col };
  }
}

const offsetOf = (node: Node) => node.range?.[0] ?? 0;

function isGroup(id: string): boolean {
  const start = `${id}.`;
  return [...keys().keys()].some((key) => key.startsWith(start));
}
