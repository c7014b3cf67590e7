/** The six AMI security service domains of clause 4.4, Table 3, with the questions that place an asset in one. */
import type { Domain, DomainId, Label } from '../model.ts';

export const domains: readonly Domain[] = [
  {
    id: 'utility-enterprise',
    name: 'Utility Enterprise',
    clause: '4.4.2 Table 3',
    description:
      'Handles and keeps the data of the business and supports the applications of the enterprise.',
    criteria: [
      {
        id: 'utility-enterprise.1',
        question: 'Does it stand in a central place rather than out in the field?',
      },
      {
        id: 'utility-enterprise.2',
        question:
          'Does it steer the business side (not the communications) of assets in the Utility Edge domain, or process their data for the business?',
      },
      {
        id: 'utility-enterprise.3',
        question: 'Does it exchange data with enterprise applications or their assets?',
      },
    ],
    examples: ['Meter Data Management System (MDMS)', 'Customer Information System (CIS)'],
  },
  {
    id: 'automated-network',
    name: 'Automated Network',
    clause: '4.4.2 Table 3',
    description: 'Gathers, sends, translates, stages and transforms what is communicated with the field.',
    criteria: [
      {
        id: 'automated-network.1',
        question: 'Does it stand in a central place rather than out in the field?',
      },
      {
        id: 'automated-network.2',
        question:
          'Do assets of the Utility Enterprise domain reach those of the Utility Edge or Premise Edge domains through it?',
      },
      {
        id: 'automated-network.3',
        question:
          'Is it, logically, the one point where the Utility Enterprise domain meets business data from the Utility Edge or Premise Edge domains?',
      },
    ],
    examples: ['AMI Head End', 'AMI Network Management System'],
  },
  {
    id: 'managed-network',
    name: 'Managed Network',
    clause: '4.4.2 Table 3',
    description:
      'Watches over, administers and controls the automated services and the communication services.',
    criteria: [
      {
        id: 'managed-network.1',
        question:
          'Can functions of assets in the Automated Network or Communications domains be watched or changed through it?',
      },
    ],
    examples: ['Management Console'],
  },
  {
    id: 'communications',
    name: 'Communications',
    clause: '4.4.2 Table 3',
    description: 'Relays, routes and gathers together what is communicated with the field.',
    criteria: [
      { id: 'communications.1', question: 'Does it stand out in the field?' },
      {
        id: 'communications.2',
        question:
          'Is it a piece of what connects the central applications of the utility with assets spread over the field?',
      },
    ],
    examples: ['Field Area Network (FAN)', 'Backhaul'],
  },
  {
    id: 'utility-edge',
    name: 'Utility Edge',
    clause: '4.4.2 Table 3',
    description: "Supports the utility's equipment in the field: monitoring, measurement, control.",
    criteria: [
      { id: 'utility-edge.1', question: 'Does it stand out in the field?' },
      { id: 'utility-edge.2', question: 'Does the utility own it and operate it?' },
      {
        id: 'utility-edge.3',
        question: 'Is what it does critical or essential to how the utility operates or does business?',
      },
    ],
    examples: ['Metrology', 'Disconnect Switch'],
  },
  {
    id: 'premise-edge',
    name: 'Premise Edge',
    clause: '4.4.2 Table 3',
    description: "Supports the customer's equipment: provisioning, monitoring, measurement, control.",
    criteria: [
      { id: 'premise-edge.1', question: 'Does it stand out in the field?' },
      { id: 'premise-edge.2', question: "Is it an interface for the customer or for the customer's assets?" },
    ],
    examples: ['Home Area Network (HAN) Interface'],
  },
];

/** Labels, lowest first; v0.48 recommends at least three levels (2.9.4). */
export const labelOrder: readonly Label[] = ['public', 'internal', 'confidential', 'restricted'];

/**
 * The highest label that may enter each domain (ours, for the flow gate; 2.15.15 enhancement 1). Only the Premise Edge
 * stands lower: what could switch or unlock equipment has no business at the customer's interface (2.15.15.1). The
 * other field domains carry restricted messages ciphered end to end.
 */
export const domainClearance: Readonly<Record<DomainId, Label>> = {
  'utility-enterprise': 'restricted',
  'automated-network': 'restricted',
  'managed-network': 'restricted',
  communications: 'restricted',
  'utility-edge': 'restricted',
  'premise-edge': 'confidential',
};
