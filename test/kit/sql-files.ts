import { readdirSync, readFileSync } from "node:fs";

const root = new URL("../../sql/", import.meta.url);

export type SqlFile = { name: string; text: string };

/** The files of one folder under sql/, by name. */
export function sqlFiles(folder: "reports" | "checks"): SqlFile[] {
  return readdirSync(new URL(`${folder}/`, root))
    .filter((file) => file.endsWith(".sql"))
    .sort()
    .map((file) => ({
      name: file.slice(0, -".sql".length),
      text: readFileSync(new URL(`${folder}/${file}`, root), "utf8"),
    }));
}

export function sqlFile(folder: "reports" | "checks", name: string): string {
  return readFileSync(new URL(`${folder}/${name}.sql`, root), "utf8");
}
