/** Pairs of parameters of which the first may not exceed the second, whatever their units of time are. */
import { parameterOrder, profile } from '@wattward/profile';

// As the profile compares them: a month is thirty days, a year is twelve months and some days.
const secondsOf: Readonly<Record<string, number>> = {
  seconds: 1,
  minutes: 60,
  hours: 3600,
  days: 86_400,
  months: 30 * 86_400,
  years: 365 * 86_400,
};

/** The pairs that effective values break. */
export function brokenOrders(
  effective: (id: string) => number,
): readonly { readonly low: string; readonly high: string }[] {
  const units = new Map(profile().parameters.map(({ id, unit }) => [id, unit]));
  const size = (id: string) => effective(id) * (secondsOf[units.get(id) ?? ''] ?? 1);
  return parameterOrder.filter(({ low, high }) => size(low) > size(high));
}
