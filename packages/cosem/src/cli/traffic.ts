/**
 * Captured octets, whatever they are wrapped in: frames of any link, segments, blocks, bare APDUs. Out come APDUs,
 * opened where a key fits.
 */
import { type Apdu, decodeApdu } from '../apdu/index.ts';
import { CosemError } from '../base/errors.ts';
import { hasLlcHeader } from '../link/apdu-segments.ts';
import { type LinkInfo, PushSplitter, type SplitterEvent } from '../link/auto.ts';
import { decodeGateway, hasGatewayPrefix } from '../link/gateway.ts';
import { showHdlcAddress } from '../link/hdlc-address.ts';
import type { HdlcFrame } from '../link/hdlc-frame.ts';
import { GbtStreams } from '../push/gbt-streams.ts';
import type { Capture } from './capture.ts';
import { type Ciphered, isCiphered, type OpeningKeys, openCaptured } from './opening.ts';

/** One message found in the input. */
export interface Message {
  readonly link?: LinkInfo | undefined;
  readonly octets: Uint8Array;
  readonly apdu?: Apdu | undefined;
  /** A frame of HDLC that carries no APDU: opening and closing of the link, acknowledgements. */
  readonly frame?: HdlcFrame | undefined;
  /** What a ciphered or signed APDU held, where it could be read. */
  readonly inner?: Message | undefined;
  /** Why it could not be decoded or opened. */
  readonly error?: CosemError | undefined;
  /** What a reader should know about `inner`. */
  readonly remark?: string | undefined;
  readonly gateway?: { readonly networkId: number; readonly deviceAddress: Uint8Array } | undefined;
}

/** Layers of protection that are taken off one message; the standard knows two. */
const maxLayers = 4;
/** System titles that are remembered of the parties of a capture, newest first. */
const maxTitles = 8;
/** Fewer skipped octets than these between frames are line noise. */
const minDamage = 4;

const isFrameStart = (octets: Uint8Array) =>
  octets[0] === 0x7e || octets[0] === 0x68 || (octets[0] === 0 && octets[1] === 1);

/** Takes captured octets apart. Bounded by what the splitter and the block streams hold. */
export class TrafficDecoder {
  readonly #splitter = new PushSplitter();
  readonly #blocks = new GbtStreams();
  readonly #keys: OpeningKeys;
  #titles: Uint8Array[];
  #dedicated: Uint8Array | undefined;

  constructor(keys: OpeningKeys) {
    this.#keys = keys;
    this.#titles = [...keys.systemTitles];
  }

  /** One run of octets: frames, a part of one, or one bare APDU. */
  push({ octets, alone }: Capture): Message[] {
    const { pending } = this.#splitter;
    if (isFrameStart(octets) || pending > 1) return this.#events(this.#splitter.push(octets), octets);
    const apdu = hasLlcHeader(octets) ? octets.subarray(3) : octets;
    const messages = this.#message(apdu, undefined, 0);
    if (messages.some((message) => message.apdu !== undefined)) return messages;
    // Logs are full of digits that are no messages: what is among other words and is no APDU was none.
    if (!alone) return [];
    // One octet pends after every HDLC frame: its closing flag may open the next frame as well.
    return pending > 0 ? this.#events(this.#splitter.push(octets), octets) : messages;
  }

  /** The input has ended: what is pending is no frame. */
  end(): Message[] {
    const octets = new Uint8Array(0);
    return this.#events(this.#splitter.idle(), octets);
  }

  #events(events: readonly SplitterEvent[], octets: Uint8Array): Message[] {
    return events.flatMap((event): Message[] => {
      switch (event.type) {
        case 'apdu':
          return this.#message(event.apdu, event.link, 0);
        case 'refused':
          return [{ octets, error: event.error }];
        case 'control':
          return [{ octets, frame: event.frame }];
        default:
          return event.octets < minDamage ? [] : [{ octets, error: event.error }];
      }
    });
  }

  #message(octets: Uint8Array, link: LinkInfo | undefined, layers: number): Message[] {
    try {
      if (!hasGatewayPrefix(octets)) return this.#decoded(octets, { octets, link }, layers);
      const { networkId, deviceAddress, apdu } = decodeGateway(octets);
      return this.#decoded(apdu, { octets: apdu, link, gateway: { networkId, deviceAddress } }, layers);
    } catch (error) {
      return [{ octets, link, error: asCosemError(error) }];
    }
  }

  #decoded(octets: Uint8Array, head: Message, layers: number): Message[] {
    const apdu = decodeApdu(octets);
    const message = { ...head, apdu };
    if (apdu.type === 'general-block-transfer') {
      const { apdu: whole, error } = this.#blocks.add(senderOf(head.link), apdu);
      return [{ ...message, error }, ...(whole === undefined ? [] : this.#message(whole, head.link, layers))];
    }
    this.#learn(apdu);
    if (layers >= maxLayers) return [message];
    if (isCiphered(apdu)) return [this.#opened(message, apdu, layers)];
    const content = contentOf(apdu);
    if (content === undefined || content.length === 0) return [message];
    const [inner] = this.#message(content, undefined, layers + 1);
    if (apdu.type !== 'general-signing') return [{ ...message, inner }];
    // What is signed may be anything: in GBCS also certificates and messages of another protocol.
    return inner?.apdu === undefined
      ? [{ ...message, remark: 'the signature was not checked; the content is no APDU' }]
      : [{ ...message, inner, remark: 'the signature was not checked' }];
  }

  /** AARQ and AARE tell the titles; the initiate request inside may bring a dedicated key. */
  #learn(apdu: Apdu): void {
    const title =
      apdu.type === 'aarq' ? apdu.callingApTitle : apdu.type === 'aare' ? apdu.respondingApTitle : undefined;
    if (title?.length === 8) {
      const others = this.#titles.filter((known) => Buffer.compare(known, title) !== 0);
      this.#titles = [title, ...others].slice(0, maxTitles);
    }
    if (apdu.type === 'initiate-request') this.#dedicated = apdu.dedicatedKey ?? this.#dedicated;
  }

  #opened(message: Message, apdu: Ciphered, layers: number): Message {
    const { found, error } = openCaptured(message.octets, apdu, this.#keys, this.#titles, this.#dedicated);
    let best: Message | undefined;
    for (const { plain, remark } of found) {
      const [inner] = this.#message(plain, undefined, layers + 1);
      const opened = { ...message, inner, remark };
      if (inner?.error === undefined) return opened;
      best ??= opened;
    }
    return best ?? { ...message, error };
  }
}

/** What an APDU carries that is an APDU itself. */
function contentOf(apdu: Apdu): Uint8Array | undefined {
  if (apdu.type === 'general-signing') return apdu.content;
  return 'userInformation' in apdu ? apdu.userInformation : undefined;
}

function asCosemError(error: unknown): CosemError {
  if (error instanceof CosemError) return error;
  throw error;
}

/** The sender as a key for its blocks. */
function senderOf(link: LinkInfo | undefined): string {
  return link === undefined ? 'input' : JSON.stringify({ ...link, frames: 0 });
}

/** Whether a message, or one inside it, could not be read. A bare envelope without a key is no failure. */
export const hasFailed = (message: Message): boolean =>
  message.error !== undefined || (message.inner !== undefined && hasFailed(message.inner));

/** How a link is shown: "HDLC 16 → 1, 2 frames". */
export function linkText(link: LinkInfo): string {
  switch (link.kind) {
    case 'hdlc':
      return `HDLC ${showHdlcAddress(link.source)} → ${showHdlcAddress(link.destination)}, ${framesText(link.frames)}`;
    case 'wrapper':
      return `wrapper ${link.source} → ${link.destination}`;
    case 'mbus':
      return `M-Bus address ${link.address}, ${link.sourceSap} → ${link.destinationSap}, ${framesText(link.frames)}`;
  }
}

const framesText = (frames: number) => `${frames} frame${frames === 1 ? '' : 's'}`;
