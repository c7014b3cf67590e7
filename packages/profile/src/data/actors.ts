/**
 * Data table: the actors outside the scope (Table 2, Appendix B and footnote 2), the profile's spellings of one name
 * folded together as aliases. A carrier is ours: the component that presents an actor's messages to the flow gate.
 */
import type { Actor, CarrierId } from '../model.ts';

type Kind = Actor['kind'];

function actor(
  id: string,
  name: string,
  kind: Kind,
  carrier: CarrierId | undefined,
  rest: { aliases?: readonly string[]; clause?: string; standard?: string } = {},
): Actor {
  const { aliases = [], clause = '4.2 Table 2', standard = '' } = rest;
  return { id, name, kind, clause, aliases, carrier, standard };
}

/** Actors that appear in Appendix B only on lines without a component. */
const outside = 'Appendix B';

export const actors: readonly Actor[] = [
  actor('cis', 'Customer Information System', 'system', 'gateway', {
    aliases: ['CIS'],
    standard: 'IEC 61968-9',
  }),
  actor('construction-maintenance-account', 'Construction Maintenance Account', 'organization', 'gateway', {
    aliases: ['Construction Maintenance Acct'],
  }),
  actor('customer', 'Customer', 'person', undefined, { clause: '4.2 footnote 2' }),
  actor('customer-representative', 'Customer Representative', 'person', undefined, {
    aliases: ['Customer Rep'],
    clause: '4.2 footnote 2',
  }),
  actor('data-retriever', 'Data Retriever', 'system', 'gateway'),
  actor('dg-evaluation-team', 'DG Evaluation Team', 'organization', undefined, { clause: '4.2 footnote 2' }),
  actor('distribution-automation-node', 'Distribution Automation Node', 'device', 'gateway', {
    clause: 'B line 33',
  }),
  actor(
    'distribution-maintenance-planning',
    'Distribution Maintenance Planning Organization',
    'organization',
    'gateway',
    { aliases: ['Dist Maintenance'] },
  ),
  actor('distribution-management-system', 'Distribution Management System', 'system', 'gateway', {
    aliases: ['DMS'],
    standard: 'IEC 61968-9',
  }),
  actor('enterprise-asset-management', 'Enterprise Asset Management', 'system', 'gateway', {
    aliases: ['Enterprise Asset', 'EAM'],
    standard: 'IEC 61968-9',
  }),
  actor('field-person', 'Field Person', 'person', 'field-tool'),
  actor('han-display-device', 'HAN Display Device', 'device', 'meter.han', {
    aliases: ['HAN Display'],
    standard: 'IEEE 2030.5',
  }),
  actor('head-end-operator', 'AMI Head End Operator', 'person', 'console', {
    aliases: ['Head End Operator'],
  }),
  actor('load-control-device', 'PCT/Load Control Device', 'device', 'meter.han', {
    aliases: ['Load Control Device'],
    standard: 'IEEE 2030.5',
  }),
  actor('non-electric-utility', 'Non-electric Utility', 'organization', 'gateway', {
    aliases: ['Non Electric Utility'],
  }),
  actor('outage-management-system', 'Outage Management System', 'system', 'gateway', {
    aliases: ['Outage Mgmt System', 'Outage Mgmt', 'OMS'],
    standard: 'IEC 61968-9',
  }),
  actor('technicians', 'Warehouse/Meter Shop Technicians', 'person', 'console', { aliases: ['Technicians'] }),
  actor('telecom-control-center', 'Telecom Control Center', 'organization', 'gateway'),
  actor('third-party-data-portal', 'Third Party Data Portal', 'system', 'gateway', {
    aliases: ['Data Portal'],
    standard: 'Green Button / ESPI 4.0',
  }),
  actor('third-party-organization', 'Third Party Organizations', 'organization', undefined, {
    aliases: ['Third Party Org', 'Third Party Organization'],
    clause: '4.2 footnote 2',
  }),
  actor('utility-website', 'Utility Website', 'system', undefined, { clause: outside }),
  actor('vendor', 'Vendor', 'organization', 'gateway'),
  actor('warehouse', 'Warehouse', 'organization', 'gateway'),
  actor('workforce-management-system', 'Workforce Management System', 'system', 'gateway', {
    aliases: ['Workforce Mgmt', 'WMS'],
    standard: 'IEC 61968-9',
  }),
];
