import type { OptionWord, Vocabulary } from './vocabulary.ts';

/** A script for `source`. */
export function fishCompletion(vocabularies: readonly Vocabulary[]): string {
  const [program, ...rest] = vocabularies;
  const tops = (program?.subcommands ?? []).map(({ word }) => word).join(' ');
  const atStart = `not __fish_seen_subcommand_from ${tops}`;
  return [
    '# clamshell completion for fish: clamshell completion fish | source',
    'complete -c clamshell -f',
    ...linesOf(program, atStart),
    ...rest.flatMap((each) => linesOf(each, conditionOf(each))),
    '',
  ].join('\n');
}

function conditionOf({ command, subcommands }: Vocabulary): string {
  const [first, second] = command.split(' ');
  const seen = `__fish_seen_subcommand_from ${first}`;
  if (second !== undefined) return `${seen}; and __fish_seen_subcommand_from ${second}`;
  const inside = subcommands.map(({ word }) => word).join(' ');
  return inside === '' ? seen : `${seen}; and not __fish_seen_subcommand_from ${inside}`;
}

function linesOf(vocabulary: Vocabulary | undefined, condition: string): string[] {
  if (vocabulary === undefined) return [];
  const line = (rest: string) => `complete -c clamshell -n ${quote(condition)} ${rest}`;
  return [
    ...vocabulary.subcommands.map(({ word, summary }) => line(`-a ${word} -d ${quote(summary)}`)),
    ...(vocabulary.choices.length === 0 ? [] : [line(`-a ${quote(vocabulary.choices.join(' '))}`)]),
    ...vocabulary.options.map((option) => line(optionWords(option))),
  ];
}

function optionWords({ words, takesValue, summary, choices }: OptionWord): string {
  const names = words.map((word) => (word.startsWith('--') ? `-l ${word.slice(2)}` : `-s ${word.slice(1)}`));
  const value = takesValue ? [choices.length > 0 ? `-x -a ${quote(choices.join(' '))}` : '-r'] : [];
  return [...names, ...value, `-d ${quote(summary)}`].join(' ');
}

function quote(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}
