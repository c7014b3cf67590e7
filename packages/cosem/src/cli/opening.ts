/**
 * Opening of captured messages. A capture is looked at, not acted upon: counters are not checked, and what is only
 * authenticated is shown even where no key is at hand to check it, with a remark that says so.
 */

import { encodeGeneralHeader, type GeneralCiphering } from '../apdu/ciphered.ts';
import type { Apdu } from '../apdu/index.ts';
import { CosemError } from '../base/errors.ts';
import { MemoryCounters, ReceiveCounter } from '../security/counters.ts';
import { keyIds, messageIv } from '../security/general.ts';
import { checkControl, Opener } from '../security/sealing.ts';
import { keyName, SoftwareKeys } from '../security/software-keys.ts';
import { readSecurityHeader, type SecuritySuite, securityHeaderSize, tagSize } from '../security/suite.ts';
import { raiseCli } from './errors.ts';

/** What was given to open messages with. */
export interface OpeningKeys {
  readonly encryption?: Uint8Array;
  readonly authentication?: Uint8Array;
  /** Titles to try for messages that carry none. */
  readonly systemTitles: readonly Uint8Array[];
  /** Some meters push messages that are encrypted only; a decoder may look at them. */
  readonly allowUnauthenticated?: boolean;
}

/** An APDU with a ciphered service in it. */
export type Ciphered = Extract<Apdu, { readonly service: Uint8Array }>;

export const isCiphered = (apdu: Apdu): apdu is Ciphered =>
  'service' in apdu && apdu.service instanceof Uint8Array;

/** One way in which a message may be open: the text inside, and what is to be said about it. */
export interface Candidate {
  readonly plain: Uint8Array;
  readonly remark: string | undefined;
}

/** Ways to open a message, most trustworthy first; the last error where there is none. */
export interface Candidates {
  readonly found: readonly Candidate[];
  readonly error: CosemError | undefined;
}

const unchecked = 'not encrypted; its tag was not checked';
const unproven = 'encrypted only: nothing proves who sent it';

/** Tries what is known on a message. `titles` are of the parties seen so far, `dedicated` a key seen in the capture. */
export function openCaptured(
  octets: Uint8Array,
  apdu: Ciphered,
  keys: OpeningKeys,
  titles: readonly Uint8Array[],
  dedicated: Uint8Array | undefined,
): Candidates {
  const found: Candidate[] = [];
  let error: CosemError | undefined;
  const isDedicated = apdu.type.startsWith('ded-') || apdu.type === 'general-ded-ciphering';
  const encryption = isDedicated ? dedicated : keys.encryption;
  const { control } = attempt(() => readSecurityHeader(apdu.service)).value ?? {};
  if (encryption !== undefined) {
    for (const title of titlesFor(apdu, titles)) {
      for (const authentication of authenticationKeys(keys)) {
        const opened = attempt(() => openWith(octets, apdu, { encryption, authentication, title, keys }));
        error = opened.error ?? error;
        if (opened.value === undefined) continue;
        const plain = opened.value;
        found.push({ plain, remark: control?.authenticated === false ? unproven : undefined });
        // A right tag leaves no doubt about the keys; without one every title gives some text.
        if (control?.authenticated === true) return { found, error: undefined };
      }
    }
  }
  const visible = control?.encrypted === false && !control.compressed ? visibleText(apdu.service) : undefined;
  if (visible !== undefined && found.length === 0) found.push({ plain: visible, remark: unchecked });
  return { found, error };
}

/** The text of a service that is authenticated only. */
function visibleText(service: Uint8Array): Uint8Array | undefined {
  const end = service.length - tagSize;
  return end > securityHeaderSize ? service.subarray(securityHeaderSize, end) : undefined;
}

function attempt<T>(work: () => T): { readonly value?: T; readonly error?: CosemError } {
  try {
    return { value: work() };
  } catch (error) {
    if (error instanceof CosemError) return { error };
    throw error;
  }
}

function titlesFor(apdu: Ciphered, titles: readonly Uint8Array[]): readonly Uint8Array[] {
  if (apdu.type === 'general-ciphering') return [apdu.originatorSystemTitle];
  const own = 'systemTitle' in apdu ? apdu.systemTitle : undefined;
  return own?.length === 8 ? [own] : titles;
}

/** Meters exist that authenticate with and without an authentication key; both are tried where one is given. */
function authenticationKeys({ authentication }: OpeningKeys): readonly (Uint8Array | undefined)[] {
  return authentication === undefined ? [undefined] : [authentication, undefined];
}

interface Attempt {
  readonly encryption: Uint8Array;
  readonly authentication: Uint8Array | undefined;
  readonly title: Uint8Array;
  readonly keys: OpeningKeys;
}

function openWith(octets: Uint8Array, apdu: Ciphered, given: Attempt): Uint8Array {
  const { encryption, authentication, title } = given;
  const name = keyName(title, 'unicast-encryption');
  const authenticationName = keyName(title, 'authentication');
  const keys = new SoftwareKeys().put(name, encryption);
  if (authentication !== undefined) keys.put(authenticationName, authentication);
  const cipher = keys.cipher(name, authentication === undefined ? undefined : authenticationName);
  const allowUnauthenticated = given.keys.allowUnauthenticated === true;
  const suite = readSecurityHeader(apdu.service).control.suite as SecuritySuite;
  if (apdu.type === 'general-ciphering') {
    requireIdentifiedKey(apdu);
    const { service } = apdu;
    const control = service[0]!;
    checkControl(control, suite, allowUnauthenticated);
    const end = service.length - (readSecurityHeader(service).control.authenticated ? tagSize : 0);
    const text = service.subarray(securityHeaderSize, end);
    const header = encodeGeneralHeader(apdu);
    return cipher.open(control, messageIv(title, service), header, text, service.subarray(end));
  }
  // A capture may show the same message twice, so what was seen before does not count here.
  const key = { cipher, counter: new ReceiveCounter(new MemoryCounters(), 'capture', undefined) };
  const scope =
    apdu.type.startsWith('ded-') || apdu.type === 'general-ded-ciphering' ? 'dedicated' : 'global';
  return new Opener({
    suite,
    systemTitle: title,
    scope,
    unicast: key,
    broadcast: key,
    allowEmptySystemTitle: true,
    allowUnauthenticated,
  }).open(octets).plain;
}

function requireIdentifiedKey(apdu: GeneralCiphering): void {
  const { keyInfo } = apdu;
  const isKnown = keyInfo?.choice === 'identified-key' && keyInfo.keyId === keyIds.unicast;
  if (isKnown) return;
  throw raiseCli('key-kind', keyInfo === undefined ? 'the message names no key' : `${keyInfo.choice}`);
}
