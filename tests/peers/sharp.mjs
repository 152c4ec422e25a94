// sharp.mjs OUTDIR REPS FILE...: the upload job of the original design, in Node and sharp.
//
// Prints what the `pipeline` example prints: one JSON line a file. sharp is found next to the working
// directory, because it is installed outside of the checkout.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";

const sharp = createRequire(join(process.cwd(), "sharp.mjs"))("sharp");
sharp.concurrency(1); // One core for both sides.
sharp.cache(false);

const [outdir, reps, ...files] = process.argv.slice(2);
mkdirSync(outdir, { recursive: true });
const mib = (bytes) => Math.round(bytes / 2 ** 20);
const idle = mib(process.memoryUsage.rss());

function job(upload) {
  const turned = () => sharp(upload).rotate();
  const main = turned().resize(2048, 2048, { fit: "inside", withoutEnlargement: true }).webp({ quality: 85 });
  const thumbnail = turned().resize(400, 400, { fit: "cover" }).webp({ quality: 80 });
  return Promise.all([main.toBuffer(), thumbnail.toBuffer()]);
}

for (const path of files) {
  const upload = readFileSync(path);
  const file = basename(path);
  let made = await job(upload);
  const runs = [];
  for (let i = 0; i < Number(reps); i++) {
    const [cpu, wall] = [process.cpuUsage(), performance.now()];
    made = await job(upload);
    const { user, system } = process.cpuUsage(cpu);
    runs.push({ cpu: (user + system) / 1e3, wall: performance.now() - wall });
  }
  const least = (key) => Math.min(...runs.map((run) => run[key]));
  writeFileSync(join(outdir, `${file}.main.webp`), made[0]);
  writeFileSync(join(outdir, `${file}.thumb.webp`), made[1]);
  const [cpu_min, wall, bytes] = [least("cpu"), least("wall"), made.map(({ length }) => length)];
  console.log(JSON.stringify({ file, cpu_min, wall, bytes, idle_mib: idle, rss_mib: mib(process.resourceUsage().maxRSS * 1024) }));
}
