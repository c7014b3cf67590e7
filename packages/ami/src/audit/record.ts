/**
 * The audit record (2.16.3): its fields, its bounds, its octets. A record is canonical JSON in UTF-8; the octets are
 * what is hashed, so they are made once, by the component that writes it, and never changed after.
 */
import { profile } from '@wattward/profile';
import { canonicalJson } from './canonical.ts';
import { raiseAudit } from './errors.ts';
import type { AuditActor, AuditEvent, AuditOutcome, AuditPhase } from './port.ts';

export const recordVersion = 1;

export interface AuditRecord {
  readonly v: number;
  /** Security time, RFC 3339 in UTC with microseconds: `2026-11-22T10:00:00.000001Z`. */
  readonly at: string;
  /** Metering time, when the component has one of its own. */
  readonly meteringAt?: string;
  /** Where `at` comes from (2.16.8). */
  readonly timeSource: string;
  readonly component: string;
  readonly epoch: number;
  /** Counts from 1 without a gap, for each component and epoch. */
  readonly seq: number;
  readonly type: string;
  readonly phase: AuditPhase;
  readonly outcome: AuditOutcome;
  readonly actor: AuditActor;
  readonly object?: string;
  readonly source?: string;
  readonly correlation?: string;
  readonly detail?: Readonly<Record<string, string | number | boolean>>;
  /** Set when the record waited in the local journal: which journal and its line there. */
  readonly journal?: { readonly id: string; readonly line: number };
}

/** What a component adds to an event, besides the number. */
export interface RecordStamp {
  readonly at: string;
  readonly meteringAt?: string | undefined;
  readonly timeSource: string;
  readonly component: string;
  readonly epoch: number;
  readonly journal?: { readonly id: string; readonly line: number } | undefined;
}

// Bounds of the format, as RFC 5424 bounds its fields; the bound of a whole record is policy and stands in the profile.
const nameCharacters = 256;
const detailEntries = 32;
const detailCharacters = 1024;
const correlationForm = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/;
const detailKeyForm = /^[a-z][A-Za-z0-9]{0,39}$/;
const componentForm = /^[a-z][a-z0-9.-]{0,63}$/;
const timeForm = /^\d{4}-(0\d|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}Z$/;

export const phases: readonly AuditPhase[] = ['intent', 'act', 'outcome'];
export const outcomes: readonly AuditOutcome[] = ['success', 'failure', 'refused', 'pending'];
export const actorKinds: readonly AuditActor['kind'][] = ['user', 'component', 'device', 'operator'];

let catalogue: ReadonlySet<string> | undefined;

/** The ids of the profile's catalogue (2.16.2). */
export function eventTypes(): ReadonlySet<string> {
  catalogue ??= new Set(profile().auditEvents.map((event) => event.id));
  return catalogue;
}

function isText(value: unknown, characters: number): value is string {
  return typeof value === 'string' && value !== '' && value.length <= characters && value.isWellFormed();
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The first thing wrong with an event, as `field: what`, or undefined. */
export function faultOfEvent(event: AuditEvent): string | undefined {
  if (!eventTypes().has(event.type))
    return `type: ${String(event.type).slice(0, 80)} is not in the catalogue`;
  return faultOfFields(event);
}

function faultOfFields(event: AuditEvent): string | undefined {
  if (!phases.includes(event.phase)) return 'phase: not one of the three';
  if (!outcomes.includes(event.outcome)) return 'outcome: not one of the four';
  if (!isPlain(event.actor) || !actorKinds.includes(event.actor.kind)) return 'actor: unknown kind';
  if (Object.keys(event.actor).length !== 2 || !isText(event.actor.id, nameCharacters))
    return 'actor: no plain, short id';
  for (const field of ['object', 'source'] as const)
    if (event[field] !== undefined && !isText(event[field], nameCharacters))
      return `${field}: not a short, plain text`;
  if (
    event.correlation !== undefined &&
    !(typeof event.correlation === 'string' && correlationForm.test(event.correlation))
  )
    return 'correlation: not an identifier';
  return event.detail === undefined ? undefined : faultOfDetail(event.detail);
}

function faultOfDetail(detail: unknown): string | undefined {
  if (!isPlain(detail)) return 'detail: not an object';
  const entries = Object.entries(detail);
  if (entries.length > detailEntries) return `detail: more than ${detailEntries} entries`;
  for (const [key, value] of entries) {
    if (!detailKeyForm.test(key)) return 'detail: a name that is not camelCase';
    const good =
      typeof value === 'string'
        ? value.length <= detailCharacters && value.isWellFormed()
        : typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
    if (!good) return `detail.${key}: not a short text, a finite number or a boolean`;
  }
  return undefined;
}

/** A record whose number in its inbox is not known yet: what stands before the number and what after. */
export interface UnnumberedRecord {
  readonly head: string;
  readonly tail: string;
}

/** Everything but the number of an event that was found to be well formed. */
export function draftRecord(event: AuditEvent, stamp: RecordStamp): UnnumberedRecord {
  // The keys stand in canonical order already; only `detail` has to be sorted.
  let head = `{"actor":{"id":${JSON.stringify(event.actor.id)},"kind":"${event.actor.kind}"},"at":"${stamp.at}"`;
  head += `,"component":"${stamp.component}"`;
  if (event.correlation !== undefined) head += `,"correlation":"${event.correlation}"`;
  if (event.detail !== undefined) head += `,"detail":${canonicalJson(event.detail)}`;
  head += `,"epoch":${stamp.epoch}`;
  if (stamp.journal !== undefined)
    head += `,"journal":{"id":"${stamp.journal.id}","line":${stamp.journal.line}}`;
  if (stamp.meteringAt !== undefined) head += `,"meteringAt":"${stamp.meteringAt}"`;
  if (event.object !== undefined) head += `,"object":${JSON.stringify(event.object)}`;
  head += `,"outcome":"${event.outcome}","phase":"${event.phase}","seq":`;
  let tail = event.source === undefined ? '' : `,"source":${JSON.stringify(event.source)}`;
  tail += `,"timeSource":${JSON.stringify(stamp.timeSource)},"type":"${event.type}","v":${recordVersion}}`;
  return { head, tail };
}

/** The canonical octets. */
export function numberRecord(draft: UnnumberedRecord, seq: number): Buffer {
  return Buffer.from(`${draft.head}${seq}${draft.tail}`, 'utf8');
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads a record back, strictly: known fields only, in canonical form. A type that the catalogue no longer has is
 * accepted, since old records outlive old catalogues. Errors: `audit/record`.
 */
export function decodeRecord(octets: Uint8Array): AuditRecord {
  let value: unknown;
  let text: string;
  try {
    text = utf8.decode(octets);
    value = JSON.parse(text);
  } catch (cause) {
    throw raiseAudit('record', 'the record is not JSON in UTF-8', { cause });
  }
  const fault = faultOfRecord(value);
  if (fault !== undefined) throw raiseAudit('record', `the record’s ${fault}`);
  const record = value as AuditRecord;
  const { head, tail } = draftRecord(record, record);
  if (`${head}${record.seq}${tail}` !== text)
    throw raiseAudit('record', 'the record is not in canonical form');
  return record;
}

const knownFields = new Set([
  ...['v', 'at', 'meteringAt', 'timeSource', 'component', 'epoch', 'seq', 'type', 'phase', 'outcome'],
  ...['actor', 'object', 'source', 'correlation', 'detail', 'journal'],
]);

function faultOfRecord(value: unknown): string | undefined {
  if (!isPlain(value)) return 'whole is not an object';
  for (const key of Object.keys(value)) if (!knownFields.has(key)) return 'fields include an unknown one';
  if (value['v'] !== recordVersion) return 'version is not known';
  for (const field of ['at', 'meteringAt']) {
    const time = value[field];
    if (time === undefined && field === 'meteringAt') continue;
    if (typeof time !== 'string' || !timeForm.test(time) || Number.isNaN(microsecondsOf(time)))
      return `${field} is not a time`;
  }
  if (!isText(value['timeSource'], nameCharacters)) return 'timeSource is not a name';
  if (typeof value['component'] !== 'string' || !componentForm.test(value['component']))
    return 'component is not a component’s name';
  for (const field of ['epoch', 'seq'])
    if (!Number.isSafeInteger(value[field]) || (value[field] as number) < 1)
      return `${field} does not count from 1`;
  if (typeof value['type'] !== 'string' || !/^[a-z][a-z0-9.-]{0,79}$/.test(value['type']))
    return 'type is not an identifier';
  const { journal } = value as { journal?: unknown };
  if (journal !== undefined && !isJournalMark(journal)) return 'journal is not a mark of one';
  return faultOfFields(value as unknown as AuditEvent);
}

function isJournalMark(mark: unknown): boolean {
  return (
    isPlain(mark) &&
    Object.keys(mark).length === 2 &&
    /^[0-9a-f]{16}$/.test(String(mark['id'])) &&
    Number.isSafeInteger(mark['line'])
  );
}

// Records come many to a second: what a second is called is worked out once for all of them.
const second = { text: '', atMs: 0 };
const secondText = { second: Number.NaN, text: '' };

/** Microseconds since 1970 of a time in the record's form. */
export function microsecondsOf(at: string): number {
  const text = at.slice(0, 19);
  if (text !== second.text) {
    second.text = text;
    second.atMs = Date.parse(`${text}Z`);
  }
  return second.atMs * 1000 + Number(at.slice(20, 26));
}

/** The record's form of a time given in microseconds since 1970. */
export function timeOfMicroseconds(microseconds: number): string {
  const whole = Math.floor(microseconds / 1e6);
  if (whole !== secondText.second) {
    secondText.second = whole;
    secondText.text = new Date(whole * 1000).toISOString().slice(0, 19);
  }
  return `${secondText.text}.${String(microseconds - whole * 1e6).padStart(6, '0')}Z`;
}
