/** The wire format of Protocol Buffers, as much of it as TensorFlow's graphs need: every function gives one encoded field. */

/** An encoded field, or several. */
export type Encoded = Uint8Array;

const wireTypes = { varint: 0, bytes: 2, fixed32: 5 } as const;

/** Field `number` holding a whole number, of magnitude up to 2^53; negative ones as 64-bit two's complement. */
export function integerField(number: number, value: number): Encoded {
  return concatenate([tag(number, 'varint'), varint(value)]);
}

/** Field `number` holding a single-precision number. */
export function floatField(number: number, value: number): Encoded {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return concatenate([tag(number, 'fixed32'), bytes]);
}

/** Field `number` holding bytes, or an encoded message. */
export function bytesField(number: number, value: Encoded): Encoded {
  return concatenate([tag(number, 'bytes'), varint(value.length), value]);
}

/** Field `number` holding a text in UTF-8. */
export function textField(number: number, value: string): Encoded {
  return bytesField(number, new TextEncoder().encode(value));
}

/** Field `number` holding a message of these fields. */
export function messageField(number: number, fields: readonly Encoded[]): Encoded {
  return bytesField(number, concatenate(fields));
}

/** Field `number` holding a packed list of whole numbers. */
export function packedField(number: number, values: readonly number[]): Encoded {
  return bytesField(number, concatenate(values.map(varint)));
}

/** The parts one behind the other: a message is its fields. */
export function concatenate(parts: readonly Encoded[]): Encoded {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function tag(number: number, wireType: keyof typeof wireTypes): Encoded {
  return varint(number * 8 + wireTypes[wireType]);
}

/** Seven bits a byte, lowest first; all but the last byte have their highest bit set. */
function varint(value: number): Encoded {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
