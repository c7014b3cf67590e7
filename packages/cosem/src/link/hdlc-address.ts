/** HDLC addresses of 1, 2 or 4 octets (IEC 62056-46, address fields and extended addressing). */
import { raiseLink } from './errors.ts';
import { needMore, type Scan, scanFault } from './scan.ts';

/** How many octets an address takes on the line. */
export type HdlcAddressSize = 1 | 2 | 4;

/**
 * An HDLC address. `upper` names the logical device (in a client address: the client), `lower` the physical
 * device on a multidrop line; a one octet address has no lower part.
 */
export interface HdlcAddress {
  readonly upper: number;
  readonly lower?: number;
  readonly size: HdlcAddressSize;
}

/** Reserved upper and lower addresses in their 1 and 2 octet (7 and 14 bit) forms (IEC 62056-46, reserved addresses). */
export const hdlcReserved = {
  noStation: 0,
  managementLogicalDevice: 1,
  publicClient: 0x10,
  calling: 0x7e,
  allStations: 0x7f,
  callingLong: 0x3ffe,
  allStationsLong: 0x3fff,
} as const;

/**
 * Makes an address in the smallest form that holds it, or in the form asked for (IEC 62056-46). Error:
 * `link/hdlc-address` when a part does not fit the form.
 */
export function hdlcAddress(upper: number, lower?: number, size?: HdlcAddressSize): HdlcAddress {
  const smallest = lower === undefined ? (upper > 0x7f ? 4 : 1) : upper > 0x7f || lower > 0x7f ? 4 : 2;
  const chosen = size ?? smallest;
  const limit = chosen === 4 ? 0x3fff : 0x7f;
  for (const part of chosen === 1 ? [upper] : [upper, lower ?? 0]) {
    if (!Number.isInteger(part) || part < 0 || part > limit)
      throw raiseLink('hdlc-address', `${part} does not fit an address of ${chosen} octets`);
  }
  if (chosen === 1) {
    if (lower !== undefined && lower !== 0)
      throw raiseLink('hdlc-address', 'an address of one octet has no lower part');
    return { upper, size: 1 };
  }
  return { upper, lower: lower ?? 0, size: chosen };
}

/** Writes an address at `at`; returns the place after it. The last octet has its lowest bit set. */
export function writeHdlcAddress(address: HdlcAddress, out: Uint8Array, at: number): number {
  const { upper, lower = 0, size } = address;
  if (size === 1) {
    out[at] = (upper << 1) | 1;
  } else if (size === 2) {
    out[at] = upper << 1;
    out[at + 1] = (lower << 1) | 1;
  } else {
    out[at] = (upper >> 7) << 1;
    out[at + 1] = (upper & 0x7f) << 1;
    out[at + 2] = (lower >> 7) << 1;
    out[at + 3] = ((lower & 0x7f) << 1) | 1;
  }
  return at + size;
}

/** Looks for an address at `start`. Faults: `hdlc-address` for 3 octets or more than 4. */
export function scanHdlcAddress(bytes: Uint8Array, start: number, end: number): Scan<HdlcAddress> {
  let size = 0;
  do {
    if (size === 4) return scanFault('hdlc-address', 'an address of more than 4 octets', 0);
    if (start + size >= end) return needMore;
  } while ((bytes[start + size++]! & 1) === 0);
  const part = (at: number) => bytes[start + at]! >> 1;
  switch (size) {
    case 1:
      return { status: 'frame', frame: { upper: part(0), size: 1 }, length: 1 };
    case 2:
      return { status: 'frame', frame: { upper: part(0), lower: part(1), size: 2 }, length: 2 };
    case 4: {
      const upper = (part(0) << 7) | part(1);
      const lower = (part(2) << 7) | part(3);
      return { status: 'frame', frame: { upper, lower, size: 4 }, length: 4 };
    }
    default:
      return scanFault('hdlc-address', `an address of ${size} octets`, 0);
  }
}

/** Whether two addresses are the same on the line. */
export function sameHdlcAddress(a: HdlcAddress, b: HdlcAddress): boolean {
  return a.size === b.size && a.upper === b.upper && (a.lower ?? 0) === (b.lower ?? 0);
}

/** Whether an address means every station (IEC 62056-46, all-station address). */
export function isAllStations(address: HdlcAddress): boolean {
  const all = address.size === 4 ? hdlcReserved.allStationsLong : hdlcReserved.allStations;
  return address.upper === all && (address.size === 1 || address.lower === all);
}

/** The octets of an address in words for messages and logs, for example `16` or `1/17`. */
export function showHdlcAddress(address: HdlcAddress): string {
  return address.lower === undefined ? `${address.upper}` : `${address.upper}/${address.lower}`;
}
