/** What others make of our chains, listeners and envelopes: OpenSSL, and an implementation of COSE that is not ours. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { exampleOf } from '@wattward/profile';
import type { CborValue } from '../src/lines/cbor-encode.ts';
import { Routes } from '../src/lines/routes.ts';
import { es384 } from '../src/trust/algorithms.ts';
import { LineAuthority } from './line-authority.ts';
import { type LineNode, lineNode, lineSchemas } from './line-node.ts';
import { type TestServer, testServer } from './postgres.ts';
import { envelopeOf, factsOf } from './raw-sender.ts';

const authority = new LineAuthority();
const headEnd = authority.credentials({ component: 'head-end' });
const folder = mkdtempSync(join(tmpdir(), 'wattward-lines-'));
after(() => rmSync(folder, { recursive: true }));

const pem = (label: string, der: Uint8Array) =>
  `-----BEGIN ${label}-----\n${Buffer.from(der)
    .toString('base64')
    .replace(/.{1,64}/g, '$&\n')}-----END ${label}-----\n`;

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const openssl = spawnSync('openssl', ['version']);
const needsOpenssl = { skip: openssl.error ? 'Debian package openssl is not installed' : false } as const;

describe('OpenSSL', () => {
  test('accepts our chains with our revocation lists', needsOpenssl, () => {
    const root = file('root.pem', authority.anchors.join(''));
    const lists = file(
      'lists.pem',
      authority
        .publishLists()
        .map((each) => pem('X509 CRL', each))
        .join(''),
    );
    for (const [name, { chain }] of Object.entries(headEnd.issued())) {
      const leaf = file(`${name}.pem`, pem('CERTIFICATE', chain[0]!));
      const issuing = file(`${name}-issuing.pem`, pem('CERTIFICATE', chain[1]!));
      const checked = spawnSync(
        'openssl',
        [
          'verify',
          '-x509_strict',
          '-crl_check_all',
          '-CRLfile',
          lists,
          '-CAfile',
          root,
          '-untrusted',
          issuing,
          leaf,
        ],
        { encoding: 'utf8' },
      );
      assert.match(checked.stdout, /OK/, checked.stderr);
    }
  });

  describe('as a client of a line', () => {
    let running: TestServer;
    let mdms: LineNode;
    before(async () => {
      running = await testServer();
      const schemas = await lineSchemas(running.server.administrator, ['mdms'], 'others');
      mdms = await lineNode({
        authority,
        routes: new Routes({}),
        identity: { component: 'mdms' },
        connection: schemas.get('mdms')!,
      });
    });
    after(async () => {
      await mdms[Symbol.asyncDispose]();
      await running[Symbol.asyncDispose]();
    });

    /** Runs s_client without blocking this process, which is the server. */
    function client(...more: readonly string[]): Promise<string> {
      const root = file('client-root.pem', authority.anchors.join(''));
      const args = [
        's_client',
        '-connect',
        `127.0.0.1:${mdms.lines.port}`,
        '-CAfile',
        root,
        '-ign_eof',
        ...more,
      ];
      return new Promise((resolve) => {
        const child = spawn('openssl', args, { stdio: ['pipe', 'pipe', 'pipe'] });
        let text = '';
        child.stdout.on('data', (part) => {
          text += part;
          // A connection that stands is ended from here once it has said what there is to see.
          if (/Verify return code/.test(text)) child.stdin.end();
        });
        child.stderr.on('data', (part) => {
          text += part;
        });
        const timer = setTimeout(() => child.kill(), 3_000);
        child.on('close', () => {
          clearTimeout(timer);
          resolve(text);
        });
      });
    }

    test('meets TLS 1.3, and is asked for a certificate', needsOpenssl, async () => {
      const { tls } = headEnd.current();
      const cert = file('client.pem', tls.cert);
      const key = file('client.key', tls.key);
      const text = await client('-cert', cert, '-cert_chain', cert, '-key', key);
      assert.match(text, /TLSv1\.3/);
      assert.match(text, /Verify return code: 0 \(ok\)/);
      assert.match(text, /Acceptable client certificate CA names|Requested Signature Algorithms/);
    });
    test('gets nowhere with TLS 1.2', needsOpenssl, async () => {
      assert.match(await client('-tls1_2'), /alert protocol version|wrong version|no protocols/i);
    });
    test('gets nowhere without a certificate', needsOpenssl, async () => {
      await client();
      assert.ok(mdms.audit.of('line.peer.refused').length > 0);
      assert.equal(mdms.audit.of('line.opened').length, 0);
    });
  });
});

const ruby = spawnSync('ruby', ['-rcose', '-e', '1']);
const needsCose = {
  skip: ruby.error || ruby.status !== 0 ? 'Debian package ruby-cose is not installed' : false,
} as const;

/** Verifies with ruby-cose: prints the payload's length, or the name of the error. */
const script = `
require 'cose'
require 'openssl'
key = COSE::Key::EC2.from_pkey(OpenSSL::PKey.read(File.read(ARGV[1])))
key.alg = COSE::Algorithm.by_name(ARGV[2]).id
# Its own way from a COSE key to OpenSSL's changes a key object, which OpenSSL 3 does not permit any more.
key.define_singleton_method(:to_pkey) { OpenSSL::PKey.read(File.read(ARGV[1])) }
begin
  message = COSE::Sign1.deserialize(File.binread(ARGV[0]))
  puts message.verify(key) ? "verified #{message.payload.bytesize}" : 'refused'
rescue => error
  puts "refused #{error.class}"
end
`;

test('another implementation of COSE verifies our envelopes, and refuses a changed one', needsCose, () => {
  const type = 'L2.mdms.meter-event';
  for (const credentials of [
    headEnd,
    authority.credentials({ component: 'head-end' }, { algorithm: es384 }),
  ]) {
    const { algorithm } = credentials.current();
    const envelope = envelopeOf(credentials, factsOf(type, 1), exampleOf(type, 1) as CborValue);
    const { key } = credentials.issued().message;
    const publicKey = createPublicKey(key).export({ format: 'pem', type: 'spki' }) as string;
    const path = file(`${algorithm}.key`, publicKey);
    const ask = (octets: Uint8Array) => {
      const message = join(folder, 'envelope.cbor');
      writeFileSync(message, octets);
      const run = spawnSync('ruby', ['-e', script, message, path, algorithm], { encoding: 'utf8' });
      return run.stdout + run.stderr;
    };
    assert.match(ask(envelope), /^verified \d+/);
    const changed = Buffer.from(envelope);
    changed[Math.floor(changed.length / 2)]! ^= 1;
    assert.match(ask(changed), /^refused/);
  }
});
