// Pictures made on the spot, in browsers as in Node: a PNG needs no more than stored blocks.

/** A PNG of one colour. `weight` pads it with a chunk that decoders skip. */
export function png(width, height, colour = [168, 64, 31], weight = 0) {
  return painted(width, height, () => colour, weight);
}

/** A wall of bricks, with a light from above. */
export function bricks(width, height, [red, green, blue], seed = 1) {
  const side = Math.max(20, Math.round(width / 12));
  return painted(width, height, (x, y) => {
    const course = Math.floor(y / side);
    const shifted = x + (course % 2) * side;
    const brick = Math.floor(shifted / (side * 2));
    const joint = y % side < 2 || shifted % (side * 2) < 2;
    const tone = (((brick * 7 + course * 13 + seed * 5) % 9) - 4) * 7 - (y % side) / 2;
    return [red, green, blue].map((part) => (joint ? part * 0.6 : Math.max(0, Math.min(255, part + tone))));
  });
}

function painted(width, height, colourAt, weight = 0) {
  const stride = 1 + width * 3;
  const raw = new Uint8Array(stride * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      raw.set(colourAt(x, y), y * stride + 1 + x * 3);
    }
  }
  const head = new Uint8Array(13);
  const view = new DataView(head.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  head.set([8, 2, 0, 0, 0], 8);
  const parts = [new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10]), chunk("IHDR", head)];
  if (weight > 0) {
    parts.push(chunk("teSt", new Uint8Array(weight)));
  }
  parts.push(chunk("IDAT", zlib(raw)), chunk("IEND", new Uint8Array()));
  return concat(parts);
}

function chunk(name, data) {
  const body = concat([new TextEncoder().encode(name), data]);
  const chunk = new Uint8Array(body.length + 8);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, data.length);
  chunk.set(body, 4);
  view.setUint32(chunk.length - 4, crc(body));
  return chunk;
}

/** Stored blocks of at most 65,535 bytes (RFC 1951, 3.2.4). */
function zlib(raw) {
  const parts = [new Uint8Array([0x78, 0x01])];
  for (let at = 0; at < raw.length; at += 0xffff) {
    const block = raw.subarray(at, at + 0xffff);
    const last = at + 0xffff >= raw.length ? 1 : 0;
    const size = block.length;
    parts.push(new Uint8Array([last, size & 255, size >> 8, ~size & 255, (~size >> 8) & 255]), block);
  }
  let a = 1;
  let b = 0;
  for (const byte of raw) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  parts.push(new Uint8Array([b >> 8, b & 255, a >> 8, a & 255]));
  return concat(parts);
}

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit += 1) {
    value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  }
  return value;
});

function crc(bytes) {
  let value = ~0;
  for (const byte of bytes) {
    value = CRC[(value ^ byte) & 255] ^ (value >>> 8);
  }
  return ~value >>> 0;
}

function concat(parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
