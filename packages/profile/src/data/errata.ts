/**
 * Data table: what is wrong, contradictory or unfinished in v0.48, and what this project does about each finding.
 *
 * Ids never change. A finding that no edit to a word can mend names the extension that mends it (`extensions.ts`).
 */
import type { Erratum } from '../model.ts';

/** The errata of v0.48: clause by clause, first the frame, then section 5, the matrix and Appendix B. */
export const errata: readonly Erratum[] = [
  {
    id: 'E01',
    clause: '4',
    finding: 'Section 4 still points to its own parts as 2.1 to 2.4, the numbers of an earlier draft.',
    resolution: 'Read as 4.1 to 4.4; clauses in this data use the printed headings.',
  },
  {
    id: 'E02',
    clause: '4.2',
    finding: 'Sections 4.2 and 4.4.2 place the requirements in Section 3, where none stand.',
    resolution: 'Read as section 5.',
  },
  {
    id: 'E03',
    clause: '4.2 table 2',
    finding:
      'Footnote 5 names Appendix A as the source of the summaries; footnote 3 rightly names Appendix B.',
    resolution: 'Appendix B is the source of every line and message here.',
  },
  {
    id: 'E04',
    clause: '4.2',
    finding:
      'The sentence about talk between human actors lacks a "not": footnote 2 says that those actors were removed.',
    resolution: 'Lines between people stand in Appendix B, so they are kept and marked as outside.',
  },
  {
    id: 'E05',
    clause: '4.1',
    finding: 'The list of use cases omits D2 and D3, yet 28 messages of Appendix B refer to them.',
    resolution: 'Both are use cases in this data; the count of 16 includes them.',
  },
  {
    id: 'E06',
    clause: '4.2',
    finding: 'Figures 1 to 4 are missing from the text that is at hand.',
    resolution:
      'The ends of lines come from tables 1 and 2 and from Appendix B; our diagrams are drawn anew.',
  },
  {
    id: 'E07',
    clause: '2.8.2.1',
    finding: 'The requirement to keep management apart from telemetry breaks off after "whenever".',
    resolution: 'Read without a condition: the separation always holds.',
  },
  {
    id: 'E08',
    clause: '2.8.11',
    finding: 'The requirement has no full stop and the guidance starts with one: text may have been lost.',
    resolution: 'Both halves are taken as they stand; nothing is supplied.',
  },
  {
    id: 'E09',
    clause: '2.8.13.1',
    finding: 'The alternative statement has no subject.',
    resolution: 'Read as: collaborative computing would raise the risk. No component offers any.',
  },
  {
    id: 'E10',
    clause: '2.8.17.1',
    finding: 'The last sentence has no subject.',
    resolution: 'Read as: voice over IP would raise the risk. No component offers any.',
  },
  {
    id: 'E11',
    clause: '2.16.5.3 item 2',
    finding:
      'The item announces a list of failures that need an alert in real time and ends before the list.',
    resolution: 'The three failures of 2.16.5.1 are taken as that list.',
  },
  {
    id: 'E12',
    clause: '2.15.15.1',
    finding: 'Two full stops end the sentence.',
    resolution: 'No effect.',
  },
  {
    id: 'E13',
    clause: '2.8.5',
    finding:
      'The heading of 2.8.5 is printed inside 2.8.4.4 and absent from the table of contents (104 entries).',
    resolution: 'It is a control of its own: 105 controls have text.',
  },
  {
    id: 'E14',
    clause: '2.15.7',
    finding: 'The heading of the control and that of its requirement share one line.',
    resolution: 'Split in two.',
  },
  {
    id: 'E15',
    clause: '2.9',
    finding: 'The rationales of 2.9.1 to 2.9.10 carry the prefix DSH.',
    resolution: 'Read as DHS.',
  },
  {
    id: 'E16',
    clause: '2.12.5.3',
    finding: 'Rationale and enhancements of 2.12.5 share the number 2.12.5.3 and stand in the wrong order.',
    resolution: 'The enhancement is 2.12.5.3, the rationale 2.12.5.4.',
  },
  {
    id: 'E17',
    clause: '2.15.19, 2.15.20',
    finding:
      'The last parts of both controls are numbered as if they belonged to family 2.12; in 2.15.19 the rationale is headed as an enhancement.',
    resolution: 'Renumbered into 2.15.19 and 2.15.20; the text is filed as rationale.',
  },
  {
    id: 'E18',
    clause: '2.15.22.3, 2.16.13.3',
    finding: 'Each of these numbers is used twice, for enhancements and for rationale.',
    resolution: 'The rationales become 2.15.22.4 and 2.16.13.4.',
  },
  {
    id: 'E19',
    clause: '2.17.1',
    finding: 'The first part has no number of its own and the last is written with a hyphen for a point.',
    resolution: 'Read as 2.17.1.1 and 2.17.1.4.',
  },
  {
    id: 'E20',
    clause: '2.14.11',
    finding: 'Its parts carry three prefixes: DHS, ASAP, and both together.',
    resolution: 'The control counts as one of DHS origin, as its heading says.',
  },
  {
    id: 'E21',
    clause: '5',
    finding:
      'Twelve controls have no rationale: 2.8.10, 2.15.6, 2.15.23, 2.15.25, 2.15.27, 2.15.28, 2.15.29, 2.16.1, 2.16.6, 2.16.10, 2.16.11 and 2.16.14. Ten of them carry an author comment instead.',
    resolution: 'Their rationale is left empty; none is invented.',
  },
  {
    id: 'E22',
    clause: '2.8.24.3',
    finding: 'What stands under the enhancements explains an attack and asks for nothing.',
    resolution: 'Filed as rationale; the control has no enhancement.',
  },
  {
    id: 'E23',
    clause: '2.15.19.1, 2.15.20.1',
    finding: 'Both give their requirement twice in different words, for components and for the system.',
    resolution: 'The stricter wording binds each component with a user interface.',
  },
  {
    id: 'E24',
    clause: '5',
    finding:
      'Seventeen comments of the authors are still in the text: jfs1 to jfs5, A6 to A10, BPS11 to BPS17.',
    resolution:
      'Not part of any control. Those that call a control organizational agree with our class; BPS13, which asks for two to three years of logs, shaped the default of audit.centralStorageYears.',
  },
  {
    id: 'E25',
    clause: '2.15.20',
    finding:
      'Lockout is temporary in the requirement and guidance, but the enhancement holds it until an administrator acts.',
    resolution:
      'Both: a lockout ends by itself; after a configured number of lockouts only an administrator releases the account. See extension staged-lockout.',
  },
  {
    id: 'E26',
    clause: '2.15.4.2, 2.15.10.2',
    finding: 'One forbids group accounts; the other lets a control room identify itself as a group.',
    resolution: 'Every person has an own account; shared desks change person by lock and sign-in.',
  },
  {
    id: 'E27',
    clause: '2.14.8',
    finding:
      'The requirement demands spam protection; the guidance advises against it and against e-mail at all.',
    resolution:
      'No component sends or receives e-mail or other messaging, so that nothing is left to filter.',
  },
  {
    id: 'E28',
    clause: '2.8.13',
    finding: 'The heading says not applicable; the matrix marks every component.',
    resolution: 'Applicable and met by absence: no component has such a mechanism.',
  },
  {
    id: 'E29',
    clause: '2.8.16',
    finding:
      'The requirement lets an official authorize mobile code; the guidance rules it out of management interfaces; the matrix marks every component.',
    resolution:
      'The stricter reading: the console has no script on the client side, and no component loads code.',
  },
  {
    id: 'E30',
    clause: 'A.1 rows 2.9, 2.9.1, 2.16',
    finding:
      'Row 2.9.1 has lost its number and the start of its title, its family row a cross under Comment; the row of family 2.16 holds the cross meant for 2.16.1, whose own row is blank.',
    resolution:
      'The rows are kept as printed, the family crosses in a list of their own; 2.9.1 and 2.16.1 are treated as organizational.',
  },
  {
    id: 'E31',
    clause: 'A.1 rows 2.4.10 to 2.5.1, 2.14.6 to 2.15.4',
    finding:
      'These rows are one cell short, so that the third cross of 2.15.1 and 2.15.2 can be read as AMI Head End or as AMI Meter.',
    resolution:
      'The marks are counted from the name of the control (AMI Head End). Both controls bind all components anyway; the duties about the HAN interface are addressed to the meter, as the text does.',
  },
  {
    id: 'E32',
    clause: 'A.1 rows 2.3.5 to 2.3.9, 2.6.2 to 2.6.10',
    finding: 'They stand below the headings of the next family, 2.4 and 2.7.',
    resolution: 'Each row belongs to the family of its number.',
  },
  {
    id: 'E33',
    clause: 'A.1',
    finding: 'Three controls with text have no row: 2.8.24, 2.15.30 and 2.17.1.',
    resolution: 'Their subjects are taken from the text.',
  },
  {
    id: 'E34',
    clause: 'A.1',
    finding:
      'Ten controls with text have a row without a cross: 2.12.3 to 2.12.6, 2.14.2 to 2.14.5, 2.15.26 and 2.16.1. Several are plainly technical.',
    resolution: 'Their subjects are taken from the text; 2.14.3 and 2.14.4 bind every component.',
  },
  {
    id: 'E35',
    clause: 'A.1',
    finding: 'Fifteen rows are marked although section 5 has no text for them, from 2.1.1 to 2.12.18.',
    resolution: 'Kept as rows without text; nothing is required here that v0.48 does not spell out.',
  },
  {
    id: 'E36',
    clause: 'A.1 row 2.10.7',
    finding: 'The matrix calls it Maintenance Tools, section 5 Field Tools.',
    resolution: 'Section 5 prevails; the row keeps its printed title.',
  },
  {
    id: 'E37',
    clause: 'A.1 rows 2.15.29, 2.16.12',
    finding: 'Marked for every component although both texts speak of the organization only.',
    resolution: 'Classed as organizational.',
  },
  {
    id: 'E38',
    clause: 'A.1 rows 2.9.4, 2.10.9, 2.15.28',
    finding: 'Marked as organizational although their texts ask for something a component must do.',
    resolution: 'Classed as partly technical; their technical duties have probes.',
  },
  {
    id: 'E39',
    clause: 'A.1 column Other exception',
    finding:
      'Nine crosses name what is no component: the overall system, wireless assets, a Log Management System, Audit Tools; two rows (2.8.22, 2.8.23) name nothing.',
    resolution:
      'The overall system is a subject here; log management and its tools are an extension component.',
  },
  {
    id: 'E40',
    clause: '2.8.7, 2.14.4, 2.14.6',
    finding:
      'An "AMI management system" gathers logs and verifies security functions, but 4.3 defines none; footnote 6 gives the phrase as an old label of the AMI Meter Management System.',
    resolution:
      'For logs it is log management; for verification it is the supervisor and the console, with the meter management system where meters are meant.',
  },
  {
    id: 'E41',
    clause: '2.14.4.1, 2.16.2.1',
    finding: 'One sends events to the AMI management system, the other to a dedicated log management system.',
    resolution: 'All of them go to log management, which serves both purposes.',
  },
  {
    id: 'E42',
    clause: '4.2 table 2 line 33',
    finding:
      'Table 2 ends the line at the Distribution Management System, Appendix B at a Distribution Automation Node.',
    resolution: 'Appendix B prevails.',
  },
  {
    id: 'E43',
    clause: '4.2 table 2 lines 3, 17',
    finding:
      'The table lacks messages that Appendix B has: anomalies of meter data and failed on-demand reads (3), the tool connecting to the meter (17).',
    resolution: 'The tables call themselves summaries; Appendix B is complete.',
  },
  {
    id: 'E44',
    clause: 'B',
    finding:
      'Italics seem to mark lines with both ends out of scope (5, 14, 19, 27 to 31, 34, 45, 48, 51, 53), which no sentence says; line 32 is partly italic although the head end is one of its ends.',
    resolution: 'Scope is derived from the ends, never from the typeface.',
  },
  {
    id: 'E45',
    clause: 'B',
    finding: 'Twenty-four cells run several messages together.',
    resolution: 'Split so that messages and references match in number; 289 messages result.',
  },
  {
    id: 'E46',
    clause: 'B',
    finding: 'Two rows are shifted by one column.',
    resolution: 'Shifted back.',
  },
  {
    id: 'E47',
    clause: 'B',
    finding:
      'Ends are named in several ways: Third Party Meter and Meter/Submeter, AMI Communications Network and Network Device, HAN Display with and without Device, Load Control Device and PCT/Load Control Device, Data Portal and Third Party Data Portal, DMS and its full name, Non Electric Meter with and without hyphen.',
    resolution: 'Each end has one id and one name; the variants are its aliases.',
  },
  {
    id: 'E48',
    clause: 'B line 18',
    finding:
      'The request to ping a HAN device and the confirmation of a firmware download have no counterpart on line 1, where they would have to reach the meter.',
    resolution: 'See extension missing-counterparts.',
  },
  {
    id: 'E49',
    clause: 'B line 15',
    finding: 'The rate change message from the CIS goes no further than the head end.',
    resolution: 'See extension missing-counterparts.',
  },
  {
    id: 'E50',
    clause: 'B lines 2, 24',
    finding:
      'The MDMS learns of start, control and end of a load shed on line 2, but hands DRAACS the end alone on line 24.',
    resolution: 'See extension missing-counterparts.',
  },
  {
    id: 'E51',
    clause: '2.17.1.2',
    finding: 'A meter must obey a cancel at once, but no such message is on lines 1, 9 or 15.',
    resolution: 'See extension cancel-message.',
  },
  {
    id: 'E52',
    clause: '2.17.1.2 footnote 14',
    finding:
      'The footnote assumes that a meter gets no date with a command; line 1 has a scheduled turn on/off.',
    resolution:
      'The schedule stays in the head end; what reaches the meter is undated. See extension undated-switching.',
  },
  {
    id: 'E53',
    clause: 'B',
    finding:
      'Of 118 directions 27 carry no message, three of them between components (10 to the field tool, 37 to the network device, 39 to the meter): nothing acknowledges what came.',
    resolution: 'See extension acknowledgements.',
  },
  {
    id: 'E54',
    clause: '4.3.1',
    finding:
      'The network device is said to carry all traffic of the field, but line 1 runs from meter to head end and only the last gasp uses line 39; 4.2 leaves the question open.',
    resolution:
      'Line 1 is end to end in meaning and protection; it passes through the network device, which relays without a meter key.',
  },
  {
    id: 'E55',
    clause: '4.2 footnote 4',
    finding:
      'The authors doubt that reads of non-electric meters come from two management systems (lines 18 and 21).',
    resolution: 'Both directions are kept; the head end answers whichever asked.',
  },
  {
    id: 'E56',
    clause: '4.4.2 table 3',
    finding:
      'A Third Party Meter/Submeter, and a Non-Electric Meter of another company, fail the question of Utility Edge about ownership, and table 3 offers no other domain.',
    resolution: 'See extension third-party-placement.',
  },
  {
    id: 'E57',
    clause: '4.4.2 table 3',
    finding: 'The Field Tool/Device travels between domains and is placed in none.',
    resolution: 'See extension field-tool-domain.',
  },
  {
    id: 'E58',
    clause: '4.4.2 table 3',
    finding:
      'The Managed Network domain has a management console as its example, but 4.3 defines no such component.',
    resolution: 'See extension console.',
  },
  {
    id: 'E59',
    clause: '2.14.4.3 item 3',
    finding: 'RFC 3164 was superseded by RFC 5424 in March 2009, before this edition appeared.',
    resolution: 'See extension syslog-current.',
  },
  {
    id: 'E60',
    clause: '2.8.12, 2.15.14',
    finding: 'FIPS 140-2 has been replaced by FIPS 140-3.',
    resolution: 'See extension fips-140-3.',
  },
  {
    id: 'E61',
    clause: '2.8.15, 2.14.6, 2.15.16, B lines 15, 39, 40',
    finding:
      'Slips of the pen: implantation, a doubled "that", a missing "allow", conformation, and last grasp for last gasp.',
    resolution: 'Mended in names; meaning taken from the context.',
  },
  {
    id: 'E62',
    clause: '2.12.4',
    finding:
      'Titled Incident Response Training, its requirement trains people for the continuity of operations plan.',
    resolution: 'Both trainings are expected; the yearly refresher covers them together.',
  },
  {
    id: 'E63',
    clause: '2.17.1',
    finding:
      'Only connect and disconnect are delayed and watched for mass use, though load limiting, load shed and a bad firmware move just as much load.',
    resolution: 'See extension mass-limits-everywhere.',
  },
  {
    id: 'E64',
    clause: 'B',
    finding:
      'No line carries logs, certificates, identities or operator actions, although 2.8.15, 2.15 and 2.16.2 demand each of them.',
    resolution: 'See extensions log-management, certificate-authority, identity-service and console.',
  },
  {
    id: 'E65',
    clause: '2.17.1.2, B line 1',
    finding:
      'With a delay of hours, one confirmation cannot tell that a command was accepted from that it was carried out.',
    resolution: 'See extension three-answers.',
  },
  {
    id: 'E66',
    clause: 'B lines 27, 28',
    finding:
      'A customer can opt out of an event at a display or load control device, and no line takes the news further.',
    resolution: 'See extension missing-counterparts.',
  },
  {
    id: 'E67',
    clause: 'B lines 1, 9, 18, 32, 33',
    finding:
      'Reconfiguration, activation of firmware and a change of state of grid equipment are ordered and never confirmed.',
    resolution: 'See extension missing-counterparts.',
  },
];
