import { Command, Option } from "commander";
import { FORMATS } from "./reports/render.ts";
import { EXIT_HELP } from "./run/outcome.ts";
import { VERSION } from "./version.ts";

const ENVIRONMENT_HELP = `Environment, for one connection without a file:
  DOCKER_HUB_IDENTIFIER   username, or the organization's name for an organization access token
  DOCKER_HUB_SECRET       password, personal access token or organization access token
  DOCKER_HUB_SECRET_FILE  a file that holds it, instead
  DOCKER_HUB_ORG          the organization
  DOCKER_HUB_URL          default https://hub.docker.com
  DOCKER_HUB_AUDIT_LOG_PATH  default /v2/auditlogs/{account}; {account} may be left out
On company networks: HTTPS_PROXY, HTTP_PROXY, NO_PROXY (or in lower case); NODE_EXTRA_CA_CERTS, a file`;

const collect = (value: string, before: string[] = []): string[] => [...before, value];

/** The flags that every command takes. */
function common(command: Command): Command {
  return command
    .option("--config <FILE>", "configuration file (default: ./docktally.yaml when it is there)")
    .option("--data <DIR>", "data folder (default: ./data)")
    .option("--connection <NAME>", "only this connection (repeatable)", collect)
    .option("--json", "one JSON document on standard output, for machines")
    .option("--quiet", "no progress, only warnings and errors")
    .helpOption("--help", "show this help")
    .exitOverride();
}

function output(command: Command, formats: readonly string[]): Command {
  return command
    .addOption(new Option("--format <FORMAT>", "how to print it (default: table)").choices(formats))
    .option("--out <FILE>", "write it to a file instead of standard output");
}

/** Organizations that the configuration does not name any more are left out, unless this says so. */
function retired(command: Command): Command {
  return command.option("--all", "organizations that are not configured any more, too");
}

/** What the seats are judged by, where it is not the configuration. */
function judged(command: Command): Command {
  return command
    .option("--as-of <DAY>", "judge the seats as of the end of this day (UTC), from facts and history")
    .option("--idle-after <DAYS>", "another threshold; several, as in 30,60,90, are set side by side")
    .option("--grace <DAYS>", "another number of days of grace")
    .option("--price <AMOUNT>", "another price of a seat a month");
}

const examples = (lines: readonly string[]) => `\nExamples:\n${lines.map((line) => `  $ ${line}`).join("\n")}`;

/** The whole command line; each command sets `process.exitCode`. What a command needs is loaded when it runs: help is quick. */
export function program(): Command {
  const root = new Command("docktally")
    .description("Tallies what a Docker Hub organization does and which of its paid seats are used.")
    .version(VERSION, "--version", "show the version")
    .helpOption("--help", "show this help")
    .helpCommand(false)
    .addHelpText(
      "after",
      `${examples(["docktally demo", "docktally check", "docktally sync", "docktally report licenses", 'docktally query "select action, count(*) from fct_usage group by all"'])}\n\n${ENVIRONMENT_HELP}\n\n${EXIT_HELP}`,
    )
    .exitOverride()
    .action(() => root.outputHelp());

  common(root.command("sync"))
    .description("read what is missing from Docker Hub, load it, check it, publish it")
    .option("--from <TIME>", "with --to: read just this range of the audit log again (RFC 3339 or a date)")
    .option("--to <TIME>", "end of that range, not included (default: now)")
    .option("--accept-shrink", "load a member list even if it lost more than 30 % of the members, and at least 5")
    .addHelpText(
      "after",
      `${examples(["docktally sync", "docktally sync --json --quiet", "docktally sync --from 2026-10-01 --to 2026-10-08", "docktally sync --connection northwind --data /var/lib/docktally"])}\n\n${EXIT_HELP}`,
    )
    .action(async (flags) => (await import("./commands/load.ts")).syncCommand(flags));

  common(root.command("check"))
    .description("try credentials and permissions with a few small requests; load nothing")
    .addHelpText(
      "after",
      `${examples(["docktally check", "docktally check --connection northwind --json"])}\n\n${ENVIRONMENT_HELP}\n\n${EXIT_HELP}`,
    )
    .action(async (flags) => (await import("./commands/load.ts")).checkCommand(flags));

  retired(judged(output(common(root.command("report [NAME]")), FORMATS)))
    .description("answer a named question from the published warehouse; without a name, list the questions")
    .addHelpText(
      "after",
      `${examples(["docktally report", "docktally report licenses", "docktally report licenses --format html --out seats.html", "docktally report licenses --as-of 2026-09-30", "docktally report licenses --idle-after 30,60,90 --price 24"])}\n\n${EXIT_HELP}`,
    )
    .action(async (name, flags) => (await import("./commands/ask.ts")).reportCommand(name, flags));

  output(common(root.command("query <SQL>")), FORMATS.slice(0, 3))
    .description("ask the published warehouse in SQL; only statements that read")
    .addHelpText(
      "after",
      `${examples(["docktally query \"select * from seats where status = 'idle'\"", 'docktally query "select * from org_day" --format csv --out days.csv', "docktally query - < question.sql"])}\n\n${EXIT_HELP}`,
    )
    .action(async (text, flags) => (await import("./commands/ask.ts")).queryCommand(text, flags));

  retired(judged(common(root.command("explain <USER>"))))
    .description("the evidence behind the verdict on one seat, by username or e-mail address")
    .addHelpText(
      "after",
      `${examples(["docktally explain jdoe", "docktally explain jdoe --as-of 2026-09-30 --json"])}\n\n${EXIT_HELP}`,
    )
    .action(async (user, flags) => (await import("./commands/ask.ts")).explainCommand(user, flags));

  retired(common(root.command("status")))
    .description("what was collected, what was not, and how fresh it is")
    .option(
      "--max-age <AGE>",
      "for a monitor: end with 6 when the newest load of a stream is older, or when there is none (36h, 90m, 2d)",
    )
    .addHelpText(
      "after",
      `${examples(["docktally status", "docktally status --json", "docktally status --max-age 36h"])}\n\n${EXIT_HELP}`,
    )
    .action(async (flags) => (await import("./commands/status.ts")).statusCommand(flags));

  common(root.command("rebuild"))
    .description("make the warehouse anew from the raw files, without a request")
    .addHelpText(
      "after",
      `${examples(["docktally rebuild", "docktally rebuild --data /var/lib/docktally"])}\n\n${EXIT_HELP}`,
    )
    .action(async (flags) => (await import("./commands/load.ts")).rebuildCommand(flags));

  common(root.command("demo"))
    .description("start the embedded demo hub, sync two organizations from it and show the seats")
    .option("--serve", "only serve the demo hub, until interrupted")
    .option("--port <PORT>", "port of the demo hub on 127.0.0.1 (default: any free one)")
    .addHelpText(
      "after",
      `${examples(["docktally demo", "docktally demo --data /tmp/demo", "docktally demo --serve --port 8080"])}\n\n${EXIT_HELP}`,
    )
    .action(async (flags) => (await import("./commands/demo.ts")).demoCommand(flags));

  return root;
}
