/** Damages the structure of JSON documents: valid JSON that says something else. */
import type { Random } from '../../src/random.js';

/** What may stand anywhere; `__proto__` as an own key is what JSON.parse makes of it. */
const strangers: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e12,
  1e308,
  '',
  'relu',
  '../../../etc/passwd',
  'http://example.com/weights.bin',
  '__proto__',
  'constructor',
  [],
  {},
  [[[[[[]]]]]],
  JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}'),
];

/** A copy of `json`, a JSON text, with one to three changes of its values, keys and lists; the text itself when it is no JSON. */
export function mutateJson(json: string, random: Random): string {
  const root = { document: JSON.parse(json) as unknown };
  const times = 1 + random.integer(3);
  for (let i = 0; i < times; i++) change(randomPlace(root, random), random);
  return JSON.stringify(root.document ?? null);
}

/** An object or a list, and a key in it. */
interface Place {
  readonly holder: Record<string, unknown>;
  readonly key: string;
}

/** Walks down from the root until a coin or a leaf says stop: near the root and deep down are both met. */
function randomPlace(root: Record<string, unknown>, random: Random): Place {
  let place: Place = { holder: root, key: 'document' };
  for (;;) {
    const value = place.holder[place.key];
    const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
    if (keys.length === 0 || random.integer(8) === 0) return place;
    place = { holder: value as Record<string, unknown>, key: keys[random.integer(keys.length)]! };
  }
}

function change({ holder, key }: Place, random: Random): void {
  const value = holder[key];
  switch (random.integer(6)) {
    case 0:
      Reflect.deleteProperty(holder, key);
      break;
    case 1: // under another key
      holder[`${key}_`] = value;
      Reflect.deleteProperty(holder, key);
      break;
    case 2: // twice
      if (Array.isArray(value) && value.length > 0) value.push(value[random.integer(value.length)]);
      else holder[key] = [value, value];
      break;
    case 3:
      if (typeof value === 'number') holder[key] = value * [-1, 2, 1000, 1e9][random.integer(4)]!;
      else if (Array.isArray(value)) value.reverse();
      else holder[key] = String(value);
      break;
    default:
      holder[key] = structuredClone(strangers[random.integer(strangers.length)]);
  }
}
