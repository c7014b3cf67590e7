/**
 * Keeps secrets out of records (2.16.9, 2.15.13): what looks like a key, a password or a token is refused before it
 * is written. It is a net, not a proof: whoever writes a record names keys and people, never values.
 */
import type { AuditEvent } from './port.ts';

/** Forms that are a secret wherever they stand. */
const secretForms: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z0-9 ]*(PRIVATE KEY|CERTIFICATE|PGP|OPENSSH)/, 'a PEM block'],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/, 'a JSON web token'],
  [/\b(Bearer|Basic|Digest)\s+[A-Za-z0-9._~+/=-]{8,}/i, 'an authorization header'],
  [/:\/\/[^\s/:@]*:[^\s/@]+@/, 'an address with a password'],
  [
    /\b(pass(word|phrase|wd)?|pwd|secret|token|api[-_ ]?key|private[-_ ]?key|otp|pin)\b["']?\s*[=:]\s*\S/i,
    'a named secret',
  ],
  [/\$(argon2(id|i|d)|scrypt|2[aby])\$/, 'a password hash'],
];

/** Names under which no text may stand. */
const secretNames =
  /(password|passphrase|passwd|pwd|secret|token|credential|authorization|cookie|apikey|privatekey|seed|otp|pin|pincode|recoverycode)$/i;
/** Names under which long hexadecimal or base64 text is a public fact. */
const publicNames = /(hash|digest|fingerprint|sha256|root|serial|id|ids|public|checkpoint|thumbprint)$/i;

const longHex = /(?<![0-9a-fA-F])[0-9a-fA-F]{32,}(?![0-9a-fA-F])/;
const spacedHex = /(?:[0-9a-fA-F]{2}[ :-]){15,}[0-9a-fA-F]{2}/;
const longBase64 = /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{40,}={0,2}(?![A-Za-z0-9+/_=-])/;
const shortPaddedBase64 = /^[A-Za-z0-9+/_-]{22}==$/;

function looksRandom(text: string): boolean {
  return /[a-z]/.test(text) && /[A-Z]/.test(text) && /[0-9]/.test(text);
}

function secretInText(text: string, name: string): string | undefined {
  for (const [form, what] of secretForms) if (form.test(text)) return what;
  // Shorter than the shortest key in use, so the costlier forms need not be tried.
  if (text.length < 24 || publicNames.test(name)) return undefined;
  // A fact that says which digest it is may stand anywhere.
  const rest = text.replace(/\b(sha256|serial|spki):[0-9a-fA-F]+/g, '');
  if (longHex.test(rest) || spacedHex.test(rest)) return 'what may be a key in hexadecimal';
  const base64 = longBase64.exec(rest)?.[0];
  if ((base64 !== undefined && looksRandom(base64)) || shortPaddedBase64.test(rest))
    return 'what may be a key in base64';
  return undefined;
}

export interface Leak {
  /** `detail.newValue`, `object` … */
  readonly field: string;
  readonly what: string;
}

/** The first field of an event that looks like a secret, or undefined. The answer never repeats the value. */
export function findLeak(event: AuditEvent): Leak | undefined {
  for (const [field, text] of [
    ['actor.id', event.actor.id],
    ['object', event.object],
    ['source', event.source],
  ] as const) {
    const what = text === undefined ? undefined : secretInText(text, field === 'actor.id' ? 'actor' : field);
    if (what !== undefined) return { field, what };
  }
  for (const name in event.detail) {
    const value = event.detail[name];
    if (typeof value !== 'string') continue;
    if (value !== '' && secretNames.test(name))
      return { field: `detail.${name}`, what: 'a secret by its name' };
    const what = secretInText(value, name);
    if (what !== undefined) return { field: `detail.${name}`, what };
  }
  return undefined;
}

export const withheld = '[withheld]';

/** The event with every leaking field replaced; for records that must be written whatever they hold. */
export function withholdSecrets(event: AuditEvent): AuditEvent {
  let clean = event;
  for (let leak = findLeak(clean); leak !== undefined; leak = findLeak(clean)) {
    if (leak.field === 'actor.id') clean = { ...clean, actor: { ...clean.actor, id: withheld } };
    else if (leak.field === 'object' || leak.field === 'source') clean = { ...clean, [leak.field]: withheld };
    else {
      const { [leak.field.slice('detail.'.length)]: _, ...rest } = clean.detail!;
      clean = { ...clean, detail: rest };
    }
  }
  return clean;
}
