/**
 * From whole APDUs that meters push to typed events (IEC 62056-5-3, DataNotification and EventNotification): general
 * block transfer, deciphering by system title, replay window, names. No I/O; a bad message costs that message.
 */
import { decodeCiphered, isCipheredTag } from '../apdu/ciphered.ts';
import { decodeApdu } from '../apdu/index.ts';
import { apduTags } from '../apdu/tags.ts';
import type { DataNotification, EventNotificationRequest, GeneralBlockTransfer } from '../apdu/types.ts';
import { toHex } from '../base/bytes.ts';
import { CosemError } from '../base/errors.ts';
import { decodeDateTime } from '../data/date-time.ts';
import type { CosemDateTime, Data } from '../data/types.ts';
import { decodeGateway, hasGatewayPrefix } from '../link/gateway.ts';
import { formatObis } from '../obis/obis.ts';
import { type CounterPort, maxReplayWindow } from '../security/counters.ts';
import type { KeyPort } from '../security/keys.ts';
import type { Protection } from '../security/policy.ts';
import { readSecurityHeader, systemTitleSize } from '../security/suite.ts';
import { type ApduProtection, checkProtection, openProtection } from '../session/protection.ts';
import type { SecuritySettings, Unprotected } from '../session/security-settings.ts';
import { raisePush } from './errors.ts';
import { GbtStreams, maxPushSize } from './gbt-streams.ts';
import { namePushValues, type PushColumn, type PushValue } from './naming.ts';

/** Devices whose keys are kept resolved at the same time; the one heard longest ago is let go first. */
export const maxOpenDevices = 4096;
/** Messages that wait to be opened. */
export const maxWaitingPushes = 4096;

/** What is known of a device that pushes. */
export interface PushDevice
  extends Pick<
    SecuritySettings,
    'generation' | 'broadcastGeneration' | 'authenticationKey' | 'signing' | 'general' | 'acceptFresh'
  > {
  /** The suite of its messages; what the message says unless it is given (the key must fit it anyway). */
  readonly suite?: SecuritySettings['suite'];
  /** Whose keys apply; its own system title in hexadecimal unless it is given. */
  readonly keyOwner?: string;
  /** The least protection; authenticated and encrypted unless it is given. */
  readonly required?: Protection;
  /** Accepts messages that are encrypted only, as some meters push them. Off by default. */
  readonly allowUnauthenticated?: boolean;
  /** Whether pushes may be under the broadcast key. */
  readonly broadcast?: boolean;
  /** What it pushes, where its messages do not say so themselves. */
  readonly columns?: readonly PushColumn[];
}

/** How pushes are received. */
export interface PushOptions {
  readonly keys: KeyPort;
  readonly counters: CounterPort;
  /** The device with this system title (16 hexadecimal digits), or undefined where it is not known. */
  readonly device: (systemTitle: string) => PushDevice | undefined | Promise<PushDevice | undefined>;
  /** The listener's own title, for messages that are addressed to it by general-ciphering or signing. */
  readonly systemTitle?: Uint8Array;
  /** Whose message it is where it does not say: by the sender's address. */
  readonly titleOf?: (source: PushSource) => Uint8Array | undefined;
  /** Plain messages are refused unless they are accepted here. */
  readonly acceptPlain?: boolean;
  /** What plain messages contain, where they do not say so themselves. */
  readonly plainColumns?: (source: PushSource) => readonly PushColumn[] | undefined;
  /** How far behind the newest a message may arrive: 1 to 32. 32 by default, since nothing keeps pushes in order. */
  readonly replayWindow?: number;
  /** Octets of one message. */
  readonly maxSize?: number;
  readonly maxDevices?: number;
}

/** Where a push came from. */
export interface PushSource {
  readonly link: 'tcp' | 'udp' | 'hdlc' | 'wrapper' | 'mbus' | 'other';
  /** The sender as the link knows it: the same for all blocks of a message. */
  readonly sender: string;
  /** Behind a gateway: network id and physical address. */
  readonly gateway?: { readonly networkId: number; readonly deviceAddress: Uint8Array };
}

interface PushFrame {
  readonly source: PushSource;
  /** 16 hexadecimal digits; undefined for a plain message. */
  readonly systemTitle: string | undefined;
  readonly protection: Protection;
}

/** A notification, opened and named. */
export type PushEvent =
  | (PushFrame & {
      readonly type: 'data-notification';
      readonly time: CosemDateTime | undefined;
      readonly values: readonly PushValue[];
      readonly body: Data;
      readonly apdu: DataNotification;
    })
  | (PushFrame & {
      readonly type: 'event-notification';
      readonly time: CosemDateTime | undefined;
      readonly classId: number;
      readonly obis: string;
      readonly attribute: number;
      readonly value: Data;
      readonly apdu: EventNotificationRequest;
    })
  | { readonly type: 'refused'; readonly source: PushSource; readonly error: CosemError };

const authenticatedEncryption: Protection = { authenticated: true, encrypted: true, signed: false };

/** Opens pushed messages. One at a time goes through `receive`; the order of calls is the order of events. */
export class PushReceiver {
  readonly #options: PushOptions;
  readonly #streams: GbtStreams;
  readonly #open = new Map<string, ApduProtection>();
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(options: PushOptions) {
    this.#options = options;
    this.#streams = new GbtStreams(options.maxSize);
  }

  /** Takes one APDU as a link delivered it. Out: what it brought, none while its message is incomplete. Never rejects. */
  receive(apdu: Uint8Array, source: PushSource): Promise<PushEvent[]> {
    if (this.#waiting >= maxWaitingPushes) {
      return Promise.resolve([{ type: 'refused', source, error: raisePush('queue') }]);
    }
    this.#waiting += 1;
    const turn = this.#tail.then(async () => {
      this.#waiting -= 1;
      return this.#take(apdu, source);
    });
    this.#tail = turn.catch(() => {});
    return turn;
  }

  /** Forgets what a sender has open. */
  drop(sender: string): void {
    this.#streams.drop(sender);
  }

  /** Gives keys and counters back. */
  close(): void {
    for (const protection of this.#open.values()) protection.close();
    this.#open.clear();
  }

  async #take(apdu: Uint8Array, from: PushSource): Promise<PushEvent[]> {
    const events: PushEvent[] = [];
    let source = from;
    try {
      let whole: Uint8Array | undefined = apdu;
      if (hasGatewayPrefix(whole)) {
        const { networkId, deviceAddress, apdu: inner } = decodeGateway(whole);
        const behind = `${from.sender} ${networkId} ${toHex(deviceAddress)}`;
        source = { ...from, sender: behind, gateway: { networkId, deviceAddress } };
        whole = inner;
      }
      if (whole[0] === apduTags['general-block-transfer']) {
        const block = decodeApdu(whole) as GeneralBlockTransfer;
        const result = this.#streams.add(source.sender, block);
        if (result.error !== undefined) events.push({ type: 'refused', source, error: result.error });
        whole = result.apdu;
      }
      if (whole !== undefined) events.push(await this.#event(whole, source));
    } catch (error) {
      // Keys, counters and devices are behind the caller's ports, which may fail in their own ways.
      const known = error instanceof CosemError ? error : raisePush('ports', undefined, { cause: error });
      events.push({ type: 'refused', source, error: known });
    }
    return events;
  }

  async #event(bytes: Uint8Array, source: PushSource): Promise<PushEvent> {
    const { acceptPlain = false, maxSize = maxPushSize } = this.#options;
    let plain = bytes;
    let title: string | undefined;
    let protection: Protection = { authenticated: false, encrypted: false, signed: false };
    let columns = this.#options.plainColumns?.(source);
    if (isCipheredTag(bytes[0] ?? 0)) {
      title = toHex(this.#titleOf(bytes, source));
      const device = await this.#options.device(title);
      if (device === undefined) throw raisePush('unknown', title);
      const found = await this.#unprotect(bytes, title, device);
      ({ plain, protection } = found);
      ({ columns } = device);
    } else if (!acceptPlain) {
      throw raisePush('plain');
    }
    const apdu = decodeApdu(plain, { maxSize });
    const frame: PushFrame = { source, systemTitle: title, protection };
    if (apdu.type === 'data-notification') {
      const values = namePushValues(apdu.body, columns);
      return { type: apdu.type, ...frame, time: timeOf(apdu.dateTime), values, body: apdu.body, apdu };
    }
    if (apdu.type === 'event-notification-request') {
      const { classId, instance, attribute } = apdu.descriptor;
      const obis = formatObis(instance);
      const time = timeOf(apdu.dateTime);
      return {
        type: 'event-notification',
        ...frame,
        time,
        classId,
        obis,
        attribute,
        value: apdu.value,
        apdu,
      };
    }
    throw raisePush('kind', apdu.type);
  }

  /** The system title in a ciphered message, else the one known for its sender. */
  #titleOf(bytes: Uint8Array, source: PushSource): Uint8Array {
    const envelope = decodeCiphered(bytes, { maxSize: this.#options.maxSize ?? maxPushSize });
    const told =
      'systemTitle' in envelope
        ? envelope.systemTitle
        : 'originatorSystemTitle' in envelope
          ? envelope.originatorSystemTitle
          : undefined;
    const title = told !== undefined && told.length > 0 ? told : this.#options.titleOf?.(source);
    if (title?.length !== systemTitleSize) throw raisePush('untitled');
    return title;
  }

  async #unprotect(bytes: Uint8Array, title: string, device: PushDevice): Promise<Unprotected> {
    const protection = await this.#protectionOf(bytes, title, device);
    const found = await protection.unprotect(bytes);
    const required = device.required ?? authenticatedEncryption;
    const asked =
      device.allowUnauthenticated === true && device.required === undefined
        ? { ...required, authenticated: false }
        : required;
    checkProtection(found, asked);
    return found;
  }

  /** The keys of a device, opened once and kept while it is among those heard last. */
  async #protectionOf(bytes: Uint8Array, title: string, device: PushDevice): Promise<ApduProtection> {
    const suite = device.suite ?? suiteOf(bytes);
    const { generation = 0, broadcastGeneration = 0 } = device;
    const name = `${title} ${suite} ${generation} ${broadcastGeneration}`;
    let protection = this.#open.get(name);
    if (protection === undefined) {
      const {
        keys,
        counters,
        systemTitle,
        replayWindow = maxReplayWindow,
        maxSize = maxPushSize,
      } = this.#options;
      protection = await openProtection({
        ...device,
        suite,
        keys,
        counters,
        keyOwner: device.keyOwner ?? title,
        ownTitle: systemTitle ?? new Uint8Array(systemTitleSize),
        peerTitle: new Uint8Array(Buffer.from(title, 'hex')),
        replayWindow,
        maxApduSize: maxSize,
      });
    }
    this.#open.delete(name);
    this.#open.set(name, protection);
    this.#evict();
    return protection;
  }

  #evict(): void {
    if (this.#open.size <= (this.#options.maxDevices ?? maxOpenDevices)) return;
    const [oldest] = this.#open;
    if (oldest === undefined) return;
    this.#open.delete(oldest[0]);
    oldest[1].close();
  }
}

/** The suite that a ciphered message is in, as far as its header says; keys of another size are refused later. */
function suiteOf(bytes: Uint8Array): SecuritySettings['suite'] {
  const envelope = decodeCiphered(bytes);
  if (!('service' in envelope)) throw raisePush('untitled', 'a signed message does not tell its suite');
  const { suite } = readSecurityHeader(envelope.service).control;
  return suite === 1 || suite === 2 ? suite : 0;
}

function timeOf(octets: Uint8Array | undefined): CosemDateTime | undefined {
  return octets === undefined || octets.length === 0 ? undefined : decodeDateTime(octets);
}
