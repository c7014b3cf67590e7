/**
 * Data table: what people can do, the component that does it, and which of it needs two people.
 *
 * An operation that needs two people is a pair, `X.request` and `X.approve`, both `dual`. What makes things safer
 * (cancel, suspend, revoke, disable, isolate) needs one person and is never held back by an approval.
 */
import type { Clause, Operation, SubjectId } from '../model.ts';

/** An operation that one person may do. */
function single(id: string, title: string, component: SubjectId, clause: Clause): readonly Operation[] {
  return [{ id, title, component, clause, dual: false }];
}

/** An operation that one person requests and another approves (2.15.7.3 item 2). */
function pair(id: string, title: string, component: SubjectId, clause: Clause): readonly Operation[] {
  return [
    { id: `${id}.request`, title: `${title}: request`, component, clause, dual: true },
    { id: `${id}.approve`, title: `${title}: approve`, component, clause, dual: true },
  ];
}

/** Every operation of the system, by the component that carries it out. */
export const operations: readonly Operation[] = [
  // Seeing the system.
  ...single('system.view', 'See components, lines and their health', 'console', '2.15.9'),
  ...single('profile.view', 'Read the profile and what enforces it', 'console', '2.15.9'),
  ...single('alarms.view', 'See alarms', 'console', '2.16.6'),
  ...single('alarms.acknowledge', 'Acknowledge an alarm', 'console', '2.16.6'),

  // Reading meters.
  ...single('reading.on-demand', 'Read a meter now', 'head-end', 'B lines 1, 2'),
  ...single('reading.schedule', 'Set up scheduled reads', 'head-end', 'B line 1'),
  ...single('reading.communication.view', 'See the communication history of a meter', 'head-end', '4.3.3'),
  ...single('meter.ping', 'Ask whether a meter answers and is energized', 'head-end', 'B line 1'),
  ...single('meter.clock.set', 'Correct the clock of a meter', 'head-end', '2.16.8.2'),
  ...single('meter.registration.confirm', 'Let a meter out of quarantine', 'head-end', '2.14.3.3 item 13'),
  ...single('meter.quarantine', 'Put a meter into quarantine', 'head-end', '2.14.3.3 item 13'),
  ...single('meter.view', 'See the record of a meter', 'meter-management', '4.3.5'),
  ...single('meter.asset.edit', 'Edit the asset record of a meter', 'meter-management', '4.3.5'),
  ...single('meter.service-order', 'Issue a service order', 'meter-management', 'B lines 12, 35, 36'),

  // Firmware.
  ...pair('firmware.release', 'Release a firmware image', 'meter-management', '2.14.3.3 items 11, 12'),
  ...single('firmware.distribute', 'Send a released image to meters', 'meter-management', 'B line 18'),
  ...pair('firmware.activate', 'Activate a firmware image', 'switching-authority', '2.15.7.3 item 2'),
  ...pair('firmware.window', 'Open a window for firmware at a collector', 'collector', '2.14.3.3 item 9'),

  // The switch.
  ...pair('switching.connect', 'Connect service', 'switching-authority', '2.17.1, 2.15.7.3 item 2'),
  ...pair('switching.disconnect', 'Disconnect service', 'switching-authority', '2.17.1, 2.15.7.3 item 2'),
  ...pair('switching.limit', 'Limit load', 'switching-authority', '2.17.1, 2.15.7.3 item 2'),
  ...pair('switching.shed', 'Shed load', 'grid-control', '2.17.1, 2.15.7.3 item 2'),
  ...pair('switching.protected', 'Take a customer off the protected list', 'switching-authority', '2.17.1'),
  ...single('switching.protect', 'Put a customer on the protected list', 'switching-authority', '2.17.1'),
  ...single('switching.view', 'See commands and what became of them', 'switching-authority', '2.17.1.3'),
  ...single('switching.cancel', 'Cancel a pending command', 'switching-authority', '2.17.1.2'),
  ...single('governor.view', 'See counts against limits', 'governor', '2.17.1.3'),
  ...single('governor.suspend', 'Suspend a class of commands', 'governor', '2.17.1.3'),
  ...pair('governor.resume', 'Resume a suspended class', 'governor', '2.17.1.3'),
  ...pair('governor.limits', 'Change the limits of the governor', 'governor', '2.17.1.3'),

  // Demand response, grid, network, inventory.
  ...pair('demand-response.event', 'Start a demand response event', 'draacs', '4.3.7, 2.15.7.3 item 2'),
  ...single('demand-response.cancel', 'End a demand response event early', 'draacs', '4.3.7'),
  ...single('demand-response.view', 'See events and responses', 'draacs', '4.3.7'),
  ...single('demand-response.groups.edit', 'Edit groups and programmes', 'draacs', '4.3.7'),
  ...single('grid.view', 'See load and shed reports', 'grid-control', 'B line 25'),
  ...single('network.view', 'See topology and network devices', 'network-management', '4.3.6'),
  ...single('network.device.restart', 'Restart a network device', 'network-management', '4.3.6'),
  ...single('outage.view', 'See outages and last gasps', 'network-management', 'B lines 37, 38'),
  ...single('inventory.view', 'See inventory against the deployment schedule', 'forecasting', '4.3.2'),
  ...single('inventory.plan', 'Edit the deployment schedule', 'forecasting', '4.3.2'),

  // Meter data.
  ...single('data.usage.view', 'See usage of a meter', 'mdms', '2.15.9'),
  ...single('data.events.view', 'See events of a meter', 'mdms', '2.15.9'),
  ...single('data.import', 'Import interval files', 'mdms', '2.14.9'),
  ...pair('data.edit', 'Edit meter data by hand', 'mdms', '4.3.10, 2.15.8'),
  ...pair('data.rules', 'Change validation and estimation rules', 'mdms', '4.3.10, 2.15.8'),
  ...single('data.billing.view', 'See billing determinants', 'mdms', 'B line 13'),
  ...single('data.billing.release', 'Release billing determinants', 'mdms', 'B line 13'),
  ...pair('data.export', 'Export data of many meters', 'mdms', '2.9.3, 2.9.5'),
  ...pair('data.share', 'Open the data of a customer to a third party', 'gateway', '2.9.5'),
  ...single('data.share.end', 'End sharing with a third party', 'gateway', '2.9.5'),
  ...single('data.consent.view', 'See consents and classifications', 'mdms', '2.9.4'),

  // Configuration.
  ...pair('configuration.meter', 'Change the configuration of meters', 'meter-management', '2.14.3.3 item 3'),
  ...pair(
    'configuration.network',
    'Change network devices and access lists',
    'network-management',
    '2.14.3.3 items 3, 7',
  ),
  ...pair('configuration.system', 'Change the configuration of a component', 'console', '2.14.3.3 item 3'),
  ...single('configuration.view', 'See configurations and their differences', 'console', '2.14.3.3 item 4'),

  // Keys and certificates.
  ...single('keys.view', 'See which keys exist and their age', 'trust', '2.8.11'),
  ...pair('keys.rotate', 'Rotate keys', 'trust', '2.8.11.2'),
  ...pair('keys.destroy', 'Destroy keys', 'trust', '2.8.11.2'),
  ...pair('keys.counter', 'Accept a counter that a meter lost', 'head-end', '2.8.8.3'),
  ...single('certificate.view', 'See certificates and what is due', 'trust', '2.8.15'),
  ...single(
    'certificate.enrolment.confirm',
    'Confirm the first enrolment of a field device',
    'trust',
    '2.8.15.2',
  ),
  ...single('certificate.revoke', 'Revoke a certificate', 'trust', '2.8.15'),
  ...pair('certificate.component', 'Enrol a central component', 'trust', '2.8.15.2'),
  ...pair('certificate.authority', 'Issue or replace an issuing authority', 'trust', '2.8.15'),

  // People.
  ...single('access.view', 'See accounts, roles and sessions', 'access', '2.15.3'),
  ...single('access.review', 'Record a review of accounts', 'access', '2.15.3.1'),
  ...pair('access.account', 'Create an account', 'access', '2.15.3.2, 2.15.4.1'),
  ...single('access.account.disable', 'Disable an account', 'access', '2.15.3'),
  ...single('access.account.unlock', 'Release a locked account', 'access', '2.15.20.3'),
  ...pair('access.role', 'Grant a role', 'access', '2.15.3.2, 2.15.8'),
  ...single('access.role.revoke', 'Take a role away', 'access', '2.15.3'),
  ...pair('access.authenticator', 'Reset a password or second factor', 'access', '2.15.5.1'),
  ...single('access.session.end', 'End the session of another', 'access', '2.15.22'),
  ...single(
    'access.break-glass.use',
    'Act in an emergency without the identity service',
    'access',
    '2.15.4.2',
  ),
  ...single('access.break-glass.review', 'Review a use of break-glass', 'access', '2.15.7.2'),

  // Audit.
  ...single('audit.search', 'Search the audit', 'log-management', '2.16.7'),
  ...single('audit.verify', 'Verify the audit', 'log-management', '2.16.9'),
  ...single('audit.export', 'Export audit records with proofs', 'log-management', '2.16.7'),
  ...single('audit.report', 'Make an audit report', 'log-management', '2.16.7'),
  ...pair('audit.selection', 'Change which events are audited', 'log-management', '2.16.2.2'),
  ...pair('audit.storage', 'Change audit storage and its warnings', 'log-management', '2.16.4'),

  // Running the system.
  ...single('process.restart', 'Restart a component', 'console', '2.10.5'),
  ...single('process.self-test', 'Run the self-test of a component', 'console', '2.14.6.1'),
  ...single('component.isolate', 'Cut a component off its lines', 'console', '2.12.7'),
  ...pair('component.rejoin', 'Let a component back on its lines', 'console', '2.12.17'),
  ...single('store.backup', 'Make a backup', 'console', '2.10.4'),
  ...pair('store.restore', 'Restore a backup', 'console', '2.10.4'),
  ...pair('maintenance.session', 'Open remote maintenance', 'console', '2.10.9'),
  ...single('maintenance.session.end', 'End remote maintenance', 'console', '2.10.9'),
  ...single('maintenance.record', 'Write a maintenance record', 'console', '2.10.5, 2.10.6'),

  // Field work.
  ...single('field.order.assign', 'Hand a work order to a field tool', 'field-tool', 'B line 54'),
  ...single('field.order.close', 'Close a work order', 'field-tool', 'B lines 17, 54'),
  ...single('field.read', 'Read a meter at its optical port', 'field-tool', 'B line 9'),
  ...single('field.test', 'Test communication and self-test at a meter', 'field-tool', 'B line 9'),
  ...single('field.provision', 'Install and provision a meter', 'field-tool', 'B line 9'),
  ...pair('field.switch', 'Switch service at the meter', 'switching-authority', 'B line 9, 2.15.7.3 item 2'),
  ...single('field.tool.check', 'Check a tool in and erase what it holds', 'field-tool', '2.10.7.3'),
];

/**
 * Operations that no one may do about oneself: whoever is the subject of the change can neither request, approve nor
 * carry it out (2.15.8). The check needs the subject, so it is made at run time.
 */
export const neverAboutOneself: readonly string[] = [
  'access.account.request',
  'access.account.approve',
  'access.account.unlock',
  'access.role.request',
  'access.role.approve',
  'access.authenticator.request',
  'access.authenticator.approve',
  'access.review',
  'access.break-glass.review',
];

/** What administers access (2.15.8.2 item 3): not together with {@link auditAdministration}. */
export const accessAdministration: readonly string[] = [
  'access.account.request',
  'access.account.approve',
  'access.account.disable',
  'access.account.unlock',
  'access.role.request',
  'access.role.approve',
  'access.role.revoke',
  'access.authenticator.request',
  'access.authenticator.approve',
];

/** What administers the audit (2.15.8.2 item 3): not together with {@link accessAdministration}. */
export const auditAdministration: readonly string[] = [
  'audit.selection.request',
  'audit.selection.approve',
  'audit.storage.request',
  'audit.storage.approve',
];

/** What administers the running system (2.16.12.3): not together with the auditor's work. */
export const systemAdministration: readonly string[] = [
  'configuration.system.request',
  'configuration.system.approve',
  'configuration.network.request',
  'process.restart',
  'store.backup',
  'store.restore.request',
  'store.restore.approve',
  'maintenance.session.request',
  'maintenance.session.approve',
];

/** What break-glass may do (2.15.4.2): only what makes things safer, and reading. */
export const breakGlassOperations: readonly string[] = [
  'access.break-glass.use',
  'switching.cancel',
  'governor.suspend',
  'reading.on-demand',
  'system.view',
  'process.restart',
];
