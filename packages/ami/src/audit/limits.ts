/** The audit's numbers of policy, by name, from the profile's parameters and the operator's configuration. */
import { profile } from '@wattward/profile';

/** Configured values by parameter id; what is not in it takes the profile's default. */
export type Configured = Readonly<Record<string, number>>;

/** The value of a parameter. An id that the profile does not have is a broken invariant. */
export function parameterValue(id: string, configured: Configured = {}): number {
  const parameter = profile().parameters.find((each) => each.id === id);
  if (parameter === undefined) throw new Error(`the profile has no parameter ${id}`);
  return configured[id] ?? parameter.default;
}

/** What a writer of records has to keep to. */
export interface WriterLimits {
  readonly recordOctets: number;
  readonly queuedRecords: number;
  readonly journalRecords: number;
  readonly writeMs: number;
  readonly safeRecordMs: number;
  readonly clockJumpSeconds: number;
}

export function writerLimits(configured: Configured = {}): WriterLimits {
  const value = (id: string) => parameterValue(`audit.${id}`, configured);
  return {
    recordOctets: value('recordMaximumOctets'),
    queuedRecords: value('queueMaximumRecords'),
    journalRecords: value('journalMaximumRecords'),
    writeMs: value('writeSeconds') * 1000,
    safeRecordMs: value('safeRecordSeconds') * 1000,
    clockJumpSeconds: value('clockJumpSeconds'),
  };
}
