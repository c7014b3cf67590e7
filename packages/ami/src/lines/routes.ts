/** Where the receivers are: a table of principals with their addresses, from the configuration. */
import { actorById } from '@wattward/profile';
import { endOf } from './flow-rules.ts';
import type { RoutePort } from './ports.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Addresses by principal (`head-end`, `gateway/cis`, `collector/4C47…`); may be changed while lines run. */
export class Routes implements RoutePort {
  readonly #addresses = new Map<string, Address>();

  constructor(addresses: Readonly<Record<string, Address>> = {}) {
    for (const [principal, address] of Object.entries(addresses)) this.set(principal, address);
  }

  set(principal: string, address: Address): void {
    this.#addresses.set(principal, address);
  }

  addressOf(principal: string): Address | undefined {
    return this.#addresses.get(principal);
  }

  /** An actor is reached through its carrier; which one of many stands behind the slash. */
  principalFor(destination: string): string | undefined {
    const principal = principalOfName(destination);
    return this.#addresses.has(principal) ? principal : undefined;
  }
}

function principalOfName(name: string): string {
  const end = endOf(name);
  const carrier = actorById(end)?.carrier;
  if (carrier === undefined) return name;
  if (carrier === 'gateway') return `gateway/${end}`;
  return `${carrier}${name.slice(end.length)}`;
}
