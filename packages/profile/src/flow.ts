/** Who may send what to whom: the question that a flow gate asks for every message. */
import { actorById, allMessages, componentById, lineById, partById } from './lookup.ts';
import type { DomainId, EndId, Line, Message } from './model.ts';
import { profile } from './profile.ts';

/** A permitted flow. The part of a meter that stands at the line may speak and hear for the meter. */
interface Flow {
  readonly message: Message;
  readonly source: EndId;
  readonly sourcePart: EndId;
  readonly destination: EndId;
  readonly destinationPart: EndId;
}

interface Gate {
  readonly flows: ReadonlyMap<string, Flow>;
  readonly between: ReadonlyMap<string, readonly Message[]>;
}

let gate: Gate | undefined;

function buildGate(): Gate {
  const flows = new Map<string, Flow>();
  const between = new Map<string, Message[]>();
  for (const message of allMessages().values()) {
    // Lines between two actors are kept for completeness; no component enforces them, so no gate permits them.
    if (message.scope === 'outside') continue;
    const part = profile().meterPartsByLine[message.line]?.facing ?? 'meter';
    const withPart = (end: EndId): EndId => (end === 'meter' ? part : end);
    flows.set(message.id, {
      message,
      source: message.source,
      sourcePart: withPart(message.source),
      destination: message.destination,
      destinationPart: withPart(message.destination),
    });
    const pair = `${message.source}>${message.destination}`;
    const known = between.get(pair);
    if (known === undefined) between.set(pair, [message]);
    else known.push(message);
  }
  return { flows, between };
}

/**
 * Whether the profile lets `source` send this message to `destination`: deny all, permit by exception (2.8.7.2 item 3,
 * 2.15.15). Ends are ids of components, of actors, or of the part of a meter that stands at the line. Anything unknown
 * is refused. One look-up in a map, for use on every message.
 */
export function maySend(source: EndId, destination: EndId, messageId: string): boolean {
  gate ??= buildGate();
  const flow = gate.flows.get(messageId);
  return (
    flow !== undefined &&
    (flow.source === source || flow.sourcePart === source) &&
    (flow.destination === destination || flow.destinationPart === destination)
  );
}

/** Every message that a gate may let pass, ours included: those of lines with a component at one end or both. */
export function permittedMessages(): readonly Message[] {
  gate ??= buildGate();
  return [...gate.flows.values()].map((flow) => flow.message);
}

/** What `source` may send to `destination`, in the order of the lines; empty when no line joins them. */
export function messagesBetween(source: EndId, destination: EndId): readonly Message[] {
  gate ??= buildGate();
  return gate.between.get(`${source}>${destination}`) ?? [];
}

/** Lines of one end: the profile's own, then the extension lines. Of a meter's part, the lines at which it stands. */
export function linesOf(end: EndId): readonly Line[] {
  const all = profile();
  const part = partById(end);
  if (part !== undefined) {
    return Object.entries(all.meterPartsByLine)
      .filter(([, { facing, acting }]) => facing === end || acting === end)
      .map(([line]) => lineById(line));
  }
  return [...all.lines, ...all.extensionLines].filter((line) => line.ends.includes(end));
}

/** One step of the way of a message: an end, a part of a meter, or what carries an actor's messages. */
export interface PathStep {
  readonly end: EndId;
  /** The security domain of the step (4.4); undefined outside the AMI system. */
  readonly domain: DomainId | undefined;
}

function stepsFrom(end: EndId, message: Message): readonly PathStep[] {
  const component = componentById(end);
  if (component === undefined) {
    const carrier = message.scope === 'outside' ? undefined : actorById(end)?.carrier;
    const outside: PathStep = { end, domain: undefined };
    return carrier === undefined ? [outside] : [outside, { end: carrier, domain: domainOf(carrier) }];
  }
  if (component.domain !== undefined) return [{ end, domain: component.domain }];
  const all = profile();
  const at = all.meterPartsByLine[message.line];
  if (at === undefined) return [{ end, domain: undefined }];
  const acting = all.hanMessagesOfLine1.includes(message.id) ? 'meter.han' : at.acting;
  const parts = at.facing === acting ? [acting] : [acting, at.facing];
  return parts.map((part) => ({ end: part, domain: domainOf(part) }));
}

/** The security domain of a component or of a part of one (4.4.2); undefined for actors and for a whole meter. */
export function domainOf(end: EndId): DomainId | undefined {
  return partById(end)?.part.domain ?? componentById(end)?.domain;
}

/**
 * The way of a message from its source to its destination, with the domain of every step (4.4.1): actors come in by
 * their carrier, and inside a meter the part at the line passes on to the part that acts.
 */
export function pathOf(message: Message): readonly PathStep[] {
  const steps = [
    ...stepsFrom(message.source, message),
    ...[...stepsFrom(message.destination, message)].reverse(),
  ];
  return steps.filter((step, index) => step.end !== steps[index - 1]?.end);
}
