/**
 * Data table: Appendix B of the AMI Security Profile v0.48 — the 59 lines and their 289 messages, one row a message.
 *
 * A row is `[destination, name, scenarios, kind, label, priority]`; `src/expand.ts` makes lines, directions and
 * messages with stable ids of it. Which end a message comes from follows from the line, and whether a line is inside,
 * boundary or outside follows from its ends, so neither is written down twice.
 *
 * Destination, name and scenarios are the profile's facts. Kind, label and priority are ours, by these rules:
 *
 * Kind. `reading`: carries measured values. `event`: says unasked that something happened or changed. `request`: asks
 * for an answer or for work and changes nothing by itself. `command`: makes equipment act (switch, limit, shed, start
 * firmware). `confirmation`: answers a command, request, notice or event, failures included. `configuration`: changes
 * settings (schedules, tariffs, provisioning, monitoring). `information`: tells people or systems a fact (notices,
 * orders, prices, states). `firmware`, `log`, `security`: an image, a stored log, a credential.
 *
 * Label (2.9.4 asks for three levels or more). `public`: meant for anyone (prices, rate changes, planned and unplanned
 * outages). `internal`: the utility's own work (requests without a person's data, orders, stock, acknowledgements,
 * power of the network). `confidential`: tells something about a customer or a site (readings, state of the service,
 * tampering, prepayment, the customer's own devices). `restricted`: would let its holder switch, limit, reprogram or
 * unlock equipment (switching, limiting, shedding, tariff programs, firmware, credentials).
 *
 * Priority (2.8.6), most urgent first. `alarm`: last gasp, outage and restoration, tampering, failed self-test,
 * generation nobody expected. `control`: switching, limiting, load control and the confirmations that they wait for.
 * `normal`: everything else. `bulk`: batches and large bodies (batched readings, stored data, logs, firmware).
 */
import type { Label, MessageKind, MeterPartId, Priority } from '../model.ts';

/** `[destination, name, scenario references, kind, label, priority]` */
export type MessageRow = readonly [
  destination: string,
  name: string,
  references: string,
  kind: MessageKind,
  label: Label,
  priority: Priority,
];

/** One line: its two ends in the order in which Appendix B lists their directions, and its messages. */
export interface LineRow {
  readonly line: string;
  readonly ends: readonly [string, string];
  readonly rows: readonly MessageRow[];
}

// biome-ignore format: one row a message is what makes this table readable
export const lineRows: readonly LineRow[] = [
  {
    line: '1', ends: ['head-end', 'meter'],
    rows: [
      ['head-end', 'Meter reading', 'B1-Sc1 B1-Sc2 B2-Sc1 B2-Sc2 B2-Sc3 D3-Sc1', 'reading', 'confidential', 'normal'],
      ['head-end', 'Meter event', 'B1-Sc3', 'event', 'confidential', 'normal'],
      ['head-end', '"Read" schedule ack', 'B1-Sc6', 'confirmation', 'internal', 'normal'],
      ['head-end', 'Successful turn off confirmation', 'B2-Sc1 B2-Sc3', 'confirmation', 'confidential', 'control'],
      ['head-end', 'Meter energized status', 'B2-Sc2', 'confirmation', 'confidential', 'control'],
      ['head-end', 'Successful turn on confirmation', 'B2-Sc2', 'confirmation', 'confidential', 'control'],
      ['head-end', 'Load limit confirmation', 'B2-Sc6', 'confirmation', 'confidential', 'control'],
      ['head-end', 'Removal event', 'B3-Sc1', 'event', 'confidential', 'alarm'],
      ['head-end', 'Re-installation event', 'B3-Sc1', 'event', 'confidential', 'alarm'],
      ['head-end', 'Inversion event', 'B3-Sc3', 'event', 'confidential', 'alarm'],
      ['head-end', 'Customer load detected event', 'B3-Sc4', 'event', 'confidential', 'alarm'],
      ['head-end', 'Physical intrusion event', 'B3-Sc5', 'event', 'confidential', 'alarm'],
      ['head-end', 'Meter tampering attempt, outage, or restoration event', 'B3-Sc6 I2-Sc7', 'event', 'confidential', 'alarm'],
      ['head-end', 'Event (load shed) notification confirmation', 'CDRLC', 'confirmation', 'confidential', 'control'],
      ['head-end', 'Event (load shed) start confirmation', 'CDRLC', 'confirmation', 'confidential', 'control'],
      ['head-end', 'Event (load shed) end confirmation', 'CDRLC', 'confirmation', 'confidential', 'control'],
      ['head-end', 'Meter provisioning request confirmation', 'C2-Sc2', 'confirmation', 'confidential', 'normal'],
      ['head-end', 'HAN communication confirmation', 'C2-Sc2', 'confirmation', 'confidential', 'normal'],
      ['head-end', 'Informational message receipt confirmation', 'C2-Sc5', 'confirmation', 'confidential', 'normal'],
      ['head-end', 'Prepay meter event (i.e. credit mode)', 'C3-Sc4', 'event', 'confidential', 'normal'],
      ['head-end', 'Customer HAN equipment response', 'C4-Sc1', 'confirmation', 'confidential', 'control'],
      ['head-end', 'Power Quality event', 'D2-Sc1', 'event', 'confidential', 'normal'],
      ['head-end', 'Power Quality data response', 'D2-Sc1', 'reading', 'confidential', 'normal'],
      ['head-end', 'Real-time data response (volts, watts, PF, etc.)', 'D2-Sc3', 'reading', 'confidential', 'normal'],
      ['head-end', 'Successful meter program confirmation', 'D3-Sc1', 'confirmation', 'confidential', 'normal'],
      ['head-end', 'Unexpected/unauthorized DG notification', 'D3-Sc2 D3-Sc3', 'event', 'confidential', 'alarm'],
      ['head-end', 'Self-registration', 'I1-Sc1 I1-Sc2', 'event', 'internal', 'normal'],
      ['head-end', 'Error event or self-test failure', 'I2-Sc8', 'event', 'internal', 'alarm'],
      ['head-end', 'Event log', 'I3-Sc1', 'log', 'confidential', 'bulk'],
      ['head-end', 'Restoration event (and status)', 'S1-Sc1 S1-Sc2', 'event', 'internal', 'alarm'],
      ['meter', 'On-demand meter read request', 'B1-Sc2', 'request', 'internal', 'normal'],
      ['meter', '"Read" schedule', 'B1-Sc6', 'configuration', 'internal', 'normal'],
      ['meter', 'Scheduled turn off notification', 'B2-Sc1', 'information', 'confidential', 'normal'],
      ['meter', 'Scheduled turn off command', 'B2-Sc1', 'command', 'restricted', 'control'],
      ['meter', 'Request meter energized status', 'B2-Sc2', 'request', 'internal', 'normal'],
      ['meter', 'Scheduled turn on command', 'B2-Sc2', 'command', 'restricted', 'control'],
      ['meter', 'On demand turn off command', 'B2-Sc3', 'command', 'restricted', 'control'],
      ['meter', 'Load limit command', 'B2-Sc6', 'command', 'restricted', 'control'],
      ['meter', 'Removal event confirmation', 'B3-Sc1', 'confirmation', 'internal', 'normal'],
      ['meter', 'Re-installation event confirmation', 'B3-Sc1', 'confirmation', 'internal', 'normal'],
      ['meter', 'Load shed command', 'CDRLC', 'command', 'restricted', 'control'],
      ['meter', 'Electric Price Data', 'C2-Sc1', 'information', 'public', 'normal'],
      ['meter', 'Meter Provisioning Request (New HAN Display Device)', 'C2-Sc2', 'configuration', 'restricted', 'normal'],
      ['meter', 'Informational message', 'C2-Sc5', 'information', 'confidential', 'normal'],
      ['meter', 'Prepayment service message', 'C3-Sc1 C3-Sc4', 'information', 'confidential', 'normal'],
      ['meter', 'Prepayment status message', 'C3-Sc2', 'information', 'confidential', 'normal'],
      ['meter', 'Customer HAN equipment command', 'C4-Sc1', 'command', 'confidential', 'control'],
      ['meter', 'Power Quality data request', 'D2-Sc1', 'request', 'internal', 'normal'],
      ['meter', 'Real-time data request (volts, watts, PF, etc.)', 'D2-Sc3', 'request', 'internal', 'normal'],
      ['meter', 'Meter programming (i.e. tariff)', 'D3-Sc1', 'configuration', 'restricted', 'normal'],
      ['meter', 'Planned outage information', 'D4-Sc3', 'information', 'public', 'normal'],
      ['meter', 'Reconfigure meter asset', 'I1-Sc1', 'configuration', 'restricted', 'normal'],
      ['meter', 'Execute firmware command', 'I3-Sc1', 'command', 'restricted', 'control'],
      ['meter', 'Updated firmware', 'I3-Sc1', 'firmware', 'restricted', 'bulk'],
    ],
  },
  {
    line: '2', ends: ['mdms', 'head-end'],
    rows: [
      ['mdms', 'Meter reading', 'B1-Sc1 B1-Sc2 B1-Sc8 B2-Sc1 B2-Sc2 B2-Sc3 B4-Sc1 D3-Sc1', 'reading', 'confidential', 'bulk'],
      ['mdms', 'Meter event', 'B1-Sc3 B4-Sc5 B4-Sc6', 'event', 'confidential', 'normal'],
      ['mdms', 'Failed on-demand read', 'B1-Sc16', 'confirmation', 'confidential', 'normal'],
      ['mdms', 'Load shed control confirmation', 'CDRLC', 'confirmation', 'confidential', 'control'],
      ['mdms', 'Load shed control start confirmation', 'CDRLC', 'confirmation', 'confidential', 'control'],
      ['mdms', 'Load shed control end confirmation', 'CDRLC', 'confirmation', 'confidential', 'control'],
      ['mdms', 'Demand Response Confirmation Failure', 'C1-Sc2', 'confirmation', 'confidential', 'control'],
      ['mdms', 'Prepay meter event (i.e. credit mode)', 'C3-Sc4', 'event', 'confidential', 'normal'],
      ['mdms', 'Customer HAN equipment response', 'C4-Sc1', 'confirmation', 'confidential', 'control'],
      ['mdms', 'Successful meter program confirmation', 'D3-Sc1', 'confirmation', 'confidential', 'normal'],
      ['mdms', 'Unexpected/unauthorized DG notification', 'D3-Sc2 D3-Sc3', 'event', 'confidential', 'alarm'],
      ['mdms', 'Power outage notification', 'D4-Sc1', 'event', 'internal', 'alarm'],
      ['mdms', 'Power restoration notification', 'D4-Sc1', 'event', 'internal', 'alarm'],
      ['mdms', 'Event log', 'I3-Sc1', 'log', 'confidential', 'bulk'],
      ['head-end', 'On-demand meter read request', 'B1-Sc2 B1-Sc8 S1-Sc3', 'request', 'internal', 'normal'],
      ['head-end', 'Request non-electric meter event monitoring', 'B4-Sc5', 'configuration', 'internal', 'normal'],
      ['head-end', 'Load shed command', 'CDRLC', 'command', 'restricted', 'control'],
      ['head-end', 'Prepayment service message', 'C3-Sc4', 'information', 'confidential', 'normal'],
      ['head-end', 'Customer HAN equipment command', 'C4-Sc1', 'command', 'confidential', 'control'],
      ['head-end', 'Meter programming (i.e. tariff)', 'D3-Sc1', 'configuration', 'restricted', 'normal'],
      ['head-end', 'Planned outage information', 'D4-Sc3', 'information', 'public', 'normal'],
    ],
  },
  {
    line: '3', ends: ['mdms', 'data-retriever'],
    rows: [
      ['mdms', 'On-demand meter read request', 'B1-Sc2', 'request', 'internal', 'normal'],
      ['mdms', 'Meter event ack', 'B1-Sc3', 'confirmation', 'internal', 'normal'],
      ['mdms', 'Data request', 'B1-Sc5', 'request', 'internal', 'normal'],
      ['mdms', 'Meter data anomaly', 'I2-Sc6', 'event', 'confidential', 'normal'],
      ['data-retriever', 'Meter reading', 'B1-Sc2', 'reading', 'confidential', 'normal'],
      ['data-retriever', 'Meter event', 'B1-Sc3', 'event', 'confidential', 'normal'],
      ['data-retriever', 'Requested data', 'B1-Sc5', 'reading', 'confidential', 'normal'],
      ['data-retriever', 'Failed on-demand read', 'B1-Sc16', 'confirmation', 'confidential', 'normal'],
      ['data-retriever', 'Results of service order', 'I2-Sc6', 'confirmation', 'internal', 'normal'],
    ],
  },
  {
    line: '4', ends: ['mdms', 'third-party-data-portal'],
    rows: [
      ['mdms', 'Request meter read data', 'B1-Sc7 B1-Sc8 B4-Sc1', 'request', 'internal', 'normal'],
      ['mdms', 'Request non-electric meter event monitoring', 'B4-Sc5', 'configuration', 'internal', 'normal'],
      ['mdms', 'Customer energy data request', 'C2-Sc3', 'request', 'confidential', 'normal'],
      ['mdms', 'Customer HAN equipment command', 'C4-Sc1', 'command', 'confidential', 'control'],
      ['third-party-data-portal', 'Meter reading', 'B1-Sc7 B1-Sc8 B4-Sc1', 'reading', 'confidential', 'normal'],
      ['third-party-data-portal', 'Non-electric meter event', 'B4-Sc5 B4-Sc6', 'event', 'confidential', 'normal'],
      ['third-party-data-portal', 'Customer energy data', 'C2-Sc3', 'reading', 'confidential', 'normal'],
      ['third-party-data-portal', 'Customer HAN equipment response', 'C4-Sc1', 'confirmation', 'confidential', 'control'],
    ],
  },
  {
    line: '5', ends: ['third-party-data-portal', 'third-party-organization'],
    rows: [
      ['third-party-data-portal', 'Meter data request', 'B1-Sc7', 'request', 'internal', 'normal'],
      ['third-party-data-portal', 'Customer HAN equipment command', 'C4-Sc1', 'command', 'confidential', 'control'],
      ['third-party-organization', 'Meter reading', 'B1-Sc7', 'reading', 'confidential', 'normal'],
      ['third-party-organization', 'Customer HAN equipment response', 'C4-Sc1', 'confirmation', 'confidential', 'control'],
    ],
  },
  {
    line: '6', ends: ['third-party-meter', 'head-end'],
    rows: [
      ['third-party-meter', 'On-demand meter read request', 'B1-Sc8', 'request', 'internal', 'normal'],
      ['head-end', 'Meter reading', 'B1-Sc8', 'reading', 'confidential', 'normal'],
    ],
  },
  {
    line: '7', ends: ['head-end-operator', 'head-end'],
    rows: [
      ['head-end-operator', 'Meter reading report (re: unresponsive meters)', 'B1-Sc9', 'information', 'internal', 'normal'],
    ],
  },
  {
    line: '8', ends: ['field-person', 'mdms'],
    rows: [
      ['field-person', 'Pickup read request', 'B1-Sc12', 'request', 'internal', 'normal'],
    ],
  },
  {
    line: '9', ends: ['meter', 'field-tool'],
    rows: [
      ['meter', 'Request all meter data (and logs)', 'B1-Sc12 I2-Sc1', 'request', 'confidential', 'normal'],
      ['meter', "Credentials for Field Person's communication", 'B2-Sc2', 'security', 'restricted', 'normal'],
      ['meter', 'Command to turn on/off electric service', 'B2-Sc2', 'command', 'restricted', 'control'],
      ['meter', 'Meter configuration data', 'I2-Sc1', 'configuration', 'restricted', 'normal'],
      ['meter', 'Request self-test results and communication test', 'I2-Sc1', 'request', 'internal', 'normal'],
      ['field-tool', 'All stored meter data (and logs)', 'B1-Sc12 I2-Sc1', 'reading', 'confidential', 'bulk'],
      ['field-tool', 'Acceptance of credentials', 'B2-Sc2', 'confirmation', 'internal', 'normal'],
      ['field-tool', 'Confirmation of turn on/off electric service', 'B2-Sc2', 'confirmation', 'confidential', 'control'],
      ['field-tool', 'Meter reading', 'B2-Sc2', 'reading', 'confidential', 'normal'],
      ['field-tool', 'Meter ID', 'I1-Sc1', 'information', 'internal', 'normal'],
      ['field-tool', 'Success of AMI system registration', 'I1-Sc1', 'confirmation', 'internal', 'normal'],
      ['field-tool', 'Meter test results', 'I2-Sc1', 'information', 'internal', 'normal'],
    ],
  },
  {
    line: '10', ends: ['mdms', 'field-tool'],
    rows: [
      ['mdms', 'All stored meter data', 'B1-Sc12', 'reading', 'confidential', 'bulk'],
    ],
  },
  {
    line: '11', ends: ['meter-management', 'mdms'],
    rows: [
      ['meter-management', 'Problem meters report', 'B1-Sc15', 'information', 'internal', 'normal'],
      ['meter-management', 'Meter service order request', 'I2-Sc6', 'request', 'confidential', 'normal'],
      ['meter-management', 'Meter reading', 'I3-Sc1', 'reading', 'confidential', 'normal'],
      ['mdms', 'Closed meter order status', 'I2-Sc6', 'confirmation', 'internal', 'normal'],
      ['mdms', 'Meter reading request', 'I3-Sc1', 'request', 'internal', 'normal'],
    ],
  },
  {
    line: '12', ends: ['head-end-operator', 'meter-management'],
    rows: [
      ['head-end-operator', 'Meter service order', 'B1-Sc15', 'information', 'internal', 'normal'],
      ['meter-management', 'Schedule upgrade', 'I3-Sc1', 'configuration', 'restricted', 'normal'],
    ],
  },
  {
    line: '13', ends: ['mdms', 'cis'],
    rows: [
      ['mdms', 'Request billing determinant', 'B1-Sc17', 'request', 'confidential', 'normal'],
      ['mdms', 'Prepayment request', 'C3-Sc4', 'request', 'confidential', 'normal'],
      ['mdms', 'DG enrollment information', 'D3-Sc1', 'information', 'confidential', 'normal'],
      ['cis', 'Billing determinant', 'B1-Sc17', 'reading', 'confidential', 'bulk'],
      ['cis', 'Prepay meter event (i.e. credit mode)', 'C3-Sc4', 'event', 'confidential', 'normal'],
      ['cis', 'Successful meter program confirmation', 'D3-Sc1', 'confirmation', 'confidential', 'normal'],
      ['cis', 'Unexpected/unauthorized DG notification', 'D3-Sc2 D3-Sc3', 'event', 'confidential', 'alarm'],
    ],
  },
  {
    line: '14', ends: ['cis', 'customer'],
    rows: [
      ['cis', 'Disconnect request', 'B2-Sc1', 'request', 'confidential', 'control'],
      ['cis', 'Request to establish service', 'B2-Sc2', 'request', 'confidential', 'normal'],
      ['cis', 'HAN Display Device provisioning request', 'C2-Sc2', 'request', 'confidential', 'normal'],
      ['cis', 'Prepayment request', 'C3-Sc1', 'request', 'confidential', 'normal'],
      ['cis', 'Prepayment information', 'C3-Sc1', 'information', 'confidential', 'normal'],
      ['cis', 'DG enrollment request', 'D3-Sc1', 'request', 'confidential', 'normal'],
      ['cis', 'Request meter service', 'I2-Sc3', 'request', 'confidential', 'normal'],
      ['cis', 'HAN device asset ID', 'I3-Sc2 I3-Sc3', 'information', 'confidential', 'normal'],
      ['customer', 'HAN Display Device test message receipt confirmation', 'C2-Sc2', 'confirmation', 'confidential', 'normal'],
      ['customer', 'Prepayment balance approaching zero message', 'C3-Sc3', 'information', 'confidential', 'normal'],
      ['customer', 'DG ready for use notification', 'D3-Sc1', 'information', 'confidential', 'normal'],
      ['customer', 'Unexpected/unauthorized DG notification', 'D3-Sc2 D3-Sc3', 'information', 'confidential', 'normal'],
    ],
  },
  {
    line: '15', ends: ['head-end', 'cis'],
    rows: [
      ['head-end', 'Scheduled turn off notification', 'B2-Sc1', 'information', 'confidential', 'normal'],
      ['head-end', 'Scheduled turn off command', 'B2-Sc1', 'command', 'restricted', 'control'],
      ['head-end', 'Request meter energized status', 'B2-Sc2', 'request', 'internal', 'normal'],
      ['head-end', 'Scheduled turn on command', 'B2-Sc2', 'command', 'restricted', 'control'],
      ['head-end', 'On demand turn off command', 'B2-Sc3', 'command', 'restricted', 'control'],
      ['head-end', 'Load limit command', 'B2-Sc6', 'command', 'restricted', 'control'],
      ['head-end', 'Electric Price Data', 'C2-Sc1', 'information', 'public', 'normal'],
      ['head-end', 'Meter Provisioning Request (New HAN Display Device)', 'C2-Sc2', 'configuration', 'restricted', 'normal'],
      ['head-end', 'Informational message', 'C2-Sc5', 'information', 'confidential', 'normal'],
      ['head-end', 'Prepayment service message', 'C3-Sc1', 'information', 'confidential', 'normal'],
      ['head-end', 'Rate change message', 'C3-Sc1', 'information', 'public', 'normal'],
      ['cis', 'Successful turn off confirmation', 'B2-Sc1 B2-Sc3', 'confirmation', 'confidential', 'control'],
      ['cis', 'Energized meter status', 'B2-Sc2', 'confirmation', 'confidential', 'control'],
      ['cis', 'Successful turn on confirmation', 'B2-Sc2', 'confirmation', 'confidential', 'control'],
      ['cis', 'Load limit confirmation', 'B2-Sc6', 'confirmation', 'confidential', 'control'],
      ['cis', 'Meter provisioning request confirmation', 'C2-Sc2', 'confirmation', 'confidential', 'normal'],
      ['cis', 'HAN communication confirmation', 'C2-Sc2', 'confirmation', 'confidential', 'normal'],
      ['cis', 'Informational message receipt confirmation', 'C2-Sc5', 'confirmation', 'confidential', 'normal'],
    ],
  },
  {
    line: '16', ends: ['han-display-device', 'meter'],
    rows: [
      ['han-display-device', 'Scheduled turn off notification', 'B2-Sc1', 'information', 'confidential', 'normal'],
      ['han-display-device', 'Load limit notification and usage data', 'B2-Sc6', 'information', 'confidential', 'normal'],
      ['han-display-device', 'Load control event notification', 'CDRLC', 'information', 'internal', 'control'],
      ['han-display-device', 'Event start message', 'CDRLC', 'information', 'internal', 'control'],
      ['han-display-device', 'Event end message', 'CDRLC', 'information', 'internal', 'control'],
      ['han-display-device', 'Electric Price Data', 'C2-Sc1', 'information', 'public', 'normal'],
      ['han-display-device', 'Energy Consumption Data', 'C2-Sc1', 'reading', 'confidential', 'normal'],
      ['han-display-device', 'Test message', 'C2-Sc2', 'information', 'internal', 'normal'],
      ['han-display-device', 'Informational message', 'C2-Sc5', 'information', 'confidential', 'normal'],
      ['han-display-device', 'Prepayment status', 'C3-Sc1 C3-Sc2 C3-Sc4', 'information', 'confidential', 'normal'],
      ['han-display-device', 'Prepay meter event (i.e. credit mode)', 'C3-Sc4', 'event', 'confidential', 'normal'],
      ['han-display-device', 'Unplanned outage information', 'D4-Sc1', 'information', 'public', 'normal'],
      ['han-display-device', 'Planned outage information', 'D4-Sc3', 'information', 'public', 'normal'],
      ['meter', 'Event notification confirmation', 'CDRLC', 'confirmation', 'confidential', 'control'],
      ['meter', 'Event start confirmation', 'CDRLC', 'confirmation', 'confidential', 'control'],
      ['meter', 'Event end confirmation', 'CDRLC', 'confirmation', 'confidential', 'control'],
      ['meter', 'HAN communication confirmation', 'C2-Sc2', 'confirmation', 'confidential', 'normal'],
      ['meter', 'Prepayment status receipt (from HAN Display Device)', 'C3-Sc1 C3-Sc2', 'confirmation', 'confidential', 'normal'],
    ],
  },
  {
    line: '17', ends: ['field-tool', 'field-person'],
    rows: [
      ['field-tool', 'Connects tool to meter (physical interaction)', 'B2-Sc5', 'event', 'internal', 'normal'],
      ['field-tool', 'Chooses to toggle electric service', 'B2-Sc5', 'command', 'restricted', 'control'],
      ['field-tool', 'Meter ID information', 'I1-Sc1', 'information', 'internal', 'normal'],
      ['field-tool', 'Report marginal coverage/"soft-registration"', 'I1-Sc1', 'event', 'internal', 'normal'],
      ['field-tool', 'Close out work order', 'I2-Sc1', 'confirmation', 'internal', 'normal'],
      ['field-person', 'Confirmation of turn on/off electric service', 'B2-Sc5', 'confirmation', 'confidential', 'control'],
      ['field-person', 'Meter ID match confirmation', 'I1-Sc1', 'confirmation', 'internal', 'normal'],
      ['field-person', 'Meter reading', 'I1-Sc1', 'reading', 'confidential', 'normal'],
      ['field-person', 'Success of AMI system registration', 'I1-Sc1', 'confirmation', 'internal', 'normal'],
      ['field-person', 'Work order alert', 'I2-Sc1', 'information', 'internal', 'normal'],
    ],
  },
  {
    line: '18', ends: ['head-end', 'meter-management'],
    rows: [
      ['head-end', 'Non-electric meter read request', 'B4-Sc1', 'request', 'internal', 'normal'],
      ['head-end', 'Reconfigure meter asset', 'I1-Sc1', 'configuration', 'restricted', 'normal'],
      ['head-end', 'Updated firmware', 'I3-Sc1', 'firmware', 'restricted', 'bulk'],
      ['head-end', 'Execute firmware command', 'I3-Sc1', 'command', 'restricted', 'control'],
      ['head-end', 'Request HAN device ping', 'I3-Sc2 I3-Sc3', 'request', 'confidential', 'normal'],
      ['meter-management', 'Removal event', 'B3-Sc1', 'event', 'confidential', 'alarm'],
      ['meter-management', 'Re-installation event', 'B3-Sc1', 'event', 'confidential', 'alarm'],
      ['meter-management', 'Inversion event', 'B3-Sc3', 'event', 'confidential', 'alarm'],
      ['meter-management', 'Customer load detected event', 'B3-Sc4', 'event', 'confidential', 'alarm'],
      ['meter-management', 'Meter intrusion event', 'B3-Sc5', 'event', 'confidential', 'alarm'],
      ['meter-management', 'Meter location change or network disconnection event', 'B3-Sc6', 'event', 'confidential', 'alarm'],
      ['meter-management', 'Meter status', 'I1-Sc1', 'information', 'internal', 'normal'],
      ['meter-management', 'Meter service order request', 'I2-Sc2 I2-Sc7 I2-Sc8', 'request', 'confidential', 'normal'],
      ['meter-management', 'Confirmation of firmware update download', 'I3-Sc1', 'confirmation', 'internal', 'normal'],
    ],
  },
  {
    line: '19', ends: ['third-party-data-portal', 'non-electric-utility'],
    rows: [
      ['third-party-data-portal', 'Non-electric meter read request', 'B4-Sc1', 'request', 'internal', 'normal'],
      ['third-party-data-portal', 'Request non-electric meter data', 'B4-Sc1', 'request', 'internal', 'normal'],
      ['third-party-data-portal', 'Request non-electric meter event monitoring', 'B4-Sc5', 'configuration', 'internal', 'normal'],
      ['non-electric-utility', 'Non-electric meter read data', 'B4-Sc1', 'reading', 'confidential', 'normal'],
    ],
  },
  {
    line: '20', ends: ['network-management', 'third-party-data-portal'],
    rows: [
      ['network-management', 'Non-electric meter read request', 'B4-Sc1', 'request', 'internal', 'normal'],
    ],
  },
  {
    line: '21', ends: ['head-end', 'network-management'],
    rows: [
      ['head-end', 'Non-electric meter read request', 'B4-Sc1', 'request', 'internal', 'normal'],
      ['network-management', 'Meter event', 'S1-Sc1 S1-Sc3', 'event', 'confidential', 'normal'],
      ['network-management', 'Activity record', 'S1-Sc1', 'log', 'internal', 'bulk'],
    ],
  },
  {
    line: '22', ends: ['non-electric-meter', 'head-end'],
    rows: [
      ['non-electric-meter', 'Establish connection', 'B4-Sc1', 'request', 'internal', 'normal'],
      ['non-electric-meter', 'Meter read request', 'B4-Sc1', 'request', 'internal', 'normal'],
      ['non-electric-meter', 'Request meter event monitoring', 'B4-Sc5', 'configuration', 'internal', 'normal'],
      ['head-end', 'Connection established', 'B4-Sc1', 'confirmation', 'internal', 'normal'],
      ['head-end', 'Meter read', 'B4-Sc1', 'reading', 'confidential', 'normal'],
      ['head-end', 'Non-electric meter event', 'B4-Sc5 B4-Sc6', 'event', 'confidential', 'normal'],
    ],
  },
  {
    line: '23', ends: ['non-electric-utility', 'mdms'],
    rows: [
      ['non-electric-utility', 'Identification of non electric meters where no data is received', 'B4-Sc1', 'information', 'internal', 'normal'],
    ],
  },
  {
    line: '24', ends: ['mdms', 'draacs'],
    rows: [
      ['mdms', 'Load shed control notification', 'CDRLC', 'command', 'restricted', 'control'],
      ['draacs', 'Load shed event end', 'CDRLC', 'confirmation', 'internal', 'control'],
    ],
  },
  {
    line: '25', ends: ['draacs', 'grid-control'],
    rows: [
      ['draacs', 'Request load control', 'CDRLC', 'command', 'restricted', 'control'],
      ['grid-control', 'Load shed report', 'CDRLC', 'information', 'internal', 'normal'],
    ],
  },
  {
    line: '26', ends: ['meter', 'load-control-device'],
    rows: [
      ['meter', 'Event notification confirmation', 'CDRLC', 'confirmation', 'confidential', 'control'],
      ['meter', 'Event start confirmation', 'CDRLC', 'confirmation', 'confidential', 'control'],
      ['meter', 'Event end confirmation', 'CDRLC', 'confirmation', 'confidential', 'control'],
      ['meter', 'Customer HAN equipment response', 'C4-Sc1', 'confirmation', 'confidential', 'control'],
      ['load-control-device', 'Load control event notification', 'CDRLC', 'information', 'internal', 'control'],
      ['load-control-device', 'Event start message', 'CDRLC', 'information', 'internal', 'control'],
      ['load-control-device', 'Event end message', 'CDRLC', 'information', 'internal', 'control'],
      ['load-control-device', 'Customer HAN equipment command', 'C4-Sc1', 'command', 'confidential', 'control'],
    ],
  },
  {
    line: '27', ends: ['customer', 'han-display-device'],
    rows: [
      ['customer', 'Displays event notification', 'CDRLC', 'information', 'internal', 'control'],
      ['customer', 'Event start message', 'CDRLC', 'information', 'internal', 'control'],
      ['han-display-device', 'Opt out for optional events', 'CDRLC', 'request', 'confidential', 'control'],
    ],
  },
  {
    line: '28', ends: ['customer', 'load-control-device'],
    rows: [
      ['customer', 'Displays event notification', 'CDRLC', 'information', 'internal', 'control'],
      ['customer', 'Event start message', 'CDRLC', 'information', 'internal', 'control'],
      ['load-control-device', 'Opt out for optional events', 'CDRLC', 'request', 'confidential', 'control'],
    ],
  },
  {
    line: '29', ends: ['customer', 'utility-website'],
    rows: [
      ['utility-website', 'Customer energy data request', 'C2-Sc3', 'request', 'confidential', 'normal'],
    ],
  },
  {
    line: '30', ends: ['customer-representative', 'cis'],
    rows: [
      ['customer-representative', 'Prepay meter event report', 'C3-Sc4', 'event', 'confidential', 'normal'],
    ],
  },
  {
    line: '31', ends: ['customer', 'customer-representative'],
    rows: [
      ['customer', 'Payment request', 'C3-Sc4', 'request', 'confidential', 'normal'],
      ['customer-representative', 'Prepayment request', 'C3-Sc4', 'request', 'confidential', 'normal'],
      ['customer-representative', 'Disconnect request', 'C3-Sc4', 'request', 'confidential', 'control'],
    ],
  },
  {
    line: '32', ends: ['head-end', 'distribution-management-system'],
    rows: [
      ['head-end', 'Power Quality data request', 'D2-Sc1', 'request', 'internal', 'normal'],
      ['head-end', 'Real-time data request (volts, watts, PF, etc.)', 'D2-Sc3', 'request', 'internal', 'normal'],
      ['head-end', 'Change of state command (i.e. Cap Bank On/Off)', 'D2-Sc3', 'command', 'restricted', 'control'],
      ['distribution-management-system', 'Power Quality event', 'D2-Sc1', 'event', 'confidential', 'normal'],
      ['distribution-management-system', 'Power Quality data response', 'D2-Sc1', 'reading', 'confidential', 'normal'],
      ['distribution-management-system', 'Real-time data response (volts, watts, PF, etc.)', 'D2-Sc3', 'reading', 'confidential', 'normal'],
    ],
  },
  {
    line: '33', ends: ['head-end', 'distribution-automation-node'],
    rows: [
      ['distribution-automation-node', 'Change of state command (i.e. Cap Bank On/Off)', 'D2-Sc3', 'command', 'restricted', 'control'],
    ],
  },
  {
    line: '34', ends: ['cis', 'dg-evaluation-team'],
    rows: [
      ['cis', 'DG enrollment response', 'D3-Sc1', 'information', 'confidential', 'normal'],
      ['dg-evaluation-team', 'DG enrollment request', 'D3-Sc1', 'request', 'confidential', 'normal'],
    ],
  },
  {
    line: '35', ends: ['meter-management', 'outage-management-system'],
    rows: [
      ['meter-management', 'Meter service order', 'D4-Sc1', 'information', 'internal', 'normal'],
    ],
  },
  {
    line: '36', ends: ['meter-management', 'field-person'],
    rows: [
      ['field-person', 'Meter service order', 'D4-Sc1', 'information', 'internal', 'normal'],
    ],
  },
  {
    line: '37', ends: ['head-end', 'collector'],
    rows: [
      ['head-end', 'Power outage notification', 'D4-Sc1', 'event', 'internal', 'alarm'],
      ['head-end', 'Power restoration notification', 'D4-Sc1', 'event', 'internal', 'alarm'],
      ['head-end', 'Meter last gasp message', 'D4-Sc2', 'event', 'internal', 'alarm'],
      ['head-end', 'Collector running on battery message', 'D4-Sc2', 'event', 'internal', 'alarm'],
      ['head-end', 'Collector power restored', 'D4-Sc2', 'event', 'internal', 'alarm'],
    ],
  },
  {
    line: '38', ends: ['mdms', 'outage-management-system'],
    rows: [
      ['mdms', 'Planned outage information', 'D4-Sc3', 'information', 'public', 'normal'],
      ['outage-management-system', 'Power outage notification', 'D4-Sc1', 'event', 'internal', 'alarm'],
      ['outage-management-system', 'Power restoration notification', 'D4-Sc1', 'event', 'internal', 'alarm'],
    ],
  },
  {
    line: '39', ends: ['collector', 'meter'],
    rows: [
      ['collector', 'Meter last gasp message', 'D4-Sc2', 'event', 'internal', 'alarm'],
    ],
  },
  {
    line: '40', ends: ['outage-management-system', 'head-end'],
    rows: [
      ['outage-management-system', 'Meter last gasp message', 'D4-Sc2', 'event', 'internal', 'alarm'],
      ['outage-management-system', 'Collector running on battery message', 'D4-Sc2', 'event', 'internal', 'alarm'],
      ['outage-management-system', 'Collector power restored', 'D4-Sc2', 'event', 'internal', 'alarm'],
    ],
  },
  {
    line: '41', ends: ['forecasting', 'cis'],
    rows: [
      ['forecasting', 'Quantity and types of meters to order', 'I1-Sc1', 'information', 'internal', 'normal'],
      ['forecasting', 'Meter change info', 'I1-Sc1', 'information', 'internal', 'normal'],
      ['cis', 'Customer notification of meter change information', 'I1-Sc1', 'information', 'confidential', 'normal'],
    ],
  },
  {
    line: '42', ends: ['vendor', 'forecasting'],
    rows: [
      ['vendor', 'Quantity and types of meters to order', 'I1-Sc1', 'information', 'internal', 'normal'],
    ],
  },
  {
    line: '43', ends: ['meter-management', 'vendor'],
    rows: [
      ['meter-management', 'Add meter asset request', 'I1-Sc1', 'request', 'internal', 'normal'],
    ],
  },
  {
    line: '44', ends: ['warehouse', 'meter-management'],
    rows: [
      ['warehouse', 'Expected meter arrival', 'I1-Sc1', 'information', 'internal', 'normal'],
    ],
  },
  {
    line: '45', ends: ['warehouse', 'technicians'],
    rows: [
      ['warehouse', 'Meter receipt confirmation', 'I1-Sc1', 'confirmation', 'internal', 'normal'],
    ],
  },
  {
    line: '46', ends: ['meter-management', 'technicians'],
    rows: [
      ['meter-management', 'Meter receipt confirmation', 'I1-Sc1', 'confirmation', 'internal', 'normal'],
      ['meter-management', 'Meter test results', 'I1-Sc1', 'information', 'internal', 'normal'],
      ['meter-management', 'Meter ready for deployment', 'I1-Sc1', 'information', 'internal', 'normal'],
    ],
  },
  {
    line: '47', ends: ['meter-management', 'construction-maintenance-account'],
    rows: [
      ['construction-maintenance-account', 'Dispatch of meter and communications equipment', 'I1-Sc1', 'information', 'internal', 'normal'],
    ],
  },
  {
    line: '48', ends: ['field-person', 'construction-maintenance-account'],
    rows: [
      ['field-person', 'Issuance of meter', 'I1-Sc1', 'information', 'internal', 'normal'],
    ],
  },
  {
    line: '49', ends: ['forecasting', 'meter-management'],
    rows: [
      ['forecasting', 'Meter inventory response', 'I1-Sc1', 'information', 'internal', 'normal'],
      ['meter-management', 'Request meter inventory', 'I1-Sc1', 'request', 'internal', 'normal'],
    ],
  },
  {
    line: '50', ends: ['workforce-management-system', 'forecasting'],
    rows: [
      ['workforce-management-system', 'Meter service order', 'I1-Sc1', 'information', 'internal', 'normal'],
    ],
  },
  {
    line: '51', ends: ['construction-maintenance-account', 'workforce-management-system'],
    rows: [
      ['construction-maintenance-account', 'Meter service order', 'I1-Sc1', 'information', 'internal', 'normal'],
    ],
  },
  {
    line: '52', ends: ['meter-management', 'enterprise-asset-management'],
    rows: [
      ['meter-management', 'Close out meter service order', 'I2-Sc1', 'confirmation', 'internal', 'normal'],
      ['enterprise-asset-management', 'Meter service order', 'I2-Sc1', 'information', 'internal', 'normal'],
    ],
  },
  {
    line: '53', ends: ['workforce-management-system', 'enterprise-asset-management'],
    rows: [
      ['workforce-management-system', 'Meter service order', 'I2-Sc1', 'information', 'internal', 'normal'],
      ['enterprise-asset-management', 'Close work order', 'I2-Sc1', 'confirmation', 'internal', 'normal'],
    ],
  },
  {
    line: '54', ends: ['field-tool', 'workforce-management-system'],
    rows: [
      ['field-tool', 'Meter service order', 'I2-Sc1', 'information', 'internal', 'normal'],
      ['workforce-management-system', 'Work order results', 'I2-Sc1', 'confirmation', 'internal', 'normal'],
    ],
  },
  {
    line: '55', ends: ['cis', 'meter-management'],
    rows: [
      ['meter-management', 'Meter service order request', 'I2-Sc3', 'request', 'confidential', 'normal'],
      ['meter-management', 'HAN device asset ID', 'I3-Sc2 I3-Sc3', 'information', 'confidential', 'normal'],
    ],
  },
  {
    line: '56', ends: ['distribution-maintenance-planning', 'meter-management'],
    rows: [
      ['meter-management', 'Meter testing service order request', 'I2-Sc4', 'request', 'confidential', 'normal'],
    ],
  },
  {
    line: '57', ends: ['network-management', 'outage-management-system'],
    rows: [
      ['outage-management-system', 'Outage record request', 'S1-Sc1 S1-Sc3', 'request', 'internal', 'normal'],
      ['outage-management-system', 'Activity record', 'S1-Sc1', 'log', 'internal', 'bulk'],
    ],
  },
  {
    line: '58', ends: ['network-management', 'workforce-management-system'],
    rows: [
      ['workforce-management-system', 'Work order request', 'S1-Sc1 S1-Sc3', 'request', 'internal', 'normal'],
    ],
  },
  {
    line: '59', ends: ['network-management', 'telecom-control-center'],
    rows: [
      ['telecom-control-center', 'Outage record request', 'S1-Sc3', 'request', 'internal', 'normal'],
    ],
  },
];

/** A message name that Appendix B spells otherwise than this project does. */
export interface NameRepair {
  readonly message: string;
  readonly clause: string;
  /** As v0.48 writes it. */
  readonly printed: string;
  readonly reason: string;
}

/** Every difference between a name here and the name that v0.48 prints; a test compares the two both ways. */
export const nameRepairs: readonly NameRepair[] = [
  {
    message: 'L1.head-end.read-schedule-ack',
    clause: 'B line 1',
    printed: '\u201cRead\u201d schedule ack',
    reason: 'typographic quotation marks',
  },
  {
    message: 'L1.meter.read-schedule',
    clause: 'B line 1',
    printed: '\u201cRead\u201d schedule',
    reason: 'typographic quotation marks',
  },
  {
    message: 'L9.meter.credentials-for-field-persons-communication',
    clause: 'B line 9',
    printed: 'Credentials for Field Person\u2019s communication',
    reason: 'typographic apostrophe',
  },
  {
    message: 'L15.cis.informational-message-receipt-confirmation',
    clause: 'B line 15',
    printed: 'Informational message receipt conformation',
    reason: 'misspelling: conformation for confirmation',
  },
  {
    message: 'L17.field-tool.report-marginal-coverage-soft-registration',
    clause: 'B line 17',
    printed: 'Report marginal coverage/\u201dsoft-registration\u201d',
    reason: 'typographic quotation marks, the opening one reversed',
  },
  {
    message: 'L39.collector.meter-last-gasp-message',
    clause: 'B line 39',
    printed: 'Meter last grasp message',
    reason: 'misspelling: grasp for gasp, as line 37 has it',
  },
  {
    message: 'L40.outage-management-system.meter-last-gasp-message',
    clause: 'B line 40',
    printed: 'Meter last grasp message',
    reason: 'misspelling: grasp for gasp, as line 37 has it',
  },
];

/** The parts of an AMI Meter at one line: the one that stands at it and the one that acts on its messages. */
export interface MeterPartsOfLine {
  readonly facing: MeterPartId;
  readonly acting: MeterPartId;
}

/**
 * The part of an AMI Meter that stands at a line (`facing`) and the one that acts on its messages (`acting`), from
 * clause 4.4.2: what comes over the field network meets the FAN interface first, the optical port reaches metrology
 * and switch directly, and devices of the home area network meet the HAN interface only.
 */
export const meterPartsByLine: Readonly<Record<string, MeterPartsOfLine>> = {
  '1': { facing: 'meter.fan', acting: 'meter.metrology' },
  '9': { facing: 'meter.metrology', acting: 'meter.metrology' },
  '16': { facing: 'meter.han', acting: 'meter.han' },
  '26': { facing: 'meter.han', acting: 'meter.han' },
  '39': { facing: 'meter.fan', acting: 'meter.fan' },
};

/** Messages of line 1 that begin or end at the HAN interface, because lines 16 and 26 carry them on. */
export const hanMessagesOfLine1: readonly string[] = [
  'L1.head-end.event-notification-confirmation',
  'L1.head-end.event-start-confirmation',
  'L1.head-end.event-end-confirmation',
  'L1.head-end.meter-provisioning-request-confirmation',
  'L1.head-end.han-communication-confirmation',
  'L1.head-end.customer-han-equipment-response',
  'L1.meter.scheduled-turn-off-notification',
  'L1.meter.load-shed-command',
  'L1.meter.electric-price-data',
  'L1.meter.meter-provisioning-request',
  'L1.meter.informational-message',
  'L1.meter.prepayment-status-message',
  'L1.meter.customer-han-equipment-command',
  'L1.meter.planned-outage-information',
];
