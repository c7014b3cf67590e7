/**
 * Data table: the one control of family 2.17, Survivability, of the AMI Security Profile v0.48.
 * In our own words, split into atomic requirements by the rules of README.md in this folder.
 * Clauses are cited as they should be numbered: v0.48 prints "2.17.1 Requirement" and "2-17.1.4".
 */
import type { Control } from '../../model.ts';

export const controls217: readonly Control[] = [
  {
    id: '2.17.1',
    origin: 'ASAP',
    title: 'Delay of Remote Connect/Disconnect',
    family: '2.17',
    class: 'hardware',
    clause: '2.17.1',
    requirement:
      'The physical design of every device that can be connected or disconnected remotely, whether it sits inside a smart meter ("under the glass") or stands alone, must help to prevent the harm that many simultaneous connects or disconnects could do to the electrical system.',
    guidance: [
      'The recommended physical control is a random delay before the device acts on a remote connect or disconnect command. It must be chosen at random so that (1) it is not known before the request is made, (2) it is uniform over a range of 0 to 360 minutes or more, and (3) the device that chooses and imposes it cannot have its operation modified through a network interface, except by connect and disconnect requests and their cancellation. On a command to cancel a remote connect or disconnect, the meter must at once cancel every such command it has received and not yet executed.',
      'Two footnotes belong to this. The range must not reach so far that remote switching loses its use (13). Scheduling is taken to happen outside the meter, which receives the bare command without a date or time for it; cancelling at once lets the utility stop a mass of commands issued by accident or malice (14).',
    ].join('\n'),
    enhancements: [
      'Software that schedules remote connects and disconnects must recognize when a dangerous number is due at once, give notice of it, and stop issuing such commands until properly authorized people of the utility have understood and resolved the situation.',
      'The device, or the infrastructure it belongs to, must log enough about the commands it receives to allow troubleshooting, tracking and other forensic work later if an attack or another anomaly is suspected.',
    ].join('\n'),
    rationale:
      'With the switch in smart meters, many connects or disconnects can happen together by accident or malice. Fast and large changes of load can then shift the frequency so far that generators drop out, equipment is damaged, or both. As the effects may be so severe, physical controls are needed that work even when every other cyber control fails. This one spreads a change of load over six hours at least, which removes sudden dangerous swings and leaves the utility time to notice and to act.',
    requirements: [
      {
        id: '2.17.1/R.1',
        clause: '2.17.1.1',
        text: 'The physical design of any device with remote connect or disconnect shall help to prevent adverse effects on the electrical system from many simultaneous operations.',
        obligation: 'shall',
        subject: { whom: ['meter'], from: 'text' },
        verification: 'lab-statement',
        blackBox: 'no',
        evidence:
          'A laboratory states how the design delays or limits switching and that no remote path goes around it. The statement names the hardware and firmware examined.',
      },
      {
        id: '2.17.1/G.1',
        clause: '2.17.1.2',
        text: 'The device should introduce a random delay before it responds to a remote connect or disconnect command.',
        obligation: 'should',
        subject: { whom: ['meter'], from: 'text' },
        verification: 'probe',
        blackBox: 'yes',
        evidence:
          'Send one command to many devices, or many times to one, over every path that can switch. The switching times differ at random, and no path acts at once.',
      },
      {
        id: '2.17.1/G.2',
        clause: '2.17.1.2 item 1',
        text: 'The delay shall not be known before the request is made.',
        obligation: 'shall',
        subject: { whom: ['meter'], from: 'text' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Send the same sequence after equal restarts and read every object before the request. The delays differ and nothing readable foretells them; repeating a pending request neither redraws nor shortens.',
      },
      {
        id: '2.17.1/G.3',
        clause: '2.17.1.2 item 2',
        text: 'The delay shall be selected uniformly in a range of 0 to 360 minutes or more.',
        obligation: 'shall',
        subject: { whom: ['meter'], from: 'text' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'Collect the delays of many commands (simulated clock, or many devices on a bench) and test the distribution. It passes as uniform over the declared range, which reaches at least 360 minutes.',
      },
      {
        id: '2.17.1/G.4',
        clause: '2.17.1.2 item 3',
        text: 'The delay shall be selected and imposed by a device whose operation cannot be modified through a network interface, other than by requests and cancellations.',
        obligation: 'shall',
        subject: { whom: ['meter'], from: 'text' },
        verification: 'probe',
        blackBox: 'partial',
        evidence:
          'With the strongest network credential write every object, set the clock and load firmware while a command is pending. The delay is unchanged, or the pending command is dropped.',
      },
      {
        id: '2.17.1/G.5',
        clause: '2.17.1.2',
        text: 'On a cancel command the meter shall immediately cancel every connect or disconnect command it has received and not yet executed.',
        obligation: 'shall',
        subject: { whom: ['meter'], from: 'text' },
        verification: 'probe',
        blackBox: 'yes',
        evidence:
          'Send a command, then a cancel before the delay ends, and wait out the range. The switch has not moved, and the cancellation was confirmed at once.',
      },
      {
        id: '2.17.1/G.6',
        clause: '2.17.1.2 footnote 13',
        text: 'The range shall not reach so far that remote connect and disconnect lose their use.',
        obligation: 'shall',
        subject: { whom: ['meter'], from: 'text' },
        verification: 'document',
        blackBox: 'no',
        evidence:
          "Show the configured upper end with the utility's reason. It serves the declared uses of remote switching.",
      },
      {
        id: '2.17.1/E.1.1',
        clause: '2.17.1.3 first paragraph',
        text: 'Scheduling software shall recognize when so many remote connects or disconnects are due at the same time that it is dangerous.',
        obligation: 'shall',
        subject: { whom: ['head-end', 'switching-authority'], from: 'text' },
        verification: 'probe',
        blackBox: 'no',
        evidence:
          'Schedule one command fewer than the limit and then one more, also spread over several orders and users. The second case is recognized.',
      },
      {
        id: '2.17.1/E.1.2',
        clause: '2.17.1.3 first paragraph',
        text: 'Scheduling software shall give notice of the pending anomalous event.',
        obligation: 'shall',
        subject: { whom: ['head-end', 'switching-authority'], from: 'text' },
        verification: 'probe',
        blackBox: 'no',
        evidence: 'Exceed the limit. The named persons are notified before any of the commands is issued.',
      },
      {
        id: '2.17.1/E.1.3',
        clause: '2.17.1.3 first paragraph',
        text: 'Scheduling software shall suspend issuing connect and disconnect commands until properly authorized personnel have understood and resolved the situation.',
        obligation: 'shall',
        subject: { whom: ['head-end', 'switching-authority'], from: 'text' },
        verification: 'probe',
        blackBox: 'no',
        evidence:
          'Exceed the limit and try to go on with each role and with the requester. Nothing is issued before an authorized other person resumes, and cancelling stays possible.',
      },
      {
        id: '2.17.1/E.2',
        clause: '2.17.1.3 second paragraph',
        text: 'The device or its infrastructure shall log enough about received connect and disconnect commands for later troubleshooting, tracking and forensic analysis.',
        obligation: 'shall',
        subject: { whom: ['meter', 'head-end', 'switching-authority'], from: 'text' },
        verification: 'probe',
        blackBox: 'yes',
        evidence:
          'Send, repeat, cancel and let execute several commands, some invalid. From the logs alone the source, time, delay and outcome of each can be told.',
      },
    ],
  },
];
