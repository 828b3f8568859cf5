/** `; did you mean "org"?` where one of the known words is a near miss, else nothing. */
export function suggestion(word: string, known: readonly string[]): string {
  const bare = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, "");
  const ranked = known
    .map((name) => ({ name, far: distance(bare(word), bare(name)) }))
    .filter(({ name, far }) => far <= Math.max(1, Math.floor(bare(name).length / 3)))
    .sort((a, b) => a.far - b.far);
  return ranked[0] === undefined ? "" : `; did you mean ${ranked[0].name}?`;
}

/** How many letters must be added, dropped, changed or swapped with their neighbour to make one word the other. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 3) return Number.POSITIVE_INFINITY;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(row[j - 1]! + 1, last[j]! + 1, last[j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, before[j - 2]! + 1);
      row.push(best);
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}
