/** Data table: who a user is and what that user may do (2.15). What a person knows or holds travels sealed. */
import {
  bytes,
  choice,
  flag,
  highest,
  integer,
  list,
  notAfter,
  optional,
  record,
  set,
  text,
} from '../build.ts';
import {
  commandId,
  componentId,
  documentId,
  operationId,
  orderId,
  reason,
  requestId,
  roleId,
  sha256,
  timestamp,
  userId,
  version,
} from './identity.ts';

const sessionId = documentId;
const certificationRequest = bytes(4096, 64);

export const signIn = record(
  'SignIn',
  'A person wants a session. The factors are sealed, so that no outbox can tell them.',
  {
    requestId,
    user: userId,
    sealedFactors: [bytes(2048, 32), 'Password and second factor, encrypted for the identity service.'],
    from: [text('identifier', 45), 'The network address that the person comes from.'],
    bannerAccepted: [flag, 'Whether the use banner was accepted.'],
  },
);

export const identityDecisionRequest = record(
  'IdentityDecisionRequest',
  'Asks whether somebody may do something.',
  {
    requestId,
    session: sessionId,
    operation: operationId,
    requestHash: optional(sha256, 'SHA-256 of what is to be done, where approvals are bound to it.'),
  },
);

export const identityDecision = record(
  'IdentityDecision',
  'Whether somebody may do something, and until when that holds.',
  {
    requestId,
    session: sessionId,
    permitted: [flag, 'Whether it may be done.'],
    user: optional(userId, 'Who it is; left out when refused.'),
    roles: optional(set(roleId, 16), 'The roles that count.'),
    expires: optional(timestamp, 'After this ask again.'),
    approvalsMissing: optional(
      integer('count', 0, highest('access.approvalsNeeded')),
      'How many more people must approve.',
    ),
  },
);

export const sessionActivity = record('SessionActivity', 'Says that a session was used.', {
  session: sessionId,
  time: timestamp,
});

export const sessionEnded = record('SessionEnded', 'A session holds no longer.', {
  session: sessionId,
  cause: [
    choice('signed-out', 'idle', 'lifetime', 'replaced', 'disabled', 'locked', 'administrator'),
    'Why.',
  ],
  time: timestamp,
});

const rolePolicy = record('RolePolicy', 'What one role may do.', {
  role: roleId,
  operations: [set(operationId, 500, 0), 'The operations.'],
});

export const rolePolicyUpdate = record('RolePolicyUpdate', 'What roles may do from now on.', {
  updateId: documentId,
  version,
  policySha256: [sha256, 'SHA-256 of the whole policy.'],
  roles: [set(rolePolicy, 64, 1, 'role'), 'Every role.'],
  effective: [timestamp, 'From when.'],
});

export const shortLivedCredentialRequest = record(
  'ShortLivedCredentialRequest',
  'A field tool asks for a credential for its work.',
  {
    requestId,
    user: userId,
    sealedFactors: [bytes(2048, 32), 'Password and second factor, encrypted for the identity service.'],
    orders: [set(orderId, 100), 'The orders that it is for.'],
    certificationRequest: [certificationRequest, 'PKCS #10 in DER (RFC 2986).'],
  },
);

export const shortLivedCredential = record(
  'ShortLivedCredential',
  'A credential for some hours of field work.',
  {
    requestId,
    user: userId,
    chain: [list(bytes(4096, 64), 4), 'Certificates in DER, the own one first.'],
    orders: [set(orderId, 100), 'The orders that it is for.'],
    from: [timestamp, 'From when.'],
    to: [timestamp, 'Until when.'],
  },
  notAfter('from', 'to'),
);

export const approvalRequest = record('ApprovalRequest', 'Asks for the decision of other people.', {
  requestId,
  commandId,
  operation: operationId,
  requestHash: [sha256, 'SHA-256 over everything that is decided on.'],
  requestedBy: [userId, 'Who asks; that person does not decide.'],
  component: componentId,
  summary: [text('prose', 1000), 'What is to be done, for the people who decide.'],
  reason,
  expires: [timestamp, 'After this the request is void.'],
});

export const pendingApproval = record('PendingApproval', 'A decision that people are waited for.', {
  requestId,
  operation: operationId,
  requestHash: [sha256, 'SHA-256 over everything that is decided on.'],
  requestedBy: [userId, 'Who asks.'],
  summary: [text('prose', 1000), 'What is to be done.'],
  decided: [integer('count', 0, highest('access.approvalsNeeded')), 'How many have decided.'],
  needed: [integer('count', 1, highest('access.approvalsNeeded')), 'How many must.'],
  expires: [timestamp, 'After this the request is void.'],
});
