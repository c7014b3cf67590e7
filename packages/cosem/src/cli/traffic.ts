/**
 * Captured octets, whatever they are wrapped in: text of logs with hexadecimal in it, frames of any link, blocks, bare
 * APDUs. Out come APDUs, opened where a key fits.
 */
import { type Apdu, decodeApdu } from '../apdu/index.ts';
import { fromHex } from '../base/bytes.ts';
import { CosemError } from '../base/errors.ts';
import { type LinkInfo, PushSplitter, type SplitterEvent } from '../link/auto.ts';
import { decodeGateway, hasGatewayPrefix } from '../link/gateway.ts';
import { GbtStreams } from '../push/gbt-streams.ts';
import { MemoryCounters, ReceiveCounter } from '../security/counters.ts';
import { Opener } from '../security/sealing.ts';
import { keyName, SoftwareKeys } from '../security/software-keys.ts';
import { readSecurityHeader } from '../security/suite.ts';

/** One message found in the input. */
export interface Message {
  readonly link: LinkInfo | undefined;
  readonly octets: Uint8Array;
  readonly apdu: Apdu | undefined;
  /** What a ciphered APDU held, where a key opened it. */
  readonly inner: Message | undefined;
  /** Why it could not be decoded or opened. */
  readonly error: CosemError | undefined;
  readonly gateway: { readonly networkId: number; readonly deviceAddress: Uint8Array } | undefined;
}

export interface OpeningKeys {
  readonly encryption?: Uint8Array;
  readonly authentication?: Uint8Array;
  /** Titles to try for messages that carry none. */
  readonly systemTitles: readonly Uint8Array[];
  /** Some meters push messages that are encrypted only; a decoder may look at them. */
  readonly allowUnauthenticated?: boolean;
}

/** Runs of hexadecimal digits in a line of text, octets apart by nothing, a space, a colon or a dash. */
const hexRun = /(?<![0-9a-zA-Z])(?:0x)?((?:[0-9a-fA-F]{2}[ :-]?){4,})(?![0-9a-zA-Z])/g;
const maxLine = 1_000_000;

/** The octets that a line of text shows, in order; none where it shows none. */
export function octetsOfLine(line: string): Uint8Array[] {
  const text = line.length > maxLine ? line.slice(0, maxLine) : line;
  return [...text.matchAll(hexRun)].map(([, digits]) => fromHex(digits!.replaceAll(/[ :-]/g, '')));
}

/** Whether octets look like a capture in binary rather than text with hexadecimal in it. */
export function isBinary(octets: Uint8Array): boolean {
  return octets.some(
    (octet) => octet > 0x7e || (octet < 0x20 && octet !== 0x0a && octet !== 0x0d && octet !== 0x09),
  );
}

type Ciphered = Extract<Apdu, { readonly service: Uint8Array }>;

const isCiphered = (apdu: Apdu): apdu is Ciphered => 'service' in apdu && apdu.service instanceof Uint8Array;

const isFrameStart = (octets: Uint8Array) =>
  octets[0] === 0x7e || octets[0] === 0x68 || (octets[0] === 0 && octets[1] === 1);

/** Takes captured octets apart. Bounded by what the splitter and the block streams hold. */
export class TrafficDecoder {
  readonly #splitter = new PushSplitter();
  readonly #blocks = new GbtStreams();
  readonly #keys: OpeningKeys;
  readonly #titles: Uint8Array[];
  #dedicated: Uint8Array | undefined;

  constructor(keys: OpeningKeys) {
    this.#keys = keys;
    this.#titles = [...keys.systemTitles];
  }

  /** One run of octets: frames, or one bare APDU. */
  push(octets: Uint8Array): Message[] {
    if (this.#splitter.pending > 0 || isFrameStart(octets))
      return this.#events(this.#splitter.push(octets), octets);
    return this.#message(octets, undefined);
  }

  /** The input has ended: what is pending is no frame. */
  end(): Message[] {
    return this.#events(this.#splitter.idle(), new Uint8Array(0));
  }

  #events(events: readonly SplitterEvent[], octets: Uint8Array): Message[] {
    return events.flatMap((event): Message[] => {
      if (event.type === 'apdu') return this.#message(event.apdu, event.link);
      if (event.type === 'refused') return [failed(octets, undefined, event.error)];
      return [];
    });
  }

  #message(octets: Uint8Array, link: LinkInfo | undefined): Message[] {
    try {
      if (!hasGatewayPrefix(octets)) return this.#assembled(octets, link, undefined);
      const { networkId, deviceAddress, apdu } = decodeGateway(octets);
      return this.#assembled(apdu, link, { networkId, deviceAddress });
    } catch (error) {
      return [failed(octets, link, asCosemError(error))];
    }
  }

  #assembled(octets: Uint8Array, link: LinkInfo | undefined, gateway: Message['gateway']): Message[] {
    const apdu = decodeApdu(octets);
    const message: Message = { link, octets, apdu, inner: undefined, error: undefined, gateway };
    if (apdu.type === 'general-block-transfer') {
      const { apdu: whole, error } = this.#blocks.add(senderOf(link), apdu);
      return [{ ...message, error }, ...(whole === undefined ? [] : this.#message(whole, link))];
    }
    this.#learn(apdu);
    return [isCiphered(apdu) ? this.#opened(message, apdu) : this.#withUserInformation(message)];
  }

  /** AARQ and AARE tell the titles; the initiate request inside may bring a dedicated key. */
  #learn(apdu: Apdu): void {
    const title =
      apdu.type === 'aarq' ? apdu.callingApTitle : apdu.type === 'aare' ? apdu.respondingApTitle : undefined;
    if (title?.length === 8) this.#titles.unshift(title);
    if (apdu.type === 'initiate-request' && apdu.dedicatedKey !== undefined)
      this.#dedicated = apdu.dedicatedKey;
  }

  #withUserInformation(message: Message): Message {
    const { apdu } = message;
    if (apdu === undefined || !('userInformation' in apdu) || apdu.userInformation === undefined)
      return message;
    return { ...message, inner: this.#message(apdu.userInformation, undefined)[0] };
  }

  #opened(message: Message, apdu: Ciphered): Message {
    if (this.#keys.encryption === undefined && this.#dedicated === undefined) return message;
    const own = 'systemTitle' in apdu && apdu.systemTitle instanceof Uint8Array ? [apdu.systemTitle] : [];
    const titles = [
      ...own.filter((title) => title.length === 8),
      ...(own[0]?.length === 8 ? [] : this.#titles),
    ];
    let failure: CosemError | undefined;
    for (const title of titles) {
      for (const authentication of this.#authentications()) {
        try {
          const plain = this.#openWith(message.octets, apdu, title, authentication);
          return { ...message, inner: this.#message(plain, undefined)[0] };
        } catch (error) {
          failure = asCosemError(error);
        }
      }
    }
    return { ...message, error: failure };
  }

  /** Meters exist that authenticate with and without an authentication key; both are tried where one is given. */
  #authentications(): readonly (Uint8Array | undefined)[] {
    const { authentication } = this.#keys;
    return authentication === undefined ? [undefined] : [authentication, undefined];
  }

  #openWith(
    octets: Uint8Array,
    apdu: Ciphered,
    title: Uint8Array,
    authentication: Uint8Array | undefined,
  ): Uint8Array {
    const isDedicated = apdu.type.startsWith('ded-') || apdu.type === 'general-ded-ciphering';
    const encryption = isDedicated ? this.#dedicated : this.#keys.encryption;
    const suite = readSecurityHeader(apdu.service).control.suite as 0 | 1 | 2;
    const keys = new SoftwareKeys();
    const name = keyName(title, 'unicast-encryption');
    const authenticationName = keyName(title, 'authentication');
    if (encryption !== undefined) keys.put(name, encryption);
    if (authentication !== undefined) keys.put(authenticationName, authentication);
    const cipher = keys.cipher(name, authentication === undefined ? undefined : authenticationName);
    // A capture may show the same message twice, so what was seen before does not count here.
    const counter = new ReceiveCounter(new MemoryCounters(), 'capture', undefined);
    const key = { cipher, counter };
    return new Opener({
      suite,
      systemTitle: title,
      scope: isDedicated ? 'dedicated' : 'global',
      unicast: key,
      broadcast: key,
      allowEmptySystemTitle: true,
      allowUnauthenticated: this.#keys.allowUnauthenticated === true,
    }).open(octets).plain;
  }
}

function failed(octets: Uint8Array, link: LinkInfo | undefined, error: CosemError): Message {
  return { link, octets, apdu: undefined, inner: undefined, error, gateway: undefined };
}

function asCosemError(error: unknown): CosemError {
  if (error instanceof CosemError) return error;
  throw error;
}

/** The sender as a key for its blocks. */
function senderOf(link: LinkInfo | undefined): string {
  return link === undefined ? 'input' : JSON.stringify({ ...link, frames: 0 });
}

/** How a link is shown: "hdlc 16 → 1". */
export function linkText(link: LinkInfo): string {
  switch (link.kind) {
    case 'hdlc':
      return `HDLC ${addressText(link.source)} → ${addressText(link.destination)}, ${link.frames} frame${link.frames === 1 ? '' : 's'}`;
    case 'wrapper':
      return `wrapper ${link.source} → ${link.destination}`;
    case 'mbus':
      return `M-Bus address ${link.address}, ${link.sourceSap} → ${link.destinationSap}, ${link.frames} frame${link.frames === 1 ? '' : 's'}`;
  }
}

const addressText = (address: { readonly upper: number; readonly lower?: number | undefined }) =>
  address.lower === undefined ? String(address.upper) : `${address.upper}/${address.lower}`;
