/** The 16 use cases that section 4.1 and Appendix B cite; D2 and D3 are cited in Appendix B only (an erratum). */
import type { UseCase } from '../model.ts';

const named = (id: string, title: string, clause = '4.1'): UseCase => ({ id, title, clause });

export const useCases: readonly UseCase[] = [
  named('B1', 'Multiple clients read demand and energy data'),
  named('B2', 'Utility remotely limits or connects/disconnects customer'),
  named('B3', 'Utility detects tampering or theft'),
  named('B4', 'Contract meter reading for other utilities'),
  named('C1', 'Customer reduces demand in response to pricing or grid event'),
  named('C2', 'Customer reads recent energy usage and cost at site'),
  named('C3', 'Prepayment'),
  named('C4', 'External clients use the AMI to interact with customer devices'),
  named('CDRLC', 'Consolidated demand response and load control'),
  named('D2', 'Optimize network with AMI data', 'Appendix B'),
  named('D3', 'Customer provides distributed generation', 'Appendix B'),
  named('D4', 'Locate outage and restore'),
  named('I1', 'Install, provision, configure'),
  named('I2', 'Meter life cycle'),
  named('I3', 'Upgrade'),
  named('S1', 'Recovery after outage or failure'),
];
