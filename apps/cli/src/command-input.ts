import { ConfigError } from '@clamshell/core';

/** A parsed command line. Options are named in camel case, as in `--json-fd` → `jsonFd`. */
export class CommandInput {
  readonly args: readonly string[];
  readonly #options: Readonly<Record<string, unknown>>;

  constructor(args: readonly string[], options: Readonly<Record<string, unknown>>) {
    this.args = args;
    this.#options = options;
  }

  flag(name: string): boolean {
    return this.#options[name] === true;
  }

  /** True where `--no-NAME` was given. */
  isOff(name: string): boolean {
    return this.#options[name] === false;
  }

  text(name: string): string | undefined {
    const value = this.#options[name];
    return typeof value === 'string' ? value : undefined;
  }

  /** Throws CONFIG_INVALID for what is no whole number from `least`. */
  count(name: string, least = 0): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
    throw new ConfigError('CONFIG_INVALID', `${name} must be a whole number from ${least}: ${text}`, {
      hint: 'Correct the option and run the command again.',
    });
  }
}
