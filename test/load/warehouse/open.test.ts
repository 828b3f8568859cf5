import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openWriter, STATE_FILE, UnreadableWarehouseError } from "../../../load/warehouse/open.ts";
import { emptyFolder } from "../../kit/at-work.ts";

/** A folder with this state file. */
function folderWith(bytes: Uint8Array): string {
  const folder = emptyFolder();
  mkdirSync(join(folder, "state"));
  writeFileSync(join(folder, STATE_FILE), bytes);
  return folder;
}

it("a file that a killed run had only begun is made anew; one that is something else is left and said", async () => {
  const made = emptyFolder();
  (await openWriter(made)).close();
  const whole = readFileSync(join(made, STATE_FILE));
  expect(whole.length).toBe(3 * 4096);
  for (const length of [0, 100, 4096, 8192, 12_287]) {
    const warehouse = await openWriter(folderWith(whole.subarray(0, length)));
    expect((await warehouse.connection.runAndReadAll("select 1")).getRows()).toEqual([[1]]);
    warehouse.close();
  }
  const rubbish = folderWith(Buffer.from("no database at all"));
  await expect(openWriter(rubbish)).rejects.toThrow(UnreadableWarehouseError);
  expect(readFileSync(join(rubbish, STATE_FILE), "utf8")).toBe("no database at all");
});
