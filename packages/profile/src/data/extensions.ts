/**
 * Data table: what this project adds to v0.48 where it is silent, contradicts itself or has aged.
 *
 * None of this is the profile's. Each entry names the errata (`errata.ts`) or the clauses that it answers; lines and
 * components that follow from it are marked `origin: 'extension'` where they are declared.
 */
import type { Extension } from '../model.ts';

/** Our additions to v0.48, labelled as ours, each with what it mends. */
export const extensions: readonly Extension[] = [
  {
    id: 'cancel-message',
    title: 'A message that cancels connect and disconnect',
    text: 'Cancel exists on the way from CIS and field tool through the head end to the meter. One person may send it, nothing may hold it, and the meter drops what is pending at once. DLMS class 70 has no such method, so a named object of ours carries it.',
    mends: ['E51'],
  },
  {
    id: 'undated-switching',
    title: 'Schedules stay in the head end',
    text: 'A scheduled switch is kept centrally, authorized again when it falls due and sent without a time. Its latest execution time bounds the signature; it never tells the meter when to act.',
    mends: ['E52'],
  },
  {
    id: 'three-answers',
    title: 'Accepted, pending and executed are different answers',
    text: 'The meter acknowledges a switching command when it has accepted it, reports it as pending while the delay runs, and pushes the outcome once it has been executed. The remaining delay can be read by nobody.',
    mends: ['E65'],
  },
  {
    id: 'acknowledgements',
    title: 'Every line acknowledges',
    text: 'Directions that v0.48 leaves empty on lines with a component get an answer of ours. Apart from that, the transport of every line acknowledges a message once its effect is durable, and the receiver finds and reports gaps in the sequence.',
    mends: ['E53', '2.14.4'],
  },
  {
    id: 'missing-counterparts',
    title: 'Messages that a chain needs to reach its end',
    text: 'Ping of a HAN device, confirmation of firmware and of configuration, rate change towards the meter, start and control confirmation of a load shed towards DRAACS, and the opt-out of a customer get the messages that v0.48 forgot, on its own lines and marked as ours.',
    mends: ['E48', 'E49', 'E50', 'E66', 'E67'],
  },
  {
    id: 'mass-limits-everywhere',
    title: 'Mass limits on whatever moves load',
    text: 'The governor counts connect, disconnect, load limiting, load shed and firmware activation alike, in meters and in kilowatts, for each feeder, collector and the whole system. Every such change passes the delay unit of the meter, through whatever object a network can reach.',
    mends: ['E63'],
  },
  {
    id: 'switching-authority',
    title: 'The switching authority',
    text: 'A process of its own holds the only key that meters accept for switching, limiting and firmware activation. It signs after it has verified two approvals, over a hash of meters, action and latest execution time, and the permit of the governor. A captured head end cannot switch anything.',
    mends: ['2.15.2.1', '2.15.7.3', '2.17.1'],
  },
  {
    id: 'governor',
    title: 'The governor',
    text: 'A component of its own keeps count of what has been issued and is neither confirmed nor cancelled, never netting one class against another, over at least the range of the delay. Above a limit it suspends the class and calls for a person; whoever requested or approved something pending may not resume. It fails closed.',
    mends: ['E63', '2.17.1.3'],
  },
  {
    id: 'log-management',
    title: 'Log management as a component',
    text: 'It alone reads the audit inboxes of the other components, orders the records into a Merkle tree, keeps them, searches them and proves them. The witness, a component with a key and state of its own, cosigns its checkpoints.',
    mends: ['E39', 'E40', 'E41', 'E64', '2.16.2', '2.16.5', '2.16.7', '2.16.9'],
  },
  {
    id: 'certificate-authority',
    title: 'Trust: a certificate authority and key custody',
    text: 'An offline root and issuing authorities by domain give every component and device its certificate, enrolled over EST with approval by an officer or against a signed shipment file. Symmetric meter keys are generated, wrapped, rotated and destroyed here.',
    mends: ['E64', '2.8.11', '2.8.15', '2.15.12'],
  },
  {
    id: 'identity-service',
    title: 'Access: one identity service',
    text: 'All user interfaces share one service for accounts, passwords, second factors, sessions, roles and dual authorization, so that a rule about people is enforced in one place.',
    mends: ['E26', 'E64', '2.15.3', '2.15.8', '2.15.10'],
  },
  {
    id: 'console',
    title: 'The console of the Managed Network',
    text: 'Operators work at a console rendered on the server without any script at the client. It is the component that v0.48 shows as an example of this domain and does not define.',
    mends: ['E58', 'E64', 'E29'],
  },
  {
    id: 'gateways',
    title: 'Gateways for actors outside the scope',
    text: 'CIS, outage, distribution and work management and the third-party portal come in only through a gateway process with a certificate for that one actor.',
    mends: ['2.8.7', '2.8.18', '2.9.5', '2.15.28'],
  },
  {
    id: 'third-party-placement',
    title: 'Where meters of others stand',
    text: 'A Third Party Meter/Submeter that the utility does not own stands in the Premise Edge: it receives nothing restricted and is trusted with its own readings only. Non-Electric Meters stay in the Utility Edge, where 4.4.1 lets them connect, and whose they are is stated.',
    mends: ['E56', '4.4.1'],
  },
  {
    id: 'field-tool-domain',
    title: 'The field tool is a visitor in Utility Edge',
    text: 'A field tool is treated as carried into Utility Edge for the length of one work order: its credentials expire within the day, it keeps no secret and no customer data once the order is closed, and it never uses the HAN.',
    mends: ['E57', '2.8.7', '2.15.5.3', '2.15.7.3'],
  },
  {
    id: 'syslog-current',
    title: 'RFC 5424 over TLS beside RFC 3164',
    text: 'Logs are sent in the format of RFC 5424 over TLS as RFC 5425 has it; RFC 3164 is still accepted, and marked as unauthenticated where nothing else vouches for it. Numbers and a hash chain show records that are missing or forged.',
    mends: ['E59', '2.14.4.3'],
  },
  {
    id: 'fips-140-3',
    title: 'FIPS 140-3 in place of 140-2',
    text: 'Where v0.48 says FIPS 140-2, a module under 140-3 satisfies it. All cryptography runs under the FIPS switch of the runtime; reports say "FIPS mode, not validated" unless the module in use holds a certificate.',
    mends: ['E60'],
  },
  {
    id: 'two-clocks',
    title: 'Metering time and security time',
    text: 'Metering time drives meters, schedules, days and delays and can be simulated; security time drives certificates, sessions, approvals and envelopes and is always real. An audit record carries both and names its source.',
    mends: ['2.16.8'],
  },
  {
    id: 'restored-store-epoch',
    title: 'A restored store begins a new epoch',
    text: 'After a restore, counters, approvals and pending commands are void. Sending waits for counters recovered under authentication or for new keys, because an old counter under an old key would repeat a nonce.',
    mends: ['2.10.4', '2.8.8', '2.12.17'],
  },
  {
    id: 'staged-lockout',
    title: 'A lockout in two stages',
    text: 'Too many failures lock an account for a while. When that has happened a configured number of times without a successful sign-in between, an administrator has to release it. Cancel and suspend stay reachable through break-glass.',
    mends: ['E25'],
  },
  {
    id: 'break-glass',
    title: 'Break-glass that only makes things safer',
    text: 'In an emergency a person can cancel, suspend, read and restart without the identity service. It alarms at once, ends by itself and must be reviewed; it never switches, approves or changes a limit.',
    mends: ['2.15.4.2', '2.15.7', '2.15.10.2'],
  },
  {
    id: 'safer-actions-journal',
    title: 'A local journal for what makes things safer',
    text: 'No record, no action; but cancel, suspend and break-glass must work while the audit is away. They write a local chained journal that is synced to disk and merged later, and the merge is itself recorded.',
    mends: ['2.16.5', '2.17.1.2'],
  },
  {
    id: 'separate-clients',
    title: 'Clients of a meter kept apart by purpose',
    text: 'Reading, switching, firmware and alarms use distinct DLMS clients with distinct keys and counters, so that a network device can filter by purpose without being able to read.',
    mends: ['E54', '2.14.3.3', '2.8.3'],
  },
  {
    id: 'firmware-window',
    title: 'Firmware passes a network device only in a window',
    text: 'The collector lets firmware transfer through only in a window that two people have authorized and that closes by itself.',
    mends: ['2.14.3.3'],
  },
  {
    id: 'flow-labels',
    title: 'Four labels and a gate that reads them',
    text: 'Every message type has one of four labels: public, internal, confidential, restricted. The gate refuses a label that may not enter the domain of the receiver.',
    mends: ['2.8.14', '2.9.4', '2.15.15.3'],
  },
  {
    id: 'uniform-refusal',
    title: 'Refusals that look alike',
    text: 'A refused sender or user learns only that it was refused; the exact reason is in the audit.',
    mends: ['2.14.11', '2.15.13'],
  },
];
