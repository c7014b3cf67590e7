/**
 * Data table: the 6 controls of family 2.12, Incident Response, of the AMI Security Profile v0.48.
 * In our own words, split into atomic requirements by the rules of README.md in this folder.
 */

import type { Control } from '../../model.ts';

export const controls212: readonly Control[] = [
  {
    id: '2.12.1',
    origin: 'DHS',
    title: 'Incident Response Policy and Procedures',
    family: '2.12',
    class: 'organizational',
    clause: '2.12.1',
    requirement:
      'The organization shall write, make known and from time to time review and bring up to date a documented policy on responding to incidents, covering purpose, scope, roles, responsibilities, how parts of the organization coordinate, and compliance, and documented procedures that put it and the controls tied to it into practice.',
    guidance:
      'Both must agree with the laws, directives, policies, regulations, standards and guidance that apply.',
    enhancements: '',
    rationale:
      "They matter for several reasons. In a cyber security incident people are tense, communication may be hard and lack of preparation is dangerous. Procedures that were studied and practiced help to avoid mistakes, carry the organization's consent, and make it possible to prepare, in the architecture as well as by training people.",
    requirements: [
      {
        id: '2.12.1/R.1',
        clause: '2.12.1.1',
        text: 'The organization shall develop, disseminate, periodically review and update a documented policy on incident response.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'The policy covers purpose, scope, roles, responsibilities, coordination and compliance, is approved, was sent to those whom it binds and is within its review date.',
      },
      {
        id: '2.12.1/R.2',
        clause: '2.12.1.1',
        text: 'The organization shall develop, disseminate, periodically review and update documented procedures that implement the policy and its associated controls.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'Each statement of the policy and each kind of security alarm leads to a procedure with owner, approval and a review date that has not passed.',
      },
      {
        id: '2.12.1/G.1',
        clause: '2.12.1.2',
        text: 'The organization shall keep its incident response policy and procedures in agreement with the laws, directives, policies, regulations, standards and guidance that apply.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'A dated check lists the rules that apply, terms for reporting included, and where they are met.',
      },
    ],
  },
  {
    id: '2.12.2',
    origin: 'DHS',
    title: 'Continuity of Operations Plan',
    family: '2.12',
    class: 'organizational',
    clause: '2.12.2',
    requirement:
      'The organization shall make and carry out a plan for keeping the AMI system in operation, or bringing it back, through an unwanted interruption. The plan names roles, responsibilities, the people assigned with how to reach them, and the work of restoring operation after a disruption or failure. Designated officials review it and approve it.',
    guidance:
      'Such a plan covers continuity of the business as well as recovery of all vital AMI components.',
    enhancements:
      'After a disruption the organization starts an analysis of its root cause and passes the findings to its corrective action program.',
    rationale:
      'Systems fail and mistakes happen. A plan lets the organization recover quickly, and making it often shows weaknesses for which further safeguards can be designed into the AMI system.',
    requirements: [
      {
        id: '2.12.2/R.1',
        clause: '2.12.2.1',
        text: 'The organization shall develop and implement a continuity plan that keeps the AMI system in operation or restores it.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'The plan is in force, and what it presupposes (spare parts, backups, alternate sites, contracts) is found in place on a sample.',
      },
      {
        id: '2.12.2/R.2',
        clause: '2.12.2.1',
        text: 'The continuity plan shall name roles, responsibilities, the individuals assigned and their contacts, and the activities that restore system operation.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'Every role has a current person who answers under the contact given, and each activity of restoring has an owner.',
      },
      {
        id: '2.12.2/R.3',
        clause: '2.12.2.1',
        text: 'Designated officials of the organization shall review and approve the continuity plan.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'The version in force carries review and approval of officials whose designation is on record.',
      },
      {
        id: '2.12.2/G.1',
        clause: '2.12.2.2',
        text: 'The continuity plan should cover business continuity and how each vital AMI component is recovered.',
        obligation: 'should',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'Each vital component of the inventory has its recovery in the plan, and each business process that depends on it its way of going on.',
      },
      {
        id: '2.12.2/E.1',
        clause: '2.12.2.3',
        text: 'The organization shall start a root cause analysis after a disruption and submit its findings to the corrective action program.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'Each recorded disruption leads to an analysis, and each of its findings to an entry in the corrective action program.',
      },
    ],
  },
  {
    id: '2.12.3',
    origin: 'DHS',
    title: 'Continuity of Operations Roles and Responsibilities',
    family: '2.12',
    class: 'organizational',
    clause: '2.12.3',
    requirement:
      'The continuity of operations plan shall define, and make known, who has which role and responsibility in each part of the plan for the various kinds of disruption of AMI operation.',
    guidance:
      'For a significant incident the plan states the roles and responsibilities of employees and contractors and names who is to lead recovery and response.',
    enhancements: '',
    rationale:
      'With roles and responsibilities settled, many confusing decisions are made before an incident. Recovery becomes easier and better focused.',
    requirements: [
      {
        id: '2.12.3/R.1',
        clause: '2.12.3.1',
        text: 'The continuity plan shall define who has which role and responsibility, for each of its parts and each type of disruption.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'A table of parts against types of disruption has a role in every cell; roles held by employees and by contractors are marked.',
      },
      {
        id: '2.12.3/R.2',
        clause: '2.12.3.1',
        text: 'The continuity plan shall communicate these roles and responsibilities to those who hold them.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence: 'Every holder of a role has acknowledged the version in force.',
      },
      {
        id: '2.12.3/G.1',
        clause: '2.12.3.2',
        text: 'The continuity plan should identify the personnel responsible for leading recovery and response.',
        obligation: 'should',
        subject: { whom: 'organization', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence: 'A leader and a deputy are named with contacts, and both answered the last call-out test.',
      },
    ],
  },
  {
    id: '2.12.4',
    origin: 'DHS',
    title: 'Incident Response Training',
    family: '2.12',
    class: 'organizational',
    clause: '2.12.4',
    requirement:
      'The organization shall train people in the roles and responsibilities that the continuity of operations plan gives them for the AMI system, and refreshes the training annually. Employees, contractors and stakeholders are trained in carrying out the plan.',
    guidance: '',
    enhancements:
      "Retraining for incident response must include sending utility customers information about the organization's incident response plan every year.",
    rationale:
      'Trained people know their part in the team; mistakes and misunderstandings, frequent while responding to an incident, become fewer.',
    requirements: [
      {
        id: '2.12.4/R.1',
        clause: '2.12.4.1',
        text: 'The organization shall train employees, contractors and stakeholders in their roles and responsibilities under the continuity plan.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'Everybody with a role in the plan has a training record for that role, dated before or soon after taking it.',
      },
      {
        id: '2.12.4/R.2',
        clause: '2.12.4.1',
        text: 'The organization shall provide refresher training annually.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence: 'No holder of a role has a last training older than one year.',
      },
      {
        id: '2.12.4/E.1',
        clause: '2.12.4.3',
        text: 'The organization shall disseminate information on its incident response plan to utility customers annually.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'The last notice to customers, with its text and mailing record, is less than one year old.',
      },
    ],
  },
  {
    id: '2.12.5',
    origin: 'DHS',
    title: 'Continuity of Operations Plan Testing',
    family: '2.12',
    class: 'organizational',
    clause: '2.12.5',
    requirement:
      'To see how effective the continuity of operations plan is, the organization shall test it, and documents what comes out. Suitable officials must review the results and start corrections where they are needed. For the AMI system the test shall take place at least annually, by tests and exercises that the organization prescribes, and show both the effect of the plan and the readiness to carry it out.',
    guidance:
      'A list of activities and mitigations of incident response, for the utility and for its customers, must be kept as the incident response policy and procedures provide. Customers and utility operators need to be told when a test is planned and how it will be done. Full-scale tests of business continuity and functional or tabletop exercises are among the methods that can show weaknesses. Once the plans are made, a schedule needs to be set for reviewing and testing each of them, to be sure that it still meets its aims.',
    enhancements: 'Customers of the utility are notified of tests that could affect their electricity.',
    rationale:
      'Even the best plans fail. Tests at intervals find weaknesses of design and execution while everything is under control and everybody is there. Changes made in such exercises limit the effect of a real incident or outage.',
    requirements: [
      {
        id: '2.12.5/R.1',
        clause: '2.12.5.1',
        text: 'The organization shall test the continuity plan for the AMI system at least annually with prescribed tests and exercises and document the results.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          "The last test is less than one year old; its report states what was prescribed, what was found about the plan's effect and about readiness.",
      },
      {
        id: '2.12.5/R.2',
        clause: '2.12.5.1',
        text: 'Appropriate officials shall review the test results and initiate corrective actions where necessary.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          "The report bears the officials' review, and each weakness in it has a corrective action with owner and state.",
      },
      {
        id: '2.12.5/G.1',
        clause: '2.12.5.2',
        text: 'The organization shall maintain a list of what is done and mitigated in incident response, for the utility and for its customers.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'The list is current, cites the incident response policy, and was used or updated in the last incident or test.',
      },
      {
        id: '2.12.5/G.2',
        clause: '2.12.5.2',
        text: 'The organization should notify customers and utility operators when testing is scheduled and how it will be conducted.',
        obligation: 'should',
        subject: { whom: 'organization', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence: 'For each test notices to both groups, dated before it, give its time and its manner.',
      },
      {
        id: '2.12.5/G.3',
        clause: '2.12.5.2',
        text: 'The organization should develop a schedule for reviewing and testing each of its plans against its objectives.',
        obligation: 'should',
        subject: { whom: 'organization', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence: 'The schedule names every plan with its next review and test; none is overdue.',
      },
      {
        id: '2.12.5/E.1',
        clause: '2.12.5.3',
        text: 'The organization shall notify utility customers of tests that could affect electrical service.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'For each such test the customers concerned were derived from the affected service points, and the notice reached them before it began.',
      },
    ],
  },
  {
    id: '2.12.6',
    origin: 'DHS',
    title: 'Continuity of Operations Plan Update',
    family: '2.12',
    class: 'organizational',
    clause: '2.12.6',
    requirement:
      'At least annually the organization shall review its plan for the continuity of AMI operations, and it updates the plan for changes in system, organization or technology and for problems met in implementing, executing or testing it.',
    guidance:
      'Changes in the organization include changes of mission, functions or business processes that the AMI system supports. They must be made known to the parts of the organization that answer for related plans.',
    enhancements:
      'Customers are told immediately when the plan changes in a way that may affect them, in a contingency or otherwise.',
    rationale:
      'Even an environment that hardly moves changes in time. Reviewing and updating the plans at intervals keeps reliability and control.',
    requirements: [
      {
        id: '2.12.6/R.1',
        clause: '2.12.6.1',
        text: 'The organization shall review the continuity plan for the AMI system at least annually.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence: 'The last review is signed and less than one year old.',
      },
      {
        id: '2.12.6/R.2',
        clause: '2.12.6.1',
        text: 'The organization shall update the plan for system, organizational and technology changes and for problems met in its implementation, execution or testing.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'Each such change and problem since the last version is listed with the place in the plan that changed, or why none did.',
      },
      {
        id: '2.12.6/G.1',
        clause: '2.12.6.2',
        text: 'The organization shall communicate the changes to organizational elements responsible for related plans.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence: 'Every owner of a related plan received notice of each change and acknowledged it.',
      },
      {
        id: '2.12.6/E.1',
        clause: '2.12.6.3',
        text: 'The organization shall notify electricity customers immediately when the plan changes in a way that could affect them.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'Each change marked as affecting customers has a notice dated within the set time, sent to those concerned.',
      },
    ],
  },
];
