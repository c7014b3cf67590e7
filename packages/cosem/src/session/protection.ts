/**
 * Protecting and unprotecting the messages of one association (IEC 62056-5-3, cryptographic protection of xDLMS
 * APDUs). Which form applies follows from the association and from the message; counters and keys are behind ports.
 * A message may be signed, and then ciphered; the other order is accepted too.
 */
import { decodeCiphered, encodeCiphered, type GeneralHeader, isCipheredTag } from '../apdu/ciphered.ts';
import { toHex } from '../base/bytes.ts';
import type { GmacContext } from '../security/authentication.ts';
import { MemoryCounters, type ReceiveCounter, SendCounter } from '../security/counters.ts';
import { sealGeneral } from '../security/general.ts';
import type { MessageCipher, SecretHandle } from '../security/keys.ts';
import { type Protection, satisfies, unprotected } from '../security/policy.ts';
import {
  type CipherForm,
  type CipherScope,
  hasServiceSpecificForm,
  Opener,
  Sealer,
} from '../security/sealing.ts';
import { signApdu } from '../security/signing.ts';
import { securityHeaderSize, suiteParameters, systemTitleSize, tagSize } from '../security/suite.ts';
import { type BorrowedCounters, borrowCounters, volatileCounter } from './counters.ts';
import { raiseSession } from './errors.ts';
import {
  authenticationKeyOf,
  globalKeyOf,
  type ProtectOptions,
  type SecuritySettings,
  type Unprotected,
} from './security-settings.ts';
import { checkLayers, openEnvelope } from './unprotect.ts';

const nothing = new Uint8Array(0);
/** Octets of a transaction id that this side makes. */
const transactionIdSize = 8;

/** Seals and opens under one key set. */
export interface KeySetCiphers {
  readonly sealer: Sealer;
  readonly opener: Opener;
  readonly cipher: MessageCipher;
  readonly send: SendCounter;
  readonly receive: ReceiveCounter;
}

/** The protection of one association. Make it with {@link openProtection}, let go of it with {@link close}. */
export class ApduProtection {
  readonly settings: SecuritySettings;
  readonly global: KeySetCiphers;
  dedicated: KeySetCiphers | undefined;
  /** The key set that messages go out under; changed by {@link useDedicatedKey}. */
  scope: CipherScope = 'global';
  readonly #borrowed: readonly BorrowedCounters[];
  readonly #transactions: SendCounter;

  constructor(
    settings: SecuritySettings,
    global: KeySetCiphers,
    borrowed: readonly BorrowedCounters[],
    transactions: SendCounter,
  ) {
    this.settings = settings;
    this.global = global;
    this.#borrowed = borrowed;
    this.#transactions = transactions;
  }

  /**
   * Takes the dedicated key of the association (IEC 62056-5-3, dedicated key): accepted from now on, and used for
   * sending once {@link useDedicatedKey} was called. Throws `security/key-size`.
   */
  addDedicatedKey(key: SecretHandle): void {
    const { settings } = this;
    const second = authenticationKeyOf(settings);
    const cipher = settings.keys.cipher(key, second);
    // A dedicated key lives no longer than the association, and so do its counters.
    const counters = new MemoryCounters();
    const send = new SendCounter(counters, 'sent');
    const receive = volatileCounter();
    this.dedicated = makeCiphers(settings, 'dedicated', cipher, send, receive);
  }

  /** From now on messages go out under the dedicated key, and others than Initiate are accepted under it only. */
  useDedicatedKey(): void {
    if (this.dedicated === undefined) throw raiseSession('options', 'there is no dedicated key');
    this.scope = 'dedicated';
  }

  /** What a GMAC proof is made and checked with: the global unicast key (IEC 62056-5-3, HLS using GMAC). */
  gmac(prover: 'own' | 'peer', challenge: Uint8Array): GmacContext {
    const { suite, ownTitle, peerTitle } = this.settings;
    const proverTitle = prover === 'own' ? ownTitle : peerTitle;
    return { suite, cipher: this.global.cipher, proverTitle, challenge };
  }

  /**
   * Protects one plain APDU (IEC 62056-5-3, cryptographic protection of xDLMS APDUs). Out: the whole APDU; the plain
   * one itself where no protection is asked for. Throws `security/key-missing`, `security/counter-*`,
   * `session/options`.
   */
  async protect(plain: Uint8Array, options: ProtectOptions): Promise<Uint8Array> {
    const { authenticated, encrypted, signed } = options.protection;
    let apdu = plain;
    let transactionId = options.transactionId;
    if (signed) {
      transactionId ??= await this.nextTransactionId();
      apdu = await this.#sign(plain, transactionId);
    }
    if (!authenticated && !encrypted) return apdu;
    if (options.form === 'general-ciphering') {
      return this.#sealGeneral(apdu, options, transactionId ?? (await this.nextTransactionId()));
    }
    const wanted = options.form ?? 'service-specific';
    const form: CipherForm = hasServiceSpecificForm(apdu[0] ?? 0) ? wanted : 'general';
    const ciphers = this.scope === 'dedicated' ? this.dedicated! : this.global;
    await ciphers.send.reserve();
    return ciphers.sealer.seal(apdu, options.protection, form);
  }

  /**
   * Protects xDLMS Initiate, which is under the global key and in its service-specific form whatever else the
   * association uses (IEC 62056-5-3, AARQ and RLRQ, user-information).
   */
  async protectInitiate(plain: Uint8Array, protection: Protection): Promise<Uint8Array> {
    if (!protection.authenticated && !protection.encrypted) return plain;
    await this.global.send.reserve();
    return this.global.sealer.seal(plain, protection, 'service-specific');
  }

  /**
   * Takes all protection off a message. Out: the plain APDU and how it was protected, which {@link checkProtection}
   * judges; a message that came plain is handed through. Counters are durable when the promise settles.
   * Throws `security/*`, `session/layers` and what the decoder of envelopes throws.
   */
  async unprotect(bytes: Uint8Array, initiate = false): Promise<Unprotected> {
    const layers = { ciphered: false, signed: false };
    let found: Unprotected = {
      plain: bytes,
      protection: unprotected,
      scope: 'none',
      keySet: 'unicast',
      form: undefined,
      transactionId: undefined,
    };
    const limits = this.settings.maxApduSize === undefined ? {} : { maxSize: this.settings.maxApduSize };
    while (isCipheredTag(found.plain[0] ?? 0)) {
      const envelope = decodeCiphered(found.plain, limits);
      checkLayers(envelope, layers);
      found = await openEnvelope(this, envelope, found, initiate);
    }
    // A signature alone says nothing about when it was made.
    if (layers.signed && !layers.ciphered) await this.#acceptSignedOnly(found);
    return found;
  }

  /** A transaction id that was not used before under this peer and counter store. */
  async nextTransactionId(): Promise<Uint8Array> {
    await this.#transactions.reserve();
    const id = new Uint8Array(transactionIdSize);
    new DataView(id.buffer).setUint32(transactionIdSize - 4, this.#transactions.take());
    return id;
  }

  /** Most octets that protection adds to a plain APDU: what block sizes leave room for. */
  overhead(options: ProtectOptions): number {
    const { authenticated, encrypted, signed } = options.protection;
    const header = 3 * (systemTitleSize + 1) + 2;
    const curve = suiteParameters(this.settings.suite).curve;
    const pair = curve === 'P-384' ? 96 : 64;
    let size = signed ? 1 + header + longLength + 2 + pair : 0;
    if (!authenticated && !encrypted) return size;
    size += 1 + longLength + securityHeaderSize + tagSize;
    // Some kinds of APDU have no form without the system title, so it is counted always.
    return size + (options.form === 'general-ciphering' ? header + 8 + 2 * pair : 1 + systemTitleSize);
  }

  /** Gives the shared counters back. */
  close(): void {
    for (const borrowed of this.#borrowed) borrowed.release();
  }

  async #acceptSignedOnly(found: Unprotected): Promise<void> {
    const { acceptFresh, peerTitle } = this.settings;
    const transactionId = found.transactionId ?? nothing;
    const fresh = await acceptFresh?.({ originator: peerTitle, transactionId, dateTime: nothing });
    if (fresh !== true) throw raiseSession('downgrade', 'signed only, and nothing says that it is new');
  }

  #header(transactionId: Uint8Array): GeneralHeader {
    const { ownTitle, peerTitle } = this.settings;
    return {
      transactionId,
      originatorSystemTitle: ownTitle,
      recipientSystemTitle: peerTitle,
      dateTime: nothing,
      otherInformation: nothing,
    };
  }

  async #sign(plain: Uint8Array, transactionId: Uint8Array): Promise<Uint8Array> {
    const { keys, signing } = this.settings;
    if (signing?.own === undefined) throw raiseSession('options', 'there is no signing key');
    return encodeCiphered(await signApdu(keys, signing.own, this.#header(transactionId), plain));
  }

  async #sealGeneral(plain: Uint8Array, how: ProtectOptions, transactionId: Uint8Array): Promise<Uint8Array> {
    const { suite, keys, general } = this.settings;
    if (general?.plan === undefined) throw raiseSession('options', 'there is no plan for general-ciphering');
    const second = authenticationKeyOf(this.settings);
    await this.global.send.reserve();
    const sealed = await sealGeneral(plain, {
      suite,
      keys,
      header: this.#header(transactionId),
      plan: general.plan,
      protection: how.protection,
      counter: this.global.send,
      ...(second === undefined ? {} : { authenticationKey: second }),
      ...(general.algorithmId === undefined ? {} : { algorithmId: general.algorithmId }),
    });
    return encodeCiphered(sealed);
  }
}

/** Octets of a length up to 65535. */
const longLength = 3;

function makeCiphers(
  settings: SecuritySettings,
  scope: CipherScope,
  cipher: MessageCipher,
  send: SendCounter,
  receive: ReceiveCounter,
  broadcast?: { readonly cipher: MessageCipher; readonly counter: ReceiveCounter },
): KeySetCiphers {
  const { suite, ownTitle, peerTitle } = settings;
  const sealer = new Sealer({ suite, systemTitle: ownTitle, scope, cipher, counter: send });
  const opener = new Opener({
    suite,
    systemTitle: peerTitle,
    scope,
    unicast: { cipher, counter: receive },
    ...(broadcast === undefined ? {} : { broadcast }),
    allowUnauthenticated: settings.allowUnauthenticated === true,
    ...(settings.maxApduSize === undefined ? {} : { limits: { maxSize: settings.maxApduSize } }),
  });
  return { sealer, opener, cipher, send, receive };
}

/**
 * Opens the protection of an association: resolves the keys, loads the counters. Throws `security/key-missing`,
 * `/key-size`, `/system-title` and what the ports throw.
 */
export async function openProtection(settings: SecuritySettings): Promise<ApduProtection> {
  const { keys, counters, keyOwner, generation = 0, broadcastGeneration = 0 } = settings;
  const authentication = authenticationKeyOf(settings);
  const sender = toHex(settings.ownTitle);
  const receiver = toHex(settings.peerTitle);
  const borrow = (purpose: string, age: number) => {
    const own = { keyOwner, purpose, generation: age, sender };
    const peer = { ...own, sender: receiver };
    return borrowCounters(counters, own, peer, settings.replayWindow, settings.reservation);
  };
  const cipher = keys.cipher(globalKeyOf(settings, 'unicast-encryption'), authentication);
  const borrowed = [await borrow('unicast-encryption', generation)];
  try {
    let broadcast: { cipher: MessageCipher; counter: ReceiveCounter } | undefined;
    if (settings.broadcast === true) {
      const extra = await borrow('broadcast-encryption', broadcastGeneration);
      borrowed.push(extra);
      broadcast = {
        cipher: keys.cipher(globalKeyOf(settings, 'broadcast-encryption'), authentication),
        counter: extra.receive,
      };
    }
    const { send, receive } = borrowed[0]!;
    const global = makeCiphers(settings, 'global', cipher, send, receive, broadcast);
    const transactions = new SendCounter(counters, `${keyOwner}/${sender}/transaction`, 1);
    return new ApduProtection(settings, global, borrowed, transactions);
  } catch (error) {
    for (const one of borrowed) one.release();
    throw error;
  }
}

/**
 * Judges how a message was protected. In: what came off it, the least that is required and, where more is not wanted
 * either, the most that is allowed. Throws `session/unprotected`, `session/downgrade`, `session/stronger`.
 */
export function checkProtection(found: Unprotected, required: Protection, most?: Protection): void {
  if (!satisfies(required, found.protection)) {
    if (found.scope === 'none' && !found.protection.signed) throw raiseSession('unprotected');
    const missing = (['authenticated', 'encrypted', 'signed'] as const).filter(
      (kind) => required[kind] && !found.protection[kind],
    );
    throw raiseSession('downgrade', `not ${missing.join(', not ')}`);
  }
  if (most !== undefined && !satisfies(found.protection, most)) throw raiseSession('stronger');
}
