/** Certificates that a device holds (IEC 62056-6-2, Security setup, certificates) and the decision which to take. */
import { toHex } from '../base/bytes.ts';
import type { CertificateContents } from '../security/certificates.ts';
import type { CertificateInfo, certificateEntities, certificateTypes } from '../security/key-change.ts';
import { raiseServer } from './errors.ts';

export type CertificateEntity = keyof typeof certificateEntities;
export type CertificateUse = keyof typeof certificateTypes;

/** A certificate and what it is for. */
export interface HeldCertificate {
  readonly entity: CertificateEntity;
  readonly use: CertificateUse;
  readonly contents: CertificateContents;
}

/** Where certificates are, and whether one is taken. */
export interface CertificateStore {
  list(): readonly HeldCertificate[];
  /** Takes the place of an earlier one of the same entity, use and system title. */
  put(certificate: HeldCertificate): void | Promise<void>;
  remove(certificate: HeldCertificate): void | Promise<void>;
  /** Whether to take a certificate that a client imports: chain, validity and revocation are its owner's to judge. */
  accepts(certificate: HeldCertificate): boolean | Promise<boolean>;
}

/** Certificates that a device holds at most. */
export const maxHeldCertificates = 32;

/** Certificates in memory; takes nothing by import unless `accepts` is given. */
export class MemoryCertificates implements CertificateStore {
  readonly #held: HeldCertificate[] = [];
  readonly #accepts: (certificate: HeldCertificate) => boolean;

  constructor(accepts: (certificate: HeldCertificate) => boolean = () => false) {
    this.#accepts = accepts;
  }

  list(): readonly HeldCertificate[] {
    return this.#held;
  }

  put(certificate: HeldCertificate): void {
    const earlier = this.#held.findIndex((held) => slotOf(held) === slotOf(certificate));
    if (earlier >= 0) this.#held.splice(earlier, 1);
    if (this.#held.length >= maxHeldCertificates)
      throw raiseServer('key-change', `${maxHeldCertificates} certificates are held already`);
    this.#held.push(certificate);
  }

  remove(certificate: HeldCertificate): void {
    const at = this.#held.indexOf(certificate);
    if (at >= 0) this.#held.splice(at, 1);
  }

  accepts(certificate: HeldCertificate): boolean {
    return this.#accepts(certificate);
  }

  /** For `peerKey` of a device: the public key of a client's certificate. */
  peerKey = (clientTitle: Uint8Array, use: 'signing' | 'agreement'): Uint8Array | undefined => {
    const wanted: CertificateUse = use === 'signing' ? 'digital-signature' : 'key-agreement';
    const title = toHex(clientTitle);
    const found = this.#held.find(
      ({ entity, use: held, contents }) =>
        entity === 'client' &&
        held === wanted &&
        contents.systemTitle !== undefined &&
        toHex(contents.systemTitle) === title,
    );
    return found?.contents.publicKey;
  };
}

function slotOf({ entity, use, contents }: HeldCertificate): string {
  const { systemTitle, subject } = contents;
  return `${entity}/${use}/${toHex(systemTitle ?? subject)}`;
}

/** One line of attribute certificates. */
export function infoOf({ entity, use, contents }: HeldCertificate): CertificateInfo {
  const { serialNumber, issuer, subject, subjectAlternativeName } = contents;
  return { entity, type: use, serialNumber, issuer, subject, subjectAlternativeName };
}
