/** Data table: the eight families of controls that have text in section 5, with what each is for in our words. */
import type { Family } from '../model.ts';

/** Clause 5: the families, in the order of the profile. */
export const families: readonly Family[] = [
  {
    id: '2.8',
    title: 'System and Communication Protection',
    purpose:
      'Keep components and the links between them safe from intrusion by cyber means: isolation, boundaries, cryptography and keys, authentic messages and name resolution. Physical protection is left to DHS section 2.4.',
  },
  {
    id: '2.9',
    title: 'Information and Document Management',
    purpose:
      'Handle what is known about the AMI, on paper and in machines, by its sensitivity: classify, mark, keep, exchange, find again and destroy.',
  },
  {
    id: '2.10',
    title: 'System Development and Maintenance',
    purpose:
      'Keep components fit and their upkeep traceable: upgrades, evaluation, backups, planned and unplanned work, field tools, the people who do it and what they do from afar.',
  },
  {
    id: '2.12',
    title: 'Incident Response',
    purpose:
      'Be ready for disruption: a plan for continued operation, people trained for it, tests and updates every year.',
  },
  {
    id: '2.14',
    title: 'System and Information Integrity',
    purpose:
      'Notice and prevent unwanted change of software and data: flaws, malicious code, monitoring, self-tests, checked input and output, and errors that give nothing away.',
  },
  {
    id: '2.15',
    title: 'Access Control',
    purpose:
      'Let only the right people and devices do only what their task needs, and be sure who they are: accounts, authenticators, roles, sessions, remote and wireless access, and the flow of information.',
  },
  {
    id: '2.16',
    title: 'Audit and Accountability',
    purpose:
      'Record what happens, keep the records whole, look at them, and show by audits that the protections still work.',
  },
  {
    id: '2.17',
    title: 'Survivability',
    purpose:
      'Fulfil the mission under attack, accident or failure, degrade gracefully and recover: here, keep mass switching from harming the grid even if every other control has failed.',
  },
];
