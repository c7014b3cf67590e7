/**
 * The firewall between hosts that the lines imply (2.8.7.2, 2.15.15): for each host what may come in and go out, and
 * nothing else. Line connections go from the sender of messages to the listener of their receiver, so a pair of
 * components needs as many rules as it has directions with messages.
 */
import { permittedMessages } from '../flow.ts';
import { actorById, componentById } from '../lookup.ts';
import type { EndId } from '../model.ts';
import { profile } from '../profile.ts';

/** One permitted kind of connection: from a host to the line listener of another. */
export interface LineFlow {
  /** Host that connects: a component, or `gateway-cis` for a gateway by its actor. */
  readonly from: string;
  readonly to: string;
  readonly lines: readonly string[];
}

/** Hosts, the lines' flows between them, and the configuration keys of their listeners' ports. */
export interface FirewallPlan {
  readonly hosts: readonly { readonly host: string; readonly component: string; readonly portKey: string }[];
  readonly flows: readonly LineFlow[];
  /** Lines that other protocols carry, for which no rule is written. */
  readonly left: readonly { readonly line: string; readonly reason: string }[];
}

/** Lines between a meter and the rest run over DLMS, and HAN lines over IEEE 2030.5; neither uses line listeners. */
const otherProtocols: Readonly<Record<string, string>> = {
  meter: 'DLMS/COSEM through the network devices',
  'non-electric-meter': 'wM-Bus or DLMS through a meter or a network device',
  'third-party-meter': 'DLMS through a meter',
};

/** The host on which an end's messages are sent and received, or undefined when it has none. */
function hostOf(end: EndId, other: EndId): string | undefined {
  if (end === 'gateway') return actorById(other)?.carrier === 'gateway' ? `gateway-${other}` : 'gateway';
  if (componentById(end) !== undefined) return end;
  const carrier = actorById(end)?.carrier;
  if (carrier === undefined || carrier.startsWith('meter')) return undefined;
  return carrier === 'gateway' ? `gateway-${end}` : carrier;
}

/** The actors behind a gateway, one process and one host each. */
const gatewayHosts = () =>
  profile()
    .actors.filter(({ carrier }) => carrier === 'gateway')
    .map(({ id }) => `gateway-${id}`);

/** `gateway` stands for every gateway on the lines that all of them have (audit, trust, identity, console). */
function expand(host: string): readonly string[] {
  return host === 'gateway' ? gatewayHosts() : [host];
}

/** Derives the plan from the lines. */
export function firewallPlan(): FirewallPlan {
  const flows = new Map<string, { from: string; to: string; lines: Set<string> }>();
  const left = new Map<string, string>();
  for (const { line, source, destination } of permittedMessages()) {
    const reason = otherProtocols[source] ?? otherProtocols[destination];
    const from = hostOf(source, destination);
    const to = hostOf(destination, source);
    if (reason !== undefined || from === undefined || to === undefined) {
      left.set(line, reason ?? 'IEEE 2030.5 in the home');
      continue;
    }
    for (const sender of expand(from)) {
      for (const receiver of expand(to)) {
        // A carrier's own side of an actor's line.
        if (sender === receiver) {
          left.set(line, 'it stays inside one process');
          continue;
        }
        const key = `${sender}>${receiver}`;
        const known = flows.get(key) ?? { from: sender, to: receiver, lines: new Set() };
        known.lines.add(line);
        flows.set(key, known);
      }
    }
  }
  const all = [...flows.values()].map(({ from, to, lines }) => ({ from, to, lines: [...lines] }));
  const hosts = [...new Set(all.flatMap(({ from, to }) => [from, to]))].sort();
  return {
    hosts: hosts.map((host) => ({
      host,
      component: host.startsWith('gateway-') ? 'gateway' : host,
      portKey: `lines.ports.${host}`,
    })),
    flows: all.sort((a, b) => (a.from + a.to < b.from + b.to ? -1 : 1)),
    left: [...left].map(([line, reason]) => ({ line, reason })),
  };
}

/** Addresses and ports to write instead of placeholders. */
export interface NftablesOptions {
  readonly addresses?: Readonly<Record<string, string>>;
  readonly ports?: Readonly<Record<string, number>>;
  /** Rules of this host only; all hosts, for one forwarding firewall, when absent. */
  readonly host?: string;
}

/** Where numbering of placeholder ports begins; the operator's configuration decides. */
const firstPort = 7001;
/** Addresses for documentation (RFC 5737), so that a file that was not filled in reaches nobody. */
const placeholder = (index: number) => `198.51.100.${index + 1}`;

const symbol = (host: string) => host.replaceAll('-', '_');

/**
 * The plan as an nftables file that drops whatever it does not name. With `host` it filters what that host receives
 * and sends; without, what a firewall between the hosts forwards. Hosts and ports stand at its head as definitions.
 * Undefined for a host that has no line.
 */
export function exportNftables(options: NftablesOptions = {}): string | undefined {
  const { hosts, flows, left } = firewallPlan();
  const { addresses = {}, ports = {}, host } = options;
  if (host !== undefined && !hosts.some((each) => each.host === host)) return undefined;
  const chosen = flows.filter(({ from, to }) => host === undefined || from === host || to === host);
  const named = hosts.filter((each) => chosen.some(({ from, to }) => from === each.host || to === each.host));
  const definitions = named.flatMap((each) => {
    const index = hosts.indexOf(each);
    return [
      `define ${symbol(each.host)}_host = ${addresses[each.host] ?? placeholder(index)}`,
      `define ${symbol(each.host)}_line_port = ${ports[each.host] ?? firstPort + index}  # ${each.portKey}`,
    ];
  });
  const rule = ({ from, to, lines }: LineFlow) =>
    `    ip saddr $${symbol(from)}_host ip daddr $${symbol(to)}_host tcp dport $${symbol(to)}_line_port ct state new accept comment "lines ${shortList(lines)}"`;
  const chain = (name: string, rules: readonly LineFlow[]) => [
    `  chain ${name} {`,
    `    type filter hook ${name} priority filter; policy drop;`,
    '    ct state established,related accept',
    '    ct state invalid drop',
    ...(name === 'forward' ? [] : [`    ${name === 'input' ? 'iif' : 'oif'} lo accept`]),
    ...rules.map(rule),
    `    counter comment "dropped: no line"`,
    '  }',
  ];
  const chains =
    host === undefined
      ? chain('forward', chosen)
      : [
          ...chain(
            'input',
            chosen.filter(({ to }) => to === host),
          ),
          ...chain(
            'output',
            chosen.filter(({ from }) => from === host),
          ),
        ];
  return `${[
    '#!/usr/sbin/nft -f',
    `# Derived from the lines of the ${profile().title} v${profile().version}. Fill in the definitions, then load it.`,
    '# Administration, time, DNS and the database are not lines: add what your hosts need of them yourself.',
    ...left.map(({ line, reason }) => `# line ${line}: no rule here: ${reason}`),
    '',
    ...definitions,
    '',
    '# Made anew when it is loaded again.',
    'table inet wattward_lines',
    'delete table inet wattward_lines',
    'table inet wattward_lines {',
    ...chains,
    '}',
  ].join('\n')}\n`;
}

/** A comment in nftables has at most 128 octets. */
function shortList(lines: readonly string[]): string {
  const text = lines.join(', ');
  return text.length <= 110 ? text : `${lines.slice(0, 12).join(', ')} and ${lines.length - 12} more`;
}
