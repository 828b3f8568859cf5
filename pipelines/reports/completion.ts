import type { Command, Option } from "commander";

/** The words that a command's first argument can be, where the command line itself does not say them. */
export type FirstWords = Readonly<Record<string, readonly string[]>>;

interface Completed {
  readonly name: string;
  readonly description: string;
  readonly words: readonly string[];
  readonly options: readonly Option[];
}

/** The completion of a command line for a shell, made from the command line's own tree. */
export function completionScript(root: Command, shell: "bash" | "zsh" | "fish", first: FirstWords): string {
  const names = root.commands.map((command) => command.name());
  const commands = root.commands.map((command): Completed => {
    const choices = command.registeredArguments[0]?.argChoices;
    return {
      name: command.name(),
      description: command.description(),
      words: command.name() === "help" ? names : (choices ?? first[command.name()] ?? []),
      options: command.createHelp().visibleOptions(command),
    };
  });
  const rootOptions = root.createHelp().visibleOptions(root);
  const program = root.name();
  if (shell === "fish") return fishScript(program, commands, rootOptions);
  return shell === "bash" ? bashScript(program, commands, rootOptions) : zshScript(program, commands, rootOptions);
}

const flagsOf = (options: readonly Option[]) =>
  options.flatMap(({ short, long }) => [short, long]).filter((flag) => flag !== undefined);
const takesValue = ({ required, optional }: Option) => required || optional;
const isPath = ({ flags }: Option) => /<(FILE|DIR)>/.test(flags);

function bashScript(program: string, commands: readonly Completed[], rootOptions: readonly Option[]): string {
  const names = commands.map(({ name }) => name).join(" ");
  const cases = commands.map(({ name, words, options }) => {
    const values = options.filter(takesValue).map((option) => {
      const found = option.argChoices ? `COMPREPLY=($(compgen -W "${option.argChoices.join(" ")}" -- "$cur"))` : ":";
      return `        ${flagsOf([option]).join("|")}) ${isPath(option) ? 'COMPREPLY=($(compgen -f -- "$cur"))' : found}; return ;;`;
    });
    return `    ${name})
      case "$prev" in
${values.join("\n")}
        *) ;;
      esac
      if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W "${flagsOf(options).join(" ")}" -- "$cur")); return; fi
      COMPREPLY=($(compgen -W "${words.join(" ")}" -- "$cur"))
      ;;`;
  });
  return `# bash completion of ${program}
_${program}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W "${names} ${flagsOf(rootOptions).join(" ")}" -- "$cur"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join("\n")}
  esac
}
complete -o default -F _${program} ${program}
`;
}

function zshScript(program: string, commands: readonly Completed[], rootOptions: readonly Option[]): string {
  const quoted = (text: string) => text.replaceAll("'", "'\\''").replace(/[[\]:]/g, "\\$&");
  const spec = (option: Option) => {
    const action = option.argChoices ? `(${option.argChoices.join(" ")})` : isPath(option) ? "_files" : " ";
    const value = takesValue(option) ? `:value:${action}` : "";
    return flagsOf([option]).map((flag) => `'*${flag}[${quoted(option.description)}]${value}'`);
  };
  const specs = (options: readonly Option[]) => options.flatMap(spec).join(" ");
  const cases = commands.map(({ name, words, options }) => {
    const rest = words.length > 0 ? `'1:word:(${words.join(" ")})' '*::file:_files'` : "'*::file:_files'";
    return `    ${name}) _arguments ${specs(options)} ${rest} ;;`;
  });
  return `#compdef ${program}
# zsh completion of ${program}
_${program}() {
  local -a commands
  commands=(${commands.map(({ name, description }) => `'${name}:${quoted(description)}'`).join(" ")})
  if ((CURRENT == 2)); then
    _arguments ${specs(rootOptions)}
    _describe command commands
    return
  fi
  shift words
  ((CURRENT--))
  case "$words[1]" in
${cases.join("\n")}
  esac
}
if [ "$funcstack[1]" = "_${program}" ]; then _${program} "$@"; else compdef _${program} ${program}; fi
`;
}

function fishScript(program: string, commands: readonly Completed[], rootOptions: readonly Option[]): string {
  const quoted = (text: string) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
  const optionLine = (condition: string, option: Option) => {
    const short = option.short ? ` -s ${option.short.slice(1)}` : "";
    const long = option.long ? ` -l ${option.long.slice(2)}` : "";
    const values = option.argChoices ? ` -f -a ${quoted(option.argChoices.join(" "))}` : isPath(option) ? " -F" : "";
    const value = takesValue(option) ? ` -r${values}` : "";
    return `complete -c ${program} -n ${quoted(condition)}${short}${long}${value} -d ${quoted(option.description)}`;
  };
  const own = commands.flatMap(({ name, description, words, options }) => {
    const inside = `__fish_seen_subcommand_from ${name}`;
    return [
      `complete -c ${program} -n __fish_use_subcommand -f -a ${name} -d ${quoted(description)}`,
      ...(words.length > 0 ? [`complete -c ${program} -n ${quoted(inside)} -a ${quoted(words.join(" "))}`] : []),
      ...options.map((option) => optionLine(inside, option)),
    ];
  });
  const roots = rootOptions.map((option) => optionLine("__fish_use_subcommand", option));
  return `# fish completion of ${program}\n${[...roots, ...own].join("\n")}\n`;
}
