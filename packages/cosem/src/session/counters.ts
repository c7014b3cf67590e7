/**
 * Counters shared by all associations of a process. Two associations under one key must not each remember on their
 * own what was received, or a message of the one could be replayed to the other.
 */
import {
  type CounterPort,
  counterName,
  openReceiveCounter,
  ReceiveCounter,
  SendCounter,
} from '../security/counters.ts';

/** Values reserved at a time by an association: few, because most associations are short. */
export const associationReservation = 64;

interface Shared<T> {
  readonly value: Promise<T>;
  users: number;
}

interface Names {
  readonly sent: Map<string, Shared<SendCounter>>;
  readonly received: Map<string, Shared<ReceiveCounter>>;
}

const byPort = new WeakMap<CounterPort, Names>();

function namesOf(port: CounterPort): Names {
  let names = byPort.get(port);
  if (names === undefined) {
    names = { sent: new Map(), received: new Map() };
    byPort.set(port, names);
  }
  return names;
}

async function borrow<T>(map: Map<string, Shared<T>>, name: string, make: () => Promise<T>): Promise<T> {
  let shared = map.get(name);
  if (shared === undefined) {
    shared = { value: make(), users: 0 };
    map.set(name, shared);
  }
  shared.users += 1;
  try {
    return await shared.value;
  } catch (error) {
    giveBack(map, name);
    throw error;
  }
}

function giveBack<T>(map: Map<string, Shared<T>>, name: string): void {
  const shared = map.get(name);
  if (shared === undefined) return;
  shared.users -= 1;
  if (shared.users <= 0) map.delete(name);
}

/** Whose key, which key, who sends: a counter belongs to all three, because the IV holds the sender's title. */
export interface CounterKey {
  readonly keyOwner: string;
  readonly purpose: string;
  readonly generation: number;
  /** Hexadecimal system title of the sender. */
  readonly sender: string;
}

function nameOf(key: CounterKey, direction: 'sent' | 'received'): string {
  return counterName(`${key.keyOwner}/${key.sender}`, key.purpose, key.generation, direction);
}

/** The name that counters of associations are kept under, for a port that wants to start one at a value. */
export const sendCounterName = (key: CounterKey): string => nameOf(key, 'sent');
export const receiveCounterName = (key: CounterKey): string => nameOf(key, 'received');

/** Borrows the counters of one key; give them back with `release`. */
export interface BorrowedCounters {
  readonly send: SendCounter;
  readonly receive: ReceiveCounter;
  release(): void;
}

/** The counters of an association: what it sends and what it receives under one key. */
export async function borrowCounters(
  port: CounterPort,
  own: CounterKey,
  peer: CounterKey,
  window = 1,
  reservation = associationReservation,
): Promise<BorrowedCounters> {
  const { sent, received } = namesOf(port);
  const [sendName, receiveName] = [nameOf(own, 'sent'), nameOf(peer, 'received')];
  const send = await borrow(sent, sendName, async () => new SendCounter(port, sendName, reservation));
  try {
    const receive = await borrow(received, receiveName, () => openReceiveCounter(port, receiveName, window));
    let released = false;
    const release = () => {
      if (released) return;
      released = true;
      giveBack(sent, sendName);
      giveBack(received, receiveName);
    };
    return { send, receive, release };
  } catch (error) {
    giveBack(sent, sendName);
    throw error;
  }
}

const storesNothing: CounterPort = {
  reserve: () => 0,
  loadReceived: () => undefined,
  saveReceived: () => {},
};

/** A strict receive counter whose memory ends with it: for dedicated keys, and for proofs over a fresh challenge. */
export function volatileCounter(): ReceiveCounter {
  return new ReceiveCounter(storesNothing, '', undefined);
}
