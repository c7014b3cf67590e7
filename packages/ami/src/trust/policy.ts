/** The numbers of policy that this folder keeps to, from the profile's parameters and the operator's configuration. */
import { profile } from '@wattward/profile';

/** Configured values by parameter id; what is not in it takes the profile's default. */
export type Configured = Readonly<Record<string, number>>;

const defaults = new Map<string, number>();

/** The value of a parameter. An id that the profile does not have is a broken invariant. */
export function policyValue(id: string, configured: Configured = {}): number {
  const own = configured[id];
  if (own !== undefined) return own;
  if (defaults.size === 0) for (const each of profile().parameters) defaults.set(each.id, each.default);
  const value = defaults.get(id);
  if (value === undefined) throw new Error(`the profile has no parameter ${id}`);
  return value;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The moment after a life given by a parameter whose last word is its unit: years, months, days or hours. */
export function afterLife(start: Date, id: string, configured?: Configured): Date {
  const value = policyValue(id, configured);
  if (/Years$/.test(id)) return addMonths(start, value * 12);
  if (/Months$/.test(id)) return addMonths(start, value);
  if (/Days$/.test(id)) return new Date(start.getTime() + value * dayMs);
  if (/Hours$/.test(id)) return new Date(start.getTime() + value * hourMs);
  throw new Error(`${id} is not a life`);
}

function addMonths(start: Date, months: number): Date {
  const end = new Date(start);
  end.setUTCDate(1);
  end.setUTCMonth(end.getUTCMonth() + months);
  // The 31st of a month that has 30 days is its last day, not the first of the next.
  const lastDay = new Date(Date.UTC(end.getUTCFullYear(), end.getUTCMonth() + 1, 0)).getUTCDate();
  end.setUTCDate(Math.min(start.getUTCDate(), lastDay));
  return end;
}
