/**
 * What the key methods of the Security setup carry (IEC 62056-6-2, class 64: key_transfer, key_agreement,
 * generate_key_pair, generate_certificate_request, export_certificate), both ways, and the steps of a key agreement.
 */
import { type Data, data } from '../data/types.ts';
import { gcmAlgorithmId, otherInfo, wrapAlgorithmId } from './agreement.ts';
import { pointSize, publicKeyFromRaw, verifyRaw } from './curves.ts';
import { raiseSecurity } from './errors.ts';
import type { EphemeralKey, KeyName, KeyPort, SecretHandle, SymmetricPurpose } from './keys.ts';
import { type SecuritySuite, suiteCurve, suiteParameters } from './suite.ts';

/** The purposes by key_id (IEC 62056-6-2, class 64, key_transfer and key_agreement). */
export const keyIdPurposes = [
  'unicast-encryption',
  'broadcast-encryption',
  'authentication',
  'master',
] as const satisfies readonly SymmetricPurpose[];

/** Purpose of a key that key_transfer or key_agreement can change. */
export type ChangeablePurpose = (typeof keyIdPurposes)[number];

/** certificate_type and the key pairs of generate_key_pair (IEC 62056-6-2, class 64). */
export const certificateTypes = { 'digital-signature': 0, 'key-agreement': 1, tls: 2 } as const;
/** certificate_entity (IEC 62056-6-2, class 64). */
export const certificateEntities = { server: 0, client: 1, 'certification-authority': 2, other: 3 } as const;

/** Keys one method call may carry. */
export const maxKeysInMethod = keyIdPurposes.length;

/** One key of a method call: its purpose, and the wrapped key or the ephemeral public key with its signature. */
export interface KeyMaterial {
  readonly purpose: ChangeablePurpose;
  readonly material: Uint8Array;
}

/** The parameter of key_transfer or key_agreement: an array of structures of key_id and octets. */
export function encodeKeyMaterial(keys: readonly KeyMaterial[]): Data {
  return data(
    'array',
    keys.map(({ purpose, material }) =>
      data('structure', [data('enum', keyIdPurposes.indexOf(purpose)), data('octet-string', material)]),
    ),
  );
}

/** Reads the parameter of key_transfer or key_agreement. Throws `security/key-data`. */
export function decodeKeyMaterial(value: Data): KeyMaterial[] {
  if (value.type !== 'array' || value.value.length === 0 || value.value.length > maxKeysInMethod) {
    throw raiseSecurity('key-data', 'one to four keys in an array are expected');
  }
  const keys = value.value.map((item, index) => {
    const [id, material] = fields(item, 2, `[${index}]`);
    const purpose = id?.type === 'enum' ? keyIdPurposes[id.value] : undefined;
    if (purpose === undefined || material?.type !== 'octet-string') {
      throw raiseSecurity('key-data', 'a known key id and octets are expected', { path: `[${index}]` });
    }
    return { purpose, material: material.value };
  });
  if (new Set(keys.map(({ purpose }) => purpose)).size !== keys.length) {
    throw raiseSecurity('key-data', 'a key comes twice');
  }
  return keys;
}

function fields(value: Data, count: number, path: string): readonly Data[] {
  if (value.type !== 'structure' || value.value.length !== count) {
    throw raiseSecurity('key-data', `a structure of ${count} is expected`, { path });
  }
  return value.value;
}

/**
 * Makes new keys for key_transfer and stages them in the key store (IEC 62056-6-2, class 64, key_transfer; RFC 3394).
 * Activate them when the device has said yes, discard them when it has said no; while neither is known, the device may
 * hold either. Called again, it makes other keys: to resume, wrap the staged ones with {@link wrapStaged}.
 */
export function stageTransfer(
  keys: KeyPort,
  owner: string,
  suite: SecuritySuite,
  purposes: readonly ChangeablePurpose[],
): KeyMaterial[] {
  const { keySize } = suiteParameters(suite);
  for (const purpose of purposes) keys.stage({ owner, purpose }, keys.generate(keySize));
  return wrapStaged(keys, owner, purposes);
}

/** Wraps keys that are staged already under the current master key: the same keys again, for a repeated transfer. */
export function wrapStaged(
  keys: KeyPort,
  owner: string,
  purposes: readonly ChangeablePurpose[],
): KeyMaterial[] {
  return purposes.map((purpose) => ({
    purpose,
    material: keys.wrap({ owner, purpose: 'master' }, { owner, purpose, slot: 'next' }),
  }));
}

/**
 * The device's side of key_transfer: unwraps all keys, and stages them only when every one of them is sound.
 * Throws `security/key-unwrap`, `security/key-size`; nothing is staged then.
 */
export function acceptTransfer(
  keys: KeyPort,
  owner: string,
  suite: SecuritySuite,
  material: readonly KeyMaterial[],
): KeyName<ChangeablePurpose>[] {
  const { keySize } = suiteParameters(suite);
  const unwrapped = material.map(({ purpose, material: wrapped }) => {
    const key = keys.unwrap({ owner, purpose: 'master' }, wrapped);
    if (key.size !== keySize) throw raiseSecurity('key-size', `${key.size} octets in suite ${suite}`);
    return { name: { owner, purpose }, key };
  });
  for (const { name, key } of unwrapped) keys.stage(name, key);
  return unwrapped.map(({ name }) => name);
}

/** One side of a key agreement C(2e,0s) (IEC 62056-5-3, Ephemeral Unified Model; IEC 62056-6-2, key_agreement). */
export interface AgreementSide {
  readonly suite: SecuritySuite;
  readonly keys: KeyPort;
  readonly purpose: ChangeablePurpose;
  /** This side's signing key. */
  readonly signing: KeyName<'signing'>;
  /** The other side's signing key, raw x and y. */
  readonly peerSigningKey: Uint8Array;
  readonly clientTitle: Uint8Array;
  readonly serverTitle: Uint8Array;
  /** Default: that of the cipher, or of key wrap for the master key. */
  readonly algorithmId?: Uint8Array;
}

/** The ephemeral public key and the signature over key id and key. Keep `ephemeral` for {@link finishAgreement}. */
export interface AgreementOffer {
  readonly ephemeral: EphemeralKey;
  readonly material: KeyMaterial;
}

/** Begins (client), or answers (server): makes this side's half. Throws `security/key-missing`. */
export async function offerAgreement(side: AgreementSide, ephemeral?: EphemeralKey): Promise<AgreementOffer> {
  const own = ephemeral ?? side.keys.ephemeral(suiteCurve(side.suite));
  const signature = await side.keys.sign(side.signing, signedOffer(side.purpose, own.publicKey));
  const material = Buffer.concat([own.publicKey, signature]);
  return { ephemeral: own, material: { purpose: side.purpose, material } };
}

/**
 * Takes the other side's half, checks its signature and derives the key. Out: the key; stage it under its name.
 * Throws `security/key-agreement`, `security/signature`, `security/public-key`.
 */
export async function finishAgreement(
  side: AgreementSide,
  ephemeral: EphemeralKey,
  peer: KeyMaterial,
): Promise<SecretHandle> {
  const curve = suiteCurve(side.suite);
  const size = pointSize(curve);
  if (peer.purpose !== side.purpose || peer.material.length !== size * 2) {
    throw raiseSecurity('key-agreement', `${peer.material.length} octets for ${peer.purpose}`);
  }
  const point = peer.material.subarray(0, size);
  const key = publicKeyFromRaw(curve, side.peerSigningKey);
  if (!verifyRaw(key, signedOffer(side.purpose, point), peer.material.subarray(size))) {
    throw raiseSecurity('signature');
  }
  const { keySize } = suiteParameters(side.suite);
  const standard = side.purpose === 'master' ? wrapAlgorithmId(keySize) : gcmAlgorithmId(keySize);
  const info = otherInfo({
    algorithmId: side.algorithmId ?? standard,
    originator: side.clientTitle,
    recipient: side.serverTitle,
  });
  return side.keys.agree(ephemeral, point, { keySize, otherInfo: info });
}

function signedOffer(purpose: ChangeablePurpose, publicKey: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(keyIdPurposes.indexOf(purpose)), publicKey]);
}

/** Which certificate export_certificate or remove_certificate means. */
export type CertificateReference =
  | {
      readonly by: 'entity';
      readonly entity: keyof typeof certificateEntities;
      readonly type: keyof typeof certificateTypes;
      readonly systemTitle: Uint8Array;
    }
  | { readonly by: 'serial'; readonly serialNumber: Uint8Array; readonly issuer: Uint8Array };

/** The parameter of export_certificate and remove_certificate (IEC 62056-6-2, class 64). */
export function encodeCertificateReference(reference: CertificateReference): Data {
  const byEntity = reference.by === 'entity';
  const options = byEntity
    ? [
        data('enum', certificateEntities[reference.entity]),
        data('enum', certificateTypes[reference.type]),
        data('octet-string', reference.systemTitle),
      ]
    : [data('octet-string', reference.serialNumber), data('octet-string', reference.issuer)];
  return data('structure', [data('enum', byEntity ? 0 : 1), data('structure', options)]);
}

/** Reads the parameter of export_certificate and remove_certificate. Throws `security/key-data`. */
export function decodeCertificateReference(value: Data): CertificateReference {
  const [kind, options] = fields(value, 2, '');
  if (kind?.type === 'enum' && kind.value === 0) {
    const [entity, type, title] = fields(options!, 3, '[1]');
    const entityName = nameOf(certificateEntities, entity);
    const typeName = nameOf(certificateTypes, type);
    if (entityName !== undefined && typeName !== undefined && title?.type === 'octet-string') {
      return { by: 'entity', entity: entityName, type: typeName, systemTitle: title.value };
    }
  }
  if (kind?.type === 'enum' && kind.value === 1) {
    const [serial, issuer] = fields(options!, 2, '[1]');
    if (serial?.type === 'octet-string' && issuer?.type === 'octet-string') {
      return { by: 'serial', serialNumber: serial.value, issuer: issuer.value };
    }
  }
  throw raiseSecurity('key-data', 'not a certificate identification');
}

function nameOf<T extends Record<string, number>>(table: T, value: Data | undefined): keyof T | undefined {
  if (value?.type !== 'enum') return undefined;
  return Object.keys(table).find((name) => table[name] === value.value);
}

/** One line of attribute certificates (IEC 62056-6-2, class 64). */
export interface CertificateInfo {
  readonly entity: keyof typeof certificateEntities;
  readonly type: keyof typeof certificateTypes;
  readonly serialNumber: Uint8Array;
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly subjectAlternativeName: Uint8Array;
}

/** Attribute certificates as data (IEC 62056-6-2, class 64). */
export function encodeCertificateInfos(infos: readonly CertificateInfo[]): Data {
  return data(
    'array',
    infos.map((info) =>
      data('structure', [
        data('enum', certificateEntities[info.entity]),
        data('enum', certificateTypes[info.type]),
        data('octet-string', info.serialNumber),
        data('octet-string', info.issuer),
        data('octet-string', info.subject),
        data('octet-string', info.subjectAlternativeName),
      ]),
    ),
  );
}

/** Reads attribute certificates. Throws `security/key-data`. */
export function decodeCertificateInfos(value: Data): CertificateInfo[] {
  if (value.type !== 'array') throw raiseSecurity('key-data', 'an array is expected');
  return value.value.map((item, index) => {
    const [entity, type, ...rest] = fields(item, 6, `[${index}]`);
    const octets = rest.map((part) => (part.type === 'octet-string' ? part.value : undefined));
    const [serialNumber, issuer, subject, subjectAlternativeName] = octets;
    const entityName = nameOf(certificateEntities, entity);
    const typeName = nameOf(certificateTypes, type);
    if (
      entityName === undefined ||
      typeName === undefined ||
      !serialNumber ||
      !issuer ||
      !subject ||
      !subjectAlternativeName
    ) {
      throw raiseSecurity('key-data', 'not a certificate line', { path: `[${index}]` });
    }
    return { entity: entityName, type: typeName, serialNumber, issuer, subject, subjectAlternativeName };
  });
}
