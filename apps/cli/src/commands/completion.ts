import { bashCompletion } from '../completion/bash.ts';
import { fishCompletion } from '../completion/fish.ts';
import { type CommandTable, listVocabularies, type Vocabulary } from '../completion/vocabulary.ts';
import { zshCompletion } from '../completion/zsh.ts';
import { writeJson } from '../output/json.ts';
import type { CommandWork } from '../table/command-spec.ts';

type Shell = (vocabularies: readonly Vocabulary[]) => string;

const SHELLS: Readonly<Record<string, Shell>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** A script on stdout that completes commands and options in one shell. */
export function completeFrom(table: CommandTable): CommandWork {
  return (context) => {
    const shell = context.input.args[0] ?? 'bash';
    const script = SHELLS[shell]?.(listVocabularies(table)) ?? '';
    if (context.json) writeJson(context, { shell, script });
    else context.streams.stdout.write(script);
    return Promise.resolve(0);
  };
}
