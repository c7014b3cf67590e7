/**
 * Certificates of a device through its Security setup (IEC 62056-6-2, class 64): key pairs, signing requests, import,
 * export, removal, and the list of what is there. Whom to trust is decided by the caller.
 */
import { type Data, data } from '../data/types.ts';
import type { ObisLike } from '../obis/obis.ts';
import { equalOctets } from '../security/authentication.ts';
import {
  type CertificateContents,
  type CertificateRequestContents,
  readCertificate,
  readCertificateRequest,
} from '../security/certificates.ts';
import { raiseSecurity } from '../security/errors.ts';
import {
  type CertificateInfo,
  type CertificateReference,
  certificateTypes,
  decodeCertificateInfos,
  encodeCertificateReference,
} from '../security/key-change.ts';
import type { CosemClient } from './client.ts';
import { raiseClient } from './failures.ts';
import type { RequestOptions } from './options.ts';

const securitySetupClass = 64;
const certificatesAttribute = 6;
const methods = {
  generateKeyPair: 4,
  generateRequest: 5,
  import: 6,
  export: 7,
  remove: 8,
} as const;

/** What a key pair of the device is for. */
export type KeyPairUse = keyof typeof certificateTypes;

/** Certificate management of one device. */
export class DeviceCertificates {
  readonly #client: CosemClient;
  readonly #obis: ObisLike;
  readonly #options: RequestOptions;

  constructor(client: CosemClient, obis: ObisLike = '0.0.43.0.0.255', options: RequestOptions = {}) {
    this.#client = client;
    this.#obis = obis;
    this.#options = options;
  }

  /** What the device holds (attribute certificates). Throws `client/access`, `security/key-data`. */
  async list(): Promise<CertificateInfo[]> {
    const value = await this.#client.read(
      securitySetupClass,
      this.#obis,
      certificatesAttribute,
      undefined,
      this.#options,
    );
    return decodeCertificateInfos(value);
  }

  /** Lets the device make a new key pair (generate_key_pair); the old one stays in use until a certificate is imported. */
  async generateKeyPair(use: KeyPairUse): Promise<void> {
    await this.#invoke(methods.generateKeyPair, data('enum', certificateTypes[use]));
  }

  /**
   * A signing request for the new key pair (generate_certificate_request), checked: it must be signed by the key in it
   * and name the device. Throws `security/certificate`, `security/signature`, `security/system-title`.
   */
  async request(
    use: KeyPairUse,
  ): Promise<{ readonly der: Uint8Array; readonly contents: CertificateRequestContents }> {
    const der = octets(await this.#invoke(methods.generateRequest, data('enum', certificateTypes[use])));
    const contents = readCertificateRequest(der);
    const { peerTitle } = this.#client.association;
    if (contents.systemTitle === undefined || !equalOctets(peerTitle, contents.systemTitle)) {
      throw raiseSecurity('system-title', 'the request names another device');
    }
    return { der, contents };
  }

  /** Gives the device a certificate, DER (import_certificate). Throws `security/certificate`, `client/access`. */
  async import(certificate: Uint8Array): Promise<void> {
    // A damaged one is refused here, where the error can say why.
    readCertificate(certificate);
    await this.#invoke(methods.import, data('octet-string', certificate));
  }

  /** Fetches a certificate (export_certificate). Throws `client/access`, `security/certificate`. */
  async export(reference: CertificateReference): Promise<CertificateContents> {
    return readCertificate(octets(await this.#invoke(methods.export, encodeCertificateReference(reference))));
  }

  /** Removes a certificate (remove_certificate). Throws `client/access`. */
  async remove(reference: CertificateReference): Promise<void> {
    await this.#invoke(methods.remove, encodeCertificateReference(reference));
  }

  #invoke(method: number, parameter: Data): Promise<Data | undefined> {
    return this.#client.invoke(securitySetupClass, this.#obis, method, parameter, this.#options);
  }
}

function octets(value: Data | undefined): Uint8Array {
  if (value?.type === 'octet-string') return value.value;
  throw raiseClient('answer', `${value?.type ?? 'nothing'} instead of octets`);
}
