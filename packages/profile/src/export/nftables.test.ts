import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { permittedMessages } from '../flow.ts';
import { exportNftables, firewallPlan } from './nftables.ts';

describe('the firewall that the lines imply', () => {
  const plan = firewallPlan();

  test('every line is in it or left out with a reason', () => {
    const named = new Set([
      ...plan.flows.flatMap(({ lines }) => lines),
      ...plan.left.map(({ line }) => line),
    ]);
    for (const { line } of permittedMessages()) assert.ok(named.has(line), line);
  });

  test('a rule for a direction that carries messages, and none for one that carries nothing', () => {
    const has = (from: string, to: string) => plan.flows.some((each) => each.from === from && each.to === to);
    assert.ok(has('head-end', 'mdms'));
    assert.ok(has('gateway-cis', 'head-end'));
    assert.ok(!has('forecasting', 'mdms'));
    assert.ok(!has('head-end', 'meter'), 'a meter is reached over DLMS');
    assert.ok(!has('gateway-cis', 'gateway-outage-management-system'));
  });

  test('drops by default and names each host and its port once', () => {
    const text = exportNftables()!;
    assert.match(text, /hook forward priority filter; policy drop;/);
    for (const { host } of plan.hosts)
      assert.equal(text.split(`define ${host.replaceAll('-', '_')}_host = `).length, 2, host);
    assert.equal(text.match(/ct state new accept/g)!.length, plan.flows.length);
    for (const line of text.split('\n')) {
      const comment = /comment "([^"]*)"/.exec(line)?.[1];
      if (comment !== undefined) assert.ok(Buffer.byteLength(comment) <= 128, comment);
    }
  });

  test('one host: only its own rules, both ways, with the addresses given', () => {
    const text = exportNftables({ host: 'mdms', addresses: { mdms: '192.0.2.7' }, ports: { mdms: 7443 } })!;
    assert.match(text, /define mdms_host = 192\.0\.2\.7/);
    assert.match(text, /define mdms_line_port = 7443/);
    assert.match(text, /hook input .*policy drop/);
    assert.match(text, /hook output .*policy drop/);
    for (const rule of text.split('\n').filter((each) => each.includes('saddr')))
      assert.match(rule, /\$mdms_host/);
    assert.equal(exportNftables({ host: 'meter' }), undefined);
  });

  const nft = spawnSync('nft', ['--version']);
  test('nft itself accepts it', {
    skip: nft.error ? 'Debian package nftables is not installed' : false,
  }, (t) => {
    for (const text of [exportNftables()!, exportNftables({ host: 'mdms' })!]) {
      const checked = spawnSync('nft', ['--check', '-f', '-'], { input: text, encoding: 'utf8' });
      if (/Operation not permitted|Protocol not supported|netlink/i.test(checked.stderr)) {
        t.skip('hardware: the kernel of this machine does not answer nft');
        return;
      }
      assert.equal(checked.status, 0, checked.stderr);
    }
  });
});
