/**
 * Security setup (IEC 62056-6-2, class 64, version 1) wired to the device's security: policy, key transfer, key agreement,
 * key pairs and certificates. Changes of keys take effect once the response is on its way; the association that asked for
 * them goes on under the keys it began with, and every other one ends.
 */
import { classes } from '../../classes/catalogue.ts';
import { type Data, data } from '../../data/types.ts';
import type { ObisLike } from '../../obis/obis.ts';
import { equalOctets } from '../../security/authentication.ts';
import { createCertificateRequest, readCertificate } from '../../security/certificates.ts';
import {
  acceptTransfer,
  type CertificateReference,
  certificateTypes,
  decodeCertificateReference,
  decodeKeyMaterial,
  encodeCertificateInfos,
  encodeKeyMaterial,
  finishAgreement,
  type KeyMaterial,
  offerAgreement,
} from '../../security/key-change.ts';
import type { AsymmetricPurpose, KeyName } from '../../security/keys.ts';
import { decodePolicy, encodePolicy, satisfies } from '../../security/policy.ts';
import { suiteCurve } from '../../security/suite.ts';
import { type HeldCertificate, infoOf } from '../certificate-store.ts';
import type { DeviceSecurity } from '../device-security.ts';
import { raiseServer } from '../errors.ts';
import { type ChangeRequest, type CosemObject, defineObject, type MethodCode } from '../object.ts';

/** How a security setup is declared. */
export interface SecuritySetupOptions {
  readonly security: DeviceSecurity;
  readonly obis?: ObisLike;
}

/** Makes the security setup object. Every refusal is `other-reason` outside, and exact in the audit. */
export function securitySetupObject(options: SecuritySetupOptions): CosemObject {
  const { security } = options;
  const { suite, systemTitle, certificates } = security.options;
  const asymmetric = suite !== 0;
  const guarded =
    (code: MethodCode): MethodCode =>
    async (parameter, request) => {
      try {
        return await code(parameter, request);
      } catch (cause) {
        throw raiseServer('key-change', cause instanceof Error ? cause.message : 'refused', { cause });
      }
    };
  return defineObject(classes.securitySetup, {
    obis: options.obis ?? '0.0.43.0.0.255',
    attributes: {
      securityPolicy: { get: () => data('enum', encodePolicy(1, security.policy)) },
      securitySuite: data('enum', suite),
      clientSystemTitle: {
        get: ({ caller }) => data('octet-string', caller.clientTitle ?? new Uint8Array(0)),
      },
      serverSystemTitle: data('octet-string', systemTitle),
      certificates: {
        get: () => encodeCertificateInfos((certificates?.list() ?? []).map((held) => infoOf(held))),
      },
    },
    methods: {
      securityActivate: guarded((parameter, request) => activatePolicy(options, parameter, request)),
      keyTransfer: guarded((parameter, request) => transferKeys(options, parameter, request)),
      ...(asymmetric
        ? {
            keyAgreement: guarded((parameter, request) => agreeKeys(options, parameter, request)),
            generateKeyPair: guarded((parameter) => generatePair(security, parameter)),
            generateCertificateRequest: guarded((parameter) => requestCertificate(security, parameter)),
          }
        : {}),
      ...(certificates === undefined
        ? {}
        : {
            importCertificate: guarded((parameter) => importCertificate(security, parameter)),
            exportCertificate: guarded((parameter) =>
              data('octet-string', findCertificate(security, parameter).contents.der),
            ),
            removeCertificate: guarded(async (parameter) => {
              await certificates.remove(findCertificate(security, parameter));
            }),
          }),
    },
  });
}

async function activatePolicy(
  { security }: SecuritySetupOptions,
  parameter: Data,
  request: ChangeRequest,
): Promise<void> {
  const wanted = decodePolicy(1, Number(parameter.value));
  const { policy } = security;
  // The policy can be strengthened only.
  if (!satisfies(policy.request, wanted.request) || !satisfies(policy.response, wanted.response))
    throw raiseServer('key-change', 'the new policy asks for less than the present one');
  await security.setPolicy(wanted);
  request.afterResponse(() => security.announce(request.caller));
}

/** Promises the staged keys and makes them current once the response is on its way. */
async function promise(
  { security }: SecuritySetupOptions,
  purposes: readonly KeyMaterial['purpose'][],
  request: ChangeRequest,
): Promise<void> {
  await security.promiseKeys(purposes);
  request.afterResponse(async () => {
    security.announce(request.caller);
    await security.commitKeys();
  });
}

async function transferKeys(
  options: SecuritySetupOptions,
  parameter: Data,
  request: ChangeRequest,
): Promise<void> {
  const { security } = options;
  const { keys, suite } = security.options;
  await security.settled();
  const names = acceptTransfer(keys, security.owner, suite, decodeKeyMaterial(parameter));
  await promise(
    options,
    names.map(({ purpose }) => purpose),
    request,
  );
}

async function agreeKeys(
  options: SecuritySetupOptions,
  parameter: Data,
  request: ChangeRequest,
): Promise<Data> {
  const { security } = options;
  const { keys, suite, systemTitle, peerKey } = security.options;
  const { clientTitle } = request.caller;
  const peerSigningKey = clientTitle === undefined ? undefined : peerKey?.(clientTitle, 'signing');
  if (clientTitle === undefined || peerSigningKey === undefined)
    throw raiseServer('key-change', "the client's signing key is not known");
  await security.settled();
  const offers = decodeKeyMaterial(parameter);
  const agreed = await Promise.all(
    offers.map(async (theirs) => {
      const side = {
        suite,
        keys,
        purpose: theirs.purpose,
        signing: { owner: security.owner, purpose: 'signing' } as const,
        peerSigningKey,
        clientTitle,
        serverTitle: systemTitle,
      };
      const ephemeral = keys.ephemeral(suiteCurve(suite));
      // The client's half is checked before this side signs anything.
      const key = await finishAgreement(side, ephemeral, theirs);
      const ours = await offerAgreement(side, ephemeral);
      return { key, material: ours.material };
    }),
  );
  for (const { key, material } of agreed)
    keys.stage({ owner: security.owner, purpose: material.purpose }, key);
  await promise(
    options,
    offers.map(({ purpose }) => purpose),
    request,
  );
  return encodeKeyMaterial(agreed.map(({ material }) => material));
}

function pairName(security: DeviceSecurity, parameter: Data): KeyName<AsymmetricPurpose> {
  if (parameter.value === certificateTypes['digital-signature'])
    return { owner: security.owner, purpose: 'signing', slot: 'next' };
  if (parameter.value === certificateTypes['key-agreement'])
    return { owner: security.owner, purpose: 'agreement', slot: 'next' };
  throw raiseServer('key-change', 'key pairs are for signing and for key agreement');
}

async function generatePair(security: DeviceSecurity, parameter: Data): Promise<void> {
  const { keys, suite } = security.options;
  await keys.generatePair(pairName(security, parameter), suiteCurve(suite));
}

/** A request for the pair that was generated last; without one, for the pair in use. */
async function requestCertificate(security: DeviceSecurity, parameter: Data): Promise<Data> {
  const { keys, systemTitle } = security.options;
  const staged = pairName(security, parameter);
  const name = keys.has(staged) ? staged : { ...staged, slot: 'current' as const };
  return data('octet-string', await createCertificateRequest(keys, name, systemTitle));
}

async function importCertificate(security: DeviceSecurity, parameter: Data): Promise<void> {
  const { certificates, systemTitle } = security.options;
  const contents = readCertificate(Uint8Array.from(parameter.value as Uint8Array));
  const use = contents.forSigning ? 'digital-signature' : 'key-agreement';
  if (contents.forSigning === contents.forAgreement)
    throw raiseServer('key-change', 'the certificate is not for exactly one use');
  const title = contents.systemTitle;
  const own = title !== undefined && equalOctets(systemTitle, title);
  const entity = own ? 'server' : title === undefined ? 'certification-authority' : 'client';
  const held: HeldCertificate = { entity, use, contents };
  if (!(await certificates!.accepts(held))) throw raiseServer('key-change', 'the certificate is not trusted');
  if (own) activateOwn(security, held);
  await certificates!.put(held);
}

/** A certificate of the device's own is for the pair that was generated, which is taken into use, or the one in use. */
function activateOwn(security: DeviceSecurity, { use, contents }: HeldCertificate): void {
  const { keys } = security.options;
  const purpose = use === 'digital-signature' ? 'signing' : 'agreement';
  const current: KeyName<AsymmetricPurpose> = { owner: security.owner, purpose };
  const staged: KeyName<AsymmetricPurpose> = { ...current, slot: 'next' };
  const isOf = (name: KeyName<AsymmetricPurpose>): boolean =>
    keys.has(name) && equalOctets(keys.publicKey(name), contents.publicKey);
  if (isOf(staged)) keys.activate([current]);
  else if (!isOf(current)) throw raiseServer('key-change', 'the certificate is for another key');
}

function findCertificate(security: DeviceSecurity, parameter: Data): HeldCertificate {
  const reference = decodeCertificateReference(parameter);
  const found = security.options.certificates?.list().find((held) => isMeant(reference, held));
  if (found === undefined) throw raiseServer('key-change', 'no such certificate');
  return found;
}

function isMeant(reference: CertificateReference, { entity, use, contents }: HeldCertificate): boolean {
  if (reference.by === 'serial') {
    const { serialNumber, issuer } = reference;
    return equalOctets(contents.serialNumber, serialNumber) && equalOctets(contents.issuer, issuer);
  }
  const title = contents.systemTitle ?? new Uint8Array(0);
  return entity === reference.entity && use === reference.type && equalOctets(title, reference.systemTitle);
}
