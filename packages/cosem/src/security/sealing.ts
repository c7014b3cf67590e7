/**
 * Sealing and opening of APDUs under global and dedicated keys, in the service-specific form (glo-, ded-) and the
 * general one (general-glo-ciphering, general-ded-ciphering): IEC 62056-5-3, cryptographic protection of xDLMS APDUs.
 * The IV is the sender's system title and the invocation counter.
 */

import {
  type CipheredApdu,
  type CipheredLimits,
  decodeCiphered,
  type GeneralGloDedCiphering,
} from '../apdu/ciphered.ts';
import { apduTags, cipheredTags, plainTags } from '../apdu/tags.ts';
import { ByteWriter, toHex } from '../base/bytes.ts';
import type { ReceiveCounter, SendCounter } from './counters.ts';
import { raiseSecurity } from './errors.ts';
import type { MessageCipher } from './keys.ts';
import {
  type CipherProtection,
  checkSystemTitle,
  controlBits,
  parseSecurityControl,
  readCounter,
  type SecurityControl,
  type SecuritySuite,
  securityControlOctet,
  securityHeaderSize,
  suiteParameters,
  systemTitleSize,
  tagSize,
  writeCounter,
} from './suite.ts';

/** Keys that live as long as the security setup, or as long as one association. */
export type CipherScope = 'global' | 'dedicated';
/** `service-specific`: the tag tells the service; `general`: any service, with the sender's system title. */
export type CipherForm = 'service-specific' | 'general';

const none = new Uint8Array(0);

/** What an opener needs to know of each kind of envelope, looked up once a message. */
const kinds = new Map<string, { scope: CipherScope; expectedTag: number | undefined }>([
  ['general-glo-ciphering', { scope: 'global', expectedTag: undefined }],
  ['general-ded-ciphering', { scope: 'dedicated', expectedTag: undefined }],
]);
/** Plain tag → ciphered tag in either scope, 0 where there is none. */
const cipheredOf: Record<CipherScope, Uint8Array> = {
  global: new Uint8Array(256),
  dedicated: new Uint8Array(256),
};
for (const [name, tag] of Object.entries(cipheredTags)) {
  const plain = plainTags[name.slice(4) as keyof typeof plainTags];
  if (name.startsWith('general-') || plain === undefined) continue;
  const scope = name.startsWith('glo-') ? 'global' : 'dedicated';
  cipheredOf[scope][plain] = tag;
  kinds.set(name, { scope, expectedTag: plain });
}

/** Whether this kind of APDU has a service-specific ciphered form (access and data-notification have none). */
export function hasServiceSpecificForm(plainTag: number): boolean {
  return cipheredOf.global[plainTag] !== 0;
}

/** What a sender needs. */
export interface SealerOptions {
  readonly suite: SecuritySuite;
  /** The sender's own, eight octets. */
  readonly systemTitle: Uint8Array;
  readonly scope: CipherScope;
  readonly cipher: MessageCipher;
  readonly counter: SendCounter;
  readonly keySet?: 'unicast' | 'broadcast';
}

/** Seals APDUs under one key. Await `options.counter.reserve()` before each call. */
export class Sealer {
  readonly #options: SealerOptions;
  readonly #iv = new Uint8Array(systemTitleSize + 4);

  constructor(options: SealerOptions) {
    this.#options = options;
    this.#iv.set(checkSystemTitle(options.systemTitle));
    checkKeySize(options.suite, options.cipher);
  }

  /**
   * Seals one APDU (IEC 62056-5-3, cryptographic protection of xDLMS APDUs).
   * In: the plain APDU, the protection, the form. Out: the whole ciphered APDU.
   * Throws `security/control`, `security/counter-unreserved`, `security/counter-exhausted`; `security/inner-tag`
   * where the service-specific form does not exist for this kind.
   */
  seal(plain: Uint8Array, protection: CipherProtection, form: CipherForm): Uint8Array {
    const { scope, systemTitle } = this.#options;
    const control = this.#control(protection);
    const size = securityHeaderSize + plain.length + (protection.authenticated ? tagSize : 0);
    const head = new ByteWriter(16);
    if (form === 'general') {
      head.u8(apduTags[scope === 'global' ? 'general-glo-ciphering' : 'general-ded-ciphering']);
      head.octets(systemTitle);
    } else {
      const tag = cipheredOf[scope][plain[0] ?? 0]!;
      if (tag === 0) throw raiseSecurity('inner-tag', `tag ${plain[0] ?? 'none'} has no ciphered form`);
      head.u8(tag);
    }
    const start = head.length(size).finish();
    // Every octet is written below, so that there is no need to clear them first.
    const out = Buffer.allocUnsafe(start.length + size);
    out.set(start);
    this.#write(control, plain, out, start.length);
    return out;
  }

  /** Seals to a ciphered service alone: control octet, counter, text, tag. Throws as {@link seal}. */
  sealService(plain: Uint8Array, protection: CipherProtection): Uint8Array {
    const control = this.#control(protection);
    const out = new Uint8Array(securityHeaderSize + plain.length + (protection.authenticated ? tagSize : 0));
    this.#write(control, plain, out, 0);
    return out;
  }

  #control(protection: CipherProtection): number {
    return securityControlOctet(this.#options.suite, protection, this.#options.keySet);
  }

  #write(control: number, plain: Uint8Array, out: Uint8Array, at: number): void {
    const counter = this.#options.counter.take();
    out[at] = control;
    writeCounter(out, at + 1, counter);
    writeCounter(this.#iv, systemTitleSize, counter);
    this.#options.cipher.sealInto(control, this.#iv, none, plain, out, at + securityHeaderSize);
  }
}

/** One key set that a receiver accepts. */
export interface OpeningKey {
  readonly cipher: MessageCipher;
  readonly counter: ReceiveCounter;
}

/** What a receiver needs to know of one peer. */
export interface OpenerOptions {
  readonly suite: SecuritySuite;
  /** The peer's, eight octets. */
  readonly systemTitle: Uint8Array;
  readonly scope: CipherScope;
  readonly unicast: OpeningKey;
  /** Without it, messages under the broadcast key are refused. */
  readonly broadcast?: OpeningKey;
  /** Accepts a general form whose system title is empty because both sides know it. Off by default. */
  readonly allowEmptySystemTitle?: boolean;
  /**
   * Accepts messages that are encrypted only. They carry no proof: whoever can send may change them, and may move the
   * counter until nothing else is accepted. Off by default, so that clearing the authentication bit of a message gets
   * nobody anywhere; some meters push this way and leave no choice.
   */
  readonly allowUnauthenticated?: boolean;
  readonly limits?: CipheredLimits;
}

/** What came out of a ciphered APDU. */
export interface Opened {
  /** A view on the input where the text was authenticated only. */
  readonly plain: Uint8Array;
  readonly form: CipherForm;
  readonly control: SecurityControl;
  readonly counter: number;
  /** Settles when the counter is durable; act on the message after it. Undefined where it is already. */
  readonly stored: Promise<void> | undefined;
}

/** Opens APDUs of one peer. */
export class Opener {
  readonly #options: OpenerOptions;
  readonly #iv = new Uint8Array(systemTitleSize + 4);

  constructor(options: OpenerOptions) {
    this.#options = options;
    this.#iv.set(checkSystemTitle(options.systemTitle));
    checkKeySize(options.suite, options.unicast.cipher);
    if (options.broadcast !== undefined) checkKeySize(options.suite, options.broadcast.cipher);
  }

  /**
   * Opens one ciphered APDU (IEC 62056-5-3, cryptographic protection of xDLMS APDUs): envelope, control octet, tag,
   * kind of the APDU inside and then the counter, which is remembered. Out: the plain APDU and how it was protected;
   * whether that suffices is for the security policy to say.
   *
   * Throws `security/scope`, `/system-title`, `/suite`, `/control`, `/compression`, `/key-set`, `/policy`, `/short`,
   * `/tag`, `/inner-tag`, `/replay`, and what the envelope's decoder throws.
   */
  open(bytes: Uint8Array): Opened {
    return this.openApdu(decodeCiphered(bytes, this.#options.limits));
  }

  /** As {@link open}, from the decoded envelope. */
  openApdu(apdu: CipheredApdu): Opened {
    const kind = kinds.get(apdu.type);
    if (apdu.type === 'general-ciphering' || apdu.type === 'general-signing' || kind === undefined) {
      throw raiseSecurity('scope', `${apdu.type} is not under a ${this.#options.scope} key`);
    }
    if (kind.scope !== this.#options.scope) throw raiseSecurity('scope', apdu.type);
    if ('systemTitle' in apdu) this.#checkTitle(apdu);
    const form = kind.expectedTag === undefined ? 'general' : 'service-specific';
    return this.#openService(apdu.service, form, kind.expectedTag);
  }

  #checkTitle(apdu: GeneralGloDedCiphering): void {
    const given = apdu.systemTitle;
    if (given.length === 0 && this.#options.allowEmptySystemTitle === true) return;
    let same = given.length === systemTitleSize;
    for (let i = 0; same && i < systemTitleSize; i++) same = given[i] === this.#iv[i];
    if (!same) throw raiseSecurity('system-title', `the message is from ${toHex(given)}`);
  }

  #openService(service: Uint8Array, form: CipherForm, expectedTag: number | undefined): Opened {
    const octet = service[0] ?? 0;
    const key = this.#keyFor(octet, service.length);
    const textEnd = (octet & controlBits.authenticated) === 0 ? service.length : service.length - tagSize;
    this.#iv.set(service.subarray(1, securityHeaderSize), systemTitleSize);
    const plain = key.cipher.open(
      octet,
      this.#iv,
      none,
      service.subarray(securityHeaderSize, textEnd),
      service.subarray(textEnd),
    );
    if (expectedTag !== undefined && plain[0] !== expectedTag) {
      throw raiseSecurity('inner-tag', `expected ${expectedTag}, found ${plain[0] ?? 'nothing'}`);
    }
    const counter = readCounter(service, 1);
    const stored = key.counter.commit(counter) ?? undefined;
    return { plain, form, control: parseSecurityControl(octet), counter, stored };
  }

  /** Everything about the control octet that can be refused before any cipher runs. */
  #keyFor(octet: number, size: number): OpeningKey {
    const { suite, scope, unicast, broadcast } = this.#options;
    const authenticated = (octet & controlBits.authenticated) !== 0;
    const least = securityHeaderSize + (authenticated ? tagSize : 0);
    if (size < least) {
      throw raiseSecurity('short', `${size} octets`, { path: 'ciphered-service', offset: 0 });
    }
    checkControl(octet, suite, this.#options.allowUnauthenticated);
    if ((octet & controlBits.broadcast) === 0) return unicast;
    // The bit has no meaning with a dedicated key and must be clear there.
    if (broadcast === undefined || scope === 'dedicated') {
      throw raiseSecurity('key-set', 'under the broadcast key');
    }
    return broadcast;
  }
}

/**
 * What is refused by the control octet alone, before any cipher runs.
 * Throws `security/suite`, `security/control`, `security/compression`, and `security/policy` for messages without
 * authentication unless they are allowed.
 */
export function checkControl(octet: number, suite: SecuritySuite, allowUnauthenticated = false): void {
  if ((octet & controlBits.suiteMask) !== suite) {
    throw raiseSecurity('suite', `suite ${octet & controlBits.suiteMask} instead of ${suite}`);
  }
  if ((octet & controlBits.compressed) !== 0) throw raiseSecurity('compression');
  if ((octet & (controlBits.authenticated | controlBits.encrypted)) === 0) throw raiseSecurity('control');
  if ((octet & controlBits.authenticated) === 0 && !allowUnauthenticated) {
    throw raiseSecurity('policy', 'not authenticated');
  }
}

/** Throws `security/key-size` where a cipher's key is not of the suite's size. */
export function checkKeySize(suite: SecuritySuite, cipher: MessageCipher): void {
  if (cipher.keySize !== suiteParameters(suite).keySize) {
    throw raiseSecurity('key-size', `${cipher.keySize} octets in suite ${suite}`);
  }
}
