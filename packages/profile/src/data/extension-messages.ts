/**
 * Data table: messages of ours on the profile's own lines (`origin: 'extension'`): they mend chains that break, give
 * 2.17.1 its cancel, and answer where a direction of v0.48 carries nothing. Rules for kind, label and priority stand at
 * the head of `lines.ts`, those for extensions at the head of `extension-lines.ts`.
 */
import type { EndId, Label, MessageKind, Priority } from '../model.ts';

/** `[line, destination, name, kind, label, priority, what it mends]` */
export type ExtensionMessageRow = readonly [
  line: string,
  destination: EndId,
  name: string,
  kind: MessageKind,
  label: Label,
  priority: Priority,
  mends: string,
];

// biome-ignore format: one row a message is what makes this table readable
export const extensionMessageRows: readonly ExtensionMessageRow[] = [
  // Switching: a cancel on every line that switches, and the three answers accepted, failed and cancelled.
  ['1', 'meter', 'Cancel connect/disconnect command', 'command', 'restricted', 'control', '2.17.1.2'],
  ['1', 'meter', 'Mass cancel of pending switching', 'command', 'restricted', 'alarm', '2.17.1.2'],
  ['1', 'meter', 'Cancel load limit command', 'command', 'restricted', 'control', '2.17.1.2'],
  ['1', 'meter', 'Cancel load shed command', 'command', 'restricted', 'control', '2.17.1.2'],
  ['1', 'head-end', 'Cancel confirmation', 'confirmation', 'confidential', 'control', '2.17.1.2'],
  ['1', 'head-end', 'Switching command accepted', 'confirmation', 'confidential', 'control', '2.17.1.2'],
  ['1', 'head-end', 'Switching command failed', 'confirmation', 'confidential', 'control', '2.17.1.2'],
  ['2', 'head-end', 'Cancel load shed command', 'command', 'restricted', 'control', '2.17.1.2'],
  ['9', 'meter', 'Cancel connect/disconnect command', 'command', 'restricted', 'control', '2.17.1.2'],
  ['9', 'field-tool', 'Cancel confirmation', 'confirmation', 'confidential', 'control', '2.17.1.2'],
  ['9', 'field-tool', 'Switching command accepted', 'confirmation', 'confidential', 'control', '2.17.1.2'],
  ['15', 'head-end', 'Cancel connect/disconnect command', 'command', 'restricted', 'control', '2.17.1.2'],
  ['15', 'head-end', 'Mass cancel of pending switching', 'command', 'restricted', 'alarm', '2.17.1.2'],
  ['15', 'head-end', 'Cancel load limit command', 'command', 'restricted', 'control', '2.17.1.2'],
  ['15', 'cis', 'Cancel confirmation', 'confirmation', 'confidential', 'control', '2.17.1.2'],
  ['15', 'cis', 'Switching command accepted', 'confirmation', 'confidential', 'control', '2.17.1.2'],
  ['15', 'cis', 'Switching command failed', 'confirmation', 'confidential', 'control', '2.17.1.2'],
  ['24', 'mdms', 'Cancel load shed', 'command', 'restricted', 'control', '2.17.1.2'],
  ['25', 'draacs', 'Cancel load control request', 'command', 'restricted', 'control', '2.17.1.2'],
  ['16', 'han-display-device', 'Event cancelled message', 'information', 'internal', 'control', '2.17.1.2'],
  ['26', 'load-control-device', 'Event cancelled message', 'information', 'internal', 'control', '2.17.1.2'],

  // Load shed: what line 2 brings back to the MDMS goes on to the DRAACS, and so does an opt-out.
  ['24', 'draacs', 'Load shed control confirmation', 'confirmation', 'confidential', 'control', 'B line 24'],
  ['24', 'draacs', 'Load shed control start confirmation', 'confirmation', 'confidential', 'control', 'B line 24'],
  ['24', 'draacs', 'Load shed control end confirmation', 'confirmation', 'confidential', 'control', 'B line 24'],
  ['24', 'draacs', 'Demand Response Confirmation Failure', 'confirmation', 'confidential', 'control', 'B line 24'],
  ['16', 'meter', 'Opt out for optional events', 'request', 'confidential', 'control', 'B line 27'],
  ['26', 'meter', 'Opt out for optional events', 'request', 'confidential', 'control', 'B line 28'],
  ['1', 'head-end', 'Opt out for optional events', 'request', 'confidential', 'control', 'B lines 27, 28'],
  ['2', 'mdms', 'Opt out for optional events', 'request', 'confidential', 'control', 'B lines 27, 28'],
  ['24', 'draacs', 'Opt out for optional events', 'request', 'confidential', 'control', 'B lines 27, 28'],

  // HAN device ping: line 18 asks for it, and nothing carries it to the device or the answer back.
  ['1', 'meter', 'HAN device ping', 'request', 'confidential', 'normal', 'B line 18'],
  ['1', 'head-end', 'HAN device ping response', 'confirmation', 'confidential', 'normal', 'B line 18'],
  ['16', 'han-display-device', 'HAN device ping', 'request', 'internal', 'normal', 'B line 18'],
  ['16', 'meter', 'HAN device ping response', 'confirmation', 'confidential', 'normal', 'B line 18'],
  ['26', 'load-control-device', 'HAN device ping', 'request', 'internal', 'normal', 'B line 18'],
  ['26', 'meter', 'HAN device ping response', 'confirmation', 'confidential', 'normal', 'B line 18'],
  ['18', 'meter-management', 'HAN device ping response', 'confirmation', 'confidential', 'normal', 'B line 18'],

  // Rate change: line 15 brings it to the head end, and nothing carries it on.
  ['1', 'meter', 'Rate change message', 'information', 'public', 'normal', 'B line 15'],
  ['16', 'han-display-device', 'Rate change message', 'information', 'public', 'normal', 'B line 15'],

  // Firmware and configuration: line 18 confirms a download that no meter has confirmed; configuration has no answer.
  ['1', 'head-end', 'Firmware download confirmation', 'confirmation', 'internal', 'normal', 'B line 18'],
  ['1', 'head-end', 'Firmware activation confirmation', 'confirmation', 'internal', 'normal', 'B line 18'],
  ['18', 'meter-management', 'Firmware activation confirmation', 'confirmation', 'internal', 'normal', 'B line 18'],
  ['1', 'head-end', 'Reconfiguration confirmation', 'confirmation', 'internal', 'normal', 'B line 1'],
  ['18', 'meter-management', 'Reconfiguration confirmation', 'confirmation', 'internal', 'normal', 'B line 18'],
  ['9', 'field-tool', 'Configuration confirmation', 'confirmation', 'internal', 'normal', 'B line 9'],
  ['32', 'distribution-management-system', 'Change of state confirmation', 'confirmation', 'internal', 'control', 'B line 32'],
  ['33', 'head-end', 'Change of state confirmation', 'confirmation', 'internal', 'control', 'B line 33'],

  // What the controls ask of a meter and no line carries: records, keys, time, self-test.
  ['1', 'head-end', 'Audit records', 'log', 'confidential', 'bulk', '2.16.2'],
  ['6', 'head-end', 'Audit records', 'log', 'confidential', 'bulk', '2.16.2'],
  ['22', 'head-end', 'Audit records', 'log', 'confidential', 'bulk', '2.16.2'],
  ['1', 'head-end', 'Certificate request', 'security', 'internal', 'normal', '2.8.15'],
  ['1', 'meter', 'Key and certificate provisioning', 'security', 'restricted', 'normal', '2.8.11'],
  ['1', 'head-end', 'Key and certificate confirmation', 'confirmation', 'internal', 'normal', '2.8.11'],
  ['1', 'meter', 'Clock set', 'configuration', 'restricted', 'normal', '2.16.8'],
  ['1', 'meter', 'Self-test request', 'request', 'internal', 'normal', '2.14.6'],
  ['1', 'head-end', 'Self-test result', 'confirmation', 'internal', 'normal', '2.14.6'],

  // Relaying: clause 4.3.1 lets the network device carry all traffic, while line 1 is drawn past it.
  ['37', 'collector', 'Relayed request', 'information', 'restricted', 'normal', '4.3.1'],
  ['37', 'head-end', 'Relayed answer', 'information', 'restricted', 'normal', '4.3.1'],
  ['39', 'meter', 'Relayed request', 'information', 'restricted', 'normal', '4.3.1'],
  ['39', 'collector', 'Relayed answer', 'information', 'restricted', 'normal', '4.3.1'],

  // Answers in the directions that v0.48 leaves empty on lines with a component.
  ['7', 'head-end', 'Meter reading report acknowledgement', 'confirmation', 'internal', 'normal', 'B line 7'],
  ['8', 'mdms', 'Pickup read acknowledgement', 'confirmation', 'internal', 'normal', 'B line 8'],
  ['10', 'field-tool', 'Stored meter data receipt', 'confirmation', 'internal', 'normal', 'B line 10'],
  ['20', 'third-party-data-portal', 'Non-electric meter read acknowledgement', 'confirmation', 'internal', 'normal', 'B line 20'],
  ['23', 'mdms', 'Missing data notice acknowledgement', 'confirmation', 'internal', 'normal', 'B line 23'],
  ['35', 'outage-management-system', 'Meter service order acknowledgement', 'confirmation', 'internal', 'normal', 'B line 35'],
  ['36', 'meter-management', 'Meter service order acknowledgement', 'confirmation', 'internal', 'normal', 'B line 36'],
  ['37', 'collector', 'Power event acknowledgement', 'confirmation', 'internal', 'normal', 'B line 37'],
  ['39', 'meter', 'Last gasp acknowledgement', 'confirmation', 'internal', 'normal', 'B line 39'],
  ['40', 'head-end', 'Outage notice acknowledgement', 'confirmation', 'internal', 'normal', 'B line 40'],
  ['42', 'forecasting', 'Meter order acknowledgement', 'confirmation', 'internal', 'normal', 'B line 42'],
  ['43', 'vendor', 'Meter asset result', 'confirmation', 'internal', 'normal', 'B line 43'],
  ['44', 'meter-management', 'Expected arrival acknowledgement', 'confirmation', 'internal', 'normal', 'B line 44'],
  ['46', 'technicians', 'Meter record acknowledgement', 'confirmation', 'internal', 'normal', 'B line 46'],
  ['47', 'meter-management', 'Dispatch acknowledgement', 'confirmation', 'internal', 'normal', 'B line 47'],
  ['50', 'forecasting', 'Meter service order acknowledgement', 'confirmation', 'internal', 'normal', 'B line 50'],
  ['55', 'cis', 'Meter service order acknowledgement', 'confirmation', 'internal', 'normal', 'B line 55'],
  ['56', 'distribution-maintenance-planning', 'Testing service order acknowledgement', 'confirmation', 'internal', 'normal', 'B line 56'],
  ['57', 'network-management', 'Outage record acknowledgement', 'confirmation', 'internal', 'normal', 'B line 57'],
  ['58', 'network-management', 'Work order acknowledgement', 'confirmation', 'internal', 'normal', 'B line 58'],
  ['59', 'network-management', 'Outage record acknowledgement', 'confirmation', 'internal', 'normal', 'B line 59'],
];
