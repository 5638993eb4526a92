/** The name that was most likely meant by `name`; undefined where none is near. */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  const distances = names.map((candidate) => ({
    candidate,
    distance: editDistance(plain(name), plain(candidate)),
  }));
  const nearest = distances.reduce((best, next) => (next.distance < best.distance ? next : best), {
    candidate: '',
    distance: Infinity,
  });
  // Of a short name, two letters are most of it.
  const most = name.length > 4 ? Math.max(2, name.length / 3) : 1;
  return nearest.distance <= most ? nearest.candidate : undefined;
}

/** How many letters must be inserted, left out or replaced to get from one text to the other (Levenshtein, 1966). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
