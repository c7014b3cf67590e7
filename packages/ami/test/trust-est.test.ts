import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { createHash, createPrivateKey, sign, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { connect as plainConnect } from 'node:net';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { connect as tlsConnect } from 'node:tls';
import { promisify } from 'node:util';
import { readCertificate, toPem } from '../src/trust/authority/read.ts';
import { newRequest, requestWith } from '../src/trust/authority/request.ts';
import { type Credential, CredentialSource, sealedCredential } from '../src/trust/credential-source.ts';
import { Enrolment } from '../src/trust/enrolment/enrolment.ts';
import { estEnrol, readCertificatesOnly } from '../src/trust/enrolment/est-client.ts';
import { type EstServer, startEst } from '../src/trust/enrolment/est-server.ts';
import { verifyChain } from '../src/trust/verify-chain.ts';
import { code, dayMs, keyPair, officer, type TrustFixture, trustFixture } from './trust-fixture.ts';

const run = promisify(execFile);
const tools = ['/usr/bin/openssl', '/usr/bin/curl'].filter((path) => !existsSync(path));
const needsTools = {
  skip: tools.length === 0 ? false : `Debian packages openssl and curl are needed: ${tools.join(' ')}`,
};
const configured = {
  'trust.enrolmentPendingMaximum': 12,
  'trust.enrolmentRetrySeconds': 17,
  'trust.enrolmentRequestSeconds': 2,
};

let trust: TrustFixture;
let enrolment: Enrolment;
let credential: CredentialSource;
let est: EstServer;

/** A credential that the authority of this test gives directly. */
async function direct(
  component: string,
  hosts: string[] = [],
  kind: 'tls' | 'message' = 'tls',
): Promise<Credential> {
  const { privateKey, publicKey } = keyPair();
  const { chain } = await trust.authority.issue({
    kind,
    holder: { component },
    hosts,
    publicKey,
    actor: officer,
  });
  return { chain, key: privateKey };
}

before(async () => {
  trust = await trustFixture();
  const now = () => new Date(Date.now() + trust.clock.offsetMs);
  enrolment = new Enrolment({
    db: trust.db,
    authority: trust.authority,
    audit: trust.audit,
    configured,
    now,
  });
  credential = await CredentialSource.open({
    store: sealedCredential(join(trust.folder, 'tls'), trust.keys, 'tls-credential'),
    obtain: () => direct('trust', ['localhost']),
  });
  est = await startEst({
    authority: trust.authority,
    enrolment,
    credential,
    host: '127.0.0.1',
    port: 0,
    configured,
    now,
  });
  writeFileSync(
    join(trust.folder, 'roots.pem'),
    trust.authority.anchors.map((each) => toPem('CERTIFICATE', each)).join(''),
  );
});
after(async () => {
  await est?.close();
  await trust?.[Symbol.asyncDispose]();
});

const url = (path: string) => `https://localhost:${est.port}/.well-known/est/${path}`;
const file = (name: string) => join(trust.folder, name);

async function curl(...args: string[]): Promise<{ status: number; body: string; headers: string }> {
  const { stdout } = await run('curl', [
    '-sS',
    '--resolve',
    `localhost:${est.port}:127.0.0.1`,
    '--cacert',
    file('roots.pem'),
    '-D',
    file('headers'),
    '-o',
    file('body'),
    '-w',
    '%{http_code}',
    ...args,
  ]);
  return {
    status: Number(stdout),
    body: readFileSync(file('body'), 'latin1'),
    headers: readFileSync(file('headers'), 'latin1'),
  };
}

/** A request made by OpenSSL, base64 DER in a file. */
function opensslRequest(name: string, subject: string, names: string): string {
  execFileSync(
    'openssl',
    [
      'req',
      '-new',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      file(`${name}.key`),
      '-subj',
      subject,
      '-addext',
      `subjectAltName=${names}`,
      '-outform',
      'DER',
      '-out',
      file(`${name}.der`),
    ],
    { stdio: 'ignore' },
  );
  writeFileSync(file(`${name}.b64`), readFileSync(file(`${name}.der`)).toString('base64'));
  return file(`${name}.b64`);
}
const post = (path: string, body: string, ...more: string[]) =>
  curl(
    '-H',
    'Content-Type: application/pkcs10',
    '-H',
    'Content-Transfer-Encoding: base64',
    '--data-binary',
    `@${body}`,
    ...more,
    url(path),
  );
const collector = (title: string) => ({
  subject: `/O=Wattward AMI/OU=communications/CN=${title}`,
  names: `URI:urn:wattward:component:collector,URI:urn:wattward:device:${title}`,
});

/** What EST answered, through OpenSSL: PEM of the certificates. */
function certificatesOf(body: string): string[] {
  writeFileSync(file('answer.p7'), Buffer.from(body, 'base64'));
  const text = execFileSync(
    'openssl',
    ['pkcs7', '-inform', 'DER', '-in', file('answer.p7'), '-print_certs'],
    { encoding: 'utf8' },
  );
  return text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----\n/g) ?? [];
}

test('curl and openssl: cacerts and csrattrs', needsTools, async () => {
  const answer = await curl(url('cacerts'));
  assert.equal(answer.status, 200);
  assert.match(answer.headers, /content-type: application\/pkcs7-mime; smime-type=certs-only/i);
  assert.match(answer.headers, /content-transfer-encoding: base64/i);
  const certificates = certificatesOf(answer.body);
  assert.equal(certificates.length, trust.authority.authorityCertificates.length);
  assert.equal(readCertificatesOnly(Buffer.from(answer.body, 'base64')).length, certificates.length);
  const attributes = await curl(url('csrattrs'));
  assert.match(attributes.headers, /application\/csrattrs/);
  const parsed = execFileSync('openssl', ['asn1parse', '-inform', 'DER'], {
    input: Buffer.from(attributes.body, 'base64'),
    encoding: 'utf8',
  });
  assert.match(parsed, /id-ecPublicKey[\s\S]*prime256v1[\s\S]*ecdsa-with-SHA256/);
});

test(
  'curl and openssl: a first enrolment waits for the officer, then openssl verifies what comes',
  needsTools,
  async () => {
    const title = '00000000000000A1';
    const body = opensslRequest('first', collector(title).subject, collector(title).names);
    const waiting = await post('simpleenroll', body);
    assert.equal(waiting.status, 202);
    assert.match(waiting.headers, /retry-after: 17/i);
    assert.equal((await post('simpleenroll', body)).status, 202);
    const [open] = await enrolment.list();
    assert.equal(open?.holder, `collector/${title}`);
    const publicKey = execFileSync('openssl', [
      'pkey',
      '-in',
      file('first.key'),
      '-pubout',
      '-outform',
      'DER',
    ]);
    assert.equal(open.keySha256, createHash('sha256').update(publicKey).digest('hex'));
    await enrolment.approve(open.id, officer);
    await assert.rejects(enrolment.approve(open.id, officer), code('trust/no-enrolment'));
    const issued = await post('simpleenroll', body);
    assert.equal(issued.status, 200);
    const [certificate] = certificatesOf(issued.body);
    // An answer that was lost is given again, and no second certificate is made.
    assert.deepEqual(certificatesOf((await post('simpleenroll', body)).body), [certificate]);
    writeFileSync(file('first.pem'), certificate!);
    writeFileSync(
      file('issuing.pem'),
      toPem('CERTIFICATE', trust.authority.completeChain(new X509Certificate(certificate!).raw)[1]!),
    );
    const verified = execFileSync(
      'openssl',
      [
        'verify',
        '-x509_strict',
        '-CAfile',
        file('roots.pem'),
        '-untrusted',
        file('issuing.pem'),
        file('first.pem'),
      ],
      { encoding: 'utf8' },
    );
    assert.match(verified, /OK/);

    // Renewal: mutual TLS with what was issued, a new key, the same names.
    const next = opensslRequest('second', collector(title).subject, collector(title).names);
    const mutual = ['--cert', file('first.pem'), '--key', file('first.key')];
    const renewed = await post('simplereenroll', next, ...mutual);
    assert.equal(renewed.status, 200);
    assert.notDeepEqual(certificatesOf(renewed.body), [certificate]);
    assert.equal((await post('simplereenroll', body, ...mutual)).status, 403, 'the old key is refused');
    const other = opensslRequest(
      'other',
      collector('00000000000000FF').subject,
      collector('00000000000000FF').names,
    );
    assert.equal(
      (await post('simplereenroll', other, ...mutual)).status,
      403,
      'another device’s name is refused',
    );
    assert.equal(
      (
        await post(
          'simplereenroll',
          opensslRequest('third', collector(title).subject, collector(title).names),
        )
      ).status,
      403,
      'without a certificate it is refused',
    );
    // Another kind comes at once for who shows a certificate.
    assert.equal(
      (
        await post(
          'message/simpleenroll',
          opensslRequest('kind', collector(title).subject, collector(title).names),
          ...mutual,
        )
      ).status,
      200,
    );
    // Revoked: the same request that was good before is not.
    await trust.authority.revoke(
      new X509Certificate(certificate!).serialNumber.toLowerCase(),
      'key-compromise',
      officer,
    );
    const late = opensslRequest('late', collector(title).subject, collector(title).names);
    assert.equal((await post('simplereenroll', late, ...mutual)).status, 403);
  },
);

test('openssl meets TLS 1.3 and nothing older', needsTools, async () => {
  const meet = (version: string) =>
    new Promise<string>((resolve) => {
      const address = ['-connect', `127.0.0.1:${est.port}`, '-servername', 'localhost'];
      const trusted = ['-CAfile', file('roots.pem'), '-verify_return_error'];
      const child = execFile(
        'openssl',
        ['s_client', ...address, ...trusted, version],
        (error, stdout, stderr) => resolve(error ? `failed: ${stderr}` : stdout),
      );
      child.stdin?.end();
    });
  const good = await meet('-tls1_3');
  assert.match(good, /TLSv1\.3, Cipher is TLS_AES_(256_GCM_SHA384|128_GCM_SHA256)/);
  assert.match(good, /Verify return code: 0/);
  assert.match(await meet('-tls1_2'), /^failed: [\s\S]*protocol version/);
});

test('what is refused looks alike, and its reason is in the audit', async () => {
  const title = '00000000000000B1';
  const holder = { component: 'collector', device: title };
  const good = newRequest({ holder }).request;
  const badProof = Buffer.from(good);
  badProof[badProof.length - 3]! ^= 1;
  const ask = (
    path: string,
    body: string | Buffer,
    headers: Record<string, string> = { 'Content-Type': 'application/pkcs10' },
    method = 'POST',
  ) =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const call = httpsRequest(
        { host: '127.0.0.1', port: est.port, path, method, headers, rejectUnauthorized: false, agent: false },
        (response) => {
          let text = '';
          response.setEncoding('latin1').on('data', (part: string) => {
            text += part;
          });
          response.on('end', () => resolve({ status: response.statusCode!, text }));
        },
      );
      call.on('error', reject);
      call.end(body);
    });
  const enrol = '/.well-known/est/simpleenroll';
  const b64 = (der: Buffer) => der.toString('base64');
  const mark = trust.audit.events.length;
  const wrongName = requestWith(newRequest({ holder }).privateKey, {
    holder: { component: 'meter.fan', device: title },
  });
  const answers = [
    await ask(enrol, b64(badProof)),
    await ask(enrol, 'no base64!'),
    await ask(enrol, b64(Buffer.from('3003020101', 'hex'))),
    await ask(enrol, 'A'.repeat(40_000)),
    await ask(enrol, b64(good), { 'Content-Type': 'text/plain' }),
    await ask(enrol, '', {}, 'GET'),
    await ask('/.well-known/est/nothing/simpleenroll', b64(good)),
    await ask('/.well-known/est/simplereenroll', b64(good)),
    await ask('/.well-known/est/person/simpleenroll', b64(good)),
    await ask('/other', '', {}, 'GET'),
    await ask('/crl/..%2f..%2fetc.crl', '', {}, 'GET'),
  ];
  assert.deepEqual(new Set(answers.map(({ text }) => text)), new Set(['refused\n']));
  assert.deepEqual(
    answers.map(({ status }) => status),
    [403, 400, 400, 413, 415, 405, 404, 403, 404, 404, 404],
  );
  const reasons = trust.audit.events.slice(mark).map(({ detail }) => detail?.['reason']);
  assert.match(String(reasons[0]), /not signed with the key that it is for/);
  assert.match(String(reasons[1]), /octet/);
  assert.match(String(reasons[2]), /renewal needs the certificate/);
  assert.ok(wrongName.length > 0);
  const list = await ask('/crl/communications.crl', '', {}, 'GET');
  assert.equal(list.status, 200);
});

test('a request may be bound to its connection, and then counts on no other', async () => {
  const title = '00000000000000C1';
  const holder = { component: 'collector', device: title };
  const { privateKey } = newRequest({ holder });
  let bound = '';
  const call = {
    host: 'localhost',
    port: est.port,
    anchors: trust.authority.anchors,
    kind: 'tls' as const,
    request: (challengePassword: string) => {
      bound = challengePassword;
      return requestWith(privateKey, { holder, challengePassword });
    },
  };
  assert.equal((await estEnrol(call)).state, 'waiting');
  assert.equal(Buffer.from(bound, 'base64').length, 32);
  const replayed = { ...call, request: () => requestWith(privateKey, { holder, challengePassword: bound }) };
  await assert.rejects(estEnrol(replayed), code('trust/request'));
  assert.match(String(trust.audit.events.at(-1)?.detail?.['reason']), /bound to another connection/);
});

test('the officer refuses, time lapses, a flood is bounded', async () => {
  const enrol = (title: string, key = keyPair().privateKey) =>
    enrolment.enrol({
      kind: 'tls',
      request: requestWith(key, { holder: { component: 'collector', device: title } }),
      from: 'test',
    });
  const key = keyPair().privateKey;
  const asked = await enrol('00000000000000D1', key);
  assert.ok(asked.state === 'waiting');
  await enrolment.refuse(asked.id, officer, 'not ours');
  await assert.rejects(enrol('00000000000000D1', key), code('trust/request'));
  await assert.rejects(enrol('00000000000000D2', key), code('trust/request'));
  for (const { id } of await enrolment.list()) await enrolment.refuse(id, officer, 'clean slate');
  const stale = keyPair().privateKey;
  const first = await enrol('00000000000000D3', stale);
  assert.ok(first.state === 'waiting');
  trust.clock.offsetMs = 8 * dayMs;
  await assert.rejects(enrolment.approve(first.id, officer), code('trust/no-enrolment'));
  const again = await enrol('00000000000000D3', stale);
  assert.ok(again.state === 'waiting' && again.id !== first.id);
  trust.clock.offsetMs = 0;
  const mark = (await enrolment.list()).length;
  for (let i = mark; i < configured['trust.enrolmentPendingMaximum']; i++)
    await enrol(`0000000000000E${i.toString().padStart(2, '0')}`);
  await assert.rejects(enrol('00000000000000EF'), code('trust/enrolment-full'));
  for (const { id } of await enrolment.list()) await enrolment.refuse(id, officer, 'clean slate');
});

test('a second key for a holder that has a certificate is marked for the officer', async () => {
  const holder = { component: 'mdms' };
  await direct('mdms');
  const { request } = newRequest({ holder });
  await enrolment.enrol({ kind: 'tls', request, from: 'test' });
  const found = (await enrolment.list()).find(({ holder: label }) => label === 'mdms');
  assert.equal(found?.known, true);
  await enrolment.refuse(found.id, officer, 'no');
});

test('a shipment file of a trusted manufacturer lets its devices in, and no other', async () => {
  const maker = keyPair();
  const made = (title: string) => {
    const pair = keyPair();
    return {
      title,
      pair,
      entry: {
        device: title,
        component: 'meter.fan',
        keySha256: createHash('sha256').update(pair.publicKey).digest('hex'),
      },
    };
  };
  const [one, two] = [made('4D4D4D0000000001'), made('4D4D4D0000000002')];
  // Any certificate will do for a manufacturer; this one happens to be made with the same tools.
  const der = (
    await trust.authority.issue({
      kind: 'message',
      holder: { component: 'console' },
      publicKey: maker.publicKey,
      actor: officer,
    })
  ).certificate;
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const jws = (payload: unknown, header: object = { alg: 'ES256', x5c: [der.toString('base64')] }) => {
    const signed = `${part(header)}.${part(payload)}`;
    return `${signed}.${sign('sha256', Buffer.from(signed), { key: maker.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}\n`;
  };
  const payload = { format: 'wattward-shipment-1', devices: [one.entry] };
  await assert.rejects(enrolment.addShipment(jws(payload), officer), code('trust/shipment'));
  await enrolment.trustManufacturer(der, officer);
  const good = jws(payload);
  await assert.rejects(
    enrolment.addShipment(
      good.replace(/\.[^.]*\./, `.${part({ ...payload, devices: [two.entry] })}.`),
      officer,
    ),
    code('trust/shipment'),
  );
  await assert.rejects(
    enrolment.addShipment(jws(payload, { alg: 'none', x5c: [der.toString('base64')] }), officer),
    code('trust/shipment'),
  );
  await assert.rejects(
    enrolment.addShipment(jws(payload, { alg: 'ES256' }), officer),
    code('trust/shipment'),
  );
  await assert.rejects(
    enrolment.addShipment(jws({ ...payload, devices: [{ device: 'x' }] }), officer),
    code('trust/shipment'),
  );
  await assert.rejects(enrolment.addShipment('not.a.jws!', officer), code('trust/shipment'));
  assert.deepEqual(await enrolment.addShipment(good, officer), { devices: 1, added: 1 });
  assert.deepEqual(await enrolment.addShipment(good, officer), { devices: 1, added: 0 });
  const enrol = ({ title, pair }: typeof one) =>
    enrolment.enrol({
      kind: 'tls',
      request: requestWith(pair.privateKey, { holder: { component: 'meter.fan', device: title } }),
      from: 'test',
    });
  const issued = await enrol(one);
  assert.equal(issued.state, 'issued');
  assert.equal((await enrol(two)).state, 'waiting');
  // The announced device with a key that was not announced waits as well.
  assert.equal((await enrol({ ...made(one.title) })).state, 'waiting');
});

test('a credential is renewed while the listener runs; new connections see the new one', async () => {
  const seen = () =>
    new Promise<string>((resolve, reject) => {
      const socket = tlsConnect(
        {
          host: '127.0.0.1',
          port: est.port,
          servername: 'localhost',
          ca: trust.authority.anchors.map((each) => toPem('CERTIFICATE', each)),
        },
        () => {
          const { serialNumber } = socket.getPeerX509Certificate()!;
          socket.end();
          resolve(serialNumber);
        },
      );
      socket.on('error', reject);
    });
  const before = await seen();
  assert.equal(await credential.renewIfDue(), false);
  assert.equal(await credential.renewIfDue(true), true);
  const renewed = await seen();
  assert.notEqual(renewed, before);
  assert.equal(renewed.toLowerCase(), readCertificate(credential.current.chain[0]!).serial);
  // The next start finds it, sealed; nothing in the file is in clear.
  const path = join(trust.folder, 'tls');
  const reopened = await CredentialSource.open({
    store: sealedCredential(path, trust.keys, 'tls-credential'),
    obtain: () => assert.fail('not needed'),
  });
  assert.deepEqual(reopened.current.chain, credential.current.chain);
  assert.equal(
    readFileSync(path).includes(credential.current.chain[0]!.subarray(0, 40).toString('base64').slice(0, 40)),
    false,
  );
});

test('renewal begins at its part of the life, goes over EST, and a failure keeps the old one', async () => {
  const clock = { now: new Date() };
  const failures: string[] = [];
  let broken = true;
  const anchors = trust.authority.anchors;
  const held: { credential: Credential | undefined } = { credential: await direct('network-management') };
  const source = await CredentialSource.open({
    store: { load: async () => held.credential, save: async (next) => void (held.credential = next) },
    now: () => clock.now,
    onFailure: (error) => failures.push(error.message),
    obtain: async (current) => {
      if (broken) throw new Error('the trust center is away');
      const wish = { holder: { component: 'network-management' } };
      const made = newRequest(wish);
      const request = (challengePassword: string) =>
        requestWith(made.privateKey, { ...wish, challengePassword });
      const call = { host: 'localhost', port: est.port, anchors, kind: 'tls' as const, request };
      const answer = await estEnrol(current ? { ...call, credential: current } : call, true);
      assert.ok(answer.state === 'issued');
      return { chain: trust.authority.completeChain(answer.certificate), key: made.privateKey };
    },
  });
  const first = source.current.chain[0]!;
  const life = readCertificate(first);
  const lifeMs = life.notAfter.getTime() - life.notBefore.getTime();
  assert.equal(source.dueAt.getTime(), life.notAfter.getTime() - lifeMs * 0.33);
  clock.now = new Date(source.dueAt.getTime() - 1000);
  assert.equal(await source.renewIfDue(), false);
  clock.now = new Date(source.dueAt.getTime() + 1000);
  await assert.rejects(source.renewIfDue());
  assert.equal(source.current.chain[0], first);
  assert.deepEqual(failures, ['the trust center is away']);
  broken = false;
  assert.equal(await source.renewIfDue(), true);
  assert.notDeepEqual(source.current.chain[0], first);
  const identity = verifyChain(source.current.chain, {
    anchors,
    at: new Date(),
    usage: 'tls-client',
    revocation: trust.authority.revocation,
  });
  assert.equal(identity.label, 'network-management');
  assert.equal(createPrivateKey(source.tlsOptions().key).asymmetricKeyType, 'ec');
});

test('a caller that says nothing, or no TLS, is hung up on', async () => {
  const ended = await new Promise<boolean>((resolve) => {
    const socket = plainConnect(est.port, '127.0.0.1', () => socket.write('GET / HTTP/1.0\r\n\r\n'));
    socket.on('close', () => resolve(true)).on('error', () => undefined);
    socket.resume();
  });
  assert.equal(ended, true);
  const silent = await new Promise<boolean>((resolve) => {
    const socket = plainConnect(est.port, '127.0.0.1');
    socket.on('close', () => resolve(true)).on('error', () => undefined);
    socket.resume();
  });
  assert.equal(silent, true);
});

test('when the audit is away nothing is issued, and the caller may come again', async () => {
  const request = newRequest({ holder: { component: 'collector', device: '00000000000000F9' } });
  trust.audit.away = true;
  const call = {
    host: 'localhost',
    port: est.port,
    anchors: trust.authority.anchors,
    kind: 'tls' as const,
    request: () => request.request,
  };
  await assert.rejects(estEnrol(call), /503/);
  trust.audit.away = false;
  assert.equal((await estEnrol(call)).state, 'waiting');
});
