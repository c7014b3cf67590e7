/**
 * How large a message may be and when it expires: rules over the facts of a message, with every number taken from the
 * parameters of the profile (`lines.*`). No message gets more room than its schema can fill.
 */
import { parameters } from '../data/parameters.ts';
import type { EndId, Message } from '../model.ts';
import type { ListShape, Shape, SharedType } from './model.ts';
import { slugOf } from './payloads.ts';
import { largestOctets } from './size.ts';

/** What a gate needs to know of a message besides its schema. */
export interface MessageBounds {
  /** Octets of the CBOR payload; what the envelope adds comes on top. */
  readonly maxOctets: number;
  /** The parameter that limits the size where the schema alone would let more through. */
  readonly sizeParameter: string;
  /** Seconds after which the message is void, undelivered or not; absent where age does not make it wrong. */
  readonly expiresAfterSeconds?: number;
  /** The parameter that the expiry comes from. */
  readonly expiryParameter?: string;
  /** What a batch is a batch of: the longest list of the payload, where the message travels in bulk. */
  readonly batchOf?: { readonly type: string; readonly field: string; readonly maxItems: number };
}

/** Gives the configured value of a parameter; the default of the profile where there is no configuration. */
export type ParameterValue = (parameterId: string) => number;

const byId = new Map(parameters.map((each) => [each.id, each]));

/** The defaults of the profile. */
export function defaultValue(parameterId: string): number {
  return byId.get(parameterId)!.default;
}

const secondsOf: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 };

function inSeconds(parameterId: string, value: number): number {
  return value * secondsOf[byId.get(parameterId)!.unit]!;
}

/** Ends that take and give one APDU at a time. */
const constrained: ReadonlySet<EndId> = new Set([
  'meter',
  'non-electric-meter',
  'third-party-meter',
  'han-display-device',
  'load-control-device',
]);

/** What is relayed is one message of the field, wherever on its way it is. */
function isRelayed(message: Message): boolean {
  return slugOf(message).startsWith('relayed-');
}

/** Octets of a relayed message around the sealed APDU in it, which alone the parameter speaks of. */
function relayOctets(message: Message, payload: SharedType): number {
  if (!isRelayed(message) || payload.of.kind !== 'object') return 0;
  const apdu = payload.of.fields['apdu']?.shape;
  return apdu?.kind === 'bytes' ? largestOctets(payload) - apdu.maxOctets : 0;
}

/** The parameter that bounds the size of a message: by the weakest end, then by its priority. */
export function sizeParameterOf(message: Message): string {
  if (isRelayed(message) || constrained.has(message.source) || constrained.has(message.destination)) {
    return 'lines.fieldMessageMaximumOctets';
  }
  return message.priority === 'bulk' ? 'lines.batchMaximumOctets' : 'lines.messageMaximumOctets';
}

/**
 * What makes the system safer is never too late: it names what it takes back, so an old one does nothing wrong, while
 * one that expires under way leaves a command standing that somebody wanted gone.
 */
const neverTooLate = /^(?:mass-)?cancel-|^signed-cancel$|^suspend-order$|^key-destruction-order$/u;

/** Not commands by kind, and yet each makes a command or a session possible, or is a command inside a seal. */
const asGoodAsCommands =
  /^(?:approval|signed-approval|permit|permit-request|signing-request|signed-device-request|relayed-request|schedule-upgrade|sign-in|identity-decision|identity-decision-request)$/u;

/** The parameter after which a message is void, or undefined: readings, events and records never are. */
export function expiryParameterOf(message: Message): string | undefined {
  const slug = slugOf(message);
  if (neverTooLate.test(slug)) return undefined;
  if (message.kind === 'command' || asGoodAsCommands.test(slug)) return 'lines.commandAgeMinutes';
  return undefined;
}

function nameOf(shape: Shape): string {
  return shape.kind === 'type' ? shape.name : shape.kind;
}

function batchOf(payload: SharedType): MessageBounds['batchOf'] {
  if (payload.of.kind !== 'object') return undefined;
  let longest: { field: string; list: ListShape } | undefined;
  for (const [field, { shape }] of Object.entries(payload.of.fields)) {
    const list = shape.kind === 'type' ? shape.of : shape;
    if (list.kind !== 'list') continue;
    if (longest === undefined || list.maxItems > longest.list.maxItems) longest = { field, list };
  }
  if (longest === undefined) return undefined;
  return { type: nameOf(longest.list.of), field: longest.field, maxItems: longest.list.maxItems };
}

/** Size, expiry and batch of one message. */
export function boundsFor(message: Message, payload: SharedType, value: ParameterValue): MessageBounds {
  const sizeParameter = sizeParameterOf(message);
  const expiryParameter = expiryParameterOf(message);
  const batch = message.priority === 'bulk' ? batchOf(payload) : undefined;
  return {
    maxOctets: Math.min(value(sizeParameter) + relayOctets(message, payload), largestOctets(payload)),
    sizeParameter,
    ...(expiryParameter === undefined
      ? {}
      : { expiryParameter, expiresAfterSeconds: inSeconds(expiryParameter, value(expiryParameter)) }),
    ...(batch === undefined ? {} : { batchOf: batch }),
  };
}
