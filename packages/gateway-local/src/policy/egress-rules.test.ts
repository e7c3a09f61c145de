import { expect, test } from 'vitest';

import { type EgressRule, isAddressAllowed, planEgress, rulesFor } from './egress-rules.ts';

const rule: EgressRule = { host: 'api.example', ports: [443], allowedIps: [], binaries: ['/usr/bin/x'] };

test.each([
  ['93.184.216.34', true],
  ['2606:2800:220:1::1', true],
  ['127.0.0.1', false],
  ['0.0.0.0', false],
  ['10.1.2.3', false],
  ['100.64.0.1', false],
  ['169.254.169.254', false],
  ['172.16.0.1', false],
  ['192.168.1.1', false],
  ['224.0.0.1', false],
  ['255.255.255.255', false],
  ['::', false],
  ['::1', false],
  ['::ffff:127.0.0.1', false],
  ['::ffff:a00:1', false],
  ['64:ff9b::7f00:1', false],
  ['2002:7f00:1::', false],
  ['fd00::1', false],
  ['fe80::1', false],
  ['ff02::1', false],
])('a name may stand for %s: %s', (address, expected) => {
  expect(isAddressAllowed(rule, address)).toBe(expected);
});

test('an internal address is allowed where the policy writes it down', () => {
  expect(isAddressAllowed({ ...rule, host: '10.0.0.1' }, '10.0.0.1')).toBe(true);
  const listed = { ...rule, allowedIps: ['10.0.0.0/8', '::1'] };
  const judged = ['10.9.9.9', '::1', '::ffff:10.0.0.1', '192.168.0.1', '::2'].map((each) =>
    isAddressAllowed(listed, each),
  );
  expect(judged).toEqual([true, true, true, false, false]);
});

test('a rule holds for its host in any case, and for its ports', () => {
  const rules = planEgress({
    network_policies: {
      a: { endpoints: [{ host: 'API.example', ports: [80, 443] }], binaries: [{ path: '/usr/bin/x' }] },
      b: { endpoints: [{ host: 'other', port: 22 }], binaries: [{ path: '/usr/bin/ssh' }] },
    },
  });
  const counts = [
    { host: 'api.EXAMPLE', port: 443 },
    { host: 'api.example', port: 22 },
    { host: 'api.example.', port: 443 },
    { host: 'x.api.example', port: 443 },
    { host: 'other', port: 22 },
  ].map((destination) => rulesFor(rules, destination).length);
  expect(counts).toEqual([1, 0, 0, 0, 1]);
});
