/**
 * Data table: the 23 controls of family 2.8, System and Communication Protection, of the AMI Security Profile v0.48.
 * In our own words, split into atomic requirements by the rules of README.md in this folder.
 */

import type { Control } from '../../model.ts';

export const controls208: readonly Control[] = [
  {
    id: '2.8.2',
    origin: 'DHS',
    title: 'Management Port Partitioning',
    family: '2.8',
    class: 'technical',
    clause: '2.8.2',
    requirement:
      'Every AMI component must keep its telemetry and data acquisition services apart from its management services. (v0.48 breaks off at "whenever"; the duty is read as unconditional.)',
    guidance:
      'The management service needs to be separated, physically or logically, from telemetry and data acquisition and also from services that store and manage information, such as a database. Separate computers, processors, operating system instances, network addresses, protocol ports, a mixture of these or another suitable means will do. The separation makes it harder to reach a data acquisition server and keeps the harm of one broken system small. Configuration and test ports should be disabled while nobody uses them; where the system is critical enough, unplugging the device may be advisable.',
    enhancements: '',
    rationale:
      'Managing a component calls for stronger protection than reading data from it. If both share one channel, a flaw or a careless setting in the reading service opens the management service as well; separation stops the weaker service from being the way into the stronger one.',
    requirements: [
      {
        id: '2.8.2/R.1',
        clause: '2.8.2.1',
        text: 'Each component shall keep telemetry and data acquisition services isolated from its management services.',
        obligation: 'shall',
        subject: { whom: 'all', from: 'both' },
        verification: 'probe',
        blackBox: 'yes',
        evidence:
          'With valid telemetry credentials, try every management operation at the telemetry address, and the reverse: each is refused and recorded. The two services answer on different listeners.',
      },
      {
        id: '2.8.2/G.1',
        clause: '2.8.2.2',
        text: 'The management service of the AMI system should be separated, physically or logically, from services that acquire, store or manage data.',
        obligation: 'should',
        subject: { whom: 'system', from: 'text' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          "Log in to the data store with the management identity and to the management service with the data store's identity: both are refused. The deployment record names the means of separation.",
      },
      {
        id: '2.8.2/G.2',
        clause: '2.8.2.2',
        text: 'Each component should keep its configuration and test ports disabled while they are not in use.',
        obligation: 'should',
        subject: { whom: 'all', from: 'both' },
        verification: 'probe',
        blackBox: 'yes',
        evidence:
          'Scan every port and the optical port while no session is authorized: only the declared set answers. Open a test port by the authorized way, end or outlast the session and scan again: it is closed.',
      },
    ],
  },
  {
    id: '2.8.3',
    origin: 'DHS',
    title: 'Security Function Isolation',
    family: '2.8',
    class: 'partial',
    clause: '2.8.3',
    requirement:
      'Every AMI component must keep its security functions apart from all of its other functions.',
    guidance:
      'Partitions, domains or similar means must provide this isolation; they also cover who may reach the hardware, software and firmware of the security functions and whether these are intact. The system gives each running process an execution domain of its own, for instance its own address space. Some components may be unable to do this; the organization then sets out in the AMI system security plan why it accepts the risk and how it mitigates it. Mechanisms of the underlying hardware must support the isolation as follows. (1) Critical security functions, those that enforce access and the flow of information, are isolated from non-security functions and from one another. (2) Few non-security functions share a boundary with security functions. (3) Security functions are modules that stand largely alone and interact only where they must. (4) They are layered, with few interactions between layers, and no lower layer relies on a higher one working or being correct. (5) A password or key should be worth little beyond its place, hardly reused among components and users; the loss of one key must not lay a whole network open.',
    enhancements: '',
    rationale:
      'The security goals rest on security functions that can be trusted to be intact. When they are isolated, a flaw or a wrong setting in an ordinary function does not become a way to subvert them.',
    requirements: [
      {
        id: '2.8.3/R.1',
        clause: '2.8.3.1',
        text: 'Each component shall isolate its security functions from its other functions.',
        obligation: 'shall',
        subject: { whom: 'all', from: 'both' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Under the identity of a business process, read the key store, attach to the security process and call the key service without a grant: all fail and leave records. End the business process: the security process goes on.',
      },
      {
        id: '2.8.3/G.1',
        clause: '2.8.3.2 item 1',
        text: 'Each component shall isolate the functions that enforce access and information flow from non-security functions and from each other.',
        obligation: 'shall',
        subject: { whom: 'all', from: 'both' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          "Take over the identity of one security process and try to use the keys, files and memory of another: refused. A vendor's statement names the hardware mechanism that carries the isolation.",
      },
      {
        id: '2.8.3/G.2',
        clause: '2.8.3.2 item 2',
        text: 'Each component shall keep the number of non-security functions inside the boundary of its security functions to a minimum.',
        obligation: 'shall',
        subject: { whom: 'all', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'The design lists every function inside the boundary with the reason why it cannot stand outside; a comparison with the built software finds no other.',
      },
      {
        id: '2.8.3/G.3',
        clause: '2.8.3.2 item 3',
        text: 'The security functions of the AMI system shall be largely independent modules without needless interaction.',
        obligation: 'shall',
        subject: { whom: 'system', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'The module graph taken from the built software shows each security module with its callers and callees, and the design gives a reason for each edge.',
      },
      {
        id: '2.8.3/G.4',
        clause: '2.8.3.2 item 4',
        text: 'Each component shall build its security functions in layers in which no lower layer relies on the working or correctness of a higher one.',
        obligation: 'shall',
        subject: { whom: 'all', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'The import or link graph of the security modules is checked against the declared layers: no edge points upwards.',
      },
      {
        id: '2.8.3/G.5.1',
        clause: '2.8.3.2 item 5',
        text: 'Passwords and keys should be of limited value and hardly reused among components and users.',
        obligation: 'should',
        subject: { whom: 'all', from: 'both' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Compare fingerprints of all keys and password verifiers across the fleet: none occurs at two components or for two users.',
      },
      {
        id: '2.8.3/G.5.2',
        clause: '2.8.3.2 item 5',
        text: 'The AMI system shall be built so that the loss of one key does not open a whole network.',
        obligation: 'shall',
        subject: { whom: 'system', from: 'text' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          "With every key of meter A, try to read, authenticate to and forge messages of meter B and of the head end's other meters: all attempts fail.",
      },
      {
        id: '2.8.3/G.6',
        clause: '2.8.3.2',
        text: 'Each component shall control access to the hardware, software and firmware of its security functions and protect their integrity.',
        obligation: 'shall',
        subject: { whom: 'all', from: 'both' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Replace or change a file or image of a security function: the change is refused or found at the next start or check, an alarm is raised and the altered function does not run.',
      },
      {
        id: '2.8.3/G.7',
        clause: '2.8.3.2',
        text: 'The AMI system should run each process in an execution domain of its own.',
        obligation: 'should',
        subject: { whom: 'system', from: 'text' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          "List the processes of each component with user, address space and namespace, then read one's memory from another: refused.",
      },
      {
        id: '2.8.3/G.8',
        clause: '2.8.3.2',
        text: 'The organization should set out in the security plan, for each component without isolation, why it accepts the risk and how it mitigates it.',
        obligation: 'should',
        subject: { whom: 'organization', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'The security plan has an entry for every component whose isolation probe fails or is unverified, with mitigation, owner and approval.',
      },
    ],
  },
  {
    id: '2.8.4',
    origin: 'DHS',
    title: 'Information Remnants',
    family: '2.8',
    class: 'partial',
    clause: '2.8.4',
    requirement:
      'No AMI component shall let information pass to somebody who is not authorized or not meant to have it by way of a resource that is shared.',
    guidance:
      'Remnants are what earlier use leaves in registers, main memory or secondary storage. Whatever the system produced before, encrypted forms included, must be out of reach of any later user, role or process that obtains the resource after its release. It must therefore be cleared before the resource is given up for another use.',
    enhancements: '',
    rationale:
      'Information that needs a certain privilege must not be laid open to people or processes with less. Keeping remnants out of reach gives confidence that the protection of information really holds.',
    requirements: [
      {
        id: '2.8.4/R.1',
        clause: '2.8.4.1',
        text: 'Each component shall prevent shared resources from passing information to anyone who is not authorized or not meant to have it.',
        obligation: 'shall',
        subject: { whom: 'all', from: 'both' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'As a second user, allocate memory, files, sessions and response buffers right after a first user with planted marker values released theirs: no marker is found.',
      },
      {
        id: '2.8.4/G.1',
        clause: '2.8.4.2',
        text: 'Each component shall clear information, encrypted forms included, from a resource before it is freed for another use.',
        obligation: 'shall',
        subject: { whom: 'all', from: 'both' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          "Plant a marker key and a marker reading, use them, release them, then search memory image, core dump, swap, temporary files, deleted rows and the component's flash: neither the plain nor the encrypted form is found.",
      },
    ],
  },
  {
    id: '2.8.5',
    origin: 'DHS',
    title: 'Denial-of-Service Protection',
    family: '2.8',
    class: 'technical',
    clause: '2.8.5',
    requirement:
      'AMI components shall withstand attacks on their availability or keep the effect of such attacks small.',
    guidance:
      'Many techniques limit denial of service or remove it, for instance a device at the perimeter that drops certain packets before they reach the inner network. (1) Users must be restricted in what they can do to attack other components or networks. (2) Spare capacity, bandwidth or other redundancy must be managed so that floods do limited harm. (3) Radio networks can also be jammed: there must be measures, and trained people, for tracing and ending it, which may include radio direction finding.',
    enhancements: '',
    rationale:
      'Under a denial of service AMI resources are missing when operation needs them. Every component that takes input or does more than one thing can suffer it.',
    requirements: [
      {
        id: '2.8.5/R.1',
        clause: '2.8.5.1',
        text: 'Each component shall protect itself against denial of service or limit its effects.',
        obligation: 'shall',
        subject: { whom: 'all', from: 'both' },
        verification: 'probe',
        blackBox: 'yes',
        evidence:
          'Flood each interface from one peer with connections, half-open handshakes, oversized and slow messages while a second peer works: the second peer is served within its declared bound, the component survives, recovers and alarms.',
      },
      {
        id: '2.8.5/G.1',
        clause: '2.8.5.2 item 1',
        text: 'The AMI system shall restrict what its users can do to deny service to other components or networks.',
        obligation: 'shall',
        subject: { whom: 'system', from: 'text' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'With one valid account and one valid device credential, issue jobs, exports and commands as fast as possible: quotas stop them, other users go on working and the excess is recorded under the account.',
      },
      {
        id: '2.8.5/G.2',
        clause: '2.8.5.2 item 2',
        text: 'The AMI system shall manage spare capacity, bandwidth or other redundancy so that floods of information do limited harm.',
        obligation: 'shall',
        subject: { whom: 'system', from: 'text' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Drive one line to its limit with low-priority traffic: the reserved share of connections, queue and bandwidth stays free and an alarm, a last gasp and a cancel message pass within their bounds.',
      },
      {
        id: '2.8.5/G.3',
        clause: '2.8.5.2 item 3',
        text: 'The organization shall have measures and trained people for tracing and ending radio-frequency jamming of wireless assets and networks.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'A current procedure names the means, for example direction finding, the people with dated training records and the last exercise.',
      },
    ],
  },
  {
    id: '2.8.6',
    origin: 'DHS',
    title: 'Resource Priority',
    family: '2.8',
    class: 'technical',
    clause: '2.8.6',
    requirement: 'AMI components must limit, by priority, how much of a resource may be used.',
    guidance: '',
    enhancements: '',
    rationale:
      'With priorities, a process that matters less cannot delay or disturb the system in serving one that matters more. That also helps against denied and interrupted service.',
    requirements: [
      {
        id: '2.8.6/R.1',
        clause: '2.8.6.1',
        text: 'Each component shall limit the use of its resources by priority.',
        obligation: 'shall',
        subject: { whom: 'all', from: 'both' },
        verification: 'probe',
        blackBox: 'yes',
        evidence:
          'Fill the component with bulk work, then send one message of each priority: they are served in the order alarm, control, normal, bulk, within declared bounds, and bulk work resumes afterwards.',
      },
    ],
  },
  {
    id: '2.8.7',
    origin: 'DHS',
    title: 'Boundary Protection',
    family: '2.8',
    class: 'partial',
    clause: '2.8.7',
    requirement:
      "The organization shall draw physical and electronic security boundaries for the AMI system and state, for each, the security requirements that are mandatory for the components inside. A component in one boundary must meet that boundary's requirements or exceed them; a component that stands in several must do so for all of them.",
    guidance:
      "Connections to the Internet or any other outside network or computer need to pass a managed interface such as a proxy, gateway, router, firewall, guard or encrypted tunnel. An alternate processing or control site must be protected as well as the primary one. The system should be divided into smaller zones, so that traffic inside it and across its edge can be controlled and watched; components of a zone usually share its controls and privileges, and the zones should suit the owner's appetite for risk. The least set of boundaries: (a) HAN to NAN; (b) NAN to WAN; (c) WAN to the central components (MDMS, AMI Head End, AMI Network Management System, AMI Management System); (d) the AMI system to everything external. Further: (1) access points shall be few, so that traffic both ways can be controlled and watched; (2) the public must be kept out of internal AMI networks except where access is suitably controlled and monitored; (3) traffic across the edge and between zones should be only what operation needs, with all else denied by default; (4) publicly reachable components, a public web server for example, must sit on subnetworks of their own with physical network interfaces of their own, and as a rule no AMI information should be open to the public; (5) every external telecommunication service shall be met by a managed interface whose measures fit the integrity and confidentiality that the information needs; (6) when a boundary protection breaks down, nothing shall be released or pass without authority; (7) field service tools should not reach the meter by way of the HAN.",
    enhancements: '',
    rationale:
      'A classic control system has few outside interfaces, often one, and can guard it closely. In AMI every meter, potentially millions of them, is a possible way in, and so is the neighborhood network (NAN), wired or wireless, which is physically exposed. Traffic from NAN to HAN alone would be safest, but the OpenHAN SRS needs both directions for the long-term aims of the industry, which adds risk. Zones with guarded boundaries keep unauthorized access to as small a part of the system as can be.',
    requirements: [
      {
        id: '2.8.7/R.1',
        clause: '2.8.7.1',
        text: 'The organization shall define the physical and electronic security boundaries of the AMI system and the mandatory security requirements for components inside each.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'A current, approved record lists each boundary, physical and electronic, the components inside it and the requirements that bind them; no component of the inventory is missing.',
      },
      {
        id: '2.8.7/R.2',
        clause: '2.8.7.1',
        text: 'Each component shall meet or exceed the requirements of every boundary in which it stands.',
        obligation: 'shall',
        subject: { whom: 'all', from: 'both' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Derive the requirement set of each component and part from all its boundaries, run the probes of the set and compare: no requirement of any of its boundaries is failed or without a result.',
      },
      {
        id: '2.8.7/G.1',
        clause: '2.8.7.2 item 1',
        text: 'The organization shall give the AMI system only a limited number of access points, so that inbound and outbound traffic can be controlled and monitored.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'text' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Scan from each neighboring network and compare with the register of access points: nothing else answers, and traffic through each access point shows in the monitoring.',
      },
      {
        id: '2.8.7/G.2',
        clause: '2.8.7.2 item 2',
        text: 'The organization shall prevent public access to internal AMI networks except where it is controlled and monitored.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'text' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'From a public network, address every internal host and service: nothing is reachable but the declared, authenticated entrances, and each attempt is recorded there.',
      },
      {
        id: '2.8.7/G.3',
        clause: '2.8.7.2 item 3',
        text: 'The AMI system should let only traffic needed for operation cross its edge and its zones, with everything else denied by default.',
        obligation: 'should',
        subject: { whom: 'system', from: 'text' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'From every component, send every combination of source, destination and message that the profile does not list: each is refused and recorded. All listed ones pass.',
      },
      {
        id: '2.8.7/G.4.1',
        clause: '2.8.7.2 item 4',
        text: 'The organization shall place publicly accessible components on separate subnetworks with physical network interfaces of their own.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'The network record and an inspection show each publicly reachable host on its own subnetwork and interface, with no host joining both sides past the managed interface.',
      },
      {
        id: '2.8.7/G.4.2',
        clause: '2.8.7.2 item 4',
        text: 'The AMI system should make none of its information publicly accessible.',
        obligation: 'should',
        subject: { whom: 'system', from: 'text' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Without credentials, request every page, file and operation of every outward service: nothing but a sign-in page or a refusal comes back.',
      },
      {
        id: '2.8.7/G.5',
        clause: '2.8.7.2 item 5',
        text: 'The organization shall put a managed interface with fitting integrity and confidentiality measures at every external telecommunication service.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          "For each service in use the record names the boundary device, its measures and the classification of what passes; a capture on the provider's side shows only protected traffic.",
      },
      {
        id: '2.8.7/G.6',
        clause: '2.8.7.2 item 6',
        text: 'The organization shall prevent unauthorized release or communication across the AMI boundary when a boundary protection mechanism fails.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'text' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Kill, overload and misconfigure each boundary function in turn: traffic stops rather than passing unchecked, an alarm is raised, and traffic resumes only under the full rules.',
      },
      {
        id: '2.8.7/G.7',
        clause: '2.8.7.2 item 7',
        text: 'Field tools should not connect to a meter through its HAN interface.',
        obligation: 'should',
        subject: { whom: ['field-tool', 'meter.han'], from: 'text' },
        verification: 'probe',
        blackBox: 'yes',
        evidence:
          'Connect a field tool with valid credentials to the HAN interface and start its session: the meter refuses and records it.',
      },
      {
        id: '2.8.7/G.8',
        clause: '2.8.7.2',
        text: 'The AMI system should make connections to the Internet and to other external networks or computers only through managed interfaces.',
        obligation: 'should',
        subject: { whom: 'system', from: 'text' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Record all flows in and out of the AMI system during the full set of scenarios: every external flow ends at a registered proxy, gateway, router, firewall, guard or tunnel.',
      },
      {
        id: '2.8.7/G.9',
        clause: '2.8.7.2',
        text: 'The AMI system shall protect each alternate processing or control site at the level of the primary site.',
        obligation: 'shall',
        subject: { whom: 'system', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'The boundary rules of both sites are exported and compared, and the boundary probes run at the alternate site with the same results.',
      },
      {
        id: '2.8.7/G.10',
        clause: '2.8.7.2',
        text: 'The AMI system should be segmented by risk, with boundaries at least between HAN and NAN, NAN and WAN, WAN and central components, and AMI and everything external.',
        obligation: 'should',
        subject: { whom: 'system', from: 'text' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'From a host in each of the zones, try to reach hosts of the other zones past the boundary function, at each of the four crossings: no packet arrives, and the attempt is seen.',
      },
    ],
  },
  {
    id: '2.8.8',
    origin: 'DHS',
    title: 'Communication Integrity',
    family: '2.8',
    class: 'technical',
    clause: '2.8.8',
    requirement:
      'In its design and in its implementation, the AMI system must protect electronic communication against alteration.',
    guidance:
      "A commercial provider's commodity service, in place of a dedicated one, makes it harder to be sure that the integrity of transmission is secured. Where contracts cannot practically give that assurance, the organization must compensate with measures of its own or accept the added risk openly. Contracts and similar documents with vendors should permit testing the security and integrity of the products and services in use.",
    enhancements:
      '(1) The organization shall use cryptography to notice changes made in transit, unless other physical measures such as protective distribution systems protect the line; how strong the protection is depends on how sensitive the data are. (2) Cryptography adds latency, which must neither worsen the operation of the AMI system nor endanger personnel. (3) When a cryptographic mechanism fails, the failure must neither deny service nor leave communication open and unprotected, and alternatives should stand ready; AMI generally serves availability, integrity and confidentiality together.',
    rationale:
      'AMI runs on what its parts tell each other. Such information can be corrupted by intent or by accident, and components that decide on corrupted information can make the system unstable, malfunction or worse. Where the consequences cannot be accepted, controls on integrity are needed.',
    requirements: [
      {
        id: '2.8.8/R.1',
        clause: '2.8.8.1',
        text: 'The AMI system shall protect the integrity of information communicated electronically.',
        obligation: 'shall',
        subject: { whom: 'system', from: 'text' },
        verification: 'probe',
        blackBox: 'yes',
        evidence:
          'On each line flip bits, cut, append, swap, repeat and delay messages: each altered or stale one is rejected without effect and is recorded.',
      },
      {
        id: '2.8.8/G.1',
        clause: '2.8.8.2',
        text: 'The organization shall compensate with its own measures, or explicitly accept the risk, where contracts with a communication provider cannot assure transmission integrity.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'Every provider in the register has the contractual assurance, a compensating measure that is shown to work, or a signed acceptance of the risk.',
      },
      {
        id: '2.8.8/G.2',
        clause: '2.8.8.2',
        text: 'Contracts with vendors should allow their products and services in the AMI system to be tested for security and integrity.',
        obligation: 'should',
        subject: { whom: 'organization', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence: 'The clause that permits testing is shown for each vendor contract in force.',
      },
      {
        id: '2.8.8/E.1.1',
        clause: '2.8.8.3 item 1',
        text: 'Each component shall recognize, by cryptographic means, changes made to information in transit unless physical measures protect the line.',
        obligation: 'shall',
        subject: { whom: 'all', from: 'matrix' },
        verification: 'probe',
        blackBox: 'yes',
        evidence:
          'At each interface send correct messages whose authentication code or signature is missing, truncated, of the wrong key or of a weaker algorithm: all rejected. A line without cryptography has a record of its physical protection.',
      },
      {
        id: '2.8.8/E.1.2',
        clause: '2.8.8.3 item 1',
        text: 'The organization shall set the level of integrity protection of each line by the sensitivity of the data sent over it.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'A table gives, for each line, the highest classification it carries and the mechanism required, and the settings found at both ends equal the table.',
      },
      {
        id: '2.8.8/E.2.1',
        clause: '2.8.8.3 item 2',
        text: 'The AMI system shall keep the latency of its cryptography so low that operation is not degraded.',
        obligation: 'shall',
        subject: { whom: 'system', from: 'text' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Run the same scenarios with and without protection and compare the times of each message with its declared bound: all protected times stay inside.',
      },
      {
        id: '2.8.8/E.2.2',
        clause: '2.8.8.3 item 2',
        text: 'The AMI system shall keep the latency of its cryptography from affecting the safety of personnel.',
        obligation: 'shall',
        subject: { whom: 'system', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'The safety analysis lists each message that protects people, such as a cancel or a lockout for work on a line, with its allowed delay beside the measured one.',
      },
      {
        id: '2.8.8/E.3.1',
        clause: '2.8.8.3 item 3',
        text: 'Each component shall neither lose its service nor fall back to unprotected communication when a cryptographic mechanism fails.',
        obligation: 'shall',
        subject: { whom: 'all', from: 'matrix' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Make the mechanism fail: missing module, wrong keys, exhausted counter, failed self-test. No unprotected message is sent or accepted, local functions go on, the component does not hang and it alarms.',
      },
      {
        id: '2.8.8/E.3.2',
        clause: '2.8.8.3 item 3',
        text: 'The AMI system should have alternatives ready for the failure of a cryptographic mechanism.',
        obligation: 'should',
        subject: { whom: 'system', from: 'text' },
        verification: 'probe',
        blackBox: 'no',
        evidence:
          'Disable the primary key, module or instance: the declared alternative takes over with equal protection, or the documented manual procedure is exercised with a record.',
      },
    ],
  },
  {
    id: '2.8.9',
    origin: 'DHS',
    title: 'Communication Confidentiality',
    family: '2.8',
    class: 'technical',
    clause: '2.8.9',
    requirement:
      'In its design and in its implementation, the AMI system must keep electronic communication confidential wherever that is necessary.',
    guidance:
      "A third party that carries the traffic, in place of infrastructure of the organization's own, may be a reason to encrypt. Encrypting, decrypting and authenticating each message costs time and computing power; whatever latency this adds must not worsen the operation of the system.",
    enhancements: '',
    rationale:
      'Confidentiality keeps the private matters of customers and of the business private, and sound operation may depend on it too. It can be broken by intent or by accident; the results reach from instability and malfunction through loss of privacy to loss of business advantage. Where such results cannot be accepted, controls on confidentiality are needed.',
    requirements: [
      {
        id: '2.8.9/R.1',
        clause: '2.8.9.1',
        text: 'The AMI system shall protect the confidentiality of electronically communicated information where its classification makes that necessary.',
        obligation: 'shall',
        subject: { whom: 'system', from: 'text' },
        verification: 'probe',
        blackBox: 'yes',
        evidence:
          'Capture every line during the full set of scenarios with planted readings, identifiers and secrets: none is found in the clear. Offer null, weak and downgraded suites: refused.',
      },
      {
        id: '2.8.9/G.1',
        clause: '2.8.9.2',
        text: 'The AMI system shall keep the latency of encryption from degrading its operation.',
        obligation: 'shall',
        subject: { whom: 'system', from: 'text' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Measure each message class with encryption on, at the declared peak load: the times stay within their declared bounds.',
      },
    ],
  },
  {
    id: '2.8.10',
    origin: 'DHS',
    title: 'Trusted Path',
    family: '2.8',
    class: 'partial',
    clause: '2.8.10',
    requirement:
      'The AMI system must set up trusted communication paths from the user, or the agent acting for the user, to the components of the system.',
    guidance:
      "Such a path gives high confidence that the security functions and the meter really talk to each other: the meter reaches the trusted computing base directly, and only an authorized user or that base itself can open the path. It is recommended that signing in to a field service tool use a trusted path or a compensating control. The trusted computing base is all the hardware, firmware and software, in one component or several, that together enforce the security policy. How well it enforces the policy rests on its own mechanisms alone, and on administrators entering policy parameters, such as a user's clearance, correctly.",
    enhancements: '',
    rationale: '',
    requirements: [
      {
        id: '2.8.10/R.1',
        clause: '2.8.10.1',
        text: 'The AMI system shall establish a trusted path between a user or agent and the components of the system.',
        obligation: 'shall',
        subject: { whom: 'system', from: 'text' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Put a proxy with the valid certificate of another component into the path: the connection is refused before a secret is sent. The recording of a complete sign-in yields nothing that can be used again.',
      },
      {
        id: '2.8.10/G.1',
        clause: '2.8.10.2',
        text: 'The meter should communicate with the security functions of the AMI system over a trusted path.',
        obligation: 'should',
        subject: { whom: ['meter'], from: 'text' },
        verification: 'probe',
        blackBox: 'yes',
        evidence:
          'End the connection in the middle, at a collector or a field tool, and relay it: the meter refuses what did not come from the security function, and the intermediary sees no key or credential.',
      },
      {
        id: '2.8.10/G.2',
        clause: '2.8.10.2',
        text: 'Only an authorized user or the trusted computing base should be able to activate a trusted path.',
        obligation: 'should',
        subject: { whom: 'system', from: 'text' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'From a collector, a HAN device and a signed-in user without the right, ask to open the path: refused and recorded each time.',
      },
      {
        id: '2.8.10/G.3',
        clause: '2.8.10.2',
        text: 'Signing in to a field tool should take place over a trusted path or under a compensating control.',
        obligation: 'should',
        subject: { whom: ['field-tool'], from: 'text' },
        verification: 'probe',
        blackBox: 'yes',
        evidence:
          'Offer a false sign-in screen, a replayed sign-in and an unlocked tool without its second factor: none leads to a session with a meter.',
      },
    ],
  },
  {
    id: '2.8.11',
    origin: 'DHS',
    title: 'Cryptographic Key Establishment and Management',
    family: '2.8',
    class: 'partial',
    clause: '2.8.11',
    requirement:
      'Organizations need to choose cryptographic protection that suits the value of what it protects and the limits within which the AMI system has to operate.',
    guidance:
      'Key establishment and key management need a formal policy in writing that documents practices and procedures. For establishment it covers generating keys by a specified algorithm and sizing them by an assigned standard; an effective random number generator needs to be used. For management it covers changing keys from time to time, destroying them and distributing them by defined standards.',
    enhancements: '',
    rationale:
      'If the parts around the cryptography, keys above all, are easier to attack than the cryptography, the whole is only as strong as those parts.',
    requirements: [
      {
        id: '2.8.11/R.1',
        clause: '2.8.11.1',
        text: 'The organization shall select cryptographic protection to match both the value of what it protects and the operating constraints of the AMI system.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'text' },
        verification: 'document',
        blackBox: 'partial',
        evidence:
          'A table gives algorithm, key size and suite for each line and store with the classification it protects and the constraint that limits it; the suites found in use equal the table.',
      },
      {
        id: '2.8.11/G.1',
        clause: '2.8.11.2',
        text: 'The organization should have a formal written policy for establishing and managing keys: generation, sizes, periodic change, destruction and distribution.',
        obligation: 'should',
        subject: { whom: 'organization', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'The approved policy covers each of these topics, names the algorithm or standard for each, and is within its review date.',
      },
      {
        id: '2.8.11/G.2',
        clause: '2.8.11.2',
        text: 'Keys of the AMI system should be generated by the specified algorithm in the size that the assigned standard sets.',
        obligation: 'should',
        subject: { whom: 'system', from: 'matrix' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'List all keys: each has algorithm, size, purpose, owner and creation record, and none is shorter than or different from the policy. A request for a weaker key is refused.',
      },
      {
        id: '2.8.11/G.3',
        clause: '2.8.11.2',
        text: 'Keys of the AMI system should come from an effective random number generator.',
        obligation: 'should',
        subject: { whom: 'system', from: 'matrix' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          "Generate a large set of keys on several fresh instances: no duplicates and no bias in the standard tests. Make the source's health test fail: generation stops with an alarm.",
      },
      {
        id: '2.8.11/G.4',
        clause: '2.8.11.2',
        text: 'Keys of the AMI system should be changed periodically as the policy sets.',
        obligation: 'should',
        subject: { whom: 'system', from: 'matrix' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Let a key pass its allowed age: the rotation runs or an alarm is raised. After rotation a message under the old key is refused.',
      },
      {
        id: '2.8.11/G.5',
        clause: '2.8.11.2',
        text: 'Keys of the AMI system should be destroyed as the policy sets.',
        obligation: 'should',
        subject: { whom: 'system', from: 'matrix' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Destroy a key: no copy is left in stores, backups or memory, what it protected cannot be read, and the record of destruction names who, when and how.',
      },
      {
        id: '2.8.11/G.6',
        clause: '2.8.11.2',
        text: 'Keys of the AMI system should be distributed by the defined standards.',
        obligation: 'should',
        subject: { whom: 'system', from: 'matrix' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Capture a key transport and a key agreement: only wrapped or public values are seen. Altered, replayed or wrongly addressed key messages are refused.',
      },
    ],
  },
  {
    id: '2.8.12',
    origin: 'DHS',
    title: 'Use of Validated Cryptography',
    family: '2.8',
    class: 'partial',
    clause: '2.8.12',
    requirement:
      'The organization shall write and carry out a policy on using cryptography to protect AMI information, and it ensures that all of its mechanisms comply with the laws, rules, directives, policies, standards and guidance that apply.',
    guidance:
      "A cryptographic module in an AMI system must at the least be able to meet FIPS 140-2, and assessing it must include validation in its approved modes of operation. A module validated by the Cryptographic Module Validation Program is the most effective safeguard; the programme's web site tells more.",
    enhancements:
      '(1) Cryptographic hardware is protected against physical tampering and against electronic connections that nobody controls. (2) The organization chooses cryptographic hardware whose keys can be managed from afar.',
    rationale:
      'Few utilities or vendors have the means to validate an implementation of an algorithm. Following NIST gives assurance that the chosen cryptography protects as well as it should.',
    requirements: [
      {
        id: '2.8.12/R.1',
        clause: '2.8.12.1',
        text: 'The organization shall develop a policy on the use of cryptography to protect AMI information.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'The approved policy lists permitted algorithms, modes, sizes and modules and is within its review date.',
      },
      {
        id: '2.8.12/R.2',
        clause: '2.8.12.1',
        text: 'Each component shall use only the cryptographic mechanisms that the policy permits.',
        obligation: 'shall',
        subject: { whom: 'all', from: 'matrix' },
        verification: 'probe',
        blackBox: 'yes',
        evidence:
          'Offer each interface algorithms, modes and sizes outside the policy, such as MD5, RC4 or short RSA keys: all are refused. Known-answer vectors pass for those inside.',
      },
      {
        id: '2.8.12/R.3',
        clause: '2.8.12.1',
        text: 'The organization shall ensure that all cryptographic mechanisms comply with applicable law, regulation, directives, policies, standards and guidance.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'A dated compliance statement lists each mechanism with the rules that apply to it, and the list equals the inventory of mechanisms found in the components.',
      },
      {
        id: '2.8.12/G.1',
        clause: '2.8.12.2',
        text: 'Each cryptographic module in the AMI system shall be able to meet at least FIPS 140-2.',
        obligation: 'shall',
        subject: { whom: 'all', from: 'both' },
        verification: 'lab-statement',
        blackBox: 'partial',
        evidence:
          'Each component reports module, version and certificate number; the certificate (FIPS 140-2, or its successor 140-3) covers that version, and without one the claim counts as not validated.',
      },
      {
        id: '2.8.12/G.2',
        clause: '2.8.12.2',
        text: 'The assessment of a cryptographic module shall include its validation in approved modes of operation.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'text' },
        verification: 'lab-statement',
        blackBox: 'no',
        evidence:
          "The laboratory's report names the approved modes, and the mode that the running component reports is one of them.",
      },
      {
        id: '2.8.12/G.3',
        clause: '2.8.12.2',
        text: 'Modules should hold a validation of the Cryptographic Module Validation Program.',
        obligation: 'should',
        subject: { whom: 'organization', from: 'text' },
        verification: 'lab-statement',
        blackBox: 'no',
        evidence:
          "The certificate number of each module is found in the programme's published list with an active status.",
      },
      {
        id: '2.8.12/E.1',
        clause: '2.8.12.3 item 1',
        text: 'The organization shall protect cryptographic hardware from physical tampering and from uncontrolled electronic connections.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'text' },
        verification: 'lab-statement',
        blackBox: 'partial',
        evidence:
          "The laboratory's statement gives the level of physical protection; opening the case of a sample raises the tamper event, and its debug and service connections do not answer.",
      },
      {
        id: '2.8.12/E.2',
        clause: '2.8.12.3 item 2',
        text: 'The organization shall select cryptographic hardware that can manage keys remotely.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'text' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'From the key management side, change, revoke and destroy a key in the hardware without touching it: the new key works and the old one is refused.',
      },
    ],
  },
  {
    id: '2.8.13',
    origin: 'DHS',
    title: 'Collaborative Computing',
    family: '2.8',
    class: 'discouraged',
    clause: '2.8.13',
    requirement:
      'Collaborative computing on AMI components is strongly discouraged, and where it is used, local users are told so plainly. As the technology stands and can be secured today, it would raise the security risk substantially. (The second sentence has no verb in v0.48.)',
    guidance:
      'Video and audio conferencing and instant messaging are examples. A plain indication is, for instance, a signal to the people nearby when a camera or a microphone goes on.',
    enhancements:
      'Any collaborative mechanism in use on the AMI system is disconnected and without power while nobody needs it.',
    rationale: 'Collaborative computing opens more ways to attack the AMI system and so adds to the risk.',
    requirements: [
      {
        id: '2.8.13/R.1',
        clause: '2.8.13.1',
        text: 'Components should have no collaborative computing mechanisms.',
        obligation: 'should',
        subject: { whom: 'all', from: 'both' },
        verification: 'probe',
        blackBox: 'yes',
        evidence:
          'Scan ports, processes, packages and devices for conferencing, cameras, microphones and instant messaging: none is found. Pages of the console deny camera, microphone and screen capture to the browser.',
      },
      {
        id: '2.8.13/R.2',
        clause: '2.8.13.1',
        text: 'A component that uses collaborative computing shall indicate this explicitly to its local users.',
        obligation: 'shall',
        subject: { whom: 'all', from: 'both' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Activate the mechanism, if there is one: a signal that local users cannot miss or switch off shows for as long as it is active.',
      },
      {
        id: '2.8.13/E.1',
        clause: '2.8.13.3',
        text: 'Collaborative mechanisms of the AMI system shall be disconnected and powered down while not in use.',
        obligation: 'shall',
        subject: { whom: 'system', from: 'text' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'End the use of the mechanism, if there is one, and inspect it: it has no network connection and no power.',
      },
    ],
  },
  {
    id: '2.8.14',
    origin: 'DHS',
    title: 'Transmission of Security Parameters',
    family: '2.8',
    class: 'technical',
    clause: '2.8.14',
    requirement:
      "AMI components must bind security parameters, such as labels and markings, reliably to the information that passes between the AMI system and the enterprise's information systems.",
    guidance:
      'The binding of such parameters to information inside the AMI system may be explicit or implied.',
    enhancements: '',
    rationale:
      'Security parameters say how information has to be protected. Only when they are reliably bound to it can the system choose and apply the right controls.',
    requirements: [
      {
        id: '2.8.14/R.1',
        clause: '2.8.14.1',
        text: 'Each component shall reliably associate security parameters with information exchanged between the AMI system and enterprise systems.',
        obligation: 'shall',
        subject: { whom: 'all', from: 'both' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'In transit remove, lower and swap the label of a message: rejected. After an undisturbed run of each message type the label at the enterprise side equals that at the source.',
      },
    ],
  },
  {
    id: '2.8.15',
    origin: 'DHS',
    title: 'Public Key Infrastructure Certificates',
    family: '2.8',
    class: 'partial',
    clause: '2.8.15',
    requirement:
      'The organization shall have its public key certificates issued under an appropriate certificate policy, by itself or by a service provider that it approved.',
    guidance:
      'Registering somebody or something for a certificate needs the authorization of a supervisor or another official in charge. It needs a secure process that checks who the holder is and sees to it that the certificate reaches the one for whom it is meant.',
    enhancements: 'The delay that certificates bring must not worsen the operation of the AMI system.',
    rationale:
      'Certificates can add confidence in who somebody is, but only with care in how they are built in and used: when the system behind them is compromised, every system that relies on them is at risk.',
    requirements: [
      {
        id: '2.8.15/R.1',
        clause: '2.8.15.1',
        text: 'The organization shall issue its public key certificates, or obtain them from an approved provider, under an appropriate certificate policy.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'The certificate policy, the practice statement and, for a provider, the approval are shown, current and signed.',
      },
      {
        id: '2.8.15/R.2',
        clause: '2.8.15.1',
        text: 'The AMI system shall use only certificates issued under that policy.',
        obligation: 'shall',
        subject: { whom: 'system', from: 'matrix' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          "List every certificate in use: all chain to the policy's anchor. Present ones with a foreign issuer, wrong policy or usage, past validity or revoked: each handshake is refused.",
      },
      {
        id: '2.8.15/G.1',
        clause: '2.8.15.2',
        text: 'Registration for a certificate should include authorization by a supervisor or responsible official.',
        obligation: 'should',
        subject: { whom: 'organization', from: 'text' },
        verification: 'probe',
        blackBox: 'no',
        evidence:
          'Send an enrolment request that nobody has authorized: none is issued. Each issued certificate leads to a record with the name of the official.',
      },
      {
        id: '2.8.15/G.2',
        clause: '2.8.15.2',
        text: "Registration for a certificate should use a secure process that verifies the holder's identity and makes sure that the intended party, and nobody else, receives the certificate.",
        obligation: 'should',
        subject: { whom: 'organization', from: 'text' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          "Enrol with another party's identity, without proof of the private key, with a used voucher and over an altered connection: all refused and recorded.",
      },
      {
        id: '2.8.15/E.1',
        clause: '2.8.15.3',
        text: 'The AMI system shall keep the latency of using certificates from degrading its operation.',
        obligation: 'shall',
        subject: { whom: 'system', from: 'both' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Measure connection set-up with full chain and revocation checks at the declared peak of reconnections: the times stay within their declared bounds.',
      },
    ],
  },
  {
    id: '2.8.16',
    origin: 'DHS',
    title: 'Mobile Code',
    family: '2.8',
    class: 'partial',
    clause: '2.8.16',
    requirement:
      'The organization shall (1) lay down restrictions and guidance for mobile code according to the harm that its malicious use could do to the AMI system, and (2) document, monitor and manage mobile code in the system. Suitable officials should authorize each use. As things stand, mobile code is hard to secure and raises the risk substantially.',
    guidance:
      'Java, JavaScript, ActiveX, PDF, Postscript, Shockwave, Flash and VBScript are examples. Restrictions and guidance need to cover both choosing and using it, on servers where it is installed and on workstations that download and run it. Procedures need to keep unacceptable mobile code from being developed, acquired or brought into the AMI system; public guidance on judging its risk exists. Interfaces for configuring and managing components should do without mobile code, the web interface of a network aggregator for example.',
    enhancements: '',
    rationale:
      'Mobile code comes from one place and runs in another. Unless something verifies it first, a digital signature for instance, running it can compromise the system or make it malfunction.',
    requirements: [
      {
        id: '2.8.16/R.1',
        clause: '2.8.16.1 item 1',
        text: 'The organization shall establish restrictions on using mobile code, and guidance for implementing it, by the harm that its malicious use could do.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'The approved restrictions name each mobile code technology with its risk and the rule for it, and are within their review date.',
      },
      {
        id: '2.8.16/R.2',
        clause: '2.8.16.1 item 2',
        text: 'The organization shall document, monitor and manage mobile code wherever the AMI system uses it.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'text' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Compare what the components serve and load with the register: every script and active document is registered by hash. Introduce an unlisted one: it does not run and a report arrives.',
      },
      {
        id: '2.8.16/R.3',
        clause: '2.8.16.1',
        text: 'Appropriate officials of the organization should authorize the use of mobile code.',
        obligation: 'should',
        subject: { whom: 'organization', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence: 'Every entry of the register carries the name of an official and a date.',
      },
      {
        id: '2.8.16/G.1',
        clause: '2.8.16.2',
        text: 'Restrictions and guidance on mobile code should apply to its selection and use, on servers and on workstations that download and run it.',
        obligation: 'should',
        subject: { whom: 'organization', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'The restrictions name servers and workstations separately; a sample of each is checked against them.',
      },
      {
        id: '2.8.16/G.2',
        clause: '2.8.16.2',
        text: 'Procedures should prevent unacceptable mobile code from being developed, acquired or introduced within the AMI system.',
        obligation: 'should',
        subject: { whom: 'organization', from: 'text' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Offer a change, a purchased package and an upload with unlisted active content: build check, acceptance check and upload check each refuse it.',
      },
      {
        id: '2.8.16/G.3',
        clause: '2.8.16.2',
        text: 'Management interfaces of components should use no mobile code.',
        obligation: 'should',
        subject: { whom: 'all', from: 'both' },
        verification: 'probe',
        blackBox: 'yes',
        evidence:
          "Do every management task with scripts switched off: all succeed. Crawl every page: no script or active content is delivered, and an injected one is blocked by the page's policy.",
      },
    ],
  },
  {
    id: '2.8.17',
    origin: 'DHS',
    title: 'Voice-Over Internet Protocol',
    family: '2.8',
    class: 'discouraged',
    clause: '2.8.17',
    requirement:
      'The organization lays down restrictions and guidance for voice over IP according to the harm that its malicious use could do to the information system, and it authorizes, monitors and limits its use in the AMI system. As the technology stands and can be secured today, it would raise the risk substantially.',
    guidance:
      'AMI systems should in general have no voice over IP. Where it supports field services, nobody should take it to be secure, and no customer information, password or other security information should be passed over it.',
    enhancements: '',
    rationale: 'Voice services would open more ways to attack the AMI system and so add to the overall risk.',
    requirements: [
      {
        id: '2.8.17/R.1',
        clause: '2.8.17.1',
        text: 'The organization shall establish restrictions on using voice over IP, and guidance for implementing it, by the harm that its malicious use could do.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'The approved document is shown, names where voice over IP is allowed, if anywhere, and is within its review date.',
      },
      {
        id: '2.8.17/R.2',
        clause: '2.8.17.1',
        text: 'The organization shall authorize, monitor and limit the use of voice over IP within the AMI system.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'text' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Send SIP, RTP and H.323 traffic in every zone: blocked and reported wherever no current authorization stands.',
      },
      {
        id: '2.8.17/G.1',
        clause: '2.8.17.2',
        text: 'The AMI system should not employ voice over IP.',
        obligation: 'should',
        subject: { whom: 'system', from: 'text' },
        verification: 'probe',
        blackBox: 'yes',
        evidence: 'Scan each component for voice services, ports and packages: none is found.',
      },
      {
        id: '2.8.17/G.2',
        clause: '2.8.17.2',
        text: 'The organization should treat voice over IP that supports field services as insecure.',
        obligation: 'should',
        subject: { whom: 'organization', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence: 'The risk register and the instructions for field people rate it as an open channel.',
      },
      {
        id: '2.8.17/G.3',
        clause: '2.8.17.2',
        text: 'Customer information, passwords and other security information should not be transmitted by voice over IP.',
        obligation: 'should',
        subject: { whom: 'organization', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'The instructions for field people forbid it in so many words, and their training records cover it. A recorded sample of calls holds none.',
      },
    ],
  },
  {
    id: '2.8.18',
    origin: 'DHS',
    title: 'System Connections',
    family: '2.8',
    class: 'partial',
    clause: '2.8.18',
    requirement:
      'Every external component and connection of the AMI must be identified and adequately protected from tampering and damage.',
    guidance:
      'External access points must be secured. An access point is any communication end point with an outside connection, a dial-up modem for example, that ends at a component inside the electronic security perimeter. First, connections are identified, each with its purpose and why it is necessary; this must be documented, tracked and audited at intervals. Then it needs to be determined how far each is to be protected. Policies and procedures that protect the connection with the business or enterprise system must be made and carried out; they might, for instance, keep a connection disabled except on a specific request for a specific need, and time it out by itself.',
    enhancements: '',
    rationale:
      'Each external connection is a way to attack the AMI system, so it has to be managed to the level of security that suits it.',
    requirements: [
      {
        id: '2.8.18/R.1',
        clause: '2.8.18.1',
        text: 'The organization shall identify all external components and communication connections of the AMI.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'text' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Observe sockets and flows of each component while all scenarios run: every external one stands in the register. Open an unregistered one: it is blocked and an alarm is raised.',
      },
      {
        id: '2.8.18/R.2',
        clause: '2.8.18.1',
        text: 'Each external component and connection shall be protected from tampering.',
        obligation: 'shall',
        subject: { whom: 'all', from: 'both' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'At every external access point try access without credentials, altered traffic and, on a sample, opening the enclosure: refused or reported each time.',
      },
      {
        id: '2.8.18/R.3',
        clause: '2.8.18.1',
        text: 'Each external component and connection shall be adequately protected from damage.',
        obligation: 'shall',
        subject: { whom: 'all', from: 'both' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'The register names the physical protection of each one, and the last inspection is dated and without open findings.',
      },
      {
        id: '2.8.18/G.1',
        clause: '2.8.18.2',
        text: 'The organization shall document, track and periodically audit each external connection with its purpose and necessity.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'Every entry has purpose, need, owner, end date and the date of the last audit; none is past its audit date.',
      },
      {
        id: '2.8.18/G.2',
        clause: '2.8.18.2',
        text: 'The organization should determine how far each external connection is to be protected.',
        obligation: 'should',
        subject: { whom: 'organization', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'Each entry names the protection that applies to it with the reason, and the settings found at the connection agree with it.',
      },
      {
        id: '2.8.18/G.3',
        clause: '2.8.18.2',
        text: 'The organization shall develop and implement policies and procedures that protect the connection with the business or enterprise system.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'The approved procedures are shown, and the settings of that connection, exported from both sides, agree with them.',
      },
      {
        id: '2.8.18/G.4',
        clause: '2.8.18.2',
        text: 'External connections may be disabled except for a specific need and closed by a time-out.',
        obligation: 'may',
        subject: { whom: 'system', from: 'text' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          "Where this is claimed: a connection is closed until one is requested with a reason, opens for that request only, and is closed again after its time without anyone's action.",
      },
    ],
  },
  {
    id: '2.8.19',
    origin: 'DHS',
    title: 'Security Roles',
    family: '2.8',
    class: 'technical',
    clause: '2.8.19',
    requirement:
      'In its design and in its implementation, the AMI system must state the security roles of its users and what each is responsible for.',
    guidance:
      'Roles and responsibilities must be specified, defined and put into effect according to how sensitive the handled information is. They may be drawn for particular tasks and data.',
    enhancements: '',
    rationale:
      'With roles and responsibilities defined, what users do stays in line with the security requirements.',
    requirements: [
      {
        id: '2.8.19/R.1',
        clause: '2.8.19.1',
        text: 'The AMI system shall specify the security roles and responsibilities of its users.',
        obligation: 'shall',
        subject: { whom: 'system', from: 'text' },
        verification: 'probe',
        blackBox: 'no',
        evidence:
          'The list of roles with responsibilities and operations is exported from the running system; every active user holds at least one role of the list, and no permission stands outside it.',
      },
      {
        id: '2.8.19/G.1',
        clause: '2.8.19.2',
        text: 'The AMI system shall define and implement roles according to the sensitivity of the information that it handles.',
        obligation: 'shall',
        subject: { whom: 'system', from: 'text' },
        verification: 'probe',
        blackBox: 'no',
        evidence:
          'Try every operation and every classification of data as each role at each component: the answers equal the declared table, and refusals are recorded.',
      },
    ],
  },
  {
    id: '2.8.20',
    origin: 'DHS',
    title: 'Message Authenticity',
    family: '2.8',
    class: 'technical',
    clause: '2.8.20',
    requirement:
      'The AMI system must have mechanisms that protect the authenticity of what devices send to one another.',
    guidance: '',
    enhancements:
      'Authentication of messages should be part of the protocol, for serial as well as for routable protocols.',
    rationale:
      'Authenticated messages keep out malformed traffic, whether it comes from a component set up wrongly or from somebody hostile.',
    requirements: [
      {
        id: '2.8.20/R.1',
        clause: '2.8.20.1',
        text: 'The AMI system shall protect the authenticity of communication between devices.',
        obligation: 'shall',
        subject: { whom: 'system', from: 'text' },
        verification: 'probe',
        blackBox: 'yes',
        evidence:
          "To each device send well-formed messages with no, a wrong, a copied and an outdated authenticator, and with another device's valid one: all rejected, recorded and without effect.",
      },
      {
        id: '2.8.20/E.1',
        clause: '2.8.20.3',
        text: 'Message authentication should be done at the protocol level, for serial and for routable protocols.',
        obligation: 'should',
        subject: { whom: 'all', from: 'matrix' },
        verification: 'probe',
        blackBox: 'yes',
        evidence:
          'Repeat the attempts on a routable line and on the serial optical port beneath any tunnel: each single message carries its authenticator and a message without one is refused.',
      },
    ],
  },
  {
    id: '2.8.21',
    origin: 'DHS',
    title: 'Architecture and Provisioning for Name/Address Resolution Service',
    family: '2.8',
    class: 'discouraged',
    clause: '2.8.21',
    requirement:
      'Components that together give an organization its name and address resolution must tolerate faults and keep address spaces separate.',
    guidance:
      'In general an AMI system should do without DNS; resolving names at the host is the recommended practice. If there is DNS, at least two authoritative servers are recommended, one configured at the host as the primary and the other as the secondary source, on different subnets and in different places. If AMI resources can be reached from external networks, authoritative servers should offer two views: an internal one, used inside the AMI boundary, and an external one that tells only of resources reachable from outside. Which clients may use which view must be specified too.',
    enhancements: 'Secure name resolution must not harm the operation of the AMI system.',
    rationale:
      'Where communication depends on a service that resolves names or addresses, that service has to be designed and guarded well enough to be relied upon.',
    requirements: [
      {
        id: '2.8.21/R.1',
        clause: '2.8.21.1',
        text: 'The components that provide name and address resolution shall together be fault tolerant.',
        obligation: 'shall',
        subject: { whom: 'system', from: 'both' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Stop each server or table source in turn during the scenarios: resolution goes on, and the loss is reported.',
      },
      {
        id: '2.8.21/R.2',
        clause: '2.8.21.1',
        text: 'The components that provide name and address resolution shall keep address spaces separate.',
        obligation: 'shall',
        subject: { whom: 'system', from: 'both' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Ask from outside for internal names and from one zone for names of another: no answer and no hint that they exist.',
      },
      {
        id: '2.8.21/G.1',
        clause: '2.8.21.2',
        text: 'The AMI system should resolve names at the host and use no DNS.',
        obligation: 'should',
        subject: { whom: 'system', from: 'both' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Run all scenarios with port 53 blocked and a capture running: everything works and no query is seen. A changed host table is refused.',
      },
      {
        id: '2.8.21/G.2',
        clause: '2.8.21.2',
        text: 'An AMI system with DNS should have at least two authoritative servers, set as primary and secondary at each host, on different subnets and at different sites.',
        obligation: 'should',
        subject: { whom: 'system', from: 'both' },
        verification: 'document',
        blackBox: 'partial',
        evidence:
          'The configuration of each host names both servers; addresses and site records show different subnets and places. Without DNS: not applicable, shown by the result of G.1.',
      },
      {
        id: '2.8.21/G.3',
        clause: '2.8.21.2',
        text: 'An AMI system with DNS and outside access should serve an internal view within its boundary and an external view limited to externally accessible resources.',
        obligation: 'should',
        subject: { whom: 'system', from: 'both' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Query all names from inside and from outside: outside, only resources meant to be reachable are answered. Without DNS: not applicable.',
      },
      {
        id: '2.8.21/G.4',
        clause: '2.8.21.2',
        text: 'An AMI system with DNS shall specify the clients of each view of an authoritative server.',
        obligation: 'shall',
        subject: { whom: 'system', from: 'both' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Compare the list with the configuration and query each view from a client off its list: refused. Without DNS: not applicable.',
      },
      {
        id: '2.8.21/E.1',
        clause: '2.8.21.3',
        text: 'Secure name and address resolution shall not harm the operation of the AMI system.',
        obligation: 'shall',
        subject: { whom: 'system', from: 'both' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Measure connection set-up with resolution in place at the declared peak, and with the service slow and stopped: the times stay within their declared bounds.',
      },
    ],
  },
  {
    id: '2.8.22',
    origin: 'DHS',
    title: 'Secure Name / Address Resolution Service (Authoritative Source)',
    family: '2.8',
    class: 'discouraged',
    clause: '2.8.22',
    requirement:
      'A resource that resolves names or addresses for the AMI system with authority, an authoritative DNS server, must send further artifacts, digital signatures and cryptographic keys for example, together with the records that answer a query.',
    guidance:
      'In general an AMI system should do without DNS, and resolving at the host is best practice. The artifacts let remote clients verify where an answer came from and that it is unaltered. NIST SP 800-81 tells how to deploy DNS securely.',
    enhancements: '',
    rationale:
      'Where communication depends on a service that resolves names or addresses, that service has to be designed and guarded well enough to be relied upon.',
    requirements: [
      {
        id: '2.8.22/R.1',
        clause: '2.8.22.1',
        text: 'An authoritative server for names or addresses shall send artifacts with its answers by which their origin and integrity can be verified.',
        obligation: 'shall',
        subject: { whom: 'system', from: 'text' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Query every zone: each answer carries a signature that validates to the trust anchor, and an altered or unsigned record fails. Without DNS: not applicable, shown by the result of G.1.',
      },
      {
        id: '2.8.22/G.1',
        clause: '2.8.22.2',
        text: 'The AMI system should resolve names at the host and use no authoritative DNS server.',
        obligation: 'should',
        subject: { whom: 'system', from: 'text' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Scan all components for a service on port 53 and search the configuration for zones: none is found.',
      },
    ],
  },
  {
    id: '2.8.23',
    origin: 'DHS',
    title: 'Secure Name/Address Resolution Service (Recursive or Caching Resolver)',
    family: '2.8',
    class: 'discouraged',
    clause: '2.8.23',
    requirement:
      'A resource that resolves names or addresses for local clients, a resolving or caching server, shall authenticate the origin of the answers that it gets from authoritative servers, and verify that they are intact, whenever clients ask for this.',
    guidance:
      'In general an AMI system should do without DNS, and resolving at the host is best practice. NIST SP 800-81 tells how to deploy DNS securely.',
    enhancements:
      'The resource that provides DNS does so for all answers, whether or not the local clients (their resolvers) ask.',
    rationale:
      'Where communication depends on a service that resolves names or addresses, that service has to be designed and guarded well enough to be relied upon.',
    requirements: [
      {
        id: '2.8.23/R.1',
        clause: '2.8.23.1',
        text: 'A resolving or caching server shall authenticate the origin and verify the integrity of authoritative answers when its clients request it.',
        obligation: 'shall',
        subject: { whom: 'system', from: 'text' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Ask with the request for validation set, against a zone with false signatures: the server answers with a failure, and with success for a sound zone. Without DNS: not applicable.',
      },
      {
        id: '2.8.23/G.1',
        clause: '2.8.23.2',
        text: 'The AMI system should resolve names at the host and use no resolving or caching DNS server.',
        obligation: 'should',
        subject: { whom: 'system', from: 'text' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Read the resolver settings of each component and capture its traffic: no resolver is configured and no query is sent.',
      },
      {
        id: '2.8.23/E.1',
        clause: '2.8.23.3',
        text: 'A DNS resource of the AMI system shall authenticate origin and verify integrity of all answers, requested or not.',
        obligation: 'shall',
        subject: { whom: 'system', from: 'text' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Ask without any request for validation, against a zone with false signatures: the server still answers with a failure. Without DNS: not applicable.',
      },
    ],
  },
  {
    id: '2.8.24',
    origin: 'ASAP',
    title: 'Secure Name/Address Resolution Service (Address Resolution Tampering)',
    family: '2.8',
    class: 'technical',
    clause: '2.8.24',
    requirement:
      'The organization shall watch address resolution traffic for patterns that may be malicious.',
    guidance:
      'Fitting components or programs must be part of AMI networks to recognize suspect behavior in address resolution, such as ARP spoofing and cache poisoning. It should be identified and tracked, and the members of the incident team concerned should be alerted.',
    enhancements: '',
    rationale:
      'ARP spoofing and similar attacks bend the automatic behavior of a network so that the attacker stands in the middle of valid communication, where traffic can be captured, analyzed and perhaps changed on its way. Where communication depends on a service that resolves names or addresses, that service has to be designed and guarded well enough to be relied upon. (v0.48 prints the first sentence under enhancements.)',
    requirements: [
      {
        id: '2.8.24/R.1',
        clause: '2.8.24.1',
        text: 'The organization shall monitor address resolution traffic to find potentially malicious patterns.',
        obligation: 'shall',
        subject: { whom: 'organization', from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          'The monitoring plan covers every network segment of the AMI, and the records of the last period show that it ran and who looked at the findings.',
      },
      {
        id: '2.8.24/G.1',
        clause: '2.8.24.2',
        text: 'AMI networks shall contain components or programs that identify potentially malicious address resolution.',
        obligation: 'shall',
        subject: { whom: 'system', from: 'text' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'In a test segment send false ARP and neighbor replies and change the name table: each pattern is identified with its source. A quiet hour raises nothing.',
      },
      {
        id: '2.8.24/G.2',
        clause: '2.8.24.2',
        text: "Suspect address resolution should be tracked and the incident team's members concerned alerted.",
        obligation: 'should',
        subject: { whom: 'system', from: 'text' },
        verification: 'probe',
        blackBox: 'no',
        evidence:
          'For each planted attack an alert reaches the named members with time, segment and source, and the case can be followed to its closing.',
      },
    ],
  },
];
