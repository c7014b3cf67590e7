/**
 * Data table: the 10 controls of family 2.9, Information and Document Management, of the AMI Security Profile v0.48.
 * In our own words, split into atomic requirements by the rules of README.md in this folder.
 */

import type { Control } from '../../model.ts';

export const controls209: readonly Control[] = [
  {
    id: '2.9.1',
    origin: 'DHS',
    title: 'Information and Document Management Policy and Procedures',
    family: '2.9',
    class: 'organizational',
    clause: '2.9.1',
    requirement:
      'The organization shall write, make known and from time to time review and bring up to date: (1) a formal policy on managing AMI information and documents, covering purpose, scope, roles, responsibilities, the commitment of management, how parts of the organization coordinate, and compliance; (2) formal procedures that put the policy and the system maintenance controls tied to it into practice.',
    guidance:
      'Both must agree with the federal laws, directives, policies, regulations, standards and guidance that apply. The policy can be a part of the general information security policy. Procedures can be written for the security program as a whole and, where required, for a single component.',
    enhancements: '',
    rationale:
      'When anybody can get at information on consumption, billing and other utility matters, the utility and its customers are open to fraud, theft and the like, and privacy and similar laws may be broken. Policies on managing documents guard against such mistakes and misuse.',
    requirements: [
      {
        id: '2.9.1/R.1',
        clause: '2.9.1.1 item 1',
        text: 'The organization shall develop, disseminate, periodically review and update a formal AMI information and document management policy.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'The policy covers purpose, scope, roles, responsibilities, commitment, coordination and compliance, bears an approval, was sent to those whom it binds and is within its review date.',
      },
      {
        id: '2.9.1/R.2',
        clause: '2.9.1.1 item 2',
        text: 'The organization shall develop, disseminate, periodically review and update formal procedures that implement the policy and the maintenance controls tied to it.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'Each statement of the policy leads to a procedure with owner, approval and a review date that has not passed.',
      },
      {
        id: '2.9.1/G.1',
        clause: '2.9.1.2',
        text: 'The organization shall ensure that policy and procedures are consistent with applicable federal law, directives, policies, regulations, standards and guidance.',
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
    id: '2.9.2',
    origin: 'DHS',
    title: 'Information and Document Retention',
    family: '2.9',
    class: 'partial',
    clause: '2.9.2',
    requirement:
      'The organization shall manage the data related to AMI components. That includes policies and procedures for keeping electronic and paper data; access to the data must depend on roles and responsibilities that are formally assigned.',
    guidance:
      'The organization shall write policies and procedures on how long company information is kept. They deal with keeping and destroying on every kind of medium and take legal and regulatory requirements into account. Information from developing and running an AMI system is sensitive and important and needs suitable management.',
    enhancements:
      'The organization shall have the retention policies reviewed by lawyers, so that they comply with every law and regulation that applies.',
    rationale:
      'Kept documents and data are essential for finding out why a system failed and for noticing fraud and misuse, and the law may demand them.',
    requirements: [
      {
        id: '2.9.2/R.1',
        clause: '2.9.2.1',
        text: 'The organization shall establish retention policies and procedures for electronic and paper data of AMI components.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'A schedule gives each class of data, on each medium, its period and owner; every store of the inventory is covered.',
      },
      {
        id: '2.9.2/R.2',
        clause: '2.9.2.1',
        text: 'The AMI system shall give access to data by formally assigned roles and responsibilities.',
        obligation: 'shall',
        subject: { whom: 'system', from: 'text' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Read, change and export each class of data as each role and as a person without one: the answers equal the assignment, and refusals are recorded.',
      },
      {
        id: '2.9.2/R.3',
        clause: '2.9.2.1',
        text: 'The AMI system shall keep and remove electronic data as the retention schedule says.',
        obligation: 'shall',
        subject: { whom: 'system', from: 'text' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Move the clock past the end of a period: the record is removed with an audit entry. One day before, and under a legal hold, it is still there.',
      },
      {
        id: '2.9.2/G.1',
        clause: '2.9.2.2',
        text: 'The organization shall have retention procedures that cover keeping and destroying on all media and consider legal and regulatory requirements.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'The procedures name each medium in use, and each period cites the rule, or the absence of one, on which it rests.',
      },
      {
        id: '2.9.2/E.1',
        clause: '2.9.2.3',
        text: 'The organization shall perform legal reviews of its retention policies.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence: 'A signed and dated legal review exists for the version in force.',
      },
    ],
  },
  {
    id: '2.9.3',
    origin: 'DHS',
    title: 'Information Handling',
    family: '2.9',
    class: 'organizational',
    clause: '2.9.3',
    requirement:
      'The organization should have policies and procedures for handling information, and should review and update them periodically.',
    guidance:
      'In writing, they cover access, sharing, copying, sending, distributing, and disposing of or destroying AMI information, and they provide for looking through all information at intervals to see that it is handled properly. On its way, by carriage or by transmission, information shall be guarded against unauthorized access, misuse and corruption. It shall be shared only with those who need to know, and the procedures take law and regulation into account.',
    enhancements: '',
    rationale:
      'Much misuse, by accident or intent, happens before information becomes a managed document: it is made public, copied without right or destroyed. Clear rules for handling all business and operational information come before document management and retention can work.',
    requirements: [
      {
        id: '2.9.3/R.1',
        clause: '2.9.3.1',
        text: 'The organization should develop policies and procedures for handling information, and review and update them periodically.',
        obligation: 'should',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'The document is approved, implemented at the places named in it on a sample, and within its review date.',
      },
      {
        id: '2.9.3/G.1',
        clause: '2.9.3.2',
        text: 'The handling procedures should be in writing, cover access, sharing, copying, transmittal, distribution and disposal, and provide for a periodic review of how all information is handled.',
        obligation: 'should',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'The procedures have a part for each of these, cite the law and regulation considered, and the last review of handling names what was looked at and found.',
      },
      {
        id: '2.9.3/G.2',
        clause: '2.9.3.2',
        text: 'The organization shall protect information from unauthorized access, misuse and corruption while it is transported or transmitted.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Capture and alter an export, a backup and a report on their way: what is captured cannot be read, and what was altered is rejected at the other end.',
      },
      {
        id: '2.9.3/G.3',
        clause: '2.9.3.2',
        text: 'The organization shall distribute information only to those who need to know it.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'probe',
        blackBox: 'no',
        evidence:
          'Send or export to a recipient without a recorded need: refused and recorded. A recipient with one receives no more than the need covers.',
      },
    ],
  },
  {
    id: '2.9.4',
    origin: 'DHS',
    title: 'Information Classification',
    family: '2.9',
    class: 'partial',
    clause: '2.9.4',
    requirement:
      'All information about AMI components is classified; its class says what protection fits its sensitivity and the consequence of losing it.',
    guidance:
      'Three levels of classification or more are recommended, such as company proprietary, restricted and public, so that need, priority and level of protection are known. The levels guide access and control: who may share, copy, send and distribute it, in keeping with the protection that it needs.',
    enhancements: '',
    rationale:
      'One rule for all information does not work. Policies can only be put into practice when information is divided into categories of protection, for example from unrestricted up to top secret.',
    requirements: [
      {
        id: '2.9.4/R.1',
        clause: '2.9.4.1',
        text: 'All information related to AMI components shall be classified by its sensitivity and the consequence of its loss.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'A list gives every kind of document, store and message its class and the reason; none of the inventory is missing.',
      },
      {
        id: '2.9.4/R.2',
        clause: '2.9.4.1',
        text: 'The AMI system shall carry a class with every message and record that it handles.',
        obligation: 'shall',
        subject: { whom: 'system', from: 'text' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Add a message type, a table and an export without a class: the build or the start refuses them. Send an unlabelled message: it is rejected.',
      },
      {
        id: '2.9.4/G.1',
        clause: '2.9.4.2',
        text: 'The organization should define at least three levels of classification, each with its rules for access, sharing, copying, transmittal and distribution.',
        obligation: 'should',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'The levels in force are three or more, and each has its rules; the running system uses the same levels.',
      },
    ],
  },
  {
    id: '2.9.5',
    origin: 'DHS',
    title: 'Information Exchange',
    family: '2.9',
    class: 'partial',
    clause: '2.9.5',
    requirement:
      'Before information or software passes between the organization and external parties, formal contracts and confidentiality agreements are established.',
    guidance:
      'Where components have to pass information to another organization or to an outside system, the operators of both need to agree on a formal contract with confidentiality and to use a secure means of communication. Formal policies, procedures and security controls need to protect the exchange over every kind of communication facility.',
    enhancements:
      'A component that needs to talk to one outside the AMI network must be able to talk only to those that need it. Every other port and route must be locked or disabled.',
    rationale:
      'A binding contract protects giver and taker of information from misuse, deliberate or not. When it names the policies and procedures for handling the data, both sides know what protection is expected and by which means.',
    requirements: [
      {
        id: '2.9.5/R.1',
        clause: '2.9.5.1',
        text: 'The organization shall have a formal contract and confidentiality agreement for each exchange of information or software with an external party.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'Every external line and party of the register has an agreement in force, with its term and the kinds of information that it covers.',
      },
      {
        id: '2.9.5/G.1',
        clause: '2.9.5.2',
        text: 'The AMI system should communicate with external parties only by a secure method, under formal policies, procedures and controls.',
        obligation: 'should',
        subject: { whom: 'system', from: 'text' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'On each external line offer clear, unauthenticated and outdated connections: all refused. Let the agreement of one party end: its line closes and the others go on.',
      },
      {
        id: '2.9.5/E.1',
        clause: '2.9.5.3',
        text: 'A component that communicates outside the AMI network shall be limited to the components that need to communicate.',
        obligation: 'shall',
        subject: { whom: 'all', from: 'text' },
        verification: 'probe',
        blackBox: 'yes',
        evidence:
          "From other hosts with otherwise valid credentials, address the component's external interface, and from the component address other hosts: each try is refused and recorded.",
      },
      {
        id: '2.9.5/E.2',
        clause: '2.9.5.3',
        text: 'A component that communicates outside the AMI network shall have all other ports and routes locked down or disabled.',
        obligation: 'shall',
        subject: { whom: 'all', from: 'text' },
        verification: 'probe',
        blackBox: 'yes',
        evidence:
          'Scan the component from outside and list its routes: only the agreed port answers and only the agreed route exists.',
      },
    ],
  },
  {
    id: '2.9.6',
    origin: 'DHS',
    title: 'Information and Document Classification',
    family: '2.9',
    class: 'organizational',
    clause: '2.9.6',
    requirement:
      'The organization shall write policies and procedures for classifying data that establish: (1) how paper and electronic media are retained; (2) how data are classified (restricted, classified, general and so on); (3) how access is controlled, with sharing, copying, sending and distributing as the required protection allows; (4) which formally assigned roles and responsibilities open the data of the various components.',
    guidance:
      'Companies use broad policies on information and documents in managing cyber security, and a classification that gives each information asset the right protection is part of it. The organization sets the levels and what each means for access, sharing, copying, sending and distributing. It also classifies everything it has, design information, network diagrams, process programs and vulnerability assessments included, to show need, priority and level of protection by sensitivity and consequence.',
    enhancements:
      'From time to time the organization looks at information under special control or handling and decides whether it still needs this.',
    rationale:
      'Sensitive data are well protected only when levels are given by clear and steady rules. Haphazard levels make people lose faith in them, and then every policy that builds on them is useless.',
    requirements: [
      {
        id: '2.9.6/R.1',
        clause: '2.9.6.1 item 1',
        text: 'The organization shall establish retention policies and procedures for electronic and paper media as part of classifying data.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence: 'The schedule of retention has an entry for each class on each kind of medium.',
      },
      {
        id: '2.9.6/R.2',
        clause: '2.9.6.1 item 2',
        text: 'The organization shall establish policies and methods of classification.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'The method lets two people who classify the same sample of documents reach the same levels; the trial is on record.',
      },
      {
        id: '2.9.6/R.3',
        clause: '2.9.6.1 item 3',
        text: 'The organization shall establish access and control policies for sharing, copying, transmitting and distributing data that fit the protection they require.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'For each class the policy says who may do each of these and how, and the permissions exported from the system agree with it.',
      },
      {
        id: '2.9.6/R.4',
        clause: '2.9.6.1 item 4',
        text: 'The organization shall base access to the data of each component on formally assigned roles and responsibilities.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Export assignments and permissions of each component and compare: nobody has access without a role that grants it. Remove a role: access ends at once.',
      },
      {
        id: '2.9.6/G.1',
        clause: '2.9.6.2',
        text: 'The organization should define levels of classification and classify all its information, such as system design, network diagrams, process programs and vulnerability assessments, by sensitivity and consequence.',
        obligation: 'should',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'A sample of each of the four kinds bears its class, and the class follows from the method.',
      },
      {
        id: '2.9.6/E.1',
        clause: '2.9.6.3',
        text: 'The organization shall periodically review whether information under special control or handling still requires it.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'The list of such information gives the last review and decision for each item; none is past its date.',
      },
    ],
  },
  {
    id: '2.9.7',
    origin: 'DHS',
    title: 'Information and Document Retrieval',
    family: '2.9',
    class: 'organizational',
    clause: '2.9.7',
    requirement:
      'Within its overall policy on information and documents, the organization shall have policies and procedures that tell in detail how records on paper and in electronic form, equipment and other media of AMI components are retrieved.',
    guidance:
      'Measures shall make sure that long-term records can still be read, such as converting data to newer formats or keeping older equipment that reads the old ones. Law and regulation are taken into account. For as long as the AMI system lives, special care must be taken that the configuration of components, with the logic by which it was developed or programmed, stays secure, available and usable.',
    enhancements: '',
    rationale:
      'After a year or more information gets lost: formats and media grow old, media decay, and means of retrieval fall short. Keeping long-term records available is therefore part of any policy on retention.',
    requirements: [
      {
        id: '2.9.7/R.1',
        clause: '2.9.7.1',
        text: 'The organization shall have policies and procedures for retrieving written and electronic records, equipment and other media of AMI components.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'The procedures name each kind of record and medium, where it lies and how it is fetched, consider law and regulation, and are within their review date.',
      },
      {
        id: '2.9.7/G.1',
        clause: '2.9.7.2',
        text: 'The organization shall employ measures that keep long-term records retrievable.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'probe',
        blackBox: 'no',
        evidence:
          "Read back the oldest archive of each format with today's tools and compare digest and meaning with the record made at archiving: equal.",
      },
      {
        id: '2.9.7/G.2',
        clause: '2.9.7.2',
        text: 'The organization shall confirm the security, availability and usability of the configuration of components, with the logic behind it, for the life of the AMI system.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Restore an earlier configuration of each kind of component from the archive onto a fresh instance: its signature holds, it loads, and the logic that produced it is there to be read.',
      },
    ],
  },
  {
    id: '2.9.8',
    origin: 'DHS',
    title: 'Information and Document Destruction',
    family: '2.9',
    class: 'partial',
    clause: '2.9.8',
    requirement:
      'The organization shall have policies and procedures for destroying records on paper and in electronic form, equipment and other media of AMI components in such a way that the data stay confidential.',
    guidance:
      'They stand in the overall policy on information and documents and tell how things are destroyed and disposed of, for instance by shredding paper, erasing disks and other electronic media, or physical destruction. Legal and regulatory requirements need to be taken into account.',
    enhancements: '',
    rationale:
      'Sensitive information thrown away without thought is there for others to use and misuse. Proper disposal avoids leaks and meets the legal requirements on protecting data.',
    requirements: [
      {
        id: '2.9.8/R.1',
        clause: '2.9.8.1',
        text: 'The organization shall have policies and procedures for destroying written and electronic records, equipment and other media of AMI components.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'The document gives each kind of record and medium its method of disposal, considers law and regulation, stands in the overall policy and is within its review date.',
      },
      {
        id: '2.9.8/R.2',
        clause: '2.9.8.1',
        text: 'Destroying data of AMI components shall leave their confidentiality intact.',
        obligation: 'shall',
        subject: { whom: 'system', from: 'text' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Destroy a marked record and a key, then read the live store, copies, backups, export caches and the raw medium: the content cannot be recovered, and a record of destruction exists.',
      },
    ],
  },
  {
    id: '2.9.9',
    origin: 'DHS',
    title: 'Information and Document Management Review',
    family: '2.9',
    class: 'organizational',
    clause: '2.9.9',
    requirement:
      'At intervals, the organization shall review how well the policy on securing AMI information and documents is kept, so that law and regulation are complied with.',
    guidance:
      'The review of compliance shall be regular, and its procedure needs to consider all documentation that law or regulation requires for the AMI system.',
    enhancements: '',
    rationale:
      'A policy works only where it is applied. Reviews of the policies and of how they are applied keep them useful to the business.',
    requirements: [
      {
        id: '2.9.9/R.1',
        clause: '2.9.9.1',
        text: 'The organization shall periodically review compliance with its AMI information and document security policy.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'The last review is signed, younger than the set interval, and its findings have owners and dates.',
      },
      {
        id: '2.9.9/G.1',
        clause: '2.9.9.2',
        text: 'The procedure for the compliance review should consider all legal and regulatory documentation requirements for the AMI system.',
        obligation: 'should',
        subject: { whom: 'organization', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'The procedure lists these requirements with their sources, and the last review has a finding for each.',
      },
    ],
  },
  {
    id: '2.9.10',
    origin: 'DHS',
    title: 'Automated Marking',
    family: '2.9',
    class: 'technical',
    clause: '2.9.10',
    requirement:
      'AMI components shall mark every output that leaves them on paper or another physical medium automatically, by standard naming conventions, with any special instructions for spreading, handling or distributing it.',
    guidance: 'This is about marks on external media, such as printed documents that components put out.',
    enhancements: '',
    rationale:
      'Only a document with the right marking will be handled as the policies on documents and retention demand.',
    requirements: [
      {
        id: '2.9.10/R.1',
        clause: '2.9.10.1',
        text: 'Each component shall automatically mark external output, by standard naming conventions, with any special dissemination, handling or distribution instructions.',
        obligation: 'shall',
        subject: { whom: 'all', from: 'both' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Produce every report, print, export and label that the component can make: each bears the marking of the highest class inside, and no setting or request yields one without it.',
      },
    ],
  },
];
