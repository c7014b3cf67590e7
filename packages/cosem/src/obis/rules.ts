/** Rules that turn value groups C, D and E into words. A rule is a pattern and a text; the first that fits wins. */
import { type GroupPattern, groupFits, parseGroupPattern } from './pattern.ts';

/** `C.D.E` as in `pattern.ts`, and a text in which `{d}`, `{e}`, `{e+1}` or `{e-9}` stand for values. */
export type ObisRule = readonly [pattern: string, text: string];

interface ReadRule {
  readonly d: GroupPattern;
  readonly e: GroupPattern;
  readonly text: string;
}

/** Looks up the text for C, D and E. */
export type RuleLookup = (c: number, d: number, e: number) => string | undefined;

/** Reads a table of rules once and indexes it by group C. */
export function ruleLookup(rules: readonly ObisRule[]): RuleLookup {
  const byC: ReadRule[][] = Array.from({ length: 256 }, () => []);
  for (const [pattern, text] of rules) {
    const [c, d, e] = pattern.split('.').map(parseGroupPattern);
    const rule = { d, e, text };
    for (let value = 0; value < 256; value++) if (groupFits(c, value)) byC[value]!.push(rule);
  }
  return (c, d, e) => {
    const rule = byC[c]?.find((candidate) => groupFits(candidate.d, d) && groupFits(candidate.e, e));
    return rule === undefined ? undefined : fill(rule.text, d, e);
  };
}

function fill(text: string, d: number, e: number): string {
  return text.replace(/\{([de])([+-]\d+)?\}/g, (_, group: string, shift: string | undefined) =>
    String((group === 'd' ? d : e) + (shift === undefined ? 0 : Number(shift))),
  );
}
