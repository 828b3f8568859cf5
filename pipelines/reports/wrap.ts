const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
const WIDE =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}])/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
const COLORS = /(\u001b\[\d+m)/g;

/** The places that text takes on a terminal: East Asian letters and emoji take two, colours none. */
export function displayWidth(text: string): number {
  const plain = text.includes("\u001b") ? text.replace(COLORS, "") : text;
  if (/^[\x20-\x7e]*$/.test(plain)) return plain.length;
  let width = 0;
  for (const { segment } of graphemes.segment(plain)) width += WIDE.test(segment) ? 2 : 1;
  return width;
}

/** A space at which no line ends. */
export const NO_BREAK = "\u00a0";

/** The text with its amounts, such as `1 728 USD`, kept on one line each. */
export function withAmountsTogether(text: string): string {
  return text.replace(/(\d) (?=\d{3}\b|[A-Z]{3}\b)/g, `$1${NO_BREAK}`);
}

/** Text whose every line fits the width: long ones go on below what they say, at words; a word that is longer is broken. */
export function wrapText(text: string, width: number): string {
  if (!Number.isFinite(width)) return text;
  return text
    .split("\n")
    .flatMap((line) => wrapLine(line, Math.max(1, width)))
    .join("\n");
}

function wrapLine(line: string, width: number): string[] {
  if (displayWidth(line) <= width) return [line];
  if (COMMAND.test(line)) return wrapCommand(line, width);
  const lead = leadOf(line, width);
  const whole = withAmountsTogether(line.slice(lead.text.length));
  const rest = wrapWords(whole, width - lead.hang).map((part) => part.replaceAll(NO_BREAK, " "));
  return rest.map((part, i) => (i === 0 ? lead.text : " ".repeat(lead.hang)) + part);
}

/** A command to be copied: its further lines belong to it. */
const COMMAND = /^ *(?:\$|npx) /;

function wrapCommand(line: string, width: number): string[] {
  const indent = /^ */.exec(line)![0];
  const parts = wrapWords(line.slice(indent.length), Math.max(1, width - indent.length - 4));
  return parts.map((part, i) => `${indent}${i === 0 ? "" : "  "}${part}${i < parts.length - 1 ? " \\" : ""}`);
}

/** What stands before the text of a line, such as `  members    `, and how far its further lines are indented. */
function leadOf(line: string, width: number): { text: string; hang: number } {
  const spaces = /^ */.exec(line)![0];
  const label = /^ *\S+(?: \S+){0,2} {2,}(?:(?:yes|no) {2,})?(?=\S)/.exec(line)?.[0];
  if (label !== undefined && displayWidth(label) <= Math.min(28, width / 2))
    return { text: label, hang: displayWidth(label) };
  const text = spaces.length <= width / 2 ? spaces : "";
  return { text, hang: text.length + (text.length + 2 <= width / 2 ? 2 : 0) };
}

/** The words in lines of at most this width. */
export function wrapWords(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const joined = line === "" ? word : `${line} ${word}`;
    if (displayWidth(joined) <= width) {
      line = joined;
      continue;
    }
    if (line !== "") lines.push(line);
    const pieces = broken(word, width);
    line = pieces.pop()!;
    lines.push(...pieces);
  }
  return [...lines, line].map((each) => each.trimEnd());
}

/** A word in pieces of at most this width; a letter that is wider than that stays one piece. */
function broken(word: string, width: number): string[] {
  if (displayWidth(word) <= width) return [word];
  const pieces = [""];
  for (const part of word.split(COLORS)) {
    const segments = part.startsWith("\u001b") ? [part] : [...graphemes.segment(part)].map(({ segment }) => segment);
    for (const segment of segments) {
      const last = pieces.at(-1)!;
      if (last === "" || displayWidth(last + segment) <= width) pieces[pieces.length - 1] = last + segment;
      else pieces.push(segment);
    }
  }
  return pieces;
}
