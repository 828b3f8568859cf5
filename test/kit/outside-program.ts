import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

/** Where a browser is installed; null where none is. */
export function findChromium(): string | null {
  return ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync) ?? null;
}

/** A Python that has this module; null where none has. */
export function findPython(module: string): string | null {
  const has = (python: string) => {
    try {
      execFileSync(python, ["-c", `import ${module}`], { stdio: "ignore" });
      return true;
    } catch {
      return false;
    }
  };
  return ["/usr/bin/python3", "python3"].find(has) ?? null;
}

/** Where LibreOffice is installed; null where it is not. */
export function findLibreOffice(): string | null {
  return ["/usr/bin/soffice", "/usr/bin/libreoffice"].find(existsSync) ?? null;
}

/**
 * Whether the tests that need this program run: a missing one skips them and says why, but not where CI is set, unless MAY_LACK
 * names it.
 * @throws Error where it is missing and CI is set
 */
export function mayRun(found: string | null, program: string, how: string): found is string {
  if (found !== null) return true;
  if (process.env.CI === "true" && process.env.MAY_LACK !== program)
    throw new Error(`${program} is not installed, and CI forbids to skip its tests: ${how}`);
  process.stderr.write(`skipped: ${program} is not installed (${how})\n`);
  return false;
}
