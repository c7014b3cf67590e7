/**
 * Puts together what HDLC frames of a push stream carry. Nobody answers on a push stream, so nothing can be asked for
 * again: a gap costs the APDU it tore.
 */
import type { CosemError } from '../base/errors.ts';
import { ApduAssembler, hasLlcHeader } from './apdu-segments.ts';
import { raiseLink } from './errors.ts';
import { showHdlcAddress } from './hdlc-address.ts';
import type { HdlcFrame } from './hdlc-frame.ts';

/** APDUs that are put together at the same time, from as many stations. */
export const maxOpenAssemblies = 16;

/** Tags of APDUs that a station pushes, by which one without LLC header is told from a lost segment's remains. */
const pushTags = new Set([0x0f, 0xc2, 0xdb, 0xdc, 0xdd, 0xdf]);
/** Meters send the later blocks of a general-block-transfer without LLC header. */
const generalBlockTransferTag = 0xe0;

interface Assembly {
  readonly assembler: ApduAssembler;
  frames: number;
  /** N(S) of the last I-frame; undefined for UI frames, which have no number. */
  ns: number | undefined;
}

/** What one frame led to. */
export type PushAssemblyResult =
  | { readonly type: 'apdu'; readonly apdu: Uint8Array; readonly frames: number }
  | { readonly type: 'refused'; readonly error: CosemError }
  | { readonly type: 'open' };

/** Collects segments by sender and receiver. */
export class PushAssembly {
  private readonly assemblies = new Map<string, Assembly>();
  private readonly maxApduLength: number | undefined;
  /** Whether octets were lost since the last whole APDU: what follows may be the rest of a torn one. */
  private torn = false;

  constructor(bounds: { readonly maxApduLength?: number } = {}) {
    this.maxApduLength = bounds.maxApduLength;
  }

  /** Octets were skipped in the stream: UI segments that are open cannot be trusted any more. */
  lost(): CosemError[] {
    this.torn = true;
    const errors: CosemError[] = [];
    for (const [key, assembly] of this.assemblies) {
      if (assembly.ns !== undefined) continue;
      this.assemblies.delete(key);
      errors.push(raiseLink('segment-lost', `damage after ${assembly.frames} segments of ${key}`));
    }
    return errors;
  }

  /** Takes a UI or I-frame with information; up to two results, the first about an APDU that it ended. */
  add(frame: HdlcFrame): PushAssemblyResult[] {
    const { information, segmented, control } = frame;
    const key = `${showHdlcAddress(frame.source)} > ${showHdlcAddress(frame.destination)}`;
    const ns = control.kind === 'I' ? control.ns : undefined;
    const results: PushAssemblyResult[] = [];
    let assembly = this.assemblies.get(key);
    if (assembly !== undefined && ns !== undefined && ns === assembly.ns) return [{ type: 'open' }];
    if (assembly !== undefined && this.breaks(assembly, information, ns)) {
      this.assemblies.delete(key);
      results.push(refuse(raiseLink('segment-lost', `after ${assembly.frames} segments of ${key}`)));
      assembly = undefined;
      this.torn = true;
    }
    if (assembly === undefined) {
      if (!hasLlcHeader(information) && !this.standsAlone(information, segmented)) {
        results.push(refuse(raiseLink('segment-lost', `a segment of ${key} without its first`)));
        return results;
      }
      assembly = this.begin(key, ns, results);
    }
    results.push(this.extend(key, assembly, frame, ns));
    return results;
  }

  private breaks(assembly: Assembly, information: Uint8Array, ns: number | undefined): boolean {
    if (hasLlcHeader(information)) return true;
    if (ns === undefined || assembly.ns === undefined) return ns !== assembly.ns;
    return ns !== ((assembly.ns + 1) & 7);
  }

  private standsAlone(information: Uint8Array, segmented: boolean): boolean {
    const tag = information[0];
    if (segmented || tag === undefined) return false;
    return tag === generalBlockTransferTag || (!this.torn && pushTags.has(tag));
  }

  private begin(key: string, ns: number | undefined, results: PushAssemblyResult[]): Assembly {
    if (this.assemblies.size >= maxOpenAssemblies) {
      const [oldest] = this.assemblies.keys();
      this.assemblies.delete(oldest!);
      results.push(refuse(raiseLink('segments', `more than ${maxOpenAssemblies} APDUs are open at once`)));
    }
    const bounds = this.maxApduLength === undefined ? {} : { maxApduLength: this.maxApduLength };
    const assembly = { assembler: new ApduAssembler(bounds), frames: 0, ns };
    this.assemblies.set(key, assembly);
    return assembly;
  }

  private extend(
    key: string,
    assembly: Assembly,
    frame: HdlcFrame,
    ns: number | undefined,
  ): PushAssemblyResult {
    assembly.frames += 1;
    assembly.ns = ns;
    try {
      const whole = assembly.assembler.add(frame.information, frame.segmented);
      if (whole === undefined) return { type: 'open' };
      this.assemblies.delete(key);
      this.torn = false;
      const apdu = hasLlcHeader(whole) ? whole.subarray(3) : whole;
      return { type: 'apdu', apdu, frames: assembly.frames };
    } catch (error) {
      this.assemblies.delete(key);
      this.torn = true;
      return refuse(error as CosemError);
    }
  }
}

function refuse(error: CosemError): PushAssemblyResult {
  return { type: 'refused', error };
}
