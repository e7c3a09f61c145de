import type { OptionWord, Vocabulary } from './vocabulary.ts';

/** A script for `source`, or for a file `_clamshell` in $fpath. */
export function zshCompletion(vocabularies: readonly Vocabulary[]): string {
  return `#compdef clamshell
# clamshell completion for zsh: source <(clamshell completion zsh)
_clamshell() {
  local curcontext="$curcontext" state line
  local -a words_here
  _arguments -C ${argumentsOf(vocabularies[0])} '1: :->command' '*:: :->rest'
  if [[ $state == command ]]; then ${describeWords(vocabularies[0])}; fi
  if [[ $state != rest ]]; then return; fi
  case $line[1] in
${vocabularies
  .filter(isTop)
  .map((each) => `    ${each.command}) ${bodyOf(each, vocabularies)} ;;`)
  .join('\n')}
  esac
}
compdef _clamshell clamshell
`;
}

function isTop({ command }: Vocabulary): boolean {
  return command !== '' && !command.includes(' ');
}

function bodyOf(vocabulary: Vocabulary, all: readonly Vocabulary[]): string {
  const inside = all.filter(({ command }) => command.startsWith(`${vocabulary.command} `));
  if (inside.length === 0) return argumentsCall(vocabulary);
  const cases = inside.map((each) => `${each.command.split(' ')[1]}) ${argumentsCall(each)} ;;`).join(' ');
  return `if (( CURRENT < 3 )); then ${describeWords(vocabulary)}; else shift words; (( CURRENT -= 1 )); case $words[1] in ${cases} esac; fi`;
}

function argumentsCall(vocabulary: Vocabulary): string {
  const first = vocabulary.choices.length === 0 ? `'*: :_files'` : `'1: :(${vocabulary.choices.join(' ')})'`;
  return `_arguments ${argumentsOf(vocabulary)} ${first}`;
}

function argumentsOf(vocabulary: Vocabulary | undefined): string {
  return (vocabulary?.options ?? []).flatMap(specsOf).join(' ');
}

function specsOf({ words, takesValue, summary, choices }: OptionWord): string[] {
  const values =
    choices.length > 0 ? `(${choices.join(' ')})` : words.includes('--dir') ? '_directories' : '';
  return words.map((word) => quote(`${word}[${escape(summary)}]${takesValue ? `: :${values}` : ''}`));
}

function describeWords(vocabulary: Vocabulary | undefined): string {
  const words = (vocabulary?.subcommands ?? []).map(({ word, summary }) =>
    quote(`${word}:${escape(summary)}`),
  );
  return `words_here=(${words.join(' ')}); _describe command words_here`;
}

function escape(text: string): string {
  return text.replace(/[[\]:\\]/g, '\\$&');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
