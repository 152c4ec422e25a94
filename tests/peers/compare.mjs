// compare.mjs PIPELINE PHOTOS CHART: our image work and sharp's, side by side, on a folder of photos.
//
// PIPELINE is the built `pipeline` example. The two take turns on one processor, in a process of their
// own for each photo; what counts is the median over ROUNDS (3) of the least CPU of two runs. Prints a
// Markdown table and draws CHART. With QUALITY, a command that prints a score in the last column of a
// line for each of `ORIGINAL FILE…`, the main files are scored as well.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";

import { chart } from "./chart.mjs";

const [pipeline, photos, target] = process.argv.slice(2);
const { ROUNDS = "3", QUALITY } = process.env;
const names = readdirSync(photos).filter((name) => /\.(jpe?g|png|webp)$/i.test(name)).sort();
if (names.length === 0) throw new Error(`no JPEG, PNG or WebP in ${photos}`);

const work = mkdtempSync(join(tmpdir(), "compare-"));
const sides = {
  sharp: ["node", join(import.meta.dirname, "sharp.mjs")],
  ours: [pipeline],
};
const lines = (command, args) =>
  execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }).trim().split("\n");
const middle = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const geometric = (values) => Math.exp(mean(values.map(Math.log)));

function measure(name) {
  const runs = { sharp: [], ours: [] };
  for (let round = 0; round < Number(ROUNDS); round++) {
    for (const [side, command] of Object.entries(sides)) {
      const [line] = lines("taskset", ["-c", "0", ...command, join(work, side), "2", join(photos, name)]);
      runs[side].push(JSON.parse(line));
    }
  }
  const row = { name };
  for (const [side, all] of Object.entries(runs)) {
    const memory = Math.max(...all.map(({ rss_mib, idle_mib }) => rss_mib - idle_mib));
    row[side] = { cpu: middle(all.map(({ cpu_min }) => cpu_min)), memory, bytes: all[0].bytes };
  }
  if (QUALITY) {
    const files = Object.keys(sides).map((side) => join(work, side, `${name}.main.webp`));
    const scores = lines(QUALITY, [join(photos, name), ...files]).map((line) => Number(line.split("\t").at(-1)));
    [row.sharp.quality, row.ours.quality] = scores;
  }
  return row;
}

const signed = (value) => (value < 0 ? "−" : "+") + Math.abs(value).toFixed(2);
const print = (...cells) => console.log(`| ${cells.join(" | ")} |`);

print("photo", "sharp ms", "ours ms", "CPU", "sharp MiB", "ours MiB", "main bytes", "thumbnail bytes", "quality");
print("---", ...Array(8).fill("---:"));
const rows = [];
for (const name of names) {
  const row = measure(name);
  rows.push(row);
  const { sharp, ours } = row;
  row.ratio = { cpu: ours.cpu / sharp.cpu, main: ours.bytes[0] / sharp.bytes[0], thumb: ours.bytes[1] / sharp.bytes[1] };
  row.quality = ours.quality - sharp.quality;
  print(
    name,
    sharp.cpu.toFixed(0),
    ours.cpu.toFixed(0),
    row.ratio.cpu.toFixed(2),
    sharp.memory,
    ours.memory,
    row.ratio.main.toFixed(3),
    row.ratio.thumb.toFixed(3),
    QUALITY ? `${ours.quality.toFixed(1)} (${signed(row.quality)})` : "",
  );
}
const all = (key) => geometric(rows.map(({ ratio }) => ratio[key]));
const scores = rows.map(({ quality }) => quality);
const quality = QUALITY ? `${signed(mean(scores))}, worst ${signed(Math.min(...scores))}` : "";
print("**mean**", "", "", `**${all("cpu").toFixed(2)}**`, "", "", `**${all("main").toFixed(3)}**`, `**${all("thumb").toFixed(3)}**`, quality);
console.log(`\n${availableParallelism()} × ${cpus()[0].model.trim()}, Node ${process.versions.node}; work in ${work}`);
writeFileSync(target, chart(rows));
