/**
 * What is known to be revoked, in memory: the lists of each authority and what was pushed since. A revocation that was
 * pushed counts from that moment; a list is the backstop, and when it is out of date nothing of its authority is
 * trusted any more (2.8.15).
 */

import type { RevocationReason } from './authority/encode.ts';
import { type ReadCertificate, readList, signedBy } from './authority/read.ts';
import { raiseTrust } from './errors.ts';

export interface Revocation {
  readonly revokedAt: Date;
  readonly reason: RevocationReason;
}

/** What a verifier asks. `authority` is the key identifier of the issuer, `serial` hexadecimal as read. */
export interface RevocationView {
  revoked(authority: string, serial: string): Revocation | undefined;
  /** Until when the knowledge about an authority's certificates may be used; undefined: there is none. */
  freshUntil(authority: string): Date | undefined;
}

interface Known {
  number: number;
  nextUpdate: Date;
  listed: ReadonlyMap<string, Revocation>;
  readonly pushed: Map<string, Revocation>;
}

/** Lists and pushed revocations of any number of authorities. */
export class RevocationLists implements RevocationView {
  readonly #known = new Map<string, Known>();

  revoked(authority: string, serial: string): Revocation | undefined {
    const known = this.#known.get(authority);
    return known?.pushed.get(serial) ?? known?.listed.get(serial);
  }

  freshUntil(authority: string): Date | undefined {
    const known = this.#known.get(authority);
    return known && known.number >= 0 ? known.nextUpdate : undefined;
  }

  numberOf(authority: string): number | undefined {
    const known = this.#known.get(authority);
    return known && known.number >= 0 ? known.number : undefined;
  }

  /**
   * Takes a list (DER) that one of these authorities signed; an older one than is known changes nothing. Gives whether
   * it was taken. Errors: `trust/der`, `trust/chain` when none of them signed it.
   */
  accept(list: Uint8Array, authorities: readonly ReadCertificate[]): boolean {
    const read = readList(list);
    const issuer = authorities.find((each) => each.subjectKeyIdentifier === read.authorityKeyIdentifier);
    if (!issuer?.issuer || !issuer.subject.equals(read.issuer) || !issuer.keyUsage.includes('cRLSign'))
      throw raiseTrust('chain', 'the revocation list is of no authority that is known');
    if (!signedBy(read, issuer.publicKey))
      throw raiseTrust('chain', 'the revocation list is not signed by its authority');
    const known = this.#entry(read.authorityKeyIdentifier);
    if (read.number <= known.number) return false;
    known.number = read.number;
    known.nextUpdate = read.nextUpdate;
    known.listed = read.revoked;
    // What a newer list holds need not be remembered twice; what it does not hold yet is kept.
    for (const serial of known.pushed.keys()) if (read.revoked.has(serial)) known.pushed.delete(serial);
    return true;
  }

  /** A revocation that counts at once, before the next list. */
  push(authority: string, serial: string, revocation: Revocation): void {
    this.#entry(authority).pushed.set(serial, revocation);
  }

  #entry(authority: string): Known {
    let known = this.#known.get(authority);
    if (!known) {
      known = { number: -1, nextUpdate: new Date(0), listed: new Map(), pushed: new Map() };
      this.#known.set(authority, known);
    }
    return known;
  }
}
