import { readFileSync } from "node:fs";

/** The program's version, from the package.json above this file (the source's or the installed package's). */
export const VERSION: string = readVersion();

function readVersion(): string {
  for (const place of ["../package.json", "../../package.json"]) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(place, import.meta.url), "utf8"));
      if (name === "docktally") return version;
    } catch {
      // not here: the compiled program lies one folder deeper than the source
    }
  }
  return "unknown";
}

/** Truthful about who asks. */
export const USER_AGENT = `docktally/${VERSION} (node ${process.version}; ${process.platform})`;
