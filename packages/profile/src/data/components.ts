/**
 * Data table: the 12 components of clause 4.3, the AMI Meter with its three parts (4.4.2), and the extension
 * components, each with its security domain and the reason. Where v0.48 does not say the domain, the criteria of
 * Table 3 decide and `placementOrigin` is `extension`.
 */
import type { Component } from '../model.ts';

const profileComponents: readonly Component[] = [
  {
    id: 'collector',
    name: 'AMI Communications Network Device',
    origin: 'profile',
    clause: '4.3.1',
    definition:
      'Relays, routes, gathers or in other ways enables what AMI components in the field and the operations center exchange; all of it passes here.',
    placement: 'field',
    domain: 'communications',
    parts: [],
    placementReason:
      'communications.1 and .2: it stands in the field and is the connection between field devices and central systems.',
    placementOrigin: 'extension',
    aliases: [
      'AMI Communications Network',
      'AMI Comm. Network Device',
      'AMI Communications Network device',
      'Collector',
    ],
  },
  {
    id: 'forecasting',
    name: 'AMI Forecasting System',
    origin: 'profile',
    clause: '4.3.2',
    definition:
      'Tracks how many meters are ready to deploy, sets the stock against the expected deployment schedule and keeps it at a fitting level.',
    placement: 'central',
    domain: 'utility-enterprise',
    parts: [],
    placementReason:
      'utility-enterprise.1 to .3: central, plans the business of meters, and exchanges data with CIS, workforce management and vendors.',
    placementOrigin: 'extension',
    aliases: ['AMI Forecasting'],
  },
  {
    id: 'head-end',
    name: 'AMI Head End',
    origin: 'profile',
    clause: '4.3.3',
    definition:
      'Communicates with AMI Meters in both directions to fetch data and carry out commands; spreads the load of scheduled reads over the network, retries after failures, watches the health of the system, and remotely manages firmware, configuration, provisioning, control and diagnostics.',
    placement: 'central',
    domain: 'automated-network',
    parts: [],
    placementReason: 'automated-network.1 to .3; Table 3 gives it as an example.',
    placementOrigin: 'profile',
    aliases: ['Head End'],
  },
  {
    id: 'meter',
    name: 'AMI Meter',
    origin: 'profile',
    clause: '4.3.4',
    definition:
      "Advanced electric revenue meter that talks both ways with the utility and is the gateway between utility, site and the customer's HAN devices or load controllers. It measures, records and shows usage, generation, texts and event logs, and sends them to systems that are authorized; it may hold a switch to connect or disconnect service remotely. Stands in the field with little physical protection.",
    placement: 'field',
    domain: undefined,
    parts: [
      {
        id: 'meter.metrology',
        name: 'Metrology and disconnect switch',
        domain: 'utility-edge',
        clause: '4.4.2',
        definition:
          'Measures, keeps the registers and logs, and works the disconnect switch where there is one.',
      },
      {
        id: 'meter.fan',
        name: 'Field Area Network interface',
        domain: 'communications',
        clause: '4.4.2',
        definition: "The meter's side of the utility's field network.",
      },
      {
        id: 'meter.han',
        name: 'Home Area Network interface',
        domain: 'premise-edge',
        clause: '4.4.2',
        definition: "The meter's side of the customer's home network.",
      },
    ],
    placementReason:
      'As a whole it would answer the questions of Communications, Utility Edge and Premise Edge, so it is decomposed into three parts with one domain each.',
    placementOrigin: 'profile',
    aliases: ['Meter'],
  },
  {
    id: 'meter-management',
    name: 'AMI Meter Management System',
    origin: 'profile',
    clause: '4.3.5',
    definition:
      'The one repository about every AMI Meter: where it is in deployment and operation, and its firmware. It looks at the supply chain, while the MDMS looks at usage data.',
    placement: 'central',
    domain: 'utility-enterprise',
    parts: [],
    placementReason:
      'utility-enterprise.1 to .3: central, keeps the business record of meters, and exchanges orders with enterprise applications.',
    placementOrigin: 'extension',
    aliases: [
      'AMI Meter Mgmt System',
      'AMI Meter Mgmt. System',
      'MDMS: AMI Management System',
      'AMI Management System',
    ],
  },
  {
    id: 'network-management',
    name: 'AMI Network Management System',
    origin: 'profile',
    clause: '4.3.6',
    definition:
      'The one repository about every AMI communication device, its configuration and that of the whole network; tracks whether AMI communications work.',
    placement: 'central',
    domain: 'automated-network',
    parts: [],
    placementReason: 'Table 3 gives it as an example of the Automated Network.',
    placementOrigin: 'profile',
    aliases: ['AMI Network Mgmt System', 'MDMS: AMI Network Management System'],
  },
  {
    id: 'draacs',
    name: 'Demand Response Analysis and Control System (DRAACS)',
    origin: 'profile',
    clause: '4.3.7',
    definition:
      'Sends notices of demand response events through the AMI to meters and load control devices, and offers operators and market traders demand response choices by customer group and past response.',
    placement: 'central',
    domain: 'utility-enterprise',
    parts: [],
    placementReason:
      'utility-enterprise.1 to .3: central, decides on business grounds what field assets are asked to do, and works with MDMS and grid control.',
    placementOrigin: 'extension',
    aliases: ['DRAACS'],
  },
  {
    id: 'field-tool',
    name: 'Field Tool/Device',
    origin: 'profile',
    clause: '4.3.8',
    definition:
      "Portable computer of field personnel for maintenance, upgrades and diagnostics of components in the field, with a wireless connection to the utility's systems.",
    placement: 'field',
    domain: 'utility-edge',
    parts: [],
    placementReason:
      'utility-edge.1 to .3 while it is in use: carried into the field, owned by the utility, and able to configure and switch meters. It moves, which clause 4.4.1 does not foresee, so it keeps no secret when it leaves.',
    placementOrigin: 'extension',
    aliases: ['Field Tool', 'Field Tool/device'],
  },
  {
    id: 'grid-control',
    name: 'Grid Control Center',
    origin: 'profile',
    clause: '4.3.9',
    definition:
      "The utility's operations centers with their real-time data and applications (such as EMS and SCADA), the displays that support decisions, and outside applications that work with those for grid control.",
    placement: 'central',
    domain: 'utility-enterprise',
    parts: [],
    placementReason:
      'utility-enterprise.1 to .3: central, asks for load control on business and operating grounds, and works with enterprise applications.',
    placementOrigin: 'extension',
    aliases: [],
  },
  {
    id: 'mdms',
    name: 'Meter Data Management System (MDMS)',
    origin: 'profile',
    clause: '4.3.10',
    definition:
      'Gathers, validates, estimates and allows editing of meter data (usage, generation, logs), keeps them for a limited time before a data warehouse takes over, and serves them to authorized systems.',
    placement: 'central',
    domain: 'utility-enterprise',
    parts: [],
    placementReason: 'Table 3 gives it as an example of the Utility Enterprise.',
    placementOrigin: 'profile',
    aliases: ['MDMS', 'MDMS: Meter Data Unification System'],
  },
  {
    id: 'non-electric-meter',
    name: 'Non-Electric Meter',
    origin: 'profile',
    clause: '4.3.11',
    definition:
      'Meters another service, such as gas or water, and may use the AMI network to report to the utility of that service. Stands in the field with little physical protection.',
    placement: 'field',
    domain: 'utility-edge',
    parts: [],
    placementReason:
      'Clause 4.4.1 lets meters of other utilities connect through the Utility Edge. Whether utility-edge.2 is met depends on which utility one asks: the electric utility carries its data under contract, the other owns it.',
    placementOrigin: 'profile',
    aliases: ['Non Electric Meter', 'Non-electric Meter'],
  },
  {
    id: 'third-party-meter',
    name: 'Third Party Meter/Submeter',
    origin: 'profile',
    clause: '4.3.12',
    definition:
      'Measures part of a network behind a main meter, at a finer grain than the main meter; the utility may not own it. Stands in the field with little physical protection.',
    placement: 'field',
    domain: 'premise-edge',
    parts: [],
    placementReason:
      "Fails utility-edge.2 where the utility does not own it, so by rule 3 of clause 4.4.2 it is re-examined: it answers premise-edge.1 and .2, being in the field and an interface to assets of the customer's side. It therefore stands in the Premise Edge, is trusted with nothing but its own readings, and never receives a restricted message. A submeter that the utility owns and operates is a Utility Edge asset and is registered as an AMI Meter.",
    placementOrigin: 'extension',
    aliases: ['Third Party Meter', 'Third-party Meter/Submeter', 'Meter/Submeter'],
  },
];

/** An extension component: central, with one domain, and a reason of ours. */
function extension(
  id: Component['id'],
  name: string,
  clause: string,
  domain: NonNullable<Component['domain']>,
  definition: string,
  placementReason: string,
): Component {
  return {
    id,
    name,
    origin: 'extension',
    clause,
    definition,
    placement: 'central',
    domain,
    parts: [],
    placementReason,
    placementOrigin: 'extension',
    aliases: [],
  };
}

const extensionComponents: readonly Component[] = [
  extension(
    'log-management',
    'Log Management System',
    '2.16.2, 2.16.5, 2.16.7',
    'managed-network',
    'Takes the audit records and logs of every component, orders and keeps them, reports on them, and raises an alarm when one falls silent. The controls name it; the architecture does not draw it.',
    'managed-network.1: the functions of the other domains are watched through it.',
  ),
  extension(
    'trust',
    'Trust Center',
    '2.8.11, 2.8.15',
    'managed-network',
    'Certificate authority and key custody: enrolls, renews and revokes certificates, and makes, wraps, changes and destroys keys.',
    'managed-network.1: it governs who may communicate in the Automated Network and Communications domains.',
  ),
  extension(
    'access',
    'Identity Service',
    '2.15.3, 2.15.7, 2.15.10',
    'managed-network',
    'Knows the users, their roles and their sessions, decides what a user may do, and holds requests that need two people.',
    'managed-network.1: it governs what people may do with functions of the other domains.',
  ),
  extension(
    'switching-authority',
    'Switching Authority',
    '2.17.1, 2.15.7',
    'managed-network',
    'Alone holds the key whose signature a meter accepts for switching, limiting and firmware activation, and signs only after it has itself verified two approvals and a permit of the governor.',
    'managed-network.1: control of the field passes through it before the Automated Network carries it.',
  ),
  extension(
    'governor',
    'Switching Governor',
    '2.17.1',
    'managed-network',
    'Counts what has been issued and neither confirmed nor cancelled, in meters and in kW, gives or refuses permits, and suspends a class of commands over its limit until people resolve it.',
    'managed-network.1: it limits what the Automated Network may send.',
  ),
  extension(
    'witness',
    'Audit Witness',
    '2.16.9',
    'managed-network',
    'Remembers the last checkpoint of the audit log and cosigns only a consistent successor; meant for a host of its own.',
    'managed-network.1: it watches the log in which the other domains are watched.',
  ),
  extension(
    'console',
    "Operators' Console",
    '4.4.2 Table 3',
    'managed-network',
    'Where operators, officers and auditors see the system and act in it.',
    'managed-network.1: Table 3 gives a management console as the example of this domain.',
  ),
  extension(
    'gateway',
    'Enterprise Gateway',
    '4.4.1',
    'utility-enterprise',
    "Stands between the AMI and each outside system: speaks that system's standard on one side and the lines of the profile on the other, with a certificate that names the one actor it presents.",
    'utility-enterprise.1 to .3: central, handles business data of the Utility Edge, and meets enterprise applications; clause 4.4.1 lets them connect here.',
  ),
];

export const components: readonly Component[] = [...profileComponents, ...extensionComponents];
