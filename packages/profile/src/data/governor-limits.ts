/**
 * Data table: the governor's limits, for each class of command and each scope, in meters and in kilowatts.
 *
 * Clause 2.17.1.3 asks that a dangerously large number be recognized and gives no figure, so ranges and defaults are
 * ours. Defaults suit a small utility: a feeder carries some hundred meters at once, and kilowatts assume three for a
 * household. Reconnecting meets cold load, hence the lower counts for connect. Limiting takes away only a part of a
 * load, and shed is meant to reach many.
 */
import type { Parameter } from '../model.ts';

/** What the governor counts apart from each other; never netted. */
export type GovernedClass = 'connect' | 'disconnect' | 'limit' | 'shed' | 'firmware';

/** Where it counts. */
export type GovernedScope = 'feeder' | 'collector' | 'system';

/** The five classes of governed commands, in the order of their danger as we see it. */
export const governedClasses: readonly GovernedClass[] = [
  'connect',
  'disconnect',
  'limit',
  'shed',
  'firmware',
];

/** The three scopes, narrowest first. */
export const governedScopes: readonly GovernedScope[] = ['feeder', 'collector', 'system'];

/** Highest value that a configuration may set, by scope: meters and kilowatts. */
const ceilings: Readonly<Record<GovernedScope, readonly [meters: number, kilowatts: number]>> = {
  feeder: [5_000, 15_000],
  collector: [5_000, 15_000],
  system: [100_000, 300_000],
};

/** Defaults, by class and scope: meters and kilowatts. */
const defaults: Readonly<
  Record<GovernedClass, Readonly<Record<GovernedScope, readonly [meters: number, kilowatts: number]>>>
> = {
  connect: { feeder: [50, 250], collector: [100, 500], system: [1_000, 5_000] },
  disconnect: { feeder: [100, 300], collector: [200, 600], system: [2_000, 6_000] },
  limit: { feeder: [250, 500], collector: [500, 1_000], system: [5_000, 10_000] },
  shed: { feeder: [500, 1_000], collector: [1_000, 2_000], system: [20_000, 40_000] },
  firmware: { feeder: [200, 600], collector: [500, 1_500], system: [5_000, 15_000] },
};

const reasons: Readonly<Record<GovernedClass, string>> = {
  connect: 'Load that returns at once draws more than it did before.',
  disconnect: 'Far above the daily work of a small utility, far below what shakes a feeder.',
  limit: 'A limit takes part of a load only, so more meters fit into the same swing.',
  shed: 'Meant to reach many at once; the cap is on what grid operation asks for in one event.',
  firmware: 'A bad image can open every switch it reaches; a batch must be small enough to lose.',
};

/** The id of one limit, for example `switching.disconnectFeederMeters`. */
export function governorLimitId(
  governed: GovernedClass,
  scope: GovernedScope,
  unit: 'Meters' | 'Kilowatts',
): string {
  return `switching.${governed}${scope.charAt(0).toUpperCase()}${scope.slice(1)}${unit}`;
}

const places: Readonly<Record<GovernedScope, string>> = {
  feeder: 'on one feeder',
  collector: 'behind one collector',
  system: 'in the whole system',
};

/** Two parameters for each class and scope: clause 2.17.1.3, ranges and defaults ours. */
export const governorParameters: readonly Parameter[] = governedClasses.flatMap((governed) =>
  governedScopes.flatMap((scope): Parameter[] => {
    const rest = {
      clause: '2.17.1.3',
      minimum: 0,
      rangeFrom: 'extension',
      reason: `${reasons[governed]} Zero forbids the class.`,
    } as const;
    const [meters, kilowatts] = defaults[governed][scope];
    const [metersCeiling, kilowattsCeiling] = ceilings[scope];
    return [
      {
        ...rest,
        id: governorLimitId(governed, scope, 'Meters'),
        title: `Meters with an open ${governed} ${places[scope]}`,
        unit: 'count',
        maximum: metersCeiling,
        default: meters,
      },
      {
        ...rest,
        id: governorLimitId(governed, scope, 'Kilowatts'),
        title: `Kilowatts under an open ${governed} ${places[scope]}`,
        unit: 'kilowatts',
        maximum: kilowattsCeiling,
        default: kilowatts,
      },
    ];
  }),
);
