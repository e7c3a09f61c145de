import type { CallOptions, FsBridge } from '@clamshell/core';

import type { Scope } from './scope.ts';

/** A scope's files: names by `names`, which reaches nothing, all else through the session's door. */
export function createScopeFiles(scope: Pick<Scope, 'use'>, names: FsBridge): FsBridge {
  const ask = <Value>(options: CallOptions | undefined, work: (files: FsBridge) => Promise<Value>) =>
    scope.use((open) =>
      open.session.use('read', (lease) => work(open.bridge(lease)), {
        signal: options?.signal,
        isIdempotent: true,
      }),
    );
  const change = <Value>(options: CallOptions | undefined, work: (files: FsBridge) => Promise<Value>) =>
    scope.use((open) =>
      open.session.use('mutate', (lease) => work(open.bridge(lease)), { signal: options?.signal }),
    );
  return {
    mounts: names.mounts,
    resolve: (name, cwd) => names.resolve(name, cwd),
    locate: (at) => names.locate(at),
    containment: (options) => ask(options, (files) => files.containment(options)),
    canonical: (at, options) => ask(options, (files) => files.canonical(at, options)),
    lstat: (at, options) => ask(options, (files) => files.lstat(at, options)),
    stat: (at, options) => ask(options, (files) => files.stat(at, options)),
    list: (at, options) => ask(options, (files) => files.list(at, options)),
    read: (at, options) => ask(options, (files) => files.read(at, options)),
    write: (at, content, options) => change(options, (files) => files.write(at, content, options)),
    createExclusive: (at, content, options) =>
      change(options, (files) => files.createExclusive(at, content, options)),
    append: (at, content, options) => change(options, (files) => files.append(at, content, options)),
    makeDirectory: (at, options) => change(options, (files) => files.makeDirectory(at, options)),
    remove: (at, options) => change(options, (files) => files.remove(at, options)),
    rename: (move, options) => change(options, (files) => files.rename(move, options)),
    copy: (copy, options) => change(options, (files) => files.copy(copy, options)),
  };
}
