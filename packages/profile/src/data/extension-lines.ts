/**
 * Data table: what v0.48 names without drawing it, as lines and messages of ours (`origin: 'extension'`). None of it
 * counts among the 59 lines and 289 messages; the flow gate treats it like them.
 *
 * Numbers of extension lines are stable: a family of hundreds and the number of the component inside it. X1nn audit,
 * X2nn trust, X3nn identity, X4nn console, X5nn switching, X6nn gateway, X7nn network. A meter has no such line: it
 * speaks on lines 1, 6, 9, 22 and 39 only, and the head end forwards its records and enrols it, so that no rule has
 * to open a way from a meter to a central system.
 *
 * Kinds, labels and priorities follow the rules at the head of `lines.ts`. A cancel shares the priority `control` with
 * the command that it cancels, so that the order of a line keeps it behind that command; a mass cancel, a suspension
 * and a revocation have nothing to wait for and are alarms. A relayed request or answer is sealed end to end, so it
 * takes the highest label that it may hold.
 */
import type { EndId, Label, MessageKind, Priority } from '../model.ts';

/** `[destination, name, kind, label, priority]` */
export type ExtensionRow = readonly [
  destination: EndId,
  name: string,
  kind: MessageKind,
  label: Label,
  priority: Priority,
];

export interface ExtensionLineRow {
  readonly line: string;
  readonly ends: readonly [EndId, EndId];
  /** What of v0.48 asks for it. */
  readonly clause: string;
  readonly reason: string;
  readonly rows: readonly ExtensionRow[];
}

/** Each component's number inside a family of extension lines; a number is never reused. */
const numbers: Readonly<Record<string, string>> = {
  'head-end': '01',
  mdms: '02',
  'meter-management': '03',
  'network-management': '04',
  draacs: '05',
  'grid-control': '06',
  forecasting: '07',
  collector: '08',
  'field-tool': '09',
  'log-management': '21',
  trust: '22',
  access: '23',
  'switching-authority': '24',
  governor: '25',
  console: '26',
  gateway: '27',
  witness: '28',
};

/** The seven central systems of clause 4.3. */
const central = [
  'head-end',
  'mdms',
  'meter-management',
  'network-management',
  'draacs',
  'grid-control',
  'forecasting',
];
const fieldIp = ['collector', 'field-tool'];

/** Rows that only one component's line of a family has. */
type Extra = Readonly<Record<string, readonly ExtensionRow[]>>;

interface FamilySource {
  readonly hundred: string;
  readonly hub: EndId;
  readonly clause: string;
  readonly reason: string;
  readonly spokes: readonly EndId[];
  readonly rows: (spoke: EndId) => readonly ExtensionRow[];
  readonly extra: Extra;
}

// biome-ignore format: one row a message is what makes this table readable
const families: readonly FamilySource[] = [
  {
    hundred: 'X1',
    hub: 'log-management',
    clause: '2.16.2',
    reason: 'Every component sends its audit records and logs to a log management system, which v0.48 does not draw.',
    spokes: [...central, ...fieldIp, 'trust', 'access', 'switching-authority', 'governor', 'console', 'gateway', 'witness'],
    rows: (spoke) => [
      ['log-management', 'Audit records', 'log', 'confidential', 'bulk'],
      ['log-management', 'Syslog records', 'log', 'confidential', 'bulk'],
      ['log-management', 'Security alert', 'event', 'confidential', 'alarm'],
      ['log-management', 'Log heartbeat', 'information', 'internal', 'normal'],
      [spoke, 'Audit records receipt', 'confirmation', 'internal', 'normal'],
      [spoke, 'Audit event selection', 'configuration', 'restricted', 'normal'],
      [spoke, 'Audit storage warning', 'event', 'internal', 'alarm'],
    ],
    extra: {
      'head-end': [['log-management', 'Forwarded device records', 'log', 'confidential', 'bulk']],
      witness: [
        ['witness', 'Signed checkpoint', 'security', 'internal', 'normal'],
        ['log-management', 'Cosigned checkpoint', 'confirmation', 'internal', 'normal'],
      ],
    },
  },
  {
    hundred: 'X2',
    hub: 'trust',
    clause: '2.8.11, 2.8.15',
    reason: 'Certificates and keys have to be enrolled, renewed, revoked and changed; v0.48 asks for it and draws no line.',
    spokes: [...central, ...fieldIp, 'log-management', 'access', 'switching-authority', 'governor', 'console', 'gateway', 'witness'],
    rows: (spoke) => [
      ['trust', 'Certificate request', 'request', 'internal', 'normal'],
      ['trust', 'Certificate renewal request', 'request', 'internal', 'normal'],
      ['trust', 'Key confirmation', 'confirmation', 'internal', 'normal'],
      [spoke, 'Certificate', 'security', 'internal', 'normal'],
      [spoke, 'Enrolment refusal', 'confirmation', 'internal', 'normal'],
      [spoke, 'Revocation list', 'security', 'internal', 'alarm'],
      [spoke, 'Trust anchor update', 'security', 'restricted', 'control'],
      [spoke, 'Key provisioning', 'security', 'restricted', 'normal'],
      [spoke, 'Key destruction order', 'command', 'restricted', 'control'],
    ],
    extra: {
      'head-end': [
        ['trust', 'Device certificate request', 'request', 'internal', 'normal'],
        ['trust', 'Device key request', 'request', 'restricted', 'normal'],
        ['trust', 'Device key confirmation', 'confirmation', 'internal', 'normal'],
        ['head-end', 'Device certificate', 'security', 'internal', 'normal'],
        ['head-end', 'Wrapped device key', 'security', 'restricted', 'normal'],
      ],
    },
  },
  {
    hundred: 'X3',
    hub: 'access',
    clause: '2.15.3, 2.15.7, 2.15.10',
    reason: 'Who a user is and what that user may do is decided in one place; v0.48 asks for it and draws no line.',
    spokes: [...central, ...fieldIp, 'log-management', 'trust', 'switching-authority', 'governor', 'console', 'gateway'],
    rows: (spoke) => [
      ['access', 'Identity decision request', 'security', 'confidential', 'normal'],
      ['access', 'Session activity', 'information', 'confidential', 'normal'],
      [spoke, 'Identity decision', 'security', 'confidential', 'normal'],
      [spoke, 'Session ended', 'security', 'confidential', 'control'],
      [spoke, 'Role and policy update', 'configuration', 'restricted', 'normal'],
    ],
    extra: {
      'head-end': [['head-end', 'Approval', 'security', 'restricted', 'control']],
      'field-tool': [
        ['access', 'Short-lived credential request', 'request', 'confidential', 'normal'],
        ['field-tool', 'Short-lived credential', 'security', 'restricted', 'normal'],
      ],
      'switching-authority': [['switching-authority', 'Approval', 'security', 'restricted', 'control']],
      governor: [['governor', 'Approval', 'security', 'restricted', 'control']],
      trust: [['trust', 'Approval', 'security', 'restricted', 'control']],
      console: [
        ['access', 'Sign-in', 'security', 'restricted', 'normal'],
        ['access', 'Approval request', 'request', 'restricted', 'control'],
        ['access', 'Approval', 'security', 'restricted', 'control'],
        ['console', 'Pending approval', 'information', 'confidential', 'control'],
      ],
    },
  },
  {
    hundred: 'X4',
    hub: 'console',
    clause: '4.4.2 Table 3, 2.8.2',
    reason: 'Table 3 places a management console in the Managed Network domain; no line of v0.48 reaches it.',
    spokes: [...central, 'log-management', 'trust', 'access', 'switching-authority', 'governor', 'gateway'],
    rows: (spoke) => [
      [spoke, 'Management query', 'request', 'internal', 'normal'],
      [spoke, 'Management command', 'command', 'restricted', 'control'],
      [spoke, 'Configuration proposal', 'configuration', 'restricted', 'normal'],
      ['console', 'Management answer', 'information', 'confidential', 'normal'],
      ['console', 'Management outcome', 'confirmation', 'internal', 'control'],
      ['console', 'Alarm', 'event', 'confidential', 'alarm'],
    ],
    extra: {
      'head-end': [['head-end', 'Cancel order', 'command', 'restricted', 'alarm']],
      'switching-authority': [
        ['switching-authority', 'Cancel order', 'command', 'restricted', 'alarm'],
        ['switching-authority', 'Signed approval', 'security', 'restricted', 'control'],
      ],
      governor: [
        ['governor', 'Suspend order', 'command', 'restricted', 'alarm'],
        ['governor', 'Resume order', 'command', 'restricted', 'control'],
      ],
    },
  },
];

/** Lines of ours that are no family: switching (X5nn) and the network (X7nn). */
// biome-ignore format: one row a message is what makes this table readable
const singleLines: readonly ExtensionLineRow[] = [
  {
    line: 'X501', ends: ['switching-authority', 'head-end'], clause: '2.17.1, 2.15.7',
    reason: 'A head end alone switches nothing: what it sends to a meter for switching is signed by the switching authority.',
    rows: [
      ['switching-authority', 'Signing request', 'request', 'restricted', 'control'],
      ['switching-authority', 'Execution outcome', 'confirmation', 'confidential', 'control'],
      ['head-end', 'Signed device request', 'security', 'restricted', 'control'],
      ['head-end', 'Signed cancel', 'security', 'restricted', 'alarm'],
      ['head-end', 'Signing refusal', 'confirmation', 'internal', 'control'],
    ],
  },
  {
    line: 'X502', ends: ['governor', 'head-end'], clause: '2.17.1',
    reason: 'Enhancement of 2.17.1: what schedules switching recognizes a dangerous number, gives notice and suspends.',
    rows: [
      ['governor', 'Permit request', 'request', 'restricted', 'control'],
      ['governor', 'Execution outcome', 'confirmation', 'confidential', 'control'],
      ['head-end', 'Permit', 'security', 'restricted', 'control'],
      ['head-end', 'Permit refusal', 'confirmation', 'internal', 'control'],
      ['head-end', 'Class suspended', 'event', 'internal', 'alarm'],
      ['head-end', 'Class resumed', 'event', 'internal', 'control'],
    ],
  },
  {
    line: 'X503', ends: ['switching-authority', 'governor'], clause: '2.17.1',
    reason: 'The switching authority hears of permits and suspensions from the governor itself and reports what it signed.',
    rows: [
      ['switching-authority', 'Permit', 'security', 'restricted', 'control'],
      ['switching-authority', 'Class suspended', 'event', 'internal', 'alarm'],
      ['switching-authority', 'Class resumed', 'event', 'internal', 'control'],
      ['governor', 'Signing report', 'information', 'restricted', 'control'],
    ],
  },
  {
    line: 'X701', ends: ['collector', 'network-management'], clause: '4.3.6, 2.14.3',
    reason: 'The network management system keeps the configuration of network devices, yet no line of v0.48 joins them.',
    rows: [
      ['collector', 'Device configuration', 'configuration', 'restricted', 'normal'],
      ['collector', 'Access list', 'configuration', 'restricted', 'control'],
      ['collector', 'Firmware window', 'configuration', 'restricted', 'control'],
      ['collector', 'Updated firmware', 'firmware', 'restricted', 'bulk'],
      ['collector', 'Status request', 'request', 'internal', 'normal'],
      ['collector', 'Self-test request', 'request', 'internal', 'normal'],
      ['network-management', 'Device status', 'information', 'internal', 'normal'],
      ['network-management', 'Configuration confirmation', 'confirmation', 'internal', 'normal'],
      ['network-management', 'Self-test result', 'confirmation', 'internal', 'normal'],
      ['network-management', 'Intrusion event', 'event', 'confidential', 'alarm'],
    ],
  },
];

/** Actors behind the gateway, in the order of their X6nn numbers; new ones are added at the end. */
const gatewayActors: readonly EndId[] = [
  'cis',
  'outage-management-system',
  'distribution-management-system',
  'workforce-management-system',
  'enterprise-asset-management',
  'third-party-data-portal',
  'data-retriever',
  'non-electric-utility',
  'vendor',
  'warehouse',
  'construction-maintenance-account',
  'distribution-maintenance-planning',
  'telecom-control-center',
  'distribution-automation-node',
];

function familyLine(family: FamilySource, spoke: EndId): ExtensionLineRow {
  return {
    line: `${family.hundred}${numbers[spoke]}`,
    ends: [family.hub, spoke],
    clause: family.clause,
    reason: family.reason,
    rows: [...family.rows(spoke), ...(family.extra[spoke] ?? [])],
  };
}

function gatewayLine(actor: EndId, index: number): ExtensionLineRow {
  return {
    line: `X6${String(index + 1).padStart(2, '0')}`,
    ends: ['gateway', actor],
    clause: '4.4.1, 2.8.7',
    reason:
      "The actor's own side: documents in its standard, which the gateway turns into messages of its lines.",
    rows: [
      ['gateway', 'Inbound document', 'information', 'confidential', 'normal'],
      ['gateway', 'Outbound receipt', 'confirmation', 'internal', 'normal'],
      [actor, 'Outbound document', 'information', 'confidential', 'normal'],
      [actor, 'Inbound receipt', 'confirmation', 'internal', 'normal'],
    ],
  };
}

export const extensionLineRows: readonly ExtensionLineRow[] = [
  ...families.flatMap((family) => family.spokes.map((spoke) => familyLine(family, spoke))),
  ...singleLines.filter((single) => single.line.startsWith('X5')),
  ...gatewayActors.map(gatewayLine),
  ...singleLines.filter((single) => single.line.startsWith('X7')),
];
