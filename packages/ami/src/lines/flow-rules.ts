/**
 * The profile's lines as answers to four questions about one message: is the signed source the signer, is the signed
 * destination me, does the profile let this message pass between the two, and may its label enter my domain. Pure: it
 * knows nothing but the profile, so that it can be asked about every line, direction, type and pair of ends.
 */
import {
  actorById,
  allMessages,
  componentById,
  domainClearance,
  type EndId,
  type Label,
  labelOrder,
  type Message,
  maySend,
  type Priority,
  pathOf,
  permittedMessages,
  profile,
} from '@wattward/profile';

/** Who a certificate speaks for. */
export interface PeerIdentity {
  /** Component of the profile, or the part of a meter that stands at the line. */
  readonly component: EndId;
  /** Which one of many: the system title of a device. */
  readonly device?: string | undefined;
  /** The one actor that a gateway presents. */
  readonly actor?: EndId | undefined;
}

/** Carriers whose certificate does not name an actor: they present each actor that the profile gives them. */
const presentsAll: ReadonlySet<string> = new Set(['console', 'field-tool', 'meter.han']);

/** `collector/4C47…`, `gateway/cis`, `head-end`: how one process among many is told apart. */
export function principalOf(identity: PeerIdentity): string {
  const which = identity.device ?? identity.actor;
  return which === undefined ? identity.component : `${identity.component}/${which}`;
}

/** The end of a line that a name stands for. */
export function endOf(name: string): EndId {
  const slash = name.indexOf('/');
  return slash < 0 ? name : name.slice(0, slash);
}

/** Names under which this identity may send and be addressed: its own, and those of the actors that it presents. */
export function namesOf(identity: PeerIdentity): ReadonlySet<string> {
  const names = new Set([principalOf(identity)]);
  if (identity.component === 'gateway') {
    const actor = identity.actor === undefined ? undefined : actorById(identity.actor);
    if (actor?.carrier === 'gateway') names.add(actor.id);
  } else if (presentsAll.has(identity.component)) {
    for (const actor of profile().actors) {
      if (actor.carrier === identity.component)
        names.add(identity.device === undefined ? actor.id : `${actor.id}/${identity.device}`);
    }
  }
  return names;
}

/** What the gate asks of the profile. */
export interface SignedFlow {
  readonly line: string;
  readonly type: string;
  readonly source: string;
  readonly destination: string;
  readonly label: Label;
  readonly priority: Priority;
}

export type FlowRefusal = 'source' | 'destination' | 'line' | 'label';

const rank = (label: Label) => labelOrder.indexOf(label);

/** Highest label that may enter the domain of the end that receives a message, by message id. */
const entrance = new Map<string, number>();

function clearanceFor(message: Message): number {
  let known = entrance.get(message.id);
  if (known === undefined) {
    const path = pathOf(message);
    // An actor's message is sent by its carrier. The step after the sender receives: the part of a meter that stands
    // at the line, or the carrier of the actor that it is meant for.
    const receiver = path[componentById(message.source) === undefined ? 2 : 1] ?? path.at(-1)!;
    known = receiver.domain === undefined ? labelOrder.length - 1 : rank(domainClearance[receiver.domain]);
    entrance.set(message.id, known);
  }
  return known;
}

/**
 * Judges one flow (2.8.7.2 item 3, 2.15.15): the first step that fails, or undefined when it may pass. `signer` is who
 * the verified certificate speaks for, `me` the names of the receiver.
 */
export function flowRefusal(
  flow: SignedFlow,
  signer: ReadonlySet<string>,
  me: ReadonlySet<string>,
): FlowRefusal | undefined {
  if (!signer.has(flow.source)) return 'source';
  if (!me.has(flow.destination)) return 'destination';
  const message = allMessages().get(flow.type);
  if (message === undefined || message.line !== flow.line || message.priority !== flow.priority)
    return 'line';
  if (!maySend(endOf(flow.source), endOf(flow.destination), flow.type)) return 'line';
  // A label lower than the type's would slip under a clearance, so it may only be raised.
  if (rank(flow.label) < rank(message.label) || rank(flow.label) > clearanceFor(message)) return 'label';
  return undefined;
}

let pairs: ReadonlySet<string> | undefined;

/** Ordered pairs of ends with at least one permitted message; a meter also by the part that stands at the line. */
function pairsWithLines(): ReadonlySet<string> {
  if (pairs !== undefined) return pairs;
  const found = new Set<string>();
  for (const { line, source, destination } of permittedMessages()) {
    const part = profile().meterPartsByLine[line]?.facing ?? 'meter';
    const forms = (end: EndId) => (end === 'meter' ? [end, part] : [end]);
    for (const from of forms(source)) for (const to of forms(destination)) found.add(`${from}>${to}`);
  }
  pairs = found;
  return pairs;
}

/** Whether any line lets one of `from` send anything to one of `to`: whom a listener talks to at all. */
export function anyLineBetween(from: ReadonlySet<string>, to: ReadonlySet<string>): boolean {
  const known = pairsWithLines();
  for (const source of from) {
    for (const destination of to) if (known.has(`${endOf(source)}>${endOf(destination)}`)) return true;
  }
  return false;
}

/** The message by its id, or undefined when no gate lets it pass. */
export function permittedMessage(type: string): Message | undefined {
  const message = allMessages().get(type);
  return message?.scope === 'outside' ? undefined : message;
}
