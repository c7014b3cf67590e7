/** What the session layer sees of a link: whole APDUs in both directions, whatever carries them. */
import type { CosemError } from '../base/errors.ts';

/** Service access points of the two ends: wrapper ports, or upper HDLC addresses. */
export interface Saps {
  readonly client: number;
  readonly server: number;
}

/** What a channel reports. A handler must not throw. */
export interface ApduHandlers {
  /** A whole APDU. `confirmed` is false where the link itself says so: UI frames. The octets may be kept. */
  apdu(apdu: Uint8Array, saps: Saps, confirmed: boolean): void;
  /** Nothing more will come; `error` is absent where the end was asked for. Called once. */
  closed(error?: CosemError): void;
}

/** How one APDU is sent. */
export interface SendOptions {
  /** Between whom; the channel's own pair, or that of the last APDU received, unless it is given. */
  readonly saps?: Saps;
  /** False where the peer will not answer, so that an HDLC client need not poll for it. */
  readonly awaitReply?: boolean;
  /** Without acknowledgement by the link: UI frames on HDLC. Other links make no difference. */
  readonly unnumbered?: boolean;
}

/** A link that is up. */
export interface ApduChannel {
  /** Begins to deliver. Until then nothing is read. */
  listen(handlers: ApduHandlers): void;
  /**
   * Sends an APDU. Settles once it was handed to the network; for an HDLC client once the server has acknowledged it,
   * which often comes with the answer: prepare for the answer before. Errors: `link/closed`, `link/queue` and those of
   * the link.
   */
  send(apdu: Uint8Array, options?: SendOptions): Promise<void>;
  /** The last APDU received gets no answer; an HDLC server gives the turn back. */
  noReply(): void;
  /** Ends the link in good order where it knows one. Never rejects. */
  close(): Promise<void>;
}

/** On which side of the associations a channel stands; it decides which SAP is the sender's. */
export type ChannelRole = 'client' | 'server';
