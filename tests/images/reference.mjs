// node reference.mjs FOLDER > reference.txt
// What sharp makes of the accepted files, before they are compressed: name, size, whether anything is transparent, and the means of an
// 8×8 grid as hexadecimal RGBA, colour multiplied by alpha. Run it where sharp is installed.
import sharp from 'sharp'
import fs from 'node:fs'
import path from 'node:path'

const folder = process.argv[2]

for (const group of ['odd', 'photos']) {
  for (const name of fs.readdirSync(path.join(folder, group)).sort()) {
    const buffer = fs.readFileSync(path.join(folder, group, name))
    const stored = await sharp(buffer)
      .rotate()
      .resize(2048, 2048, { fit: 'inside', withoutEnlargement: true })
      .webp({ lossless: true, effort: 0 })
      .toBuffer()
    const { data, info } = await sharp(stored).raw().toBuffer({ resolveWithObject: true })
    const { width, height, channels } = info
    let transparent = false
    const sums = Array.from({ length: 64 }, () => [0, 0, 0, 0, 0])
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const at = (y * width + x) * channels
        const alpha = channels % 2 ? 255 : data[at + channels - 1]
        transparent ||= alpha < 255
        const cell = sums[Math.floor((y * 8) / height) * 8 + Math.floor((x * 8) / width)]
        for (let i = 0; i < 3; i++) cell[i] += (data[at + (channels < 3 ? 0 : i)] * alpha) / 255
        cell[3] += alpha
        cell[4]++
      }
    }
    const means = sums.flatMap(cell => cell.slice(0, 4).map(sum => Math.round(sum / Math.max(cell[4], 1))))
    console.log([group, name, width, height, transparent, Buffer.from(means).toString('hex')].join(' '))
  }
}
