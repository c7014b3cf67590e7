/** Taking one layer of protection off a message (IEC 62056-5-3, cryptographic protection of xDLMS APDUs). */
import type { CipheredApdu, GeneralCiphering, GeneralSigning } from '../apdu/ciphered.ts';
import { fromHex, toHex } from '../base/bytes.ts';
import { equalOctets } from '../security/authentication.ts';
import { raiseSecurity } from '../security/errors.ts';
import { openGeneral } from '../security/general-open.ts';
import { verifySignedApdu } from '../security/signing.ts';
import { raiseSession } from './errors.ts';
import type { ApduProtection } from './protection.ts';
import { authenticationKeyOf, type SecuritySettings, type Unprotected } from './security-settings.ts';

/** Throws `session/layers` where a message has two layers of one kind; notes what it has. */
export function checkLayers(envelope: CipheredApdu, layers: { ciphered: boolean; signed: boolean }): void {
  const kind = envelope.type === 'general-signing' ? 'signed' : 'ciphered';
  if (layers[kind]) throw raiseSession('layers', `${kind} twice`);
  layers[kind] = true;
}

/** The tags of xDLMS Initiate and its error, which stay under the global key. */
const initiateNames = new Set([
  'glo-initiate-request',
  'glo-initiate-response',
  'glo-confirmed-service-error',
]);

/** Takes one layer off. In: the decoded envelope and what came off before. Out: the same with this layer added. */
export async function openEnvelope(
  protection: ApduProtection,
  envelope: CipheredApdu,
  before: Unprotected,
  initiate: boolean,
): Promise<Unprotected> {
  if (envelope.type === 'general-signing') return openSigned(protection.settings, envelope, before);
  if (envelope.type === 'general-ciphering') return openMessageKey(protection, envelope, before);
  const dedicated = envelope.type.startsWith('ded-') || envelope.type === 'general-ded-ciphering';
  if (dedicated && protection.dedicated === undefined) throw raiseSecurity('scope', envelope.type);
  const mayBeGlobal = initiate || initiateNames.has(envelope.type);
  if (!dedicated && protection.scope === 'dedicated' && !mayBeGlobal) {
    throw raiseSecurity('scope', `${envelope.type} beside a dedicated key`);
  }
  const ciphers = dedicated ? protection.dedicated! : protection.global;
  const opened = ciphers.opener.openApdu(envelope);
  await opened.stored;
  const { authenticated, encrypted, keySet } = opened.control;
  return {
    plain: opened.plain,
    protection: { authenticated, encrypted, signed: before.protection.signed },
    scope: dedicated ? 'dedicated' : 'global',
    keySet,
    form: opened.form,
    transactionId: before.transactionId,
  };
}

function openSigned(settings: SecuritySettings, envelope: GeneralSigning, before: Unprotected): Unprotected {
  const { suite, signing, peerTitle, ownTitle } = settings;
  if (signing?.peerKey === undefined) throw raiseSecurity('key-missing', "the peer's signing key");
  const parties = [
    [envelope.originatorSystemTitle, peerTitle, 'originator'],
    [envelope.recipientSystemTitle, ownTitle, 'recipient'],
  ] as const;
  for (const [given, expected, role] of parties) {
    if (!equalOctets(expected, given)) {
      throw raiseSecurity('system-title', `the ${role} is ${toHex(given) || 'not given'}`);
    }
  }
  verifySignedApdu(suite, envelope, signing.peerKey);
  return {
    ...before,
    plain: envelope.content,
    protection: { ...before.protection, signed: true },
    transactionId: before.transactionId ?? envelope.transactionId,
  };
}

async function openMessageKey(
  protection: ApduProtection,
  envelope: GeneralCiphering,
  before: Unprotected,
): Promise<Unprotected> {
  const { settings, global } = protection;
  const { general, keyOwner } = settings;
  if (general === undefined) throw raiseSecurity('scope', 'general-ciphering is not expected here');
  const authenticationKey = authenticationKeyOf(settings);
  const opened = await openGeneral(envelope, {
    suite: settings.suite,
    keys: settings.keys,
    systemTitle: settings.ownTitle,
    originator: { systemTitle: settings.peerTitle, ...general.originator },
    keyOwner: fromHex(keyOwner),
    counters: { unicast: global.receive },
    acceptFresh: settings.acceptFresh ?? (() => false),
    allowUnauthenticated: settings.allowUnauthenticated === true,
    ...(authenticationKey === undefined ? {} : { authenticationKey }),
    ...(general.algorithmId === undefined ? {} : { algorithmId: general.algorithmId }),
  });
  const { authenticated, encrypted } = opened.control;
  return {
    plain: opened.plain,
    protection: { authenticated, encrypted, signed: before.protection.signed },
    scope: 'message',
    keySet: 'unicast',
    form: 'general-ciphering',
    transactionId: opened.header.transactionId,
  };
}
