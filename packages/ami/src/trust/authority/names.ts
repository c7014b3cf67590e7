/**
 * Whom a certificate names. The name stands twice: in the subject for people and for DLMS, which wants the system
 * title as common name (Green Book, certificate profiles), and as URIs in the subject alternative name, from which
 * programs read it. The two must agree.
 */
import { actorById, componentById, partById } from '@wattward/profile';
import { oid, sequence, tags, utf8, value } from '../der.ts';
import { raiseTrust } from '../errors.ts';

/** Whose certificate it is. Exactly one of `component` and `person` is given. */
export interface Holder {
  /** A component or part of the profile: `head-end`, `meter.fan`. */
  readonly component?: string;
  /** Which one of many: a DLMS system title, 16 capital hexadecimal digits. Field components have it, central ones do not. */
  readonly device?: string;
  /** The one actor that a gateway presents. */
  readonly actor?: string;
  readonly person?: string;
}

export const organization = 'Wattward AMI';

const urn = 'urn:wattward:';
const deviceForm = /^[0-9A-F]{16}$/;
const personForm = /^[a-z][a-z0-9.-]{0,63}$/;
const hostForm = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** Checks that the profile has such a holder. Errors: `trust/request`. */
export function checkHolder(holder: Holder): void {
  const problem = holderProblem(holder);
  if (problem !== undefined) throw raiseTrust('request', problem);
}

function holderProblem({ component, device, actor, person }: Holder): string | undefined {
  if (person !== undefined) {
    if (component !== undefined || device !== undefined || actor !== undefined)
      return 'a person’s certificate names nothing else';
    return personForm.test(person) ? undefined : 'a person’s id has small letters, digits, dots and dashes';
  }
  if (component === undefined) return 'the request names nobody';
  const whole = componentById(component) ?? (partById(component) ? componentById('meter') : undefined);
  if (whole === undefined) return `the profile has no component ${component.slice(0, 60)}`;
  if (component === 'meter')
    return 'a meter’s three parts have certificates of their own, the meter has none';
  if (whole.placement === 'field' && !deviceForm.test(device ?? ''))
    return 'a device is named by its system title, 16 capital hexadecimal digits';
  if (whole.placement === 'central' && device !== undefined)
    return 'a central component is not one of many devices';
  if (component === 'gateway') {
    if (actor === undefined || actorById(actor)?.carrier !== 'gateway')
      return 'a gateway’s certificate names the one actor that it presents';
  } else if (actor !== undefined) return 'only a gateway presents an actor';
  return undefined;
}

export function checkHosts(hosts: readonly string[], maximum: number): void {
  if (hosts.length > maximum) throw raiseTrust('request', `a certificate names at most ${maximum} hosts`);
  for (const host of hosts)
    if (!hostForm.test(host)) throw raiseTrust('request', 'a host is not a name in small letters');
}

/** One word for lists and the audit: `head-end`, `meter.fan/4D4D4D0000BC614E`, `gateway/cis`, `person/ida`. */
export function holderLabel({ component, device, actor, person }: Holder): string {
  if (person !== undefined) return `person/${person}`;
  return [component, device, actor].filter((each) => each !== undefined).join('/');
}

/** The URIs of a holder, most general first. */
export function holderUris({ component, device, actor, person }: Holder): string[] {
  if (person !== undefined) return [`${urn}person:${person}`];
  const uris = [`${urn}component:${component}`];
  if (device !== undefined) uris.push(`${urn}device:${device}`);
  if (actor !== undefined) uris.push(`${urn}actor:${actor}`);
  return uris;
}

/** Reads the URIs back; anything else than one valid holder in our order is refused. Errors: `trust/request`. */
export function holderOfUris(uris: readonly string[]): Holder {
  const found: Record<string, string> = {};
  for (const uri of uris) {
    const match = /^urn:wattward:(component|device|actor|person):([A-Za-z0-9.-]{1,64})$/.exec(uri);
    if (!match || found[match[1]!] !== undefined)
      throw raiseTrust('request', 'the alternative name holds a URI that names nobody here');
    found[match[1]!] = match[2]!;
  }
  const holder: Holder = found;
  checkHolder(holder);
  if (holderUris(holder).join() !== uris.join())
    throw raiseTrust('request', 'the alternative name’s URIs are not in their order');
  return holder;
}

// ------------------------------------------------------------------ distinguished names

export interface Subject {
  readonly organization: string;
  readonly unit: string;
  readonly commonName: string;
}

const nameOid = { organization: '2.5.4.10', unit: '2.5.4.11', commonName: '2.5.4.3' } as const;

/** Subject of a holder's certificate; the unit is the domain. */
export function subjectOf(holder: Holder, domain: string): Subject {
  const commonName = holder.person ?? holder.device ?? holder.actor ?? holder.component!;
  return { organization, unit: domain, commonName };
}

/** Subject of an authority. The generation keeps a successor apart from what it replaces. */
export function authoritySubject(id: string, generation: number): Subject {
  return { organization, unit: 'certificate authorities', commonName: `${id} ${generation}` };
}

/** Name (RFC 5280 section 4.1.2.4): organization, unit, common name, each UTF8String in a set of its own. */
export function encodeSubject(subject: Subject): Buffer {
  const part = (type: string, text: string) => value(tags.set, sequence(oid(type), utf8(text)));
  return sequence(
    part(nameOid.organization, subject.organization),
    part(nameOid.unit, subject.unit),
    part(nameOid.commonName, subject.commonName),
  );
}
