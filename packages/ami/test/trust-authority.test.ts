import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { es256 } from '../src/trust/algorithms.ts';
import { CertificateAuthority } from '../src/trust/authority/authority.ts';
import { encodeListToBeSigned, encodeToBeSigned, signedWhole } from '../src/trust/authority/encode.ts';
import { authorityPlaces, kindOf, type LeafKindId, type Usage } from '../src/trust/authority/kinds.ts';
import { authoritySubject, subjectOf } from '../src/trust/authority/names.ts';
import { readCertificate, readPublicKey, toPem } from '../src/trust/authority/read.ts';
import { OfflineRoot } from '../src/trust/authority/root.ts';
import type { KeyPort } from '../src/trust/key-port.ts';
import { RevocationLists } from '../src/trust/revocation.ts';
import { ChainVerifier, verifyChain } from '../src/trust/verify-chain.ts';
import {
  code,
  dayMs,
  keyPair,
  officer,
  passphrase,
  quick,
  type TrustFixture,
  trustFixture,
} from './trust-fixture.ts';

const needsOpenssl = {
  skip: existsSync('/usr/bin/openssl') ? false : 'Debian package openssl is not installed',
};
let trust: TrustFixture;

before(async () => {
  trust = await trustFixture();
});
after(async () => {
  await trust?.[Symbol.asyncDispose]();
});

const verify = (chain: readonly Buffer[], usage: Usage, at = new Date()) =>
  new ChainVerifier(trust.authority.anchors).verify(chain, {
    at,
    usage,
    revocation: trust.authority.revocation,
  });

const order = (kind: LeafKindId, component: string, device?: string, curve?: string) => ({
  kind,
  holder: { component, ...(device === undefined ? {} : { device }) },
  publicKey: keyPair(curve).publicKey,
  actor: officer,
});
const meter = '4D4D4D0000BC614E';

test('openssl accepts the chains of every authority, and its lists', needsOpenssl, async () => {
  const holders: Record<string, Parameters<typeof order>> = {
    'utility-enterprise': ['tls', 'mdms'],
    'automated-network': ['message', 'head-end'],
    'managed-network': ['tls', 'console'],
    communications: ['tls', 'collector', '0102030405060708'],
    'utility-edge': ['dlms-sign', 'meter.metrology', meter],
    'premise-edge': ['tls', 'meter.han', meter],
    'automated-network-suite-2': ['dlms-agree', 'head-end', undefined, 'secp384r1'],
    'managed-network-suite-2': ['dlms-sign', 'switching-authority', undefined, 'secp384r1'],
    'utility-edge-suite-2': ['dlms-agree', 'meter.metrology', meter, 'secp384r1'],
  };
  assert.deepEqual(
    Object.keys(holders).sort(),
    authorityPlaces()
      .map(({ id }) => id)
      .sort(),
  );
  for (const { id, suite } of authorityPlaces()) {
    const issued = await trust.authority.issue(order(...holders[id]!));
    const files = {
      root: toPem('CERTIFICATE', trust.root.certificate(suite)),
      issuing: toPem('CERTIFICATE', issued.chain[1]!),
      leaf: toPem('CERTIFICATE', issued.certificate),
      lists: [(await trust.authority.listOf(id))!, await trust.root.issueList(suite)]
        .map((list) => toPem('X509 CRL', list))
        .join(''),
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(trust.folder, `${name}.pem`), text);
    const base = ['verify', '-x509_strict', '-CAfile', 'root.pem', '-untrusted', 'issuing.pem'];
    const lists = ['-crl_check_all', '-CRLfile', 'lists.pem'];
    const answer = execFileSync('openssl', [...base, ...lists, 'leaf.pem'], {
      cwd: trust.folder,
      encoding: 'utf8',
    });
    assert.equal(answer.trim(), 'leaf.pem: OK', id);

    await trust.authority.revoke(issued.serial, 'key-compromise', officer);
    writeFileSync(
      join(trust.folder, 'lists.pem'),
      [(await trust.authority.listOf(id))!, await trust.root.issueList(suite)]
        .map((list) => toPem('X509 CRL', list))
        .join(''),
    );
    const refused = spawnSync('openssl', [...base, ...lists, 'leaf.pem'], {
      cwd: trust.folder,
      encoding: 'utf8',
    });
    assert.notEqual(refused.status, 0);
    assert.match(refused.stderr, /certificate revoked/, id);
  }
});

test('a chain gives the identity that the profile knows, for its use only', async () => {
  const { chain } = await trust.authority.issue({ ...order('tls', 'head-end'), hosts: ['head-end.example'] });
  const identity = verify(chain, 'tls-client');
  assert.equal(identity.label, 'head-end');
  assert.equal(identity.domain, 'automated-network');
  assert.equal(identity.algorithm.id, 'ES256');
  assert.equal(verify(chain, 'tls-server').fingerprint, identity.fingerprint);
  for (const usage of ['message', 'dlms-sign', 'dlms-agree', 'person'] as const)
    assert.throws(() => verify(chain, usage), code('trust/chain-usage'));
  const device = await trust.authority.issue(order('dlms-sign', 'meter.metrology', meter));
  assert.equal(verify(device.chain, 'dlms-sign').device, meter);
  assert.throws(() => verify(device.chain, 'tls-client'), code('trust/chain-usage'));
  assert.throws(
    () => verify([trust.root.certificate(1), trust.root.certificate(1)], 'tls-client'),
    code('trust/chain'),
  );
});

test('lives are those of the parameters, and time decides anew each time', async () => {
  const { chain } = await trust.authority.issue(order('tls', 'mdms'));
  const { notBefore, notAfter } = readCertificate(chain[0]!);
  assert.equal(notAfter.getTime() - notBefore.getTime(), 90 * dayMs);
  // At its very end it is still good, though the lists of the fixture are then long out of date.
  assert.throws(() => verify(chain, 'tls-client', notAfter), code('trust/chain-stale'));
  const later = (ms: number) => new Date(notAfter.getTime() + ms);
  assert.throws(() => verify(chain, 'tls-client', later(1000)), code('trust/chain-time'));
  assert.throws(
    () => verify(chain, 'tls-client', new Date(notBefore.getTime() - 1000)),
    code('trust/chain-time'),
  );
});

test('a revocation counts at once, and a list that is out of date ends trust', async () => {
  const issued = await trust.authority.issue(order('message', 'draacs'));
  const verifier = new ChainVerifier(trust.authority.anchors);
  // Another component: it has the lists only, and hears of the revocation.
  const elsewhere = new RevocationLists();
  const authorities = trust.authority.authorityCertificates.map((each) => readCertificate(each));
  for (const list of await trust.authority.lists()) elsewhere.accept(list, authorities);
  const stop = trust.authority.onRevocation((lists) => {
    for (const { der } of lists) elsewhere.accept(der, authorities);
  });
  const there = (at = new Date()) =>
    verifier.verify(issued.chain, { at, usage: 'message', revocation: elsewhere });
  there();
  assert.throws(() => there(new Date(Date.now() + 4 * dayMs)), code('trust/chain-stale'));
  assert.throws(
    () =>
      verifier.verify(issued.chain, { at: new Date(), usage: 'message', revocation: new RevocationLists() }),
    code('trust/chain-stale'),
  );
  await trust.authority.revoke(issued.serial, 'superseded', officer);
  stop();
  assert.throws(() => verify(issued.chain, 'message'), code('trust/chain-revoked'));
  assert.throws(() => there(), code('trust/chain-revoked'));
  await assert.rejects(
    trust.authority.revoke(issued.serial, 'superseded', officer),
    code('trust/no-certificate'),
  );
  await assert.rejects(trust.authority.revoke('00ff', 'superseded', officer), code('trust/no-certificate'));
  // A process that starts later knows it from the store.
  const restarted = new CertificateAuthority({ db: trust.db, keys: trust.keys, audit: trust.audit });
  await restarted.load();
  assert.throws(
    () =>
      verifier.verify(issued.chain, { at: new Date(), usage: 'message', revocation: restarted.revocation }),
    code('trust/chain-revoked'),
  );
});

test('an older list or a foreign one changes nothing', async () => {
  const view = new RevocationLists();
  const authorities = trust.authority.authorityCertificates.map((each) => readCertificate(each));
  const old = (await trust.authority.listOf('utility-edge'))!;
  const issued = await trust.authority.issue(order('dlms-sign', 'meter.metrology', meter));
  await trust.authority.revoke(issued.serial, 'unspecified', officer);
  const newest = (await trust.authority.listOf('utility-edge'))!;
  assert.equal(view.accept(newest, authorities), true);
  assert.equal(view.accept(old, authorities), false);
  assert.ok(view.revoked(issued.authority, issued.serial));
  const forged = Buffer.from(newest);
  forged[forged.length - 10]! ^= 1;
  assert.throws(() => view.accept(forged, authorities), code('trust/chain'));
  assert.throws(() => view.accept(newest, []), code('trust/chain'));
});

test('what another authority, another domain or nobody signed is refused', async () => {
  const { chain } = await trust.authority.issue(order('tls', 'mdms'));
  const foreign = await OfflineRoot.create(join(trust.folder, 'foreign'), passphrase, { configured: quick });
  assert.throws(
    () =>
      verifyChain(chain, {
        anchors: [foreign.certificate(1)],
        at: new Date(),
        usage: 'tls-client',
        revocation: trust.authority.revocation,
      }),
    code('trust/chain'),
  );
  const other = await trust.authority.issue(order('tls', 'head-end'));
  assert.throws(() => verify([chain[0]!, other.chain[1]!], 'tls-client'), code('trust/chain'));
  assert.throws(() => verify([chain[0]!], 'tls-client'), code('trust/chain'));
  assert.throws(() => verify([], 'tls-client'), code('trust/chain'));
  assert.throws(
    () => verify([chain[0]!, chain[1]!, chain[1]!, chain[1]!, chain[1]!], 'tls-client'),
    code('trust/chain'),
  );
  const altered = Buffer.from(chain[0]!);
  altered[altered.length - 5]! ^= 1;
  assert.throws(() => verify([altered, chain[1]!], 'tls-client'), code('trust/chain'));
  // An authority gone bad signs for a component of another domain: the signature holds, the name does not.
  const place = (await trust.keys.list()).find(({ name }) => name === 'authority-communications-1')!;
  const issuer = trust.authority.authorityCertificates
    .map((each) => readCertificate(each))
    .find((each) => each.publicKey.info.equals(Buffer.from(place.publicKey!)))!;
  const now = new Date(Math.floor(Date.now() / 1000) * 1000);
  const toBeSigned = encodeToBeSigned({
    kind: kindOf('tls'),
    algorithm: es256,
    serial: Buffer.alloc(16, 7),
    issuer: authoritySubject('communications', 1),
    subject: subjectOf({ component: 'head-end' }, 'automated-network'),
    notBefore: now,
    notAfter: new Date(now.getTime() + dayMs),
    publicKey: keyPair().publicKey,
    issuerPublicKey: issuer.publicKey.info,
    uris: ['urn:wattward:component:head-end'],
    hosts: [],
    listAddress: undefined,
  });
  const rogue = signedWhole(toBeSigned, es256, await trust.keys.sign(place.name, toBeSigned));
  assert.throws(() => verify([rogue, issuer.der], 'tls-client'), code('trust/chain-identity'));
});

test('a revoked authority takes everything with it that it signed', async () => {
  const { chain } = await trust.authority.issue(order('tls', 'forecasting'));
  const view = new RevocationLists();
  const authorities = trust.authority.authorityCertificates.map((each) => readCertificate(each));
  for (const list of await trust.authority.lists()) view.accept(list, authorities);
  const revoking = readCertificate(chain[1]!);
  const keys = new Map((await trust.keys.list()).map((each) => [each.name, each]));
  assert.ok(keys.has('authority-utility-enterprise-1'));
  const root = readCertificate(trust.root.certificate(1));
  // The root's own register does the same by `revokeAuthority`; here the newest list is made by hand to leave it alone.
  const check = () =>
    new ChainVerifier([root.der]).verify(chain, { at: new Date(), usage: 'tls-client', revocation: view });
  check();
  view.push(root.subjectKeyIdentifier!, revoking.serial, {
    revokedAt: new Date(),
    reason: 'authority-compromise',
  });
  assert.throws(check, code('trust/chain-revoked'));
});

test('the root lists the authorities that it revokes, and opens for its passphrase only', async () => {
  const folder = join(trust.folder, 'second-root');
  const made = await OfflineRoot.create(folder, passphrase, { configured: quick });
  const { request, generation } = await trust.authority.requestAuthority('communications', officer);
  const certificate = await made.signAuthority('communications', generation, request);
  await assert.rejects(made.signAuthority('communications', generation, request), code('trust/request'));
  await assert.rejects(made.signAuthority('utility-edge', generation, request), code('trust/request'));
  await assert.rejects(
    OfflineRoot.open(folder, 'wrong horse battery', { configured: quick }),
    code('trust/root'),
  );
  await assert.rejects(
    OfflineRoot.create(folder, passphrase, { configured: quick }),
    code('trust/root-exists'),
  );
  await assert.rejects(
    OfflineRoot.create(`${folder}-short`, 'short', { configured: quick }),
    code('trust/root'),
  );
  const again = await OfflineRoot.open(folder, passphrase, { configured: quick });
  again.revokeAuthority('communications', generation, 'authority-compromise');
  const view = new RevocationLists();
  const root = readCertificate(again.certificate(1));
  view.accept(await again.issueList(1), [root]);
  assert.equal(
    view.revoked(root.subjectKeyIdentifier!, readCertificate(certificate).serial)?.reason,
    'authority-compromise',
  );
  // An authority of another root than the one in use is not installed.
  await assert.rejects(
    trust.authority.installAuthority(
      'communications',
      { root: root.der, rootList: await again.issueList(1), certificate },
      officer,
    ),
    code('trust/chain'),
  );
});

test('requests that the profile does not permit are refused and leave their reason', async () => {
  const mark = trust.audit.events.length;
  const refusals = [
    { ...order('tls', 'nobody') },
    { ...order('tls', 'meter', meter) },
    { ...order('tls', 'mdms', meter) },
    { ...order('tls', 'meter.fan') },
    { ...order('tls', 'gateway') },
    { ...order('tls', 'mdms'), hosts: ['*.example'] },
    { ...order('tls', 'mdms'), hosts: Array.from({ length: 9 }, (_, i) => `h${i}.example`) },
  ];
  for (const each of refusals) await assert.rejects(trust.authority.issue(each), code('trust/request'));
  await assert.rejects(trust.authority.issue(order('person', 'mdms')), code('trust/lint'));
  await assert.rejects(
    trust.authority.issue(order('tls', 'mdms', undefined, 'secp384r1')),
    code('trust/no-authority'),
  );
  await assert.rejects(
    trust.authority.issue(order('tls', 'mdms', undefined, 'secp256k1')),
    code('trust/algorithm'),
  );
  const first = order('tls', 'mdms');
  await trust.authority.issue(first);
  await assert.rejects(trust.authority.issue({ ...first, kind: 'message' }), code('trust/request'));
  const said = trust.audit.since(mark);
  assert.equal(
    said.filter((each) => each === 'certificate.issued outcome refused').length,
    refusals.length + 4,
  );
  assert.ok(said.includes('certificate.lint.failed outcome refused'));
});

test('intent, act and outcome stand around each signature; without a record nothing is signed', async () => {
  const mark = trust.audit.events.length;
  await trust.authority.issue(order('tls', 'mdms'));
  assert.deepEqual(trust.audit.since(mark), [
    'certificate.issued intent pending',
    'certificate.issued act success',
    'certificate.issued outcome success',
  ]);
  assert.equal(new Set(trust.audit.events.slice(mark).map(({ correlation }) => correlation)).size, 1);
  let signatures = 0;
  const counting = new Proxy(trust.keys, {
    get: (target, name: keyof KeyPort) =>
      name === 'sign'
        ? (...args: Parameters<KeyPort['sign']>) => {
            signatures++;
            return target.sign(...args);
          }
        : target[name].bind(target),
  });
  const authority = new CertificateAuthority({ db: trust.db, keys: counting, audit: trust.audit });
  await authority.load();
  trust.audit.away = true;
  await assert.rejects(authority.issue(order('tls', 'mdms')), code('audit/unavailable'));
  trust.audit.away = false;
  assert.equal(signatures, 0);
});

test('a module that signs wrongly is found before anything is handed out', async () => {
  const wrong = new Proxy(trust.keys, {
    get: (target, name: keyof KeyPort) =>
      name === 'sign' ? async () => Buffer.alloc(64, 1) : target[name].bind(target),
  });
  const authority = new CertificateAuthority({ db: trust.db, keys: wrong, audit: trust.audit });
  await authority.load();
  const publicKey = keyPair().publicKey;
  const wanted = { ...order('tls', 'mdms'), publicKey };
  await assert.rejects(authority.issue(wanted), code('trust/module-unavailable'));
  const { rows } = await trust.db.query('SELECT serial FROM issued WHERE certificate IS NULL');
  assert.ok(rows.length > 0, 'the serial that may exist is in the books');
  // The key is not used up by a signature that never was.
  await trust.authority.issue(wanted);
});

test('an authority that ends too early issues nothing, and its successor does', async () => {
  trust.clock.offsetMs = 11.95 * 365 * dayMs;
  try {
    await assert.rejects(trust.authority.issue(order('tls', 'mdms')), code('trust/authority-ends'));
  } finally {
    trust.clock.offsetMs = 0;
  }
  const before = await trust.authority.issue(order('tls', 'mdms'));
  const { generation, request } = await trust.authority.requestAuthority('utility-enterprise', officer);
  assert.equal(generation, 2);
  const certificate = await trust.root.signAuthority('utility-enterprise', 2, request);
  const delivered = { root: trust.root.certificate(1), rootList: await trust.root.issueList(1), certificate };
  await trust.authority.installAuthority('utility-enterprise', delivered, officer);
  const next = await trust.authority.issue(order('tls', 'mdms'));
  assert.notEqual(next.authority, before.authority);
  verify(next.chain, 'tls-client');
  // What the predecessor signed stays good until its own end.
  verify(before.chain, 'tls-client');
});

test('a list is due after its period, not before', async () => {
  assert.deepEqual(await trust.authority.publishLists(), []);
  trust.clock.offsetMs = dayMs + 60_000;
  const published = await trust.authority.publishLists();
  trust.clock.offsetMs = 0;
  assert.ok(published.length >= authorityPlaces().length, String(published.length));
});

test('a list of an authority is not that of another, whatever it claims', async () => {
  const [one, two] = trust.authority.authorityCertificates.slice(2, 4).map((each) => readCertificate(each));
  const pair = keyPair();
  const plan = {
    algorithm: es256,
    issuer: authoritySubject('utility-edge', 1),
    issuerPublicKey: one!.publicKey.info,
    number: 2 ** 40,
    thisUpdate: new Date(),
    nextUpdate: new Date(Date.now() + dayMs),
    revoked: [],
  };
  const toBeSigned = encodeListToBeSigned(plan);
  const { sign } = await import('node:crypto');
  const signature = sign('sha256', toBeSigned, { key: pair.privateKey, dsaEncoding: 'ieee-p1363' });
  const forged = signedWhole(toBeSigned, es256, signature);
  assert.throws(() => new RevocationLists().accept(forged, [one!, two!]), code('trust/chain'));
  assert.equal(readPublicKey(pair.publicKey).algorithm, es256);
});

test('the books of the authority are only added to', async () => {
  for (const statement of [
    'DELETE FROM issued',
    'DELETE FROM revoked',
    `UPDATE revoked SET reason = 'x'`,
    'TRUNCATE issued CASCADE',
  ])
    await assert.rejects(trust.db.query(statement), /permission denied|must be owner/);
  await assert.rejects(trust.db.query(`UPDATE issued SET holder = 'x'`), /permission denied/);
});

test('another implementation reads our certificates the same way and verifies them', async () => {
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const { chain } = await trust.authority.issue({ ...order('tls', 'head-end'), hosts: ['head-end.example'] });
  const [leaf, issuing] = chain.map((each) => new x509.X509Certificate(each));
  assert.equal(
    await leaf!.verify({ publicKey: await issuing!.publicKey.export(), signatureOnly: true }),
    true,
  );
  assert.equal(leaf!.subject, 'O=Wattward AMI, OU=automated-network, CN=head-end');
  const names = leaf!.getExtension(x509.SubjectAlternativeNameExtension)!.names.items;
  assert.deepEqual(
    names.map(({ type, value }) => `${type}:${value}`),
    ['url:urn:wattward:component:head-end', 'dns:head-end.example'],
  );
  assert.equal(leaf!.getExtension(x509.BasicConstraintsExtension)!.ca, false);
  assert.equal(leaf!.getExtension(x509.KeyUsagesExtension)!.usages, x509.KeyUsageFlags.digitalSignature);
  const list = new x509.X509Crl((await trust.authority.listOf('automated-network'))!);
  assert.equal(list.issuer, leaf!.issuer);
});

test('the report on FIPS says what is so', async () => {
  const { getFips } = await import('node:crypto');
  const { fipsReport } = await import('../src/trust/fips.ts');
  const report = fipsReport();
  assert.equal(report.validated, false);
  assert.equal(report.says, getFips() === 1 ? 'FIPS mode, not validated' : 'not in FIPS mode');
  assert.deepEqual(report.notApproved, []);
});
