// Bars of CPU and memory, ours beside sharp's, as an SVG.

const [WIDTH, LABEL, BAR, GAP, TOP] = [860, 190, 9, 12, 58];
const COLOURS = { sharp: "#9aa3ad", ours: "#d9622b" };

export function chart(rows) {
  const panels = [
    { title: "CPU of one upload, ms", key: "cpu", left: LABEL },
    { title: "Peak memory above idle, MiB", key: "memory", left: LABEL + (WIDTH - LABEL) / 2 },
  ];
  const width = (WIDTH - LABEL) / 2 - 60;
  const parts = [];
  const text = (x, y, content, more = "") => parts.push(`<text x="${x}" y="${y}"${more}>${escape(content)}</text>`);
  for (const { title, key, left } of panels) {
    text(left, 40, title, ' font-weight="bold"');
    const most = Math.max(...rows.flatMap(({ sharp, ours }) => [sharp[key], ours[key]]));
    rows.forEach((row, i) => {
      Object.entries(COLOURS).forEach(([side, colour], j) => {
        const [y, length] = [TOP + i * (2 * BAR + GAP) + j * BAR, Math.max(1, (row[side][key] / most) * width)];
        parts.push(`<rect x="${left}" y="${y}" width="${length.toFixed(1)}" height="${BAR - 1}" fill="${colour}"/>`);
        text((left + length + 4).toFixed(1), y + BAR - 1, row[side][key].toFixed(0), ' font-size="9"');
      });
    });
  }
  rows.forEach(({ name }, i) => text(LABEL - 8, TOP + i * (2 * BAR + GAP) + BAR + 4, name, ' text-anchor="end"'));
  Object.entries(COLOURS).forEach(([side, colour], i) => {
    parts.push(`<rect x="${LABEL + i * 70}" y="10" width="10" height="10" fill="${colour}"/>`);
    text(LABEL + i * 70 + 15, 19, side);
  });
  const height = TOP + rows.length * (2 * BAR + GAP) + 8;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
${parts.join("\n")}
</svg>
`;
}

const escape = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
