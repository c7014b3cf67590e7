/**
 * Data table: the 9 controls of family 2.10, System Development and Maintenance, of the AMI Security Profile v0.48.
 * In our own words, split into atomic requirements by the rules of README.md in this folder.
 */

import type { Control } from '../../model.ts';

export const controls210: readonly Control[] = [
  {
    id: '2.10.1',
    origin: 'DHS',
    title: 'System Maintenance Policy and Procedures',
    family: '2.10',
    class: 'organizational',
    clause: '2.10.1',
    requirement:
      'The organization shall write, make known and regularly review and bring up to date: (1) a documented policy on maintaining every component of the AMI system, covering purpose, scope, roles, responsibilities, how parts of the organization coordinate, and tests of compliance; (2) documented procedures for carrying it out.',
    guidance:
      'Both must agree with the federal laws, directives, policies, regulations, standards and guidance that apply. The policy can be a part of the general information security policy. Policies and procedures can be written for the security program as a whole and, where required, for particular components.',
    enhancements: '',
    rationale:
      'A system runs smoothly only when it is maintained well. What is written down is more likely to be done the same way each time and can be checked against.',
    requirements: [
      {
        id: '2.10.1/R.1',
        clause: '2.10.1.1 item 1',
        text: 'The organization shall develop, disseminate, regularly review and update a documented maintenance policy for all components of the AMI system.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'The policy covers purpose, scope, roles, responsibilities, coordination and compliance testing for every component of the inventory, is approved and within its review date.',
      },
      {
        id: '2.10.1/R.2',
        clause: '2.10.1.1 item 2',
        text: 'The organization shall develop, disseminate, regularly review and update documented procedures for implementing the maintenance policy.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'Each statement of the policy leads to a procedure with owner, approval and a review date that has not passed.',
      },
      {
        id: '2.10.1/G.1',
        clause: '2.10.1.2',
        text: 'The organization shall keep its maintenance policy and procedures in agreement with the federal laws, directives, policies, regulations, standards and guidance that apply.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'A dated check lists the rules that apply and where the policy or a procedure meets each of them.',
      },
    ],
  },
  {
    id: '2.10.2',
    origin: 'DHS',
    title: 'Legacy System Upgrades',
    family: '2.10',
    class: 'partial',
    clause: '2.10.2',
    requirement:
      "The organization shall have policies and procedures for upgrading all legacy components of the AMI system with the mitigations that bring every element up to today's security requirements, as far as its tolerance for the risk of those components calls for.",
    guidance:
      'Legacy systems are components already at work in an AMI system, some from a time when security was no concern and mitigations were left out. The organization finds out how they are configured for security now, and updates or replaces hardware and software where needed.',
    enhancements: '',
    rationale:
      'Reliable supply depends on control being limited to those who are authorized. AMI has many components that attackers can easily touch and perhaps take over; where security is not kept up, outsiders may gain control.',
    requirements: [
      {
        id: '2.10.2/R.1',
        clause: '2.10.2.1',
        text: 'The organization shall have policies and procedures by which every legacy component is upgraded to current security requirements, according to its tolerance of their risk.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'Every component below the current requirements has an upgrade plan with dates or a signed acceptance of its risk; the policy behind them is approved.',
      },
      {
        id: '2.10.2/G.1',
        clause: '2.10.2.2',
        text: 'The organization should determine the current security configuration of legacy components and update or replace hardware and software as required.',
        obligation: 'should',
        subject: { whom: 'organization', from: 'both' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Query each component for version, suite and settings and compare with the record and the baseline: the record is true, and each one below the baseline shows an update or replacement under way.',
      },
    ],
  },
  {
    id: '2.10.3',
    origin: 'DHS',
    title: 'System Monitoring and Evaluation',
    family: '2.10',
    class: 'partial',
    clause: '2.10.3',
    requirement:
      'The organization shall regularly evaluate every AMI component for vulnerabilities and for compliance with its policies on maintenance and security. Components are updated or replaced, by the maintenance policy and procedures, to remove what is found.',
    guidance:
      "How often depends on the organization's policy on mitigating risk; new security requirements and newly found vulnerabilities call for a review. Reviews must be planned with care and documented by the maintenance policies and procedures.",
    enhancements: '',
    rationale:
      'No system withstands every attack. The aim is to discourage and slow attackers, to notice attacks that succeed, and to handle incidents well. Monitoring throughout the AMI can be what shows that an attack took place.',
    requirements: [
      {
        id: '2.10.3/R.1',
        clause: '2.10.3.1',
        text: 'The organization shall regularly evaluate every component for vulnerabilities and for keeping to its policies on maintenance and security.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          "Plant a package with a known vulnerability and a weakened setting in a component: the next evaluation names both. Each component's last evaluation is younger than the set interval.",
      },
      {
        id: '2.10.3/R.2',
        clause: '2.10.3.1',
        text: 'The organization shall update or replace components to address vulnerabilities and non-compliance found.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'partial',
        evidence:
          'Each finding leads to a closed action or to one within its term, and the version reported by the component shows the update.',
      },
      {
        id: '2.10.3/G.1',
        clause: '2.10.3.2',
        text: 'The organization shall plan and document its evaluations by its maintenance policies and procedures, at the frequency that its risk policy sets.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'The plan cites the risk policy for its interval and names what triggers a review out of turn; each evaluation has its report.',
      },
    ],
  },
  {
    id: '2.10.4',
    origin: 'DHS',
    title: 'Backup and Recovery',
    family: '2.10',
    class: 'partial',
    clause: '2.10.4',
    requirement:
      'The organization shall secure backups of the critical software, applications and data of all AMI components. It shall back up everything needed to replace failed components within a reasonable time and to satisfy regulation. Backups shall be kept physically apart from the components in operation.',
    guidance:
      'Incidents and disasters may compromise components. Essential software and data must be copied, the copies renewed regularly and held in a secure place, so that normal operation can be restored from them.',
    enhancements: '',
    rationale:
      'After a failure or compromise, good backups bring operation back in time. The same backups are a serious risk when handled carelessly, for passwords, keys and other vital data can be taken from them.',
    requirements: [
      {
        id: '2.10.4/R.1',
        clause: '2.10.4.1',
        text: 'The organization shall keep secured backups of the critical software, applications and data of all components.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'The backup plan covers each component of the inventory, and the latest backup of each is younger than the set age.',
      },
      {
        id: '2.10.4/R.2',
        clause: '2.10.4.1',
        text: 'Backups of AMI components shall be secured against reading and alteration.',
        obligation: 'shall',
        subject: { whom: 'system', from: 'text' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Search a backup for planted readings, keys and passwords: none in the clear. Alter, shorten and swap a backup: restoring it is refused and reported.',
      },
      {
        id: '2.10.4/R.3',
        clause: '2.10.4.1',
        text: 'The organization shall back up what is needed, applications and data, to replace a failed component in reasonable time and to satisfy regulation.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'probe',
        blackBox: 'no',
        evidence:
          'Restore each kind of component onto an empty instance: its state has the digest recorded at backup, sample operations succeed and the time stays within the declared target.',
      },
      {
        id: '2.10.4/R.4',
        clause: '2.10.4.1',
        text: 'The organization shall keep backups physically separate from the operational components.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'The record names place and medium of each backup; none is at the site or on the hardware of what it backs up.',
      },
      {
        id: '2.10.4/G.1',
        clause: '2.10.4.2',
        text: 'Copies of essential software and data shall be made, kept up to date and held in a secure environment.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'probe',
        blackBox: 'no',
        evidence:
          'Stop the backup of one component: an alarm comes once its latest copy passes the set age. Open the store of copies without the role for it: refused.',
      },
    ],
  },
  {
    id: '2.10.5',
    origin: 'DHS',
    title: 'Unplanned System Maintenance',
    family: '2.10',
    class: 'partial',
    clause: '2.10.5',
    requirement:
      "Before any unplanned maintenance of an AMI component, the organization shall look up the security requirements and then follow them. The work must be documented with (1) date and time; (2) the names of those who did it; (3) what was done. Where it needs physical access or modification, also the escort's name if there is one, and the equipment taken out or exchanged, with identification numbers if they apply.",
    guidance:
      'A malfunction or failure may call for maintenance that nobody planned. It has to follow approved contingency plans, and every action taken to bring the system back has to be documented.',
    enhancements:
      'If a vulnerability was found and unplanned maintenance is not done, the organization records that decision and its grounds.',
    rationale:
      'Changes that nobody tracks lead to poor decisions about the systems concerned, and without a policy of tracking, malicious ones may go unnoticed.',
    requirements: [
      {
        id: '2.10.5/R.1',
        clause: '2.10.5.1',
        text: 'The organization shall review and follow the security requirements before any unplanned maintenance of a component.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'Each record of unplanned work shows the review with name and time before the first action.',
      },
      {
        id: '2.10.5/R.2',
        clause: '2.10.5.1 items 1 to 3',
        text: 'The organization shall document unplanned maintenance with date and time, persons and description.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'probe',
        blackBox: 'no',
        evidence:
          'Try to open a maintenance session without a record: refused; with one that lacks a field: refused. A change made outside a session is found by the comparison with the approved state.',
      },
      {
        id: '2.10.5/R.3',
        clause: '2.10.5.1 item 3',
        text: 'The organization shall document, for physical work, the escort if there is one, and the equipment removed or replaced with its identification numbers.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'Each record of physical work has these fields, and the asset register shows the same exchange.',
      },
      {
        id: '2.10.5/G.1',
        clause: '2.10.5.2',
        text: 'Unplanned maintenance shall follow approved contingency plans and document each action by which the system is restored.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'Each record cites the approved plan, and its actions agree with the audit records of the session.',
      },
      {
        id: '2.10.5/E.1',
        clause: '2.10.5.3',
        text: 'The organization shall document the decision and justification when a vulnerability is known and unplanned maintenance is not done.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence: 'Every open vulnerability without maintenance has a decision with reason, name and date.',
      },
    ],
  },
  {
    id: '2.10.6',
    origin: 'DHS',
    title: 'Periodic System Maintenance',
    family: '2.10',
    class: 'partial',
    clause: '2.10.6',
    requirement:
      'For all components, the organization schedules, performs and documents routine maintenance, preventive and regular, as manufacturers or vendors specify, as its own policies and procedures say, or both.',
    guidance:
      'Hardware maintenance includes exchanging working equipment as planned, new routers for instance; software maintenance, patches for instance, also takes components off-line for a while. Officials of the organization must approve all maintenance, and it must be planned so that operation suffers little. Afterwards the organization checks that the security features still work properly.',
    enhancements:
      'A record of maintenance of the system holds when it was done, who did it, any escort that was needed, what was done, and the equipment taken out or exchanged, with identification numbers if they apply. Automated means schedule and conduct maintenance as required and produce records of all of it, needed and done, that are current, accurate, complete and available. Critical or sensitive information such as keys must be removed by approved procedures before equipment is disposed of.',
    rationale:
      'Changes that nobody tracks lead to poor decisions, and without a policy of tracking, malicious ones may go unnoticed. How components that store information are disposed of matters too: keys and other vital information can end up with people who search the rubbish or buy used hardware.',
    requirements: [
      {
        id: '2.10.6/R.1',
        clause: '2.10.6.1',
        text: 'The organization shall schedule, perform and document routine maintenance of all components by vendor specifications and its own policies.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'Every component has its tasks with intervals and their source; each task due has a finished record or an approved delay.',
      },
      {
        id: '2.10.6/G.1',
        clause: '2.10.6.2',
        text: 'Appropriate officials shall approve all maintenance, planned to avoid significant impact on operations.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'Each job carries an approval dated before its start and the time window with the expected impact.',
      },
      {
        id: '2.10.6/G.2',
        clause: '2.10.6.2',
        text: 'The organization should check after maintenance that the security features still function properly.',
        obligation: 'should',
        subject: { whom: 'organization', from: 'both' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Close a job with one security function disabled on purpose: the verification runs, names the function and keeps the job open.',
      },
      {
        id: '2.10.6/E.1',
        clause: '2.10.6.3',
        text: 'The organization shall keep a maintenance record with time, persons, escort, description, and equipment removed or replaced with its identification numbers.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence: 'A sample of jobs has all fields, and the asset register shows the same exchanges.',
      },
      {
        id: '2.10.6/E.2',
        clause: '2.10.6.3',
        text: 'Automated mechanisms shall schedule and conduct maintenance and produce accurate, complete, current and available records of every action, needed or completed.',
        obligation: 'shall',
        subject: { whom: 'system', from: 'text' },
        verification: 'probe',
        blackBox: 'no',
        evidence:
          'Let a task fall due: the schedule raises it, and its record appears without manual entry. Leave it undone: it is listed as overdue with an alarm.',
      },
      {
        id: '2.10.6/E.3',
        clause: '2.10.6.3',
        text: 'All critical and sensitive information, such as keys, shall be removed by approved procedures before equipment is disposed of.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Try to retire a device whose keys are live: refused. Retire it properly and examine its storage: no key or reading is left, and the other side refuses its former keys.',
      },
    ],
  },
  {
    id: '2.10.7',
    origin: 'ASAP',
    title: 'Field Tools',
    family: '2.10',
    class: 'partial',
    clause: '2.10.7',
    requirement:
      'The use of field tools shall be approved, managed, protected and monitored by the organization, which keeps the tools intact at all times.',
    guidance:
      "Meant are hardware and software that are connected to an AMI component to diagnose or repair, such as a packet sniffer brought for one job, or test equipment for the network's hardware or software. Not meant are parts of the system itself that may help in maintenance, such as ping, ls and ipconfig or the monitoring port of an Ethernet switch.",
    enhancements:
      '(1) All media with diagnostic or test programs shall be checked for malicious code before they are used in the AMI system. (2) All field tools that can keep information shall be checked so that nothing sensitive is written on them or that they are properly sanitized before release. A tool that cannot be sanitized stays in the facility or is destroyed, unless an official of the organization expressly authorizes an exception.',
    rationale:
      'Many field tools can reach and control much of an AMI system, so they should be guarded with care.',
    requirements: [
      {
        id: '2.10.7/R.1',
        clause: '2.10.7.1',
        text: 'The organization shall approve and manage the use of field tools.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Connect a tool that is not enrolled, whose approval ended or was withdrawn, or whose work order is for another meter: the meter refuses each. Every tool in use stands in the register with holder and approval.',
      },
      {
        id: '2.10.7/R.2',
        clause: '2.10.7.1',
        text: 'The organization shall monitor the use of field tools.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Run a session, one refused session and one without connection to the centre: the records of all three reach log management, with tool, user, meter, time and actions.',
      },
      {
        id: '2.10.7/R.3',
        clause: '2.10.7.1',
        text: 'Field tools shall be protected and their integrity maintained on an ongoing basis.',
        obligation: 'shall',
        subject: { whom: ['field-tool'], from: 'text' },
        verification: 'probe',
        blackBox: 'yes',
        evidence:
          'Alter a program file or setting of a tool, or hold back its updates: it refuses to start, or the meter and the centre refuse it, and an alarm is raised. A stolen tool without its user opens nothing.',
      },
      {
        id: '2.10.7/E.1',
        clause: '2.10.7.3 item 1',
        text: 'The organization shall check each medium that carries diagnostic or test programs for malicious code before it is used in the AMI system.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Offer a medium with the EICAR test file and one with an unsigned program: both are blocked before anything runs, with a record.',
      },
      {
        id: '2.10.7/E.2.1',
        clause: '2.10.7.3 item 2',
        text: 'Field tools that can retain information shall hold no sensitive information or be sanitized before release.',
        obligation: 'shall',
        subject: { whom: ['field-tool'], from: 'text' },
        verification: 'probe',
        blackBox: 'yes',
        evidence:
          "After a session with planted readings, keys and passwords, examine the tool's whole storage: none is found.",
      },
      {
        id: '2.10.7/E.2.2',
        clause: '2.10.7.3 item 2',
        text: 'The organization shall keep in the facility or destroy a tool that cannot be sanitized, unless an appropriate official explicitly authorizes an exception.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'Each tool given up or handed on has a record of its sanitizing, of its destruction, or the signed exception; the others are found on the premises.',
      },
    ],
  },
  {
    id: '2.10.8',
    origin: 'DHS',
    title: 'Maintenance Personnel',
    family: '2.10',
    class: 'partial',
    clause: '2.10.8',
    requirement:
      'The organization shall have documented policies and procedures for authorizing and approving maintenance, and it maintains a list of the people who may do it. Only personnel who are authorized and qualified, of the organization or of a vendor, do maintenance.',
    guidance:
      'Where maintenance opens organizational information that could later be used against availability, integrity or confidentiality, those who do it must hold a suitable access authorization. If they lack it, people of the organization who have it supervise the work.',
    enhancements: '',
    rationale:
      'Knowing who may maintain which system helps against social engineering and other undue access. A list also sets out who is responsible for a system, and those people answer first when something is wrong with it.',
    requirements: [
      {
        id: '2.10.8/R.1',
        clause: '2.10.8.1',
        text: 'The organization shall document its policies and procedures for authorizing maintenance and keep a list of personnel authorized for it.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'The policies are approved and current; the list gives each person the systems, qualification and end of authorization, and agrees with the accounts that hold a maintenance role.',
      },
      {
        id: '2.10.8/R.2',
        clause: '2.10.8.1',
        text: 'The organization shall have maintenance performed only by authorized and qualified personnel of its own or of vendors.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Open a maintenance session as somebody off the list, with a lapsed authorization and with a lapsed qualification: each is refused and recorded.',
      },
      {
        id: '2.10.8/G.1',
        clause: '2.10.8.2',
        text: 'Maintenance personnel shall have the access authorization that the information opened by their work requires.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          "In an open session reach for information above the person's authorization: refused and recorded.",
      },
      {
        id: '2.10.8/G.2',
        clause: '2.10.8.2',
        text: 'Authorized people of the organization should supervise maintenance personnel who lack the required access authorization.',
        obligation: 'should',
        subject: { whom: 'organization', from: 'both' },
        verification: 'probe',
        blackBox: 'no',
        evidence:
          'Open a session for such a person: it starts only after a supervisor with the authorization has joined, and it is suspended when the supervisor leaves.',
      },
    ],
  },
  {
    id: '2.10.9',
    origin: 'DHS',
    title: 'Remote Maintenance',
    family: '2.10',
    class: 'technical',
    clause: '2.10.9',
    requirement:
      'The organization shall authorize, manage and monitor maintenance and diagnosis carried out remotely on any AMI component. When it is completed, the organization or the component must end every session and remote connection that was opened for it.',
    guidance:
      'Remote means that people communicate over an external network that the organization does not control, the Internet for instance. Tools for it must be used as organizational policy allows and be documented in the security plan. The organization shall keep records of all remote maintenance and diagnosis.',
    enhancements:
      'All remote sessions of maintenance and diagnosis shall be audited, and suitable personnel of the organization review their records. The security plan shall deal with installing and using remote links for this purpose.',
    rationale:
      'Remote access hands control to an outside party. The utility keeps control of its AMI system only if such access is managed strictly and its end is verified.',
    requirements: [
      {
        id: '2.10.9/R.1',
        clause: '2.10.9.1',
        text: 'The organization shall authorize, manage and monitor remote maintenance and diagnosis of all components.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Open a remote session without an approval, outside its time and for another component: each is refused. During an approved one each action is seen live and can be stopped from the centre.',
      },
      {
        id: '2.10.9/R.2',
        clause: '2.10.9.1',
        text: 'The component, or the organization for it, shall terminate all sessions and remote connections when remote maintenance is completed.',
        obligation: 'shall',
        subject: { whom: 'all', from: 'text' },
        verification: 'probe',
        blackBox: 'yes',
        evidence:
          'End a session and let another one expire: every socket, tunnel and token of it is dead within the declared time, and using them again is refused.',
      },
      {
        id: '2.10.9/G.1',
        clause: '2.10.9.2',
        text: 'Remote maintenance tools shall be used as organizational policy allows, and the security plan shall document them.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'The security plan lists each tool with purpose and rule; the tools named in session records are a part of that list.',
      },
      {
        id: '2.10.9/G.2',
        clause: '2.10.9.2',
        text: 'The organization shall keep records of all remote maintenance and diagnostic activities.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'Compare the connection log of the remote access point with the maintenance records: one record for each connection.',
      },
      {
        id: '2.10.9/E.1',
        clause: '2.10.9.3',
        text: 'The organization shall audit every session of remote maintenance or diagnosis.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Run a session with a known list of actions: the audit holds each one with who, what, when and from where.',
      },
      {
        id: '2.10.9/E.2',
        clause: '2.10.9.3',
        text: 'Appropriate organizational personnel shall review the maintenance records of remote sessions.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'Each session record has a reviewer other than the one who worked, and a date within the set term.',
      },
      {
        id: '2.10.9/E.3',
        clause: '2.10.9.3',
        text: 'The organization shall deal in the security plan with installing and using links for remote maintenance and diagnosis.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'The plan names each link, its installation, protection and conditions of use; a scan finds no link beside them.',
      },
    ],
  },
];
