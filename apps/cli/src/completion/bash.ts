import type { Vocabulary } from './vocabulary.ts';

/** A script for `source`. What follows `--` or the words of `run` is completed as another command's line would be. */
export function bashCompletion(vocabularies: readonly Vocabulary[]): string {
  return `# clamshell completion for bash: source <(clamshell completion bash)
_clamshell() {
  local word=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command= value= each
  local -i at
  for ((at = 1; at < COMP_CWORD; at += 1)); do
    each=\${COMP_WORDS[at]}
    if [[ -n $value ]]; then value=; continue; fi
    case $each in
      --) return 0 ;;
      ${valueOptions(vocabularies).join('|')}) value=1 ;;
      -*) ;;
      *)
        case "$command $each" in
          ${knownCommands(vocabularies)
            .map((command) => `'${command.includes(' ') ? command : ` ${command}`}'`)
            .join('|')}) command="\${command:+$command }$each" ;;
        esac ;;
    esac
  done
  case $previous in
${valueChoices(vocabularies)
  .map(([option, choices]) => `    ${option}) COMPREPLY=($(compgen -W '${choices}' -- "$word")); return 0 ;;`)
  .join('\n')}
    -C|--dir) COMPREPLY=($(compgen -d -- "$word")); return 0 ;;
  esac
  case $command in
${vocabularies.map((each) => `    '${each.command}') each='${wordsOf(each).join(' ')}' ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$each" -- "$word"))
}
complete -o default -F _clamshell clamshell
`;
}

function wordsOf({ subcommands, options, choices }: Vocabulary): string[] {
  return [...subcommands.map(({ word }) => word), ...choices, ...options.flatMap(({ words }) => words)];
}

function knownCommands(vocabularies: readonly Vocabulary[]): string[] {
  return vocabularies.map(({ command }) => command).filter((command) => command !== '');
}

function valueOptions(vocabularies: readonly Vocabulary[]): string[] {
  const options = vocabularies.flatMap((each) => each.options).filter(({ takesValue }) => takesValue);
  return [...new Set(options.flatMap(({ words }) => words))];
}

function valueChoices(vocabularies: readonly Vocabulary[]): (readonly [string, string])[] {
  const options = vocabularies.flatMap((each) => each.options).filter(({ choices }) => choices.length > 0);
  return [...new Map(options.map(({ words, choices }) => [words.join('|'), choices.join(' ')]))];
}
