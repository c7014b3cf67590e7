/** Checks what must hold between the fields of one object, after each of them has been found to fit its own shape. */
import type { PayloadProblem, Relation } from './model.ts';

type Fields = Readonly<Record<string, unknown>>;
type RelationCheck = (fields: Fields) => PayloadProblem | undefined;

const minutesADay = 1440;

/**
 * Whether one instant or day is after another of the same format. Texts without their Z compare like instants, but
 * for zeros behind the point: `12:00:00` and `12:00:00.0` are the same, so what looks later is looked at again.
 */
export function isAfter(first: string, second: string): boolean {
  if (first <= second && first.length === second.length) return false;
  const bare = (text: string): string => text.replace(/(?:\.0+|(\.\d*[1-9])0+)?Z$/u, '$1');
  return bare(first) > bare(second);
}

function notAfter(first: string, second: string): RelationCheck {
  const wrong = { path: `/${first}`, problem: `must not be after ${second}` };
  return (fields) => {
    const one = fields[first];
    const other = fields[second];
    if (typeof one !== 'string' || typeof other !== 'string') return undefined;
    return isAfter(one, other) ? wrong : undefined;
  };
}

function notAbove(first: string, second: string): RelationCheck {
  const wrong = { path: `/${first}`, problem: `must not be above ${second}` };
  return (fields) => {
    const one = fields[first];
    const other = fields[second];
    if (one === undefined || other === undefined) return undefined;
    return (one as number | bigint) > (other as number | bigint) ? wrong : undefined;
  };
}

/** Turns a relation into its check. */
export function compileRelation(relation: Relation): RelationCheck {
  switch (relation.kind) {
    case 'not-after':
      return notAfter(relation.first, relation.second);
    case 'not-above':
      return notAbove(relation.first, relation.second);
    case 'packed-day': {
      const { octets, octetsEach, intervalMinutes } = relation;
      const wrong = {
        path: `/${octets}`,
        problem: `must have ${octetsEach} octets for each interval of the day`,
      };
      return (fields) => {
        const intervals = minutesADay / Number(fields[intervalMinutes]);
        return (fields[octets] as Uint8Array).length === intervals * octetsEach ? undefined : wrong;
      };
    }
    case 'any-of': {
      const wrong = { path: '', problem: `must have one of ${relation.fields.join(', ')}` };
      return (fields) => (relation.fields.some((name) => fields[name] !== undefined) ? undefined : wrong);
    }
  }
}

/** The same in one sentence, for documentation. */
export function describeRelation(relation: Relation): string {
  switch (relation.kind) {
    case 'not-after':
      return `${relation.first} is not after ${relation.second}`;
    case 'not-above':
      return `${relation.first} is not above ${relation.second}`;
    case 'packed-day':
      return `${relation.octets} has ${relation.octetsEach} octets for each interval of ${relation.intervalMinutes} in a day`;
    case 'any-of':
      return `at least one of ${relation.fields.join(', ')} is present`;
  }
}
