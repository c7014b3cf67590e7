/**
 * The opening of IEC 62056-21 mode E that leads from the 300 baud ASCII exchange of an optical port to HDLC: request
 * message, identification with `\2`, acknowledgement 2-Z-2, change of the baud rate. Both sides, without I/O: octets
 * and the time go in, events come out in the order in which they are to be carried out.
 */
import type { CosemError } from '../base/errors.ts';
import { raiseLink } from './errors.ts';

/** Baud rates by the identification character Z (IEC 62056-21, modes C and E). */
export const modeEBaudRates = [300, 600, 1200, 2400, 4800, 9600, 19200] as const;
/** A baud rate that the opening can agree on. */
export type ModeEBaudRate = (typeof modeEBaudRates)[number];

/** Longest message of the opening; the longest request and identification of the standard are shorter. */
export const maxModeELine = 64;
/** Longest device address in a request message (IEC 62056-21). */
export const maxModeEAddress = 32;
const ack = 0x06;
const carriageReturn = 0x0d;
const lineFeed = 0x0a;
const hdlcMode = '2';

/** How octets go over the line: 7 data bits and even parity for text, 8 data bits for HDLC. */
export interface ModeELine {
  readonly baudRate: ModeEBaudRate;
  readonly format: '7E1' | '8N1';
}

/** What the meter says about itself. */
export interface ModeEIdentification {
  /** Three letters registered with the FLAG association. */
  readonly manufacturer: string;
  readonly baudRate: ModeEBaudRate;
  /** Enhanced capabilities, the characters after each backslash. */
  readonly capabilities: string;
  readonly identification: string;
}

/** What the opening asks of the line, and how it ends. */
export type ModeEEvent =
  | { readonly type: 'send'; readonly bytes: Uint8Array }
  /** Once all that was sent has left the port, it is to work like this. */
  | { readonly type: 'line'; readonly line: ModeELine }
  /** HDLC begins. */
  | {
      readonly type: 'opened';
      readonly identification: ModeEIdentification;
      readonly baudRate: ModeEBaudRate;
    }
  | { readonly type: 'failed'; readonly error: CosemError };

/** Waiting times of the opening, in milliseconds. */
export interface ModeETiming {
  /** How long the other side may take for its message. */
  readonly responseTimeoutMs?: number;
}

/** IEC 62056-21 lets an answer begin after 1.5 s; 25 characters at 300 baud take under one more. */
export const modeEResponseTimeoutMs = 3000;

/** How the client opens. */
export interface ModeEClientOptions extends ModeETiming {
  /** Device address in the request; without one any meter answers. */
  readonly address?: string;
  /** The highest baud rate that this side can do. */
  readonly maxBaudRate?: ModeEBaudRate;
  /** Fail unless the meter confirms 2-Z-2; else HDLC begins after the time-out, because some meters are silent. */
  readonly requireConfirmation?: boolean;
}

const encode = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));

/** Sets bit 7 of each octet to even parity, for a port that can only do 8 data bits. */
export function withEvenParity(bytes: Uint8Array): Uint8Array {
  return bytes.map((octet) => {
    let ones = octet & 0x7f;
    ones ^= ones >> 4;
    ones ^= ones >> 2;
    ones ^= ones >> 1;
    return (octet & 0x7f) | ((ones & 1) << 7);
  });
}

/** The request message `/?address!` (IEC 62056-21, request message). Error: `link/mode-e-length`. */
export function encodeModeERequest(address = ''): Uint8Array {
  if (!/^[0-9A-Za-z ]*$/.test(address) || address.length > maxModeEAddress)
    throw raiseLink('mode-e-length', 'a device address has at most 32 digits, letters or spaces');
  return encode(`/?${address}!\r\n`);
}

/** The identification message (IEC 62056-21, identification message). Error: `link/mode-e-identification`. */
export function encodeModeEIdentification(identification: ModeEIdentification): Uint8Array {
  const { manufacturer, baudRate, capabilities, identification: text } = identification;
  const enhanced = [...capabilities].map((character) => `\\${character}`).join('');
  const line = `/${manufacturer}${modeEBaudRates.indexOf(baudRate)}${enhanced}${text}`;
  if (parseIdentification(line) === undefined)
    throw raiseLink('mode-e-identification', 'the parts do not make an identification message');
  return encode(`${line}\r\n`);
}

/**
 * Reads an identification message without its line end (IEC 62056-21, identification message). Error:
 * `link/mode-e-identification`.
 */
export function decodeModeEIdentification(line: string): ModeEIdentification {
  const found = parseIdentification(line);
  if (found === undefined) throw raiseLink('mode-e-identification');
  return found;
}

function parseIdentification(line: string): ModeEIdentification | undefined {
  const match = /^\/([A-Za-z]{3})([0-6])((?:\\[0-9A-Za-z])*)([^/!\\]{0,16})$/.exec(line);
  if (match === null) return undefined;
  const [, manufacturer = '', baud = '0', enhanced = '', identification = ''] = match;
  const baudRate = modeEBaudRates[Number(baud)]!;
  return { manufacturer, baudRate, capabilities: enhanced.replaceAll('\\', ''), identification };
}

function acknowledgement(baudRate: ModeEBaudRate): Uint8Array {
  return encode(`\x06${hdlcMode}${modeEBaudRates.indexOf(baudRate)}${hdlcMode}\r\n`);
}

/** Cuts lines out of octets; strips the parity bit. */
class LineReader {
  private text = '';

  /** The next line without CR LF, or undefined; throws `link/mode-e-length`. */
  add(octet: number): string | undefined {
    const plain = octet & 0x7f;
    if (plain === lineFeed && this.text.endsWith('\r')) {
      const line = this.text.slice(0, -1);
      this.text = '';
      return line;
    }
    // A message begins with / or ACK; a fresh start drops what noise left before it.
    if (plain === ack || (plain === 0x2f && !this.text.startsWith('/'))) this.text = '';
    if (this.text.length >= maxModeELine && plain !== carriageReturn) {
      this.text = '';
      throw raiseLink('mode-e-length');
    }
    this.text += String.fromCharCode(plain);
    return undefined;
  }

  reset(): void {
    this.text = '';
  }
}

/** The hand-held unit's or head end's side of the opening. */
export class ModeEClient {
  private readonly options: ModeEClientOptions;
  private readonly lines = new LineReader();
  private step: 'idle' | 'identification' | 'confirmation' | 'done' = 'idle';
  private identification: ModeEIdentification | undefined;
  private baudRate: ModeEBaudRate = 300;
  private deadline: number | undefined;

  constructor(options: ModeEClientOptions = {}) {
    this.options = options;
  }

  get deadlineMs(): number | undefined {
    return this.deadline;
  }

  /** Sends the request message at 300 baud. */
  start(nowMs: number): ModeEEvent[] {
    this.lines.reset();
    this.step = 'identification';
    this.await(nowMs);
    return [
      { type: 'line', line: { baudRate: 300, format: '7E1' } },
      { type: 'send', bytes: encodeModeERequest(this.options.address) },
    ];
  }

  /**
   * Takes octets from the port. They are ignored once the opening is done or has failed. Errors arrive as `failed`
   * events: `link/mode-e-identification`, `link/mode-e-not-offered`, `link/mode-e-length`.
   */
  push(bytes: Uint8Array, nowMs: number): ModeEEvent[] {
    for (const octet of bytes) {
      if (this.step === 'idle' || this.step === 'done') return [];
      try {
        const line = this.lines.add(octet);
        const events = line === undefined ? [] : this.takeLine(line, nowMs);
        if (events.length > 0) return events;
      } catch (error) {
        return this.fail(error as CosemError);
      }
    }
    return [];
  }

  tick(nowMs: number): ModeEEvent[] {
    if (this.deadline === undefined || nowMs < this.deadline) return [];
    if (this.step === 'confirmation' && this.options.requireConfirmation !== true) return this.open();
    return this.fail(raiseLink('mode-e-timeout', `no ${this.step}`));
  }

  private takeLine(line: string, nowMs: number): ModeEEvent[] {
    if (this.step === 'confirmation') return this.takeConfirmation(line);
    // Optical heads echo what is sent.
    if (line.startsWith('/?')) return [];
    const identification = parseIdentification(line);
    if (identification === undefined) return this.fail(raiseLink('mode-e-identification'));
    if (!identification.capabilities.includes(hdlcMode))
      return this.fail(raiseLink('mode-e-not-offered', `${identification.manufacturer} offers no \\2`));
    this.identification = identification;
    const limit = this.options.maxBaudRate ?? identification.baudRate;
    this.baudRate = limit < identification.baudRate ? limit : identification.baudRate;
    this.step = 'confirmation';
    this.await(nowMs);
    return [
      { type: 'send', bytes: acknowledgement(this.baudRate) },
      { type: 'line', line: { baudRate: this.baudRate, format: '7E1' } },
    ];
  }

  private takeConfirmation(line: string): ModeEEvent[] {
    if (line.charCodeAt(0) !== ack) return [];
    const expected = `\x06${hdlcMode}${modeEBaudRates.indexOf(this.baudRate)}${hdlcMode}`;
    if (line !== expected)
      return this.fail(raiseLink('mode-e-not-offered', 'the meter confirms another mode'));
    return this.open();
  }

  private open(): ModeEEvent[] {
    const { baudRate } = this;
    this.step = 'done';
    this.deadline = undefined;
    return [
      { type: 'line', line: { baudRate, format: '8N1' } },
      { type: 'opened', identification: this.identification!, baudRate },
    ];
  }

  private await(nowMs: number): void {
    this.deadline = nowMs + (this.options.responseTimeoutMs ?? modeEResponseTimeoutMs);
  }

  private fail(error: CosemError): ModeEEvent[] {
    this.step = 'done';
    this.deadline = undefined;
    return [{ type: 'failed', error }];
  }
}

/** How the server answers the opening. */
export interface ModeEServerOptions extends ModeETiming {
  readonly manufacturer: string;
  readonly identification: string;
  /** The highest baud rate that is offered. */
  readonly baudRate: ModeEBaudRate;
  /** Answer only to this device address or to none; to any unless it is given. */
  readonly address?: string;
}

/** The meter's side of the opening. After `failed` it listens for a request again. */
export class ModeEServer {
  private readonly options: ModeEServerOptions;
  private readonly lines = new LineReader();
  private readonly identification: ModeEIdentification;
  private step: 'request' | 'acknowledgement' | 'done' = 'request';
  private deadline: number | undefined;

  constructor(options: ModeEServerOptions) {
    this.options = options;
    const { manufacturer, baudRate, identification } = options;
    this.identification = { manufacturer, baudRate, capabilities: hdlcMode, identification };
    encodeModeEIdentification(this.identification);
  }

  get deadlineMs(): number | undefined {
    return this.deadline;
  }

  /** Goes back to listening at 300 baud, after the HDLC link has ended. */
  restart(): ModeEEvent[] {
    this.step = 'request';
    this.deadline = undefined;
    this.lines.reset();
    return [{ type: 'line', line: { baudRate: 300, format: '7E1' } }];
  }

  /** Takes octets from the port; ignored once the opening is done. */
  push(bytes: Uint8Array, nowMs: number): ModeEEvent[] {
    for (const octet of bytes) {
      if (this.step === 'done') return [];
      try {
        const line = this.lines.add(octet);
        const events = line === undefined ? [] : this.takeLine(line, nowMs);
        if (events.length > 0) return events;
      } catch (error) {
        return this.fail(error as CosemError);
      }
    }
    return [];
  }

  tick(nowMs: number): ModeEEvent[] {
    if (this.deadline === undefined || nowMs < this.deadline) return [];
    return this.fail(raiseLink('mode-e-timeout', 'no acknowledgement'));
  }

  private takeLine(line: string, nowMs: number): ModeEEvent[] {
    const request = /^\/\?([0-9A-Za-z ]*)!$/.exec(line);
    if (request !== null) return this.takeRequest(request[1]!, nowMs);
    if (this.step !== 'acknowledgement' || line.charCodeAt(0) !== ack) return [];
    const match = /^2([0-6])2$/.exec(line.slice(1));
    const baudRate = match === null ? undefined : modeEBaudRates[Number(match[1])]!;
    if (baudRate === undefined || baudRate > this.options.baudRate)
      return this.fail(raiseLink('mode-e-not-offered', 'the client asks for another mode or baud rate'));
    this.step = 'done';
    this.deadline = undefined;
    return [
      { type: 'line', line: { baudRate, format: '7E1' } },
      { type: 'send', bytes: acknowledgement(baudRate) },
      { type: 'line', line: { baudRate, format: '8N1' } },
      { type: 'opened', identification: this.identification, baudRate },
    ];
  }

  private takeRequest(address: string, nowMs: number): ModeEEvent[] {
    const plain = (text: string) => text.replace(/^0+/, '');
    const own = this.options.address;
    if (address !== '' && own !== undefined && plain(address) !== plain(own)) return [];
    this.step = 'acknowledgement';
    this.deadline = nowMs + (this.options.responseTimeoutMs ?? modeEResponseTimeoutMs);
    return [{ type: 'send', bytes: encodeModeEIdentification(this.identification) }];
  }

  private fail(error: CosemError): ModeEEvent[] {
    return [...this.restart(), { type: 'failed', error }];
  }
}
