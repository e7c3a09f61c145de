import path from 'node:path';

import { z } from 'zod';

import { ConfigError } from '@clamshell/core';
import { acquireLock, readTextFile, resolveStateDirectory, writeFileAtomic } from '@clamshell/host';

import type { Environment } from '../environment.ts';
import type { ConfigFile } from './config-file.ts';

const schema = z.record(z.string(), z.string());

/** Digests of the configuration files that a person looked at, by real path; kept outside every workspace. */
export class TrustStore {
  readonly #file: string;

  constructor({ variables }: Environment) {
    this.#file = path.join(resolveStateDirectory(variables), 'trusted.json');
  }

  async has({ path: file, digest }: ConfigFile): Promise<boolean> {
    return (await this.#read()).get(file) === digest;
  }

  async add({ path: file, digest }: ConfigFile): Promise<void> {
    await this.#change((known) => known.set(file, digest));
  }

  /** Resolves with whether it was trusted, in any version. */
  async remove(file: string): Promise<boolean> {
    let had = false;
    await this.#change((known) => (had = known.delete(file)));
    return had;
  }

  async #change(change: (known: Map<string, string>) => void): Promise<void> {
    await using _lock = await acquireLock(`${this.#file}.lock`);
    const known = await this.#read();
    change(known);
    await writeFileAtomic(this.#file, `${JSON.stringify(Object.fromEntries(known), undefined, 2)}\n`);
  }

  async #read(): Promise<Map<string, string>> {
    const text = (await readTextFile(this.#file)) ?? '{}';
    try {
      return new Map(Object.entries(schema.parse(JSON.parse(text))));
    } catch (cause) {
      throw new ConfigError('STATE_INVALID', `The list of trusted files is not readable: ${this.#file}`, {
        cause,
      });
    }
  }
}
