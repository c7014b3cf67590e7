/**
 * Data table: the symmetric keys of a meter, one for each purpose, so that a stolen key opens one meter and one use of
 * it (2.8.3). Clients are those of the design: reading, switching, firmware and alarms are told apart by their keys.
 */

export type MeterClient = 'reading' | 'switching' | 'firmware' | 'alarm';
export type MeterKeyPurpose = 'master' | `${'encryption' | 'authentication'}.${MeterClient}` | 'broadcast';

export interface MeterKeyKind {
  readonly purpose: MeterKeyPurpose;
  readonly title: string;
  /** Parameter that limits its age. */
  readonly ageParameter: string;
  /** Every meter has one of its own; a broadcast key is shared by a group, which then stands in the device's place. */
  readonly ownEach: boolean;
}

const clients: readonly MeterClient[] = ['reading', 'switching', 'firmware', 'alarm'];

export const meterKeyKinds: readonly MeterKeyKind[] = [
  {
    purpose: 'master',
    title: 'wraps the keys sent to the meter (DLMS master key)',
    ageParameter: 'trust.meterWrappingKeyMonths',
    ownEach: true,
  },
  ...clients.flatMap((client): MeterKeyKind[] => [
    {
      purpose: `encryption.${client}`,
      title: `global unicast encryption, client ${client}`,
      ageParameter: 'trust.meterEncryptionKeyMonths',
      ownEach: true,
    },
    {
      purpose: `authentication.${client}`,
      title: `authentication, client ${client}`,
      ageParameter: 'trust.meterAuthenticationKeyMonths',
      ownEach: true,
    },
  ]),
  {
    purpose: 'broadcast',
    title: 'global broadcast encryption of a group',
    ageParameter: 'trust.meterEncryptionKeyMonths',
    ownEach: false,
  },
];

/** What a meter gets when it is registered. */
export const meterPurposes: readonly MeterKeyPurpose[] = meterKeyKinds
  .filter((each) => each.ownEach)
  .map((each) => each.purpose);

export function meterKeyKind(purpose: string): MeterKeyKind | undefined {
  return meterKeyKinds.find((each) => each.purpose === purpose);
}

/** DLMS security suites; 2 has keys of 256 bits. */
export type MeterSuite = 0 | 1 | 2;

export const keyOctetsOf = (suite: MeterSuite): number => (suite === 2 ? 32 : 16);
