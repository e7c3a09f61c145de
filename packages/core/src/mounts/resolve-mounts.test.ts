import { describe, expect, test } from 'vitest';

import { type HostPath, parseRemotePath, resolveMounts } from '../index.ts';

const mount = (host: string, sandbox: string) => ({
  host: host as HostPath,
  sandbox: parseRemotePath(sandbox),
});

describe('resolveMounts', () => {
  test('a mount is merged both ways and writable unless it says otherwise', () => {
    const written = { ...mount('/b', '/agent'), direction: 'push', readOnly: true, protect: ['x'] } as const;
    expect(resolveMounts([mount('/a', '/sandbox'), written])).toEqual([
      { host: '/a', sandbox: '/sandbox', direction: 'both', readOnly: false, protect: [] },
      written,
    ]);
  });

  test.each([
    ['neighbours whose names begin alike', '/a', '/a-b', '/sandbox', '/sandbox-b'],
    ['a name that begins with dots', '/a/b', '/a/..b', '/sandbox/b', '/sandbox/..b'],
  ])('%s are apart', (_what, hostA, hostB, sandboxA, sandboxB) => {
    expect(resolveMounts([mount(hostA, sandboxA), mount(hostB, sandboxB)])).toHaveLength(2);
    expect(resolveMounts([mount(hostB, sandboxB), mount(hostA, sandboxA)])).toHaveLength(2);
  });

  test('a pushed mount may lie inside another in the sandbox, not around it and not on the host', () => {
    const outer = mount('/a', '/sandbox/w');
    const pushed = (host: string, sandbox: string) => ({
      ...mount(host, sandbox),
      direction: 'push' as const,
    });
    for (const inner of [pushed('/b', '/sandbox/w/x'), pushed('/b', '/sandbox/w/..x/y')]) {
      expect(resolveMounts([outer, inner])).toHaveLength(2);
      expect(resolveMounts([inner, outer])).toHaveLength(2);
    }
    for (const refused of [
      pushed('/b', '/sandbox/w'),
      pushed('/b', '/sandbox'),
      pushed('/a/b', '/sandbox/w/x'),
    ]) {
      expect(() => resolveMounts([outer, refused])).toThrow('Two mounts overlap');
      expect(() => resolveMounts([refused, outer])).toThrow('Two mounts overlap');
    }
  });

  test.each([
    ['equal on the host', ['/a', '/a'], ['/sandbox', '/agent'], 'on the host: /a and /a'],
    [
      'one inside the other on the host',
      ['/a', '/a/b/c'],
      ['/sandbox', '/agent'],
      'on the host: /a and /a/b/c',
    ],
    [
      'inside a name that begins with dots',
      ['/a', '/a/..b'],
      ['/sandbox', '/agent'],
      'on the host: /a and /a/..b',
    ],
    ['the root of the host', ['/a', '/'], ['/sandbox', '/agent'], 'on the host: /a and /'],
    ['equal in the sandbox', ['/a', '/b'], ['/sandbox', '/sandbox'], 'in the sandbox: /sandbox and /sandbox'],
    [
      'nested in the sandbox',
      ['/a', '/b'],
      ['/sandbox/x', '/sandbox'],
      'in the sandbox: /sandbox/x and /sandbox',
    ],
  ])('%s is refused, also between others', (_what, hosts, sandboxes, message) => {
    const [one, other] = hosts.map((host, index) => mount(host, sandboxes[index] ?? ''));
    const third = mount('/third', '/third');
    const specs = [one, third, other].filter((spec) => spec !== undefined);
    const isRoot = hosts.includes('/');
    expect(() => resolveMounts(isRoot ? specs.filter((spec) => spec !== third) : specs)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: `Two mounts overlap ${message}` }),
    );
  });

  test('none at all is refused', () => {
    expect(() => resolveMounts([])).toThrow('There is nothing to mount');
  });
});
