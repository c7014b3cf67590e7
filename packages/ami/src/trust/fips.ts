/** What can honestly be said of this process's cryptographic module (2.8.12.1). */
import { createHash, getFips } from 'node:crypto';
import { algorithms } from './algorithms.ts';

export interface FipsReport {
  /** Whether the process runs with OpenSSL's FIPS provider as its only one. */
  readonly mode: 'off' | 'on';
  /** Always false: nobody has shown that this build of the provider is a validated one. */
  readonly validated: false;
  readonly says: string;
  /** Algorithms in use that the standard does not approve; none today. */
  readonly notApproved: readonly string[];
}

/**
 * Reports on FIPS mode. Mode `on` means that OpenSSL says so and that it does refuse an algorithm that is not
 * approved; the claim alone would not be enough.
 */
export function fipsReport(): FipsReport {
  const on = getFips() === 1 && refusesMd5();
  return {
    mode: on ? 'on' : 'off',
    validated: false,
    says: on ? 'FIPS mode, not validated' : 'not in FIPS mode',
    notApproved: algorithms.filter((each) => !each.approved).map((each) => each.id),
  };
}

function refusesMd5(): boolean {
  try {
    createHash('md5');
    return false;
  } catch {
    return true;
  }
}
